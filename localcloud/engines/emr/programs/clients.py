"""AWS clients of the node's programs: made once before the fork, used after it when the environment is the same."""

import os
from contextlib import suppress
from typing import Any

import boto3
import botocore.config
from botocore.exceptions import BotoCoreError, ClientError

_prepared: dict[tuple[str, ...], Any] = {}
CONFIGURATION = botocore.config.Config(retries={"total_max_attempts": 3}, s3={"addressing_style": "path"})


def prepare() -> None:
    """Makes the client that every import asks for, and has it do once what only its first request does."""
    secrets = client("secretsmanager")
    with suppress(BotoCoreError, ClientError):
        secrets.list_secrets(MaxResults=1)
    secrets.close()  # the programs may not share a connection


def client(service: str, region: str | None = None) -> Any:
    """The client of a service for this process's environment."""
    wanted = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    key = (service, wanted, *(os.environ.get(name, "") for name in names))
    if key not in _prepared:
        _prepared[key] = boto3.session.Session().client(service, region_name=wanted, config=CONFIGURATION)
    return _prepared[key]
