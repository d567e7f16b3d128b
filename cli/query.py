"""`hourglass query`: one Athena statement, its result as a table, as CSV or as Parquet."""

import sys
import time
from pathlib import Path
from typing import Any

from cli.cloud import DATABASE, open_cloud, require_deployed
from cli.errors import CommandError, UsageError
from cli.progress import console

SHOWN_ROWS = 1000


def run_query(sql: str, state: Path, output_format: str, output: Path | None) -> None:
    """Run one statement in database `timesheets` and print or write its result.

    Raises:
        CommandError: Athena's own words, when it refuses the statement.
        UsageError: Parquet without a file to write it to.
    """
    if output_format == "parquet" and output is None:
        raise UsageError("Parquet is not for a terminal: give --output FILE.")
    with open_cloud(state) as cloud:
        require_deployed(cloud, state)
        table = fetch(sql)
    if output_format == "table":
        _print_table(table)
    elif output_format == "csv":
        _write_csv(table, output)
    else:
        import pyarrow.parquet

        pyarrow.parquet.write_table(table, output, compression="zstd")


def fetch(sql: str) -> Any:
    """Run a statement and read its whole result as an Arrow table with Athena's types."""
    import boto3
    import pyarrow as pa

    athena = boto3.client("athena")
    query_id = _finished(athena, sql)
    first = athena.get_query_results(QueryExecutionId=query_id, MaxResults=1)
    columns = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    if not columns:
        return pa.table({})
    execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    location = execution["ResultConfiguration"]["OutputLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    body = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return _typed(body, columns, key.endswith(".csv"))


def _finished(athena: Any, sql: str) -> str:
    query_id = str(
        athena.start_query_execution(QueryString=sql, QueryExecutionContext={"Database": DATABASE})["QueryExecutionId"]
    )
    while True:
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            return query_id
        if status["State"] in ("FAILED", "CANCELLED"):
            raise CommandError(f"Athena: {status.get('StateChangeReason', status['State'])}")
        time.sleep(0.05)


def _typed(body: bytes, columns: list[dict[str, Any]], has_header: bool) -> Any:
    import pyarrow as pa
    import pyarrow.csv

    names = [column["Name"] for column in columns]
    if not body.strip():
        return pa.table({name: pa.array([], pa.string()) for name in names})
    types = {column["Name"]: _arrow_type(column) for column in columns}
    # Arrow's threads outlive Python at exit: one that lets go of Python's memory then aborts the process
    # (https://github.com/apache/arrow/issues/34314), so the text moves into Arrow's own.
    text = pa.BufferOutputStream()
    text.write(body)
    return pyarrow.csv.read_csv(
        pa.BufferReader(text.getvalue()),
        read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1 if has_header else 0),
        parse_options=pyarrow.csv.ParseOptions(delimiter="," if has_header else "\t", newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
        ),
    )


def _arrow_type(column: dict[str, Any]) -> Any:
    import pyarrow as pa

    name = column["Type"]
    if name == "decimal":
        return pa.decimal128(column["Precision"], column["Scale"])
    return {
        "tinyint": pa.int8(),
        "smallint": pa.int16(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "float": pa.float32(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("ms"),
    }.get(name, pa.string())


def _print_table(table: Any) -> None:
    from rich.markup import escape
    from rich.table import Table

    shown = Table(box=None, pad_edge=False)
    for name in table.column_names:
        numeric = str(table.schema.field(name).type).startswith(("int", "float", "double", "decimal"))
        shown.add_column(name, justify="right" if numeric else "left")
    for row in table.slice(0, SHOWN_ROWS).to_pylist():
        shown.add_row(*("" if value is None else escape(str(value)) for value in row.values()))
    console.print(shown)
    if table.num_rows > SHOWN_ROWS:
        console.print(f"… {table.num_rows - SHOWN_ROWS} more rows; --format csv has them all")


def _write_csv(table: Any, output: Path | None) -> None:
    import pyarrow.csv

    if output is not None:
        pyarrow.csv.write_csv(table, output)
    else:
        pyarrow.csv.write_csv(table, sys.stdout.buffer)
