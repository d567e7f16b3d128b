"""Bring readers back to what they saw before a run: its publication and every later one are reversed together.

The landings that those runs took in count as new again, so nothing is lost: the next detection takes them in. What is
to be reversed is written down before the first move; a detection finishes a rollback that was cut off before it
looks at anything else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from hourglass.errors import HourglassError
from hourglass.landings import detected_key
from hourglass.plans import DETECTIONS, run_started_at, typing_key
from hourglass.publication import (
    MarkingCatalog,
    Move,
    is_taken_back,
    move_back,
    moves_of,
    publication_key,
    published_runs,
)

MARGIN = timedelta(days=1)
INTENT = "plans/_rollback.json"


class RollbackRefusedError(HourglassError):
    """Raised when a run cannot be reversed; nothing has changed."""


class Documents(Protocol):
    def keys(self, prefix: str) -> Iterable[str]: ...
    def get_json(self, key: str) -> Any: ...
    def put_json(self, key: str, document: Any) -> None: ...
    def delete(self, keys: list[str]) -> None: ...


@dataclass(frozen=True)
class RolledBack:
    """The runs that readers do not see any more, newest publication first, and how much was moved back."""

    runs: tuple[str, ...]
    moves: int


def roll_back(run_id: str, now: datetime, kept: timedelta, documents: Documents, catalog: MarkingCatalog) -> RolledBack:
    """Reverse `run_id` and every run that has published since; the caller holds the lock of detect.

    `kept` is how long replaced files stay.

    Raises:
        RollbackRefusedError: the run has published nothing, was rolled back before, or the files that it replaced may
            be gone by now.
    """
    if INTENT not in documents.keys(INTENT):
        documents.put_json(INTENT, {"runs": _wanted(run_id, now, kept, documents)})
    return finish_rollback(documents, catalog)


def finish_rollback(documents: Documents, catalog: MarkingCatalog) -> RolledBack:
    """Carry out the rollback that is written down, if there is one. Doing it again changes nothing."""
    if INTENT not in documents.keys(INTENT):
        return RolledBack((), 0)
    runs = documents.get_json(INTENT)["runs"]
    publications = [documents.get_json(publication_key(run_id)) for run_id in runs]
    moves = net_moves(publications)
    move_back(moves, catalog)
    for table, definition in _definitions_before(publications).items():
        catalog.mark_published(table, definition)
    for publication in publications:
        run_id = publication["run_id"]
        documents.delete([detected_key(landing) for landing in documents.get_json(typing_key(run_id))["ingest_runs"]])
        documents.put_json(publication_key(run_id), {**publication, "rolled_back": True})
    documents.delete([INTENT])
    return RolledBack(tuple(reversed(runs)), len(moves))


def net_moves(publications: Sequence[Mapping[str, Any]]) -> list[Move]:
    """What these publications, oldest first, have moved altogether."""
    found: dict[tuple[str, str | None], Move] = {}
    for publication in publications:
        for move in moves_of(publication):
            place = (move.table, move.partition)
            previous = found[place].previous if place in found else move.previous
            found[place] = Move(move.table, move.partition, move.location, previous)
    return list(found.values())


def _definitions_before(publications: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for publication in reversed(publications):
        found |= publication.get("definitions", {})
    return found


def _wanted(run_id: str, now: datetime, kept: timedelta, documents: Documents) -> list[str]:
    """The run and those that have published after it, oldest publication first."""
    published = published_runs(documents.keys(DETECTIONS))
    if run_id not in published:
        raise RollbackRefusedError(f"{run_id} has published nothing that could be taken back")
    if now - run_started_at(run_id) > kept - MARGIN:
        raise RollbackRefusedError(
            f"{run_id} is older than {(kept - MARGIN).days} days: the files that it replaced may be gone"
        )
    seen = {other: documents.get_json(publication_key(other)) for other in published}
    if is_taken_back(seen[run_id]):
        raise RollbackRefusedError(f"{run_id} has been taken back before")
    first = _published_at(seen[run_id])
    later = [document for document in seen.values() if not is_taken_back(document) and _published_at(document) >= first]
    return [document["run_id"] for document in sorted(later, key=_published_at)]


def _published_at(document: Mapping[str, Any]) -> str:
    return str(document.get("published_at") or run_started_at(document["run_id"]).isoformat())
