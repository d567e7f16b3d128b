"""The argument lists of `sqoop import`: one per table, and the control queries around them.

Windows are ours, not Sqoop's incremental mode, and what lands is Avro with dates, timestamps and decimals as
strings (docs/decisions/0003-ingest-windows.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hourglass.lake import raw_partition
from hourglass.sources import LANDS_AS_STRING, Source, SourceTable
from hourglass.windows import Window

CONTROL_TABLE = "control_total"
COLUMNS_TABLE = "source_column"
FETCH_ROWS = 10_000


@dataclass(frozen=True)
class Landing:
    """Where one run lands on the cluster's HDFS."""

    run_id: str
    ingest_date: str

    @property
    def root(self) -> str:
        return f"hdfs:///landing/{self.run_id}/"

    def directory(self, table: str, leaf: str = "") -> str:
        return self.root + raw_partition(table, self.ingest_date, self.run_id) + leaf


def table_import(connect: str, source: Source, table: SourceTable, window: Window, landing: Landing) -> list[str]:
    """Import the rows of one window of one table."""
    selected = ", ".join(
        column.name if column.expression == column.name else f"{column.expression} as {column.name}"
        for column in table.columns
    )
    origin = f"from {source.schema}.{table.name} where {window.predicate(table.check_column)}"
    strings = [column.name for column in table.columns if column.type in LANDS_AS_STRING]
    arguments = _import(connect, f"select {selected} {origin} and $CONDITIONS", landing.directory(table.name), strings)
    if table.mappers == 1:
        return [*arguments, "--num-mappers", "1"]
    # Rows without a split key would fall between the mappers: Sqoop reads only what lies between min and max.
    split_by = f"coalesce({table.split_by}, 0)"
    boundaries = f"select min({split_by}), max({split_by}) {origin}"
    return [
        *arguments,
        "--num-mappers",
        str(table.mappers),
        "--split-by",
        split_by,
        "--boundary-query",
        boundaries,
    ]


def control_import(
    connect: str, source: Source, windows: Mapping[str, Window], landing: Landing, phase: str
) -> list[str]:
    """Land rows, sum and range of the check column per table, as the source holds them now.

    Taken before and after the tables: what landed must lie between the two (`hourglass.landing`).
    """
    branches = " union all ".join(_control(source, table, windows[table.name]) for table in source.tables)
    query = f"select * from ({branches}) as control_total where $CONDITIONS"
    directory = landing.directory(CONTROL_TABLE, f"/phase={phase}")
    strings = ["total", "lowest", "highest"]
    return [*_import(connect, query, directory, strings), "--num-mappers", "1"]


def columns_import(connect: str, source: Source, landing: Landing) -> list[str]:
    """Land the names and types of the source's columns."""
    query = (
        "select table_name, column_name, data_type from information_schema.columns "
        f"where table_schema = '{source.schema}' and $CONDITIONS"
    )
    return [*_import(connect, query, landing.directory(COLUMNS_TABLE), []), "--num-mappers", "1"]


def _control(source: Source, table: SourceTable, window: Window) -> str:
    total = f"sum({table.total})" if table.total else "cast(null as decimal(38, 2))"
    lowest, highest = (
        (f"min({table.check_column})", f"max({table.check_column})")
        if table.check_column
        else ("cast(null as timestamp)", "cast(null as timestamp)")
    )
    return (
        f"select '{table.name}' as table_name, count(*) as row_count, {total} as total, "
        f"{lowest} as lowest, {highest} as highest "
        f"from {source.schema}.{table.name} where {window.predicate(table.check_column)}"
    )


def _import(connect: str, query: str, directory: str, strings: list[str]) -> list[str]:
    arguments = ["import", "--connect", connect, "--query", query, "--target-dir", directory]
    arguments += ["--as-avrodatafile", "--compression-codec", "snappy", "--fetch-size", str(FETCH_ROWS)]
    if strings:
        arguments += ["--map-column-java", ",".join(f"{name}=String" for name in strings)]
    return arguments
