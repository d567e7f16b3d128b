"""The embedded cloud of a state folder: the process that serves it already, or this one for a while."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cli.errors import CommandError
from cli.source import SourceUrl
from cli.spark import find_driver, lend_driver

STACK = "hourglass"
ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
IMAGES = {"hourglass-model": ROOT / "model"}
DATABASE = "timesheets"
# Nothing of a laptop's network is on AWS, and its one clock needs no lag.
LAPTOP_PARAMETERS = {"PrivateSubnetId": "subnet-0123456789abcdef0", "LagSeconds": "0"}


@dataclass(frozen=True)
class Execution:
    """An execution of a state machine, as the embedded cloud reports it."""

    arn: str
    machine: str
    status: str
    current_states: tuple[str, ...]
    error: str | None
    cause: str | None


@dataclass(frozen=True)
class Activity:
    """What the embedded cloud is doing; `idle` when nothing runs and nothing is about to.

    `mark` is another one whenever something has gone on.
    """

    executions: tuple[Execution, ...]
    idle: bool
    mark: str


class Cloud(Protocol):
    """What the commands ask of the embedded cloud."""

    endpoint_url: str

    def deploy(self, parameters: Mapping[str, str]) -> None: ...
    def physical_id(self, logical_id: str) -> str: ...
    def fire_schedule(self, name: str) -> None: ...
    def activity(self, other_than: str = "") -> Activity: ...


class ServedCloud:
    """The embedded cloud over its admin routes: the same whoever serves it."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url

    def deploy(self, parameters: Mapping[str, str]) -> None:
        document = {"template": str(TEMPLATE), "stack": STACK, "parameters": dict(parameters)}
        self._call("POST", "deploy", document)

    def physical_id(self, logical_id: str) -> str:
        stack = self._call("GET", f"stacks/{STACK}")
        try:
            return str(stack["physical_ids"][logical_id])
        except KeyError as error:
            raise CommandError(f"Nothing called {logical_id} is deployed in this state folder.") from error

    def is_deployed(self) -> bool:
        return bool(self._call("GET", f"stacks/{STACK}")["physical_ids"])

    def fire_schedule(self, name: str) -> None:
        self._call("POST", f"schedules/{name}/fire", {})

    def activity(self, other_than: str = "") -> Activity:
        """What goes on; with a mark, as soon as something else does, or after ten seconds."""
        document = self._call("GET", f"activity/{other_than}".rstrip("/"))
        executions = tuple(
            Execution(
                arn=each["arn"],
                machine=each["machine"],
                status=each["status"],
                current_states=tuple(each["current_states"]),
                error=each["error"],
                cause=each["cause"],
            )
            for each in document["executions"]
        )
        return Activity(executions, bool(document["idle"]), str(document["mark"]))

    def _call(self, method: str, route: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(  # noqa: S310 - the endpoint is our own, on 127.0.0.1
            f"{self.endpoint_url}/_localcloud/{route}", body, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise CommandError(json.loads(error.read())["message"]) from error
        except OSError as error:
            raise CommandError(
                f"The embedded cloud at {self.endpoint_url} does not answer any more: {error}."
            ) from error


@contextmanager
def open_cloud(state: Path, port: int | None = None) -> Iterator[ServedCloud]:
    """Attach to the process that serves this state folder, or serve it ourselves until the block ends."""
    from localcloud.cloud import LocalCloud
    from localcloud.errors import StateInUseError

    try:
        with LocalCloud(state, port, IMAGES) as cloud:
            yield _attached(cloud.endpoint_url)
    except StateInUseError as error:
        if port is not None:
            raise CommandError(
                f"{state} is served already at http://127.0.0.1:{error.port}; stop that first."
            ) from error
        yield _attached(f"http://127.0.0.1:{error.port}")


def _attached(endpoint_url: str) -> ServedCloud:
    """Point every AWS client of this process at the embedded cloud, with its own credentials only."""
    os.environ.update(aws_environment(endpoint_url))
    os.environ.pop("AWS_PROFILE", None)
    return ServedCloud(endpoint_url)


def aws_environment(endpoint_url: str) -> dict[str, str]:
    """What a client needs: any credentials will do."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        "AWS_ATHENA_WORK_GROUP": "primary",  # PyAthena asks for one
    }


def deploy(cloud: ServedCloud, source: SourceUrl, mapping: str, engine: str = "sqoop") -> None:
    """Deploy the template for this source, its mapping and the engine, and put its user and password into the secret.

    Raises:
        CommandError: this machine lacks what the engine needs.
    """
    import boto3

    driver = find_driver(source.jdbc_url) if engine == "spark" else None
    parameters = {"SourceJdbcUrl": source.jdbc_url, "SourceMapping": mapping, "IngestEngine": engine}
    cloud.deploy({**LAPTOP_PARAMETERS, **parameters})
    lend_driver(boto3.client("s3"), cloud.physical_id("LakeBucket"), driver)
    secrets = boto3.client("secretsmanager")
    secret_id = cloud.physical_id("SourceSecret")
    wanted = json.dumps({"username": source.username, "password": source.password})
    if secrets.get_secret_value(SecretId=secret_id)["SecretString"] != wanted:
        secrets.put_secret_value(SecretId=secret_id, SecretString=wanted)


def require_deployed(cloud: ServedCloud, state: Path) -> None:
    """Say what to do when nothing was ever run in this state folder."""
    if not cloud.is_deployed():
        raise CommandError(f"Nothing has been run in {state} yet: `hourglass run --source URL --state {state}` does.")
