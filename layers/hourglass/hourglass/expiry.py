"""Which files of the tables nothing refers to any more: no table, no partition, and no publication that can be rolled
back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from hourglass.lake import TABLES, Lake
from hourglass.plans import DETECTIONS, run_started_at
from hourglass.publication import moves_of, publication_key, published_runs

_RUN = "run_id="


class Documents(Protocol):
    def keys(self, prefix: str) -> Iterable[str]: ...
    def get_json(self, key: str) -> Any: ...


class Tables(Protocol):
    def tables(self) -> Mapping[str, Any]: ...
    def partitions(self, table: str) -> Mapping[str, str]: ...


def expired_keys(now: datetime, kept: timedelta, lake: Lake, documents: Documents, catalog: Tables) -> Iterator[str]:
    """The keys of files that a run wrote longer than `kept` ago and that nobody can come back to.

    A key that does not look as one that a run writes is never among them.
    """
    old = [key for key in documents.keys(TABLES) if _is_older(key, now - kept)]
    if not old:
        return
    needed = frozenset(_needed(now - kept, documents, catalog))
    yield from (key for key in old if needed.isdisjoint(_folders(lake.uri(key))))


def _needed(since: datetime, documents: Documents, catalog: Tables) -> Iterator[str]:
    """The locations that the catalog points to, and those that a rollback of a run since then would need."""
    for name, table in catalog.tables().items():
        yield _folder(table.location)
        if table.partition is not None:
            yield from map(_folder, catalog.partitions(name).values())
    for run_id in published_runs(documents.keys(DETECTIONS)):
        if run_started_at(run_id) >= since:
            moves = moves_of(documents.get_json(publication_key(run_id)))
            yield from (_folder(move.previous) for move in moves if move.previous)


def _is_older(key: str, moment: datetime) -> bool:
    run = next((part.removeprefix(_RUN) for part in key.split("/") if part.startswith(_RUN)), "")
    try:
        return run_started_at(run) < moment
    except ValueError:
        return False


def _folders(uri: str) -> Iterator[str]:
    """The folders that hold a file, as locations."""
    while (cut := uri.rstrip("/").rfind("/")) > len("s3://"):
        uri = uri[: cut + 1]
        yield uri


def _folder(location: str) -> str:
    return location if location.endswith("/") else f"{location}/"
