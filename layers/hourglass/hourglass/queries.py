"""What ingest asks of a source, as SQL in the source's dialect.

Dates, timestamps and decimals land as the text that the database itself writes, so that the same values land whichever
engine and driver carries them.
"""

from collections.abc import Iterable

from hourglass.dialects import Dialect
from hourglass.sources import LANDS_AS_STRING, Source, SourceColumn, SourceTable
from hourglass.windows import Window

CONDITIONS = "$CONDITIONS"  # where an engine puts the range of one connection


def table_query(source: Source, table: SourceTable, window: Window) -> str:
    """The rows of one window of one table, as they land."""
    selected = ", ".join(_landed(source.dialect, column) for column in table.columns)
    return f"select {selected} {_origin(table, window, [column.name for column in table.columns])} and {CONDITIONS}"


def _landed(dialect: Dialect, column: SourceColumn) -> str:
    value = dialect.as_text(column.name) if column.type in LANDS_AS_STRING else column.name
    return column.name if value == column.name else f"{value} as {column.name}"


def boundary_query(table: SourceTable, window: Window) -> str:
    """The ends of the split column, which several connections share by ranges; an index finds each of them.

    The low end is NULL when a row has no split key: then engines begin at 0, and read these rows as a range of their
    own. Keys below 0 beside such rows would be lost; the control totals refuse the table.
    """
    key = table.split_by
    low = f"case when count(*) = count({key}) then min({key}) end"
    return f"select {low}, max({key}) {_origin(table, window, _used(key))}"


def control_query(source: Source, table: SourceTable, window: Window, named: bool = True) -> str:
    """Rows, sum of the total column, and range of the check column of one window of one table.

    In a union the first branch names the columns: EMR takes a step of at most 10,240 characters.
    """
    dialect = source.dialect
    total = f"sum({countable(table.total)})" if table.total else dialect.null("numeric")
    lowest, highest = dialect.null("timestamp"), dialect.null("timestamp")
    if table.check_column:
        lowest, highest = f"min({table.check_column})", f"max({table.check_column})"
    columns = {
        "table_name": f"'{table.name}'",
        "row_count": "count(*)",
        "total": dialect.as_text(total),
        "lowest": dialect.as_text(lowest),
        "highest": dialect.as_text(highest),
    }
    selected = ", ".join(f"{value} as {name}" if named else value for name, value in columns.items())
    return f"select {selected} {_origin(table, window, _used(table.total))}"


def countable(number: str) -> str:
    """A number as it is totalled on both sides, so that two totals are equal: six places, or NULL.

    `NaN`, `Infinity` and what has more than 24 digits before its point count nowhere; the rows land all the same.
    """
    return f"case when abs({number}) < 1e24 then round({number}, 6) end"


def oldest_query(source: Source, table: SourceTable, window: Window) -> str:
    """The lowest value of the check column in one window of one table; without NULLs, so that an index answers it."""
    oldest = source.dialect.as_text(f"min({table.check_column})")
    bounds = window.bounds(str(table.check_column))
    return f"select '{table.name}' as table_name, {oldest} as oldest {_from(table, bounds, [])}"


def days_relation(table: SourceTable, name: str) -> str:
    """What stands after FROM for the entries and hours of each day worked, called `name`."""
    origin = _from(table, "1 = 1", ["work_date", "hours", "updated_at"])
    return (
        f"(select work_date, count(*) as row_count, sum({countable('hours')}) as hours, max(updated_at) as updated_at "
        f"{origin} group by work_date) as {name}"
    )


def columns_query(source: Source) -> str:
    """Names and types of the columns of the source."""
    schema = f"'{source.schema}'" if source.schema else source.dialect.current_schema
    return (
        "select table_name as table_name, column_name as column_name, data_type as data_type "
        f"from information_schema.columns where table_schema = {schema} and {CONDITIONS}"
    )


def _used(name: str | None) -> list[str]:
    return [name] if name else []


def _origin(table: SourceTable, window: Window, names: Iterable[str]) -> str:
    """FROM and WHERE. A table that the source has as such is named; others are a sub-select of the columns in use."""
    return _from(table, window.predicate(table.check_column), names)


def _from(table: SourceTable, predicate: str, names: Iterable[str]) -> str:
    if table.is_plain:
        return f"from {table.relation} where {predicate}"
    used = {*names, table.check_column} - {None} or {table.key[0]}
    inner = ", ".join(f"{column.expression} as {column.name}" for column in table.columns if column.name in used)
    where = f" where {table.where}" if table.where else ""
    return f"from (select {inner} from {table.relation}{where}) as {table.name} where {predicate}"
