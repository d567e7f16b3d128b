"""Arrow streams and Parquet files of scores. Only the scoring function imports this: pyarrow is large."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

KEYS = ("timesheet_id", "employee_id")
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
    """The keys and the numbers of one Parquet file in bounded batches."""
    with pq.ParquetFile(file, pre_buffer=False) as parquet:
        columns = [*KEYS, *_numbers(parquet.schema_arrow)]
        for batch in parquet.iter_batches(batch_size=rows, columns=columns, use_threads=False):
            yield pa.Table.from_batches([batch])


def model_columns(rows: pa.Table) -> pa.Table:
    """What leaves for the model: the key and the numbers, nothing that describes a person or a project.

    The numbers go as 32 bits, to which a model rounds them anyway: half the bytes to send, unpack and read.
    """
    numbers = _numbers(rows.schema)
    schema = pa.schema([rows.schema.field(KEYS[0]), *((name, pa.float32()) for name in numbers)])
    return rows.select(schema.names).cast(schema)


def _numbers(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if pa.types.is_floating(field.type)]


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
        "run_id": _repeated_text(run_id, count),
        "scored_at": _repeated_time(scored_at, count),
    }
    return pa.table(
        [own[name] if name in own else scores.column(name) for name in schema.names],
        names=schema.names,
    ).cast(schema)


def _repeated_text(text: str, count: int) -> pa.Array:
    """The same text in every row, from buffers: `pa.array` and `pa.repeat` import pandas where there is one."""
    content = text.encode()
    ends = pa.py_buffer(array("i", [0, len(content)]))
    texts = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(content)])
    places = pa.Array.from_buffers(pa.int8(), count, [None, pa.py_buffer(bytes(count))])
    return pa.DictionaryArray.from_arrays(places, texts)


def _repeated_time(moment: datetime, count: int) -> pa.Array:
    milliseconds = int(moment.astimezone(UTC).timestamp() * 1000)
    return pa.Array.from_buffers(_TYPES["timestamp"], count, [None, pa.py_buffer(array("q", [milliseconds]) * count)])
