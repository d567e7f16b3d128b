"""Arrow streams and Parquet files of scores. Only the scoring function imports this: pyarrow is large."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_TYPES = {
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "string": pa.string(),
    "timestamp": pa.timestamp("ms"),
}


def to_stream(rows: pa.Table) -> bytes:
    """An Arrow IPC stream, compacted to the rows of a slice; LZ4 where this build of pyarrow has it."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4" if pa.Codec.is_available("lz4") else None)
    with pa.ipc.new_stream(sink, rows.schema, options=options) as writer:
        writer.write_table(rows.combine_chunks())
    return bytes(sink.getvalue())


def from_stream(body: bytes) -> pa.Table:
    return pa.ipc.open_stream(body).read_all()


def feature_batches(file: Path, rows: int) -> Iterator[pa.Table]:
    """The rows of one Parquet file in bounded batches."""
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(batch_size=rows):
            yield pa.Table.from_batches([batch])


def model_columns(rows: pa.Table) -> pa.Table:
    """What leaves for the model: the key and the numbers, nothing that describes a person or a project.

    The numbers go as 32 bits, to which a model rounds them anyway: half the bytes to send, unpack and read.
    """
    numbers = [field.name for field in rows.schema if pa.types.is_floating(field.type)]
    schema = pa.schema([rows.schema.field("timesheet_id"), *((name, pa.float32()) for name in numbers)])
    return rows.select(schema.names).cast(schema)


def write_parquet(target: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """Write the tables one after the other; how many rows. No file when there is none."""
    writer, rows = None, 0
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(target, schema, compression="zstd")
            writer.write_table(table)
            rows += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return rows


def scores_schema(columns: Sequence[Sequence[str]]) -> pa.Schema:
    """The columns of the scores table as `(name, type)` of the catalog, without the partition column."""
    return pa.schema([(name, _TYPES[kind]) for name, kind in columns if name != "week_start"])


def scores_table(features: pa.Table, scores: pa.Table, schema: pa.Schema, run_id: str, scored_at: datetime) -> pa.Table:
    """The scores with their employees, the run and the time, in the columns of the table."""
    count = scores.num_rows
    own = {
        "employee_id": features.column("employee_id"),
        "run_id": pa.repeat(run_id, count),
        "scored_at": pa.repeat(pa.scalar(scored_at.replace(tzinfo=None), pa.timestamp("ms")), count),
    }
    return pa.table(
        [own[name] if name in own else scores.column(name) for name in schema.names],
        names=schema.names,
    ).cast(schema)
