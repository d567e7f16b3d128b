"""What a run did and what that costs, from the run ledger and the prices of `prices.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hourglass.budget import Prices
from hourglass.plans import run_started_at

TERABYTE = 10**12
VERIFIED = "Verify the landing"
_FREE = ("FAILED", None)  # Athena takes nothing for a statement that failed; one that was stopped costs what it read


@dataclass(frozen=True)
class ClusterLife:
    """How long a cluster lived, and its instances of each type, as far as they are known from its start."""

    hours: float
    instances: Mapping[str, int]


@dataclass(frozen=True)
class RunTotals:
    """The steps of one run together. `rows` are new rows of an ingest, rows written by a detection; `weeks` those that
    it built; `seconds` are added up over steps that ran side by side."""

    run_id: str
    machine: str
    steps: int
    failed: int
    retries: int
    weeks: int
    rows: int
    scanned_bytes: int
    seconds: float
    athena_dollars: float
    cluster_dollars: float

    @property
    def dollars(self) -> float:
        return self.athena_dollars + self.cluster_dollars


def totals(
    run_id: str, steps: Mapping[str, Mapping[str, Any]], prices: Prices, clusters: Sequence[ClusterLife] = ()
) -> RunTotals:
    """Add up what the ledger says of the steps of a run, by step.

    Raises:
        KeyError: prices.json has no price for an instance type.
    """
    facts = list(steps.values())
    landed = steps.get(VERIFIED, {}).get("tables", {}).values()
    weeks = {part for each in facts for part in each.get("partitions", ()) if _is_week(part)}
    return RunTotals(
        run_id=run_id,
        machine="detect" if is_detection(run_id) else "ingest",
        steps=len(facts),
        failed=sum(bool(each.get("error")) for each in facts),
        retries=sum(int(each.get("attempt", 0)) for each in facts),
        weeks=len(weeks),
        rows=sum(int(each.get("rows") or 0) for each in facts) + sum(int(table["new_rows"]) for table in landed),
        scanned_bytes=sum(int(each.get("scanned_bytes", 0)) for each in facts),
        seconds=sum(float(each.get("seconds", 0.0)) for each in facts),
        athena_dollars=sum(statement_dollars(each, prices) for each in facts if "scanned_bytes" in each),
        cluster_dollars=sum(cluster_dollars(cluster, prices) for cluster in clusters),
    )


def is_detection(run_id: str) -> bool:
    try:
        run_started_at(run_id)
    except ValueError:
        return False
    return True


def statement_dollars(facts: Mapping[str, Any], prices: Prices) -> float:
    """What Athena takes for one statement: by what it read, at least for the minimum."""
    if facts.get("state") in _FREE:
        return 0.0
    return max(int(facts["scanned_bytes"]), prices.athena_minimum_bytes) / TERABYTE * prices.athena_terabyte


def cluster_dollars(cluster: ClusterLife, prices: Prices) -> float:
    """On demand; instances that scaling has added later are not in it."""
    return cluster.hours * sum(count * prices.instances[kind] for kind, count in cluster.instances.items())


def _is_week(partition: str) -> bool:
    try:
        return datetime.fromisoformat(partition).weekday() == 0
    except ValueError:
        return False
