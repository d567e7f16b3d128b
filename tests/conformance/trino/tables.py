"""Small tables in the lake, from rows of text."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hourglass.tables import Column, Kind, Table, table_input

from tests.conformance.trino.athena import LAKE, Athena
from tests.sql.sql_cases import Row

_HIVE = {"varchar": "string", "integer": "int"}


def keep_rows(athena: Athena, table: str, case: str, columns: Mapping[str, str], rows: Sequence[Row]) -> str:
    """Creates a table with these rows; its name, which has the case in it."""
    name = f"{table}_{case}"
    prefix = f"given/{name}/"
    described = tuple(Column(each, kind, _HIVE.get(kind, kind.replace(", ", ","))) for each, kind in columns.items())
    given = table_input(Table(table, described, Kind.WHOLE), f"s3://{LAKE}/{prefix}", name)
    athena.glue.create_table(DatabaseName=athena.database, TableInput=given)
    if rows:
        athena.s3.put_object(Bucket=LAKE, Key=f"{prefix}0.parquet", Body=_parquet(columns, rows))
    return name


def _parquet(columns: Mapping[str, str], rows: Sequence[Row]) -> io.BytesIO:
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder) / "rows.parquet"
        connection.execute(f"create table given ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"insert into given values ({marks})", [[row.get(name) for name in columns] for row in rows]
        )
        connection.execute(f"copy given to '{file}' (format parquet)")
        return io.BytesIO(file.read_bytes())
