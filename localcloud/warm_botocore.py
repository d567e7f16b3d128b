"""Has a process that forks others read, once for all of them, what every AWS client starts with.

Imported by the process of `localcloud.zygote` before it forks. botocore parses a service's description for every
session and lists the folders of all services for the first client: most of a cold start, and the same each time.
"""

import functools
from collections.abc import Iterable
from typing import Any

import botocore.session
from botocore import hooks
from botocore.loaders import JSONFileLoader, Loader

SERVICES = ("s3", "dynamodb", "stepfunctions", "athena", "glue", "emr", "sns", "sagemaker-runtime")
OF_ALL = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
OF_EACH = ("service-2", "endpoint-rule-set-1", "paginators-1")


def remember() -> None:
    """Keeps what botocore reads from its files, and learns of its own handlers, for the sessions to come."""
    plain_load, plain_list = JSONFileLoader.load_file, Loader.list_available_services
    files: dict[str, Any] = {}
    listings: dict[tuple[str, ...], list[str]] = {}

    def load_file(self: JSONFileLoader, path: str) -> Any:
        if path not in files:
            files[path] = plain_load(self, path)
        return files[path]

    def list_available_services(self: Loader, type_name: str) -> list[str]:
        where = (type_name, *self.search_paths)
        if where not in listings:
            listings[where] = plain_list(self, type_name)
        return listings[where]

    JSONFileLoader.load_file = load_file
    Loader.list_available_services = list_available_services
    hooks.accepts_kwargs = functools.cache(hooks.accepts_kwargs)


def read(services: Iterable[str] = SERVICES) -> None:
    """Reads what clients of these services will ask for."""
    botocore.session.Session()
    loader = Loader()
    for name in OF_ALL:
        loader.load_data(name)
    for service in services:
        for kind in OF_EACH:
            if service in loader.list_available_services(kind):
                loader.load_service_model(service, kind)


remember()
read()
