"""Clouds for the tests of the core: real server, real children, a state folder of their own."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from localcloud.cloud import LocalCloud

REGION = "eu-central-1"
FUNCTIONS = ("localcloud.engines.functions",)


def client(service: str, cloud: LocalCloud, attempts: int = 3) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": attempts}),
    )


@contextmanager
def running(state: Path, components: tuple[str, ...] = ()) -> Iterator[LocalCloud]:
    cloud = LocalCloud(state, components=components)
    cloud.region = REGION
    with cloud:
        yield cloud


def package(source: str, name: str = "handler.py") -> bytes:
    """A zip with one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, source)
    return stream.getvalue()


def bucket(cloud: LocalCloud, name: str = "lake") -> Any:
    s3 = client("s3", cloud)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return s3
