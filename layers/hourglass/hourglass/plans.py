"""What travels between the states of `detect`: run ids, plan documents and their statements. No SQL parser needed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from hourglass.lake import Lake, plan_folder, plan_key

SCORES, SCORED = "timesheet_scores", "timesheet_features"
DETECTIONS = plan_folder("d").rstrip("/")  # what the keys of their plans begin with
_STAGING = re.compile(r"__(d\d{8}t\d{6}_[0-9a-f]{8})$")


def detection_run_id(execution: str, started_at: datetime) -> str:
    """The same for every attempt of one execution; usable in table names; sorts by time."""
    return f"d{started_at:%Y%m%dt%H%M%S}_{hashlib.sha256(execution.encode()).hexdigest()[:8]}"


def run_started_at(run_id: str) -> datetime:
    """When the execution of a detection started, UTC; it is written in its run id.

    Raises:
        ValueError: it is no run id of a detection.
    """
    return datetime.strptime(run_id[:16], "d%Y%m%dt%H%M%S").replace(tzinfo=UTC)


def staging_name(table: str, run_id: str) -> str:
    return f"{table}__{run_id}"


def staging_run_id(table: str) -> str | None:
    """The run that staged this table; None for a table that readers use."""
    found = _STAGING.search(table)
    return found.group(1) if found else None


@dataclass(frozen=True)
class Statement:
    """One statement and what its failure leaves behind.

    `creates` is the staging table that it creates, if it does; `fresh` the locations that belong to it
    alone: both are removed before another attempt. `partitions` says for the ledger which weeks or runs
    it writes.
    """

    name: str
    sql: str
    creates: str | None = None
    fresh: tuple[str, ...] = ()
    partitions: tuple[str, ...] = ()

    @property
    def sql_hash(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def statement_from_json(document: dict[str, Any]) -> Statement:
    lists = {key: tuple(document.get(key, ())) for key in ("fresh", "partitions")}
    return Statement(document["name"], document["sql"], document.get("creates"), **lists)


def statement_of(plan: Mapping[str, Any], name: str) -> Statement:
    """One statement of a plan document.

    Raises:
        KeyError: the plan has no statement of that name.
    """
    return statement_from_json(plan["statements"][name])


def typing_key(run_id: str) -> str:
    return plan_key(run_id, "typing")


def chain_key(run_id: str) -> str:
    return plan_key(run_id, "chain")


def week_location(lake: Lake, table: str, run_id: str, week: str) -> str:
    """Where one run writes one week of one table."""
    return f"{lake.table_location(table, run_id)}week_start={week}/"


def rows_built(steps: Mapping[str, Mapping[str, Any]], table: str) -> int:
    """How many rows the statements of one table have written, from the run ledger."""
    return sum(int(facts.get("rows") or 0) for name, facts in steps.items() if name.split(".")[0] == table)
