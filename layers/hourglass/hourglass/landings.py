"""What ingest has landed and detection has not taken in yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DETECTED = "plans/_detected/"


def detected_key(run_id: str) -> str:
    """The marker that says that a landing has been taken in."""
    return f"{DETECTED}{run_id}.json"


def run_id_of(key: str) -> str:
    """The ingest run that a manifest or a marker speaks of."""
    return key.rsplit("/", 1)[-1].removesuffix(".json")


@dataclass(frozen=True)
class Landing:
    """One verified ingest run: how many rows of each source table the lake did not hold before.

    `more`: it is a round of a long load, and the next one follows.
    """

    run_id: str
    new_rows: Mapping[str, int]
    more: bool = False

    @property
    def has_news(self) -> bool:
        return any(self.new_rows.values())


def landing_from_manifest(manifest: Mapping[str, Any]) -> Landing:
    tables = manifest["tables"]
    new_rows = {name: int(table["new_rows"]) for name, table in tables.items()}
    return Landing(manifest["run_id"], new_rows, manifest.get("more", False))


def pending_runs(manifests: Iterable[str], markers: Iterable[str]) -> list[str]:
    """The runs that have a manifest and no marker, oldest first; both are given by their keys."""
    taken_in = {run_id_of(key) for key in markers}
    return sorted({run_id_of(key) for key in manifests} - taken_in)


def typed_tables(landings: Iterable[Landing]) -> frozenset[str]:
    """The typed tables that have rows to take in."""
    return frozenset(f"typed_{name}" for landing in landings for name, rows in landing.new_rows.items() if rows)
