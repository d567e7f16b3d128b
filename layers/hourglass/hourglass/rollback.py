"""Bring readers back to what they saw before a run: its publication and every later one are reversed, newest first.

The landings that those runs took in count as new again, so nothing is lost: the next detection takes them in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from hourglass.errors import HourglassError
from hourglass.landings import detected_key
from hourglass.plans import DETECTIONS, run_started_at, typing_key
from hourglass.publication import MarkingCatalog, publication_key, published_runs, take_back

MARGIN = timedelta(days=1)


class RollbackRefusedError(HourglassError):
    """Raised when a run cannot be reversed; nothing has changed."""


class Documents(Protocol):
    def keys(self, prefix: str) -> Iterable[str]: ...
    def get_json(self, key: str) -> Any: ...
    def put_json(self, key: str, document: Any) -> None: ...
    def delete(self, keys: list[str]) -> None: ...


@dataclass(frozen=True)
class RolledBack:
    """A run that readers do not see any more, and how many tables and partitions were moved back."""

    run_id: str
    moves: int


def roll_back(
    run_id: str, now: datetime, kept: timedelta, documents: Documents, catalog: MarkingCatalog
) -> list[RolledBack]:
    """Reverse `run_id` and every later run that readers see, newest first; answers them in that order.

    `kept` is how long replaced files stay. Doing it again after it was cut off finishes it.

    Raises:
        RollbackRefusedError: the run has published nothing, was rolled back before, or the files that it replaced may
            be gone by now.
    """
    published = published_runs(documents.keys(DETECTIONS))
    if run_id not in published:
        raise RollbackRefusedError(f"{run_id} has published nothing that could be taken back")
    if now - run_started_at(run_id) > kept - MARGIN:
        raise RollbackRefusedError(
            f"{run_id} is older than {(kept - MARGIN).days} days: the files that it replaced may be gone"
        )
    wanted = [later for later in published if later >= run_id]
    seen = {later: documents.get_json(publication_key(later)) for later in wanted}
    if seen[run_id].get("rolled_back"):
        raise RollbackRefusedError(f"{run_id} has been rolled back before")
    return [
        _reverse(seen[later], documents, catalog) for later in reversed(wanted) if not seen[later].get("rolled_back")
    ]


def _reverse(publication: Mapping[str, Any], documents: Documents, catalog: MarkingCatalog) -> RolledBack:
    run_id = publication["run_id"]
    take_back(publication, catalog)
    documents.delete([detected_key(landing) for landing in documents.get_json(typing_key(run_id))["ingest_runs"]])
    documents.put_json(publication_key(run_id), {**publication, "rolled_back": True})
    return RolledBack(run_id, len(publication["moves"]))
