"""Whether what landed is what the source holds: totals of the landing against control totals of the source.

The control totals are taken on the source before and after the import. While people keep editing, rows leave
the window (their check column moves on) and late commits enter it, so the landing may lie anywhere between the
two; on a quiet database the two are equal and the comparison is exact.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from hourglass.errors import ControlTotalMismatchError, SourceSchemaError
from hourglass.failures import Failure, failure
from hourglass.imports import CONTROL_TABLE
from hourglass.sources import LANDS_AS_STRING, SOURCE_TYPES, Source, SourceTable
from hourglass.sweeps import KEYS
from hourglass.windows import Window, literal, moment_of

_CONTROL_COLUMNS = "table_name, row_count, total, lowest, highest"


@dataclass(frozen=True)
class Totals:
    """Rows, sum of the total column (hours), and range of the check column of one window of one table."""

    rows: int
    total: Decimal | None
    lowest: datetime | None
    highest: datetime | None


@dataclass(frozen=True)
class LandedTable:
    """What one run landed of one table of the window from `low` to `high`.

    `new_rows` are versions that the lake did not hold before; `gone_rows` are rows of the lake that were looked for and
    that the source does not hold any more; `highest` is the newest check value as it landed.
    """

    rows: int
    new_rows: int
    total: str | None
    low: str | None
    high: str | None
    highest: str | None
    gone_rows: int = 0


def totals_query(
    source: Source, run_id: str, ingest_date: str, windows: Mapping[str, Window], known: Collection[str]
) -> str:
    """One SELECT with the totals of every table that has a window, and the control totals.

    Its rows are `kind, table_name, row_count, total, lowest, highest, new_rows, gone_rows`: kind is `landed`, `before`
    or `after`.

    `known` are the tables that exist already: what landed is compared with `typed_*`, as far as it reaches into the
    window, or with `clean_*`. Of keys none are new, of days all.
    """
    here = f"ingest_date = '{ingest_date}' and run_id = '{run_id}'"
    branches = [_landed(table, windows[table.name], here, known) for table in source.tables if table.name in windows]
    branches.append(f"select phase, {_CONTROL_COLUMNS}, {_NO_COUNT}, {_NO_COUNT} from raw_{CONTROL_TABLE} where {here}")
    return "\nunion all\n".join(branches)


def _landed(table: SourceTable, window: Window, here: str, known: Collection[str]) -> str:
    total = f"cast(sum({_number(table, table.total)}) as varchar)" if table.total else _NULL
    lowest = f"min(landed.{table.check_column})" if table.check_column else _NULL
    highest = f"max(landed.{table.check_column})" if table.check_column else _NULL
    landed = f"select * from raw_{table.name} where {here}"
    gone_rows = _gone_rows(table, landed, known)
    new_rows, join = ("0", "") if table.name.startswith(KEYS) else _new_rows(table, window, known)
    return (
        f"select 'landed' as kind, '{table.name}' as table_name, count(*) as row_count, {total} as total, "
        f"{lowest} as lowest, {highest} as highest, {new_rows} as new_rows, {gone_rows} as gone_rows "
        f"from ({landed}) as landed{join}"
    )


def _new_rows(table: SourceTable, window: Window, known: Collection[str]) -> tuple[str, str]:
    """How many rows are new, and the join that tells which the lake holds: a row that was deleted can come back."""
    seen_table = f"typed_{table.name}" if table.check_column else f"clean_{table.name}"
    if seen_table not in known:
        return "count(*)", ""
    compared = [*table.key, table.check_column] if table.check_column else [c.name for c in table.columns]
    listed = ", ".join(f"{_text('held.' + column, table)} as {column}" for column in compared)
    matches = " and ".join(f"seen.{c} = {_text('landed.' + c, table)}" for c in compared)
    seen = f"select distinct {listed}, true as is_seen from {seen_table} as held"
    conditions = []
    if table.check_column and f"deleted_{table.name}" in known:
        gone = ", ".join(f"{_text(column, table)} as {column}" for column in compared)
        same = " and ".join(f"gone.{c} = {_text('held.' + c, table)}" for c in compared)
        deleted = f"select {gone}, run_id from deleted_{table.name}"
        seen += f" left join ({deleted}) as gone on {same} and gone.run_id >= held.run_id"
        conditions.append("gone.run_id is null")
    if table.check_column and window.low:
        low = f"held.{table.check_column} >= timestamp '{literal(window.low)}'"
        conditions.append(f"({low} or held.{table.check_column} is null)")
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return "count(*) - count(seen.is_seen)", f" left join ({seen}{where}) as seen on {matches}"


def _gone_rows(table: SourceTable, landed: str, known: Collection[str]) -> str:
    """How many rows of the lake are not among all keys of the source. No key at all is not believed."""
    lake_table = f"clean_{table.name.removeprefix(KEYS)}"
    if not table.name.startswith(KEYS) or lake_table not in known:
        return "0"
    listed = ", ".join(f"{_text(column, table)} as {column}" for column in table.key)
    matches = " and ".join(f"present.{c} = {_text('known.' + c, table)}" for c in table.key)
    present = f"select distinct {listed}, true as is_present from ({landed}) as keys"
    gone = f"select count(*) from {lake_table} as known left join ({present}) as present on {matches}"
    return f"case when count(*) = 0 then 0 else ({gone} where present.is_present is null) end"


_NULL, _NO_COUNT = "cast(null as varchar)", "cast(null as bigint)"


def _number(table: SourceTable, name: str) -> str:
    """What landed as the number that `queries.countable` makes of it at the source, or NULL.

    Engines read a number of at most 18 digits many times as fast as a longer one.
    """
    column = f"landed.{name}"
    if next(c.type for c in table.columns if c.name == name) not in LANDS_AS_STRING:
        return f"cast({column} as decimal(30, 6))"
    short, long = f"try_cast({column} as decimal(18, 6))", f"try_cast({column} as decimal(30, 6))"
    return f"case when length({column}) <= 12 then {short} else {long} end"


def _text(column: str, table: SourceTable) -> str:
    """A column as text that is equal for the landed string and the typed value, NULL included."""
    kind = next(c.type for c in table.columns if c.name == column.rpartition(".")[2])
    typed = {"date": "date", "timestamp": "timestamp", "numeric": "decimal(18, 4)"}.get(kind)
    value = f"try_cast({column} as {typed})" if typed else column
    return f"coalesce(cast({value} as varchar), '')"


@dataclass(frozen=True)
class Verification:
    """What landed, per table, for the manifest; and the tables whose landing cannot be trusted."""

    tables: dict[str, LandedTable]
    failures: list[Failure]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_landing(windows: Mapping[str, Window], rows: Iterable[Mapping[str, Any]]) -> Verification:
    """Compare the rows of `totals_query` for each table that has a window.

    Raises:
        ControlTotalMismatchError: not one table lies within the control totals.
    """
    by_kind = {(row["kind"], row["table_name"]): row for row in rows}
    tables: dict[str, LandedTable] = {}
    failures: list[Failure] = []
    for name, window in windows.items():
        try:
            tables[name] = _landed_table(name, window, by_kind)
        except ControlTotalMismatchError as error:
            failures.append(failure(name, type(error).__name__, str(error)))
    if failures and not tables:
        raise ControlTotalMismatchError("; ".join(each["cause"] for each in failures))
    return Verification(tables, failures)


def _landed_table(name: str, window: Window, by_kind: Mapping[tuple[str, str], Mapping[str, Any]]) -> LandedTable:
    missing = [kind for kind in ("before", "after") if (kind, name) not in by_kind]
    if missing:
        raise ControlTotalMismatchError(f"no control total was taken {' and '.join(missing)} of {name}")
    found = by_kind["landed", name]
    _compare(name, _totals(found), _totals(by_kind["before", name]), _totals(by_kind["after", name]))
    ends = window.as_json()
    return LandedTable(
        rows=int(found["row_count"]),
        new_rows=int(found["new_rows"]),
        total=found["total"],
        low=ends["low"],
        high=ends["high"],
        highest=found["highest"],
        gone_rows=int(found["gone_rows"]),
    )


def drifted(source: Source, found: Iterable[tuple[str, str, str]]) -> list[Failure]:
    """The tables whose columns are not as the mapping says, each with its first problem.

    Raises:
        SourceSchemaError: not one table is as it says; with the first problem.
    """
    listed = list(found)
    first = {
        table.name: next(column_problems(replace(source, tables=(table,)), listed), None) for table in source.tables
    }
    failures = [failure(name, SourceSchemaError.__name__, problem) for name, problem in first.items() if problem]
    if len(failures) == len(source.tables):
        raise SourceSchemaError(failures[0]["cause"])
    return failures


def column_problems(source: Source, found: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """One sentence per table or column that is missing or has a type that its mapping does not expect."""
    types = {(table, column): data_type for table, column, data_type in found}
    known = {table for table, _ in types}
    reads = {(read.table, read.column, read.type): read for table in source.tables for read in table.reads}
    for missing in sorted({read.table for read in reads.values()} - known):
        yield f"the source has no table {source.qualified(missing)}, or its user may not read it"
    for read in reads.values():
        name = f"{source.qualified(read.table)}.{read.column}"
        data_type = types.get((read.table, read.column))
        if data_type is None and read.table in known:
            yield f"the source has no column {name}, or its user may not read it"
        elif data_type is not None and read.type is not None and data_type not in SOURCE_TYPES[read.type]:
            yield f"the source's column {name} is {data_type}, but {read.type} is expected"


def _totals(row: Mapping[str, Any]) -> Totals:
    return Totals(
        rows=int(row["row_count"]),
        total=Decimal(row["total"]).normalize() if row["total"] else None,
        lowest=moment_of(row["lowest"]) if row["lowest"] else None,
        highest=moment_of(row["highest"]) if row["highest"] else None,
    )


def _compare(table: str, landed: Totals, before: Totals, after: Totals) -> None:
    for what in ("rows", "total", "lowest", "highest"):
        value, bounds = getattr(landed, what), (getattr(before, what), getattr(after, what))
        if value in bounds:
            continue
        if None in (value, *bounds) or not min(bounds) <= value <= max(bounds):
            raise ControlTotalMismatchError(
                f"{table}: {what} landed {value}, but the source had {bounds[0]} before and {bounds[1]} after"
            )
