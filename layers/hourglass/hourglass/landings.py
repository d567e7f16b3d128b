"""What ingest has landed and detection has not taken in yet."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hourglass.sweeps import swept_table

DETECTED = "plans/_detected/"


def detected_key(run_id: str) -> str:
    """The marker that says that a landing has been taken in."""
    return f"{DETECTED}{run_id}.json"


def run_id_of(key: str) -> str:
    """The ingest run that a manifest or a marker speaks of."""
    return key.rsplit("/", 1)[-1].removesuffix(".json")


@dataclass(frozen=True)
class Landing:
    """One verified ingest run: how many rows of each source table the lake did not hold before, and how many rows of
    the lake the source does not hold any more.

    `more`: it is a round of a long load, and the next one follows.
    """

    run_id: str
    new_rows: Mapping[str, int]
    more: bool = False
    gone_rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def news(self) -> int:
        return sum(self.new_rows.values()) + sum(self.gone_rows.values())


def landing_from_manifest(manifest: Mapping[str, Any]) -> Landing:
    tables = manifest["tables"]
    new_rows = {name: int(table["new_rows"]) for name, table in tables.items()}
    gone_rows = Counter[str]()
    for name, table in tables.items():
        gone_rows[swept_table(name) or name] += int(table.get("gone_rows", 0))
    return Landing(manifest["run_id"], new_rows, manifest.get("more", False), gone_rows)


def pending_runs(manifests: Iterable[str], markers: Iterable[str]) -> list[str]:
    """The runs that have a manifest and no marker, oldest first; both are given by their keys."""
    taken_in = {run_id_of(key) for key in markers}
    return sorted({run_id_of(key) for key in manifests} - taken_in)


def runs_by_table(landings: Iterable[Landing]) -> dict[str, list[str]]:
    """The runs with news whose manifest lists a table of the source: only there it was verified."""
    found: dict[str, list[str]] = {}
    for landing in landings:
        if landing.news:
            for name in landing.new_rows:
                found.setdefault(name, []).append(landing.run_id)
    return found


def tables_with_news(landings: Iterable[Landing]) -> frozenset[str]:
    """The typed tables that have rows to take in, and the tables of deleted rows that have rows to keep."""
    counts = [(f"typed_{name}", rows) for landing in landings for name, rows in landing.new_rows.items()]
    counts += [(f"deleted_{name}", rows) for landing in landings for name, rows in landing.gone_rows.items()]
    return frozenset(name for name, rows in counts if rows)
