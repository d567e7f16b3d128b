"""What the DDL under `sql/tables/` says of a table: its columns, their types, and how it is kept."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import sqlglot
from sqlglot import exp

from hourglass.errors import HourglassError

DIALECT = "athena"


_HIVE_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
_PARQUET = {
    "InputFormat": f"{_HIVE_PARQUET}.MapredParquetInputFormat",
    "OutputFormat": f"{_HIVE_PARQUET}.MapredParquetOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": f"{_HIVE_PARQUET}.serde.ParquetHiveSerDe",
        "Parameters": {"serialization.format": "1"},
    },
}


class TableDefinitionError(HourglassError):
    """Raised when a file under `sql/tables/` is no table definition that the chain can use."""


class Kind(Enum):
    """How a table is kept; it follows from its partition column."""

    WEEKLY = "week_start"
    PER_RUN = "run_id"
    WHOLE = None


@dataclass(frozen=True)
class Column:
    """A column; `type` is written as Athena writes it in a cast, `hive_type` as the catalog keeps it."""

    name: str
    type: str
    hive_type: str
    comment: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of the lake. The partition column, if there is one, is the last column."""

    name: str
    columns: tuple[Column, ...]
    kind: Kind
    comment: str | None = None

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def partition(self) -> str | None:
        name: str | None = self.kind.value
        return name


def parse_table(name: str, ddl: str) -> Table:
    """Read the `create external table` statement of one table.

    Raises:
        TableDefinitionError: another name, partition column or statement than the chain knows.
    """
    created = _parse(name, ddl)
    schema = created.this
    if not isinstance(schema, exp.Schema) or schema.this.name != name:
        raise TableDefinitionError(f"sql/tables/{name}.sql does not create a table named {name}")
    partitioned = created.find(exp.PartitionedByProperty)
    partition = list(partitioned.this.expressions) if partitioned else []
    columns = tuple(_column(definition) for definition in [*schema.expressions, *partition])
    comment = created.find(exp.SchemaCommentProperty)
    kind = _kind(name, [definition.name for definition in partition])
    return Table(name, columns, kind, comment.this.name if comment else None)


def table_input(table: Table, location: str, name: str | None = None) -> dict[str, Any]:
    """What the Glue catalog gets to create the table, or a twin of it called `name`, empty, at `location`: the entry
    that Athena makes of the DDL."""
    count = len(table.columns) - (table.partition is not None)
    described = [
        {"Name": column.name, "Type": column.hive_type} | ({"Comment": column.comment} if column.comment else {})
        for column in table.columns
    ]
    given: dict[str, Any] = {
        "Name": name or table.name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
        "PartitionKeys": described[count:],
        "StorageDescriptor": {**_PARQUET, "Columns": described[:count], "Location": location},
    }
    if table.comment:
        given |= {"Description": table.comment, "Parameters": {**given["Parameters"], "comment": table.comment}}
    return given


def _parse(name: str, ddl: str) -> exp.Create:
    try:
        created = sqlglot.parse_one(ddl, dialect=DIALECT)
    except sqlglot.ParseError as error:
        raise TableDefinitionError(f"sql/tables/{name}.sql cannot be read: {error}") from error
    if not isinstance(created, exp.Create) or created.find(exp.LocationProperty) is None:
        raise TableDefinitionError(f"sql/tables/{name}.sql is no create external table with a location")
    return created


def _column(definition: exp.ColumnDef) -> Column:
    kind, comment = definition.args["kind"], definition.find(exp.CommentColumnConstraint)
    return Column(
        definition.name,
        kind.sql(dialect="trino").lower(),
        kind.sql(dialect="hive").lower().replace(", ", ","),
        comment.this.name if comment else None,
    )


def _kind(name: str, partition: list[str]) -> Kind:
    try:
        return Kind(",".join(partition) or None)
    except ValueError as error:
        raise TableDefinitionError(
            f"sql/tables/{name}.sql is partitioned by {', '.join(partition)}; the chain knows week_start and run_id"
        ) from error
