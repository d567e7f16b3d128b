"""What is read of a source now and then beside its tables: the keys that it still has, and its totals per day.

Rows that were deleted at the source tell nothing of themselves, so the keys are read whole and compared with the lake;
the totals per day show an auditor that source and lake agree (docs/decisions/0012-key-sweep.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from hourglass.queries import days_relation
from hourglass.sources import Source, SourceColumn, SourceTable

KEYS, DAYS = "keys_of_", "days_of_"
# The tables of which `sql/deleted/` keeps what the source deletes. Others are what timesheets of the past point to.
CAN_LOSE_ROWS = frozenset(
    {"holiday", "assignment", "leave_day", "travel", "activity_day", "timesheet", "timesheet_entry"}
)
COMPARED, DAY_COLUMNS = "timesheet_entry", {"work_date": "date", "hours": "numeric", "updated_at": "timestamp"}


def with_sweeps(source: Source) -> Source:
    """The source with `keys_of_<table>` for each table that can lose rows, and the days of the entries."""
    keys = [_keys_of(table) for table in source.tables if table.name in CAN_LOSE_ROWS]
    days = [_days_of(table) for table in source.tables if table.name == COMPARED and _has_days(table)]
    return replace(source, tables=(*source.tables, *keys, *days))


def swept_table(name: str) -> str | None:
    """The table that a swept one tells about; None for a table that is none."""
    return next((name.removeprefix(prefix) for prefix in (KEYS, DAYS) if name.startswith(prefix)), None)


def due_sweeps(
    source: Source, watermarks: Mapping[str, datetime], at: datetime, every: timedelta, at_once: bool
) -> list[str]:
    """The swept tables that this run reads. Keys are not read before any table was: there is nothing to compare."""
    due = [table.name for table in source.tables if swept_table(table.name)]
    if not at_once:
        due = [name for name in due if name not in watermarks or at - watermarks[name] >= every]
    return [name for name in due if watermarks or not name.startswith(KEYS)]


def _keys_of(table: SourceTable) -> SourceTable:
    names = {*table.key, table.split_by}
    columns = tuple(column for column in table.columns if column.name in names)
    return replace(table, name=KEYS + table.name, columns=columns, check_column=None, total=None)


def _has_days(table: SourceTable) -> bool:
    types = {column.name: column.type for column in table.columns}
    return all(types.get(name) == kind for name, kind in DAY_COLUMNS.items())


def _days_of(table: SourceTable) -> SourceTable:
    name, types = DAYS + table.name, {"row_count": "bigint", **DAY_COLUMNS}
    return SourceTable(
        name=name,
        key=("work_date",),
        columns=tuple(SourceColumn(column, kind, column, column) for column, kind in types.items()),
        check_column=None,
        split_by=None,
        mappers=1,
        total="hours",
        relation=days_relation(table, name),
        where=None,
        reads=table.reads,
    )
