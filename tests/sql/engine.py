"""Runs a SELECT of `sql/` on small tables, the way the embedded Athena would: Trino's dialect on DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

SQL = Path(__file__).parents[2] / "sql"
STAGES = ("typed", "clean", "quarantine", "features", "marts", "checks", "plan", "questions")
_AS_LANDED = {"bigint", "int", "boolean"}


@dataclass(frozen=True)
class Answer:
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def selects() -> dict[str, Path]:
    """Every SELECT under `sql/` by name."""
    return {file.stem: file for stage in STAGES for file in sorted((SQL / stage).glob("*.sql"))}


def table_columns(table: str) -> dict[str, str]:
    """Columns and types of a table, from its DDL; a raw table's are the typed one's as Sqoop lands them."""
    if table.startswith("raw_"):
        typed = table_columns("typed_" + table.removeprefix("raw_"))
        rejection = ("reject_reason", "reject_column", "observed")
        return {
            name: kind if kind in _AS_LANDED else "varchar" for name, kind in typed.items() if name not in rejection
        }
    created = sqlglot.parse_one((SQL / "tables" / f"{table}.sql").read_text(encoding="utf-8"), dialect="athena")
    partition = created.find(exp.PartitionedByProperty)
    definitions = [*created.this.expressions, *(partition.this.expressions if partition else ())]
    return {each.name: each.args["kind"].sql(dialect="trino").lower() for each in definitions}


def tables_read(sql: str) -> set[str]:
    tree = sqlglot.parse_one(sql, dialect="athena")
    steps = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - steps


class Engine:
    """An empty database per instance."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def create(self, table: str, rows: Iterable[Mapping[str, str | None]]) -> None:
        """Create a table with the columns of its DDL and fill it.

        Raises:
            ValueError: a row has a column that the table has not.
        """
        columns = table_columns(table)
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self._connection.execute(f"create table {table} ({listed})")
        for row in rows:
            unknown = row.keys() - columns.keys()
            if unknown:
                raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
            casts = ", ".join(f"cast(? as {kind})" for kind in columns.values())
            self._connection.execute(f"insert into {table} values ({casts})", [row.get(name) for name in columns])

    def select(self, sql: str, parameters: Sequence[str] = ()) -> Answer:
        translated = sqlglot.transpile(sql, read="athena", write="duckdb")[0]
        result = self._connection.execute(translated, list(parameters))
        return Answer(tuple(each[0] for each in result.description), result.fetchall())
