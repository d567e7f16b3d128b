"""What one run reads of the source and where it lands, whatever engine carries it.

Windows are ours, not an engine's incremental mode, and what lands is Avro with dates, timestamps and decimals as
strings (docs/decisions/0003-ingest-windows.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hourglass.lake import Lake, plan_folder, raw_partition
from hourglass.queries import (
    CONDITIONS,
    boundary_query,
    columns_query,
    control_query,
    oldest_query,
    table_query,
)
from hourglass.sources import Source, SourceTable
from hourglass.windows import Window

CONTROL_TABLE = "control_total"
COLUMNS_TABLE = "source_column"
OLDEST = "oldest_row"


@dataclass(frozen=True)
class Landing:
    """Where one run lands on the cluster's HDFS, and from there in the lake.

    What lies below `root` goes to `raw/` in one copy; what lies `aside` is put there by the step that has landed it.
    """

    run_id: str
    ingest_date: str

    @property
    def root(self) -> str:
        return f"hdfs:///landing/{self.run_id}/"

    def directory(self, table: str, leaf: str = "") -> str:
        return self.root + self.partition(table) + leaf

    def aside(self, table: str, leaf: str = "") -> str:
        return f"hdfs:///aside/{self.run_id}/{table}{leaf}"

    def partition(self, table: str) -> str:
        return raw_partition(table, self.ingest_date, self.run_id)


@dataclass(frozen=True)
class Split:
    """How several connections share a query: ranges of `column` between what `boundary_query` answers.

    A NULL among the two counts as 0, and the rows whose `column` is NULL are one more range.
    """

    column: str
    boundary_query: str
    connections: int


@dataclass(frozen=True)
class Import:
    """The rows of one query, to land as Avro in a fresh `directory`.

    `query` holds `$CONDITIONS` where an engine puts the range of one connection. `types` are the mapping types of the
    columns that it answers, in their order. Without `split` one connection reads all. With `copied_to`, an `s3://`
    folder, the step has put the files there too when it ends.
    """

    query: str
    directory: str
    types: Mapping[str, str]
    split: Split | None = None
    copied_to: str | None = None

    @property
    def connections(self) -> int:
        return self.split.connections if self.split else 1


def table_import(source: Source, table: SourceTable, window: Window, landing: Landing) -> Import:
    """The rows of one window of one table."""
    split = None
    if table.split_by and table.mappers > 1:
        split = Split(table.split_by, boundary_query(table, window), table.mappers)
    return Import(
        query=table_query(source, table, window),
        directory=landing.directory(table.name),
        types={column.name: column.type for column in table.columns},
        split=split,
    )


def control_import(source: Source, windows: Mapping[str, Window], landing: Landing, lake: Lake, phase: str) -> Import:
    """Rows, sum and range of the check column of each table that has a window, as the source holds them now.

    Taken before and after the tables: what landed must lie between the two (`hourglass.landing`).
    """
    tables = [table for table in source.tables if table.name in windows]
    branches = " union all ".join(
        control_query(source, table, windows[table.name], named=number == 0) for number, table in enumerate(tables)
    )
    leaf = f"/phase={phase}"
    return Import(
        query=f"select * from ({branches}) as control_total where {CONDITIONS}",
        directory=landing.aside(CONTROL_TABLE, leaf),
        types={
            "table_name": "text",
            "row_count": "bigint",
            "total": "numeric",
            "lowest": "timestamp",
            "highest": "timestamp",
        },
        copied_to=f"{lake.raw_location()}{landing.partition(CONTROL_TABLE)}{leaf}/",
    )


def oldest_import(source: Source, windows: Mapping[str, Window], landing: Landing, lake: Lake) -> Import:
    """The oldest row of each window, for the Lambda that cuts long windows."""
    branches = " union all ".join(oldest_query(source, source.table(name), window) for name, window in windows.items())
    return Import(
        query=f"select * from ({branches}) as oldest_row where {CONDITIONS}",
        directory=landing.aside(OLDEST),
        types={"table_name": "text", "oldest": "timestamp"},
        copied_to=lake.uri(f"{plan_folder(landing.run_id)}{OLDEST}/"),
    )


def columns_import(source: Source, landing: Landing, lake: Lake) -> Import:
    """The names and types of the source's columns."""
    return Import(
        query=columns_query(source),
        directory=landing.aside(COLUMNS_TABLE),
        types=dict.fromkeys(("table_name", "column_name", "data_type"), "text"),
        copied_to=f"{lake.raw_location()}{landing.partition(COLUMNS_TABLE)}/",
    )
