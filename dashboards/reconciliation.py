"""Whether source and lake agree, day by day, for the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN_DAYS = 20
DAYS = """
select work_date, source_rows, lake_rows, source_hours, lake_hours, verdict, run_id
from reconciliation
where run_id = (select max(run_id) from reconciliation)
order by work_date desc
"""
DELETED = """
select count(*) as row_count, sum(hours) as hours, count(case when is_approved then 1 end) as approved_rows
from deleted_line
where entry_id not in (select entry_id from clean_timesheet_entry)
"""


@dataclass(frozen=True)
class Reconciliation:
    """The newest sweep: days compared, entries and hours on both sides, and the newest days that are not equal.

    `deleted` counts all entries that were found missing and have not come back: row_count, hours, approved_rows.
    """

    run_id: str
    days: int
    source_rows: int
    lake_rows: int
    source_hours: float
    lake_hours: float
    unequal: int
    shown: Sequence[Mapping[str, Any]]
    deleted: Mapping[str, Any]


def reconcile(rows: Sequence[Mapping[str, Any]], deleted: Mapping[str, Any]) -> Reconciliation | None:
    """Sum up the rows of `DAYS`, beside the one of `DELETED`; None before the first sweep."""
    if not rows:
        return None
    unequal = [row for row in rows if row["verdict"] != "equal"]
    return Reconciliation(
        run_id=rows[0]["run_id"],
        days=len(rows),
        source_rows=sum(row["source_rows"] for row in rows),
        lake_rows=sum(row["lake_rows"] for row in rows),
        source_hours=float(sum(row["source_hours"] for row in rows)),
        lake_hours=float(sum(row["lake_hours"] for row in rows)),
        unequal=len(unequal),
        shown=unequal[:SHOWN_DAYS],
        deleted=deleted,
    )
