"""One configured client per service and process, made when it is first used."""

from functools import cache, cached_property
from typing import Any

import botocore.session
from botocore.config import Config

_CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 6}, connect_timeout=5, read_timeout=70)


@cache
def _session() -> Any:
    return botocore.session.get_session()


class Client:
    """Stands for a client until somebody calls it: reading a service's model is most of a cold start, and an
    adapter that a run does not ask anything must not cost that."""

    def __init__(self, service: str) -> None:
        self._service = service

    @cached_property
    def made(self) -> Any:
        """The botocore client: boto3's session costs import time and adds nothing here."""
        return _session().create_client(self._service, config=_CONFIG)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.made, name)


@cache
def client(service: str) -> Client:
    return Client(service)
