"""`hourglass doctor`: whether a source database can be ingested as it is, and what to fix."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hourglass.landing import column_problems
from hourglass.sources import Source, load_source

from cli.errors import CommandError
from cli.progress import console
from cli.source import parse_source_url

if TYPE_CHECKING:
    from psycopg import Connection

_COLUMNS = "select table_name, column_name, data_type from information_schema.columns where table_schema = %s"
_LEADING_INDEX_COLUMNS = """
select relation.relname, attribute.attname
from pg_index
join pg_class as relation on relation.oid = pg_index.indrelid
join pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum = pg_index.indkey[0]
where namespace.nspname = %s
"""


def doctor(url: str, mapping: str = "timekeeping") -> None:
    """Print what was found.

    Raises:
        CommandError: the database cannot be reached, or ingest would fail on it.
    """
    import psycopg

    source = load_source(mapping)
    parse_source_url(url)
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            problems = list(column_problems(source, connection.execute(_COLUMNS, [source.schema]).fetchall()))
            warnings = [] if problems else list(_warnings(connection, source))
    except psycopg.Error as error:
        raise CommandError(f"The source database does not answer: {str(error).strip().splitlines()[0]}") from error
    for problem in problems:
        console.print(f"[red]problem[/red]  {problem}")
    for warning in warnings:
        console.print(f"[yellow]warning[/yellow]  {warning}")
    if problems:
        raise CommandError(f"{len(problems)} problems keep this database from being ingested; see above.")
    console.print(f"{len(source.tables)} tables can be ingested" + (" with the warnings above." if warnings else "."))


def _warnings(connection: "Connection[Any]", source: Source) -> Iterator[str]:
    indexed = {
        (str(table), str(column)) for table, column in connection.execute(_LEADING_INDEX_COLUMNS, [source.schema])
    }
    for table in source.tables:
        name = f"{source.schema}.{table.name}"
        if table.check_column and (table.name, table.check_column) not in indexed:
            yield f"{name} has no index on {table.check_column}: every run will read the whole table"
        for column in filter(None, (table.check_column, *table.key)):
            query = f"select count(*) from {source.schema}.{table.name} where {column} is null"
            count = connection.execute(query).fetchone()
            if count and count[0]:
                yield f"{name}.{column} is NULL in {count[0]} rows: they will be quarantined"
        if table.check_column:
            later = f"{table.check_column} > now() at time zone 'UTC'"
            query = f"select count(*) from {source.schema}.{table.name} where {later}"
            ahead = connection.execute(query).fetchone()
            if ahead and ahead[0]:
                yield f"{name}.{table.check_column} lies in the future in {ahead[0]} rows: they wait for that time"
