"""What ingest reads now and then beside the tables: the keys that the source still has, and its totals per day.

Rows that were deleted at the source tell nothing of themselves, so the keys are read whole and compared with the lake;
the totals per day show an auditor that source and lake agree (docs/decisions/0012-key-sweep.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from hourglass.queries import days_relation
from hourglass.sources import Source, SourceColumn, SourceTable

KEYS, DAYS = "keys_of_", "days_of_"


def with_sweeps(source: Source) -> Source:
    """The source with `keys_of_<table>` for each table that has a check column and does not keep what is deleted, and
    `days_of_<table>` for each that says what its day is. A table without a check column is its own key sweep: it is
    reloaded whole."""
    keys = [_keys_of(table) for table in source.tables if table.check_column and not table.keep_deleted]
    days = [_days_of(table) for table in source.tables if table.day]
    return replace(source, tables=(*source.tables, *keys, *days))


def swept_table(name: str) -> str | None:
    """The table that a swept one tells about; None for a table that is none."""
    return next((name.removeprefix(prefix) for prefix in (KEYS, DAYS) if name.startswith(prefix)), None)


def due_sweeps(
    source: Source, watermarks: Mapping[str, datetime], at: datetime, every: timedelta, at_once: bool
) -> list[str]:
    """The swept tables that this run reads. Keys are not read before their table was: there is nothing to compare."""
    due = [table.name for table in source.tables if swept_table(table.name)]
    if not at_once:
        due = [name for name in due if name not in watermarks or at - watermarks[name] >= every]
    return [name for name in due if not name.startswith(KEYS) or swept_table(name) in watermarks]


def _keys_of(table: SourceTable) -> SourceTable:
    names = {*table.key, table.split_by}
    columns = tuple(column for column in table.columns if column.name in names)
    return replace(table, name=KEYS + table.name, columns=columns, check_column=None, total=None, day=None)


def _days_of(table: SourceTable) -> SourceTable:
    day = str(table.day)
    types = {day: "date", "row_count": "bigint"}
    types |= {table.total: "numeric"} if table.total else {}
    types |= {table.check_column: "timestamp"} if table.check_column else {}
    name = DAYS + table.name
    return SourceTable(
        name=name,
        key=(day,),
        columns=tuple(SourceColumn(column, kind, column, column) for column, kind in types.items()),
        check_column=None,
        split_by=None,
        mappers=1,
        total=table.total,
        relation=days_relation(table, name),
        where=None,
        reads=table.reads,
    )
