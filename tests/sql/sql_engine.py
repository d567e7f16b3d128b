"""Runs a SELECT of `sql/` on small tables, on the engine path of the embedded Athena."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from localcloud.engines.athena.parameters import with_parameters
from localcloud.engines.athena.testing import TestLake

SQL = Path(__file__).parents[2] / "sql"
STAGES = ("typed", "deleted", "clean", "quarantine", "features", "marts", "checks", "plan", "questions")
_AS_LANDED = {"bigint", "integer", "boolean"}


@dataclass(frozen=True)
class Answer:
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def selects() -> dict[str, Path]:
    """Every SELECT under `sql/` by name."""
    return {file.stem: file for stage in STAGES for file in sorted((SQL / stage).glob("*.sql"))}


@cache
def table_columns(table: str) -> dict[str, str]:
    """Columns and types of a table, from its DDL; a raw table's are the typed one's as Sqoop lands them, and keys land
    like the rest of their table."""
    if table.startswith("raw_"):
        typed = table_columns("typed_" + table.removeprefix("raw_").removeprefix("keys_of_"))
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
    """A lake of small tables; what it answers comes from the embedded Athena's own translator and engine."""

    def __init__(self, folder: Path) -> None:
        self._lake = TestLake(folder)
        self._databases = 0

    def close(self) -> None:
        self._lake.close()

    def start_afresh(self) -> None:
        """Forget all tables; starting an engine per case would cost more than the case."""
        self._databases += 1
        self._lake.database = f"case_{self._databases}"
        self._lake.catalog.create_database(self._lake.database, None, None)

    def create(self, table: str, rows: Iterable[Mapping[str, str | None]]) -> None:
        """Create a table with the columns of its DDL and fill it.

        Raises:
            ValueError: a row has a column that the table has not.
        """
        columns = table_columns(table)
        values = []
        for row in rows:
            unknown = row.keys() - columns.keys()
            if unknown:
                raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
            values.append([row.get(name) for name in columns])
        self._lake.table(table, columns, values)

    def select(self, sql: str, parameters: Sequence[str] = ()) -> Answer:
        result = self._lake.query(with_parameters(sql, parameters) if parameters else sql)
        return Answer(
            tuple(column.name for column in result.columns),
            tuple(str(column.type).lower() for column in result.columns),
            result.rows,
        )
