"""Deploys a SAM template to the embedded cloud: everything in it is honoured, or the deployment is refused.

deploy(cloud, Path("template.yaml"), stack="demo", parameters={"Stage": "local"}).outputs
"""

import functools
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.deploy.digests import stack_digest
from localcloud.deploy.records import Stack, find
from localcloud.service import ACCOUNT

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud
    from localcloud.deploy.kinds import Deployment

__all__ = ["Stack", "delete", "deploy"]
_FORMAT = "1"  # raise it when a deployment of the same template must be done again


def deploy(cloud: "LocalCloud", template: Path, *, stack: str, parameters: Mapping[str, str]) -> Stack:
    """Creates or updates a stack; an unchanged one is recognised without a single call.

    DeployError says in one sentence what is wrong; resources before that one are deployed and recorded.
    """
    path = template.resolve()
    record = find(stack)
    made_by = f"{_FORMAT}/{version('aws-sam-translator')}/{cloud.region}"
    if record.digest and record.digest == stack_digest(path, parameters, record.local_paths, made_by):
        return record.stack
    from localcloud.deploy.stacks import StackUpdate
    from localcloud.deploy.template import read, translate

    translated = translate(path, read(path), cloud.region)
    record.digest, record.local_paths = "", []
    try:
        StackUpdate(path, translated, record, _deployment(cloud, stack, path.parent)).run(parameters)
        record.digest = stack_digest(path, parameters, record.local_paths, made_by)
    finally:
        record.save()
    return record.stack


def delete(cloud: "LocalCloud", stack: str) -> None:
    """Deletes a stack's resources, except those its template retains; nothing happens if there is none."""
    from localcloud.deploy.stacks import StackUpdate

    record = find(stack)
    try:
        StackUpdate(Path(stack), {"Resources": {}}, record, _deployment(cloud, stack, Path())).delete()
    except BaseException:
        record.digest = ""
        record.save()
        raise
    record.remove()


def _deployment(cloud: "LocalCloud", stack: str, folder: Path) -> "Deployment":
    from localcloud.deploy.kinds import Deployment

    session = _session(cloud.region)

    @functools.cache
    def client(service: str) -> Any:
        return session.client(service, endpoint_url=cloud.endpoint_url, config=_config())

    return Deployment(stack, cloud.region, ACCOUNT, folder, client)


def _session(region: str) -> Any:
    import boto3

    return boto3.Session("localcloud", "localcloud", region_name=region)


def _config() -> Any:
    from botocore.config import Config

    return Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=60)
