"""One configured client per service and process."""

from functools import cache
from typing import Any

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config

_CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 6}, connect_timeout=5, read_timeout=70)


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def client(service: str) -> BaseClient:
    """A botocore client: boto3's session costs import time and adds nothing here."""
    return _session().create_client(service, config=_CONFIG)
