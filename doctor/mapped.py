"""How a table of a mapping relates to the tables of the source, and what an ingest asks of it."""

import re
from dataclasses import dataclass

from hourglass.queries import CONDITIONS, columns_query, table_query
from hourglass.sources import Source, SourceColumn, SourceTable
from hourglass.windows import Window

from doctor.facts import Survey, Table

EVERYTHING = Window(None, None)


@dataclass(frozen=True)
class Origin:
    """The one table behind a mapped table that nothing is joined to, and what its SQL calls it."""

    table: Table
    alias: str


def ingest_query(source: Source, table: SourceTable) -> str:
    """The query of a first load, for one connection."""
    return table_query(source, table, EVERYTHING).replace(CONDITIONS, "1 = 1")


def catalog_query(source: Source) -> str:
    """What an ingest asks about the columns of the source."""
    return columns_query(source).replace(CONDITIONS, "1 = 1")


def physical_tables(source: Source, table: SourceTable, survey: Survey) -> list[Table]:
    """The tables of the source that a mapped table reads, as far as they are there."""
    schema = source.schema or survey.server.default_schema
    found = (survey.table(schema, name) for name in sorted({read.table for read in table.reads}))
    return [physical for physical in found if physical is not None]


def origin_of(source: Source, table: SourceTable, survey: Survey) -> Origin | None:
    """The one table of the source behind a mapped table; None when it is made of several."""
    tables = physical_tables(source, table, survey)
    if len({read.table for read in table.reads}) != 1 or not tables:
        return None
    name, schema = tables[0].name, tables[0].schema
    quoted = source.dialect.quoted
    for written in (name, f"{schema}.{name}", quoted(name), quoted(schema, name)):
        found = re.fullmatch(rf"{re.escape(written)}(?:\s+(?:as\s+)?(\w+))?", table.relation, re.IGNORECASE)
        if found:
            return Origin(tables[0], found[1] or (name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else quoted(name)))
    return None


def physical_column(source: Source, column: SourceColumn, origin: Origin) -> str:
    """The source's name of a column that is read as it is; otherwise the expression that computes it."""
    bare = column.expression.removeprefix(f"{origin.alias}.")
    return next((c.name for c in origin.table.columns if bare in (c.name, source.dialect.quoted(c.name))), bare)


def physical_name(source: Source, table: SourceTable, name: str, origin: Origin) -> str:
    """`physical_column` of one of the mapping's columns."""
    return physical_column(source, next(column for column in table.columns if column.name == name), origin)


def rows_of(table: SourceTable, names: list[str], relation: str | None = None, limit: int | None = None) -> str:
    """A FROM item with some columns of a mapped table, under the mapping's names; `relation` stands in for its own."""
    selected = ", ".join(f"{column.expression} as {column.name}" for column in table.columns if column.name in names)
    where = f" where {table.where}" if table.where else ""
    first = "" if limit is None else f" limit {limit}"
    return f"(select {selected} from {relation or table.relation}{where}{first}) as {table.name}"
