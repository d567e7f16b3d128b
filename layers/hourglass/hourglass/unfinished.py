"""Leave nothing behind of a run that failed or died: readers see what they saw before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hourglass.landings import detected_key
from hourglass.plans import staging_run_id, typing_key
from hourglass.publication import MarkingCatalog, publication, publication_key, take_back


class Documents(Protocol):
    def keys(self, prefix: str) -> Iterable[str]: ...
    def get_json(self, key: str) -> Any: ...
    def put_json(self, key: str, document: Any) -> None: ...


class Tables(MarkingCatalog, Protocol):
    def drop_table(self, name: str) -> None: ...


class Jobs(Protocol):
    def stop(self, job_id: str, /) -> None: ...


class Steps(Protocol):
    def steps(self, run_id: str) -> Mapping[str, Mapping[str, Any]]: ...


def stop_jobs(run_id: str, steps: Steps, services: Mapping[str, Jobs]) -> int:
    """Stop what the run started and did not see ending; returns how many jobs."""
    running = [facts for facts in steps.steps(run_id).values() if facts.get("job_id") and "error" not in facts]
    stoppable = [facts for facts in running if facts.get("service") in services]
    for facts in stoppable:
        services[facts["service"]].stop(facts["job_id"])
    return len(stoppable)


def settle_publication(run_id: str, documents: Documents, catalog: MarkingCatalog) -> bool:
    """Reverse a publication that was cut off; mark the landings of one that was complete. True if complete."""
    key = publication_key(run_id)
    written = documents.get_json(key) if key in documents.keys(key) else publication(run_id, [], done=False)
    if written.get("rolled_back"):  # once: what a later run has published since is not its to reverse
        return False
    if not written["done"]:
        # A publish_weeks that comes late, or still moves, sees the mark and takes its moves back itself.
        documents.put_json(key, {**written, "taken_back": True})
        take_back(written, catalog)
        documents.put_json(key, {**written, "taken_back": True, "rolled_back": True})
        return False
    mark_detected(documents.get_json(typing_key(run_id))["ingest_runs"], run_id, documents)
    return True


def mark_detected(ingest_runs: Iterable[str], run_id: str | None, documents: Documents) -> None:
    """Say of these landings that they need no further detection."""
    for ingest_run in ingest_runs:
        documents.put_json(detected_key(ingest_run), {"run_id": ingest_run, "detected_by": run_id})


def drop_staging(tables: Iterable[str], catalog: Tables, run_id: str | None = None) -> list[str]:
    """Drop the staging tables of one run, or of every run; their files stay, for they may be published."""
    names = [name for name in tables if staging_run_id(name) and run_id in (None, staging_run_id(name))]
    for name in names:
        catalog.drop_table(name)
    return names


def dead_runs(tables: Iterable[str], run_id: str) -> list[str]:
    """Other runs that left staging tables: whoever holds the lock knows that they do not run any more."""
    return sorted({found for name in tables if (found := staging_run_id(name)) and found != run_id})


@dataclass(frozen=True)
class Unfinished:
    """Undoes runs."""

    documents: Documents
    catalog: Tables
    steps: Steps
    services: Mapping[str, Jobs]

    def stop(self, run_id: str) -> None:
        """Stop the jobs of a run."""
        stop_jobs(run_id, self.steps, self.services)

    def abandon(self, run_id: str, tables: Iterable[str]) -> None:
        """Stop the jobs of a run, reverse its publication unless it was complete, drop its staging tables."""
        self.stop(run_id)
        settle_publication(run_id, self.documents, self.catalog)
        drop_staging(tables, self.catalog, run_id)
