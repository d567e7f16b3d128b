"""Has botocore read each of its data files once per process instead of once per session.

Every session parses a service's description, and lists the folders of all services for its first client; the cloud's
own clients, moto, and whoever is forked from a process that has read them ask for the same files.
"""

import functools
from typing import Any

from botocore import hooks
from botocore.loaders import JSONFileLoader, Loader

_remembering: list[bool] = []


def remember() -> None:
    """Keeps what botocore reads from its files, and learns of its own handlers, for the sessions to come."""
    if _remembering:
        return
    _remembering.append(True)
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
