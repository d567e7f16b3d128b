"""The rows of Avro files as a stream of Arrow batches that DuckDB reads: some columns, some blocks at a time."""

import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow as pa

from localcloud.engines.athena.avro.blocks import blocks, zigzag
from localcloud.engines.athena.avro.codecs import FAILURES, UNPACKERS
from localcloud.engines.athena.avro.errors import AvroDataError, not_opened, unreadable
from localcloud.engines.avro_header import MAGIC, SYNC_BYTES, AvroHeader, AvroHeaderError, avro_header

FILE_INDEX = "file_index"
BATCH_BYTES = 4_000_000  # of unpacked blocks that are decoded together; a single block may have more
COUNTED_ROWS = 1_000_000  # in one batch without fields
MARKER = bytes(SYNC_BYTES)
UNDECODABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


@dataclass(frozen=True)
class AvroFile:
    """A file to read, and what to call it when it cannot be read."""

    path: Path
    name: str

    @property
    def header(self) -> AvroHeader:
        try:
            return avro_header(self.path)
        except AvroHeaderError as error:
            raise AvroDataError("HIVE_BAD_DATA", f"{self.name}: {error}") from error
        except FileNotFoundError as error:
            raise not_opened(self.name, "the object is gone") from error


class AvroRows:
    """Rows of files of one schema.

    `columns` are the fields to decode, by their own names; `numbered` adds FILE_INDEX, the position of the row's file
    in `files`. Where no field is wanted no block is unpacked: their counts say how many rows there are.
    """

    def __init__(self, files: Sequence[AvroFile], schema: str, columns: Sequence[str], numbered: bool) -> None:
        self._files = files
        self._columns = list(columns)
        self._numbered = numbered or not columns
        text = schema.encode()
        self._start = MAGIC + zigzag(1) + _bytes(b"avro.schema") + _bytes(text) + zigzag(0) + MARKER

    @cached_property
    def schema(self) -> pa.Schema:
        fields = list(self._decode(self._start).schema) if self._columns else []
        return pa.schema(fields + ([pa.field(FILE_INDEX, pa.int32())] if self._numbered else []))

    def stream(self) -> object:
        """An Arrow stream for DuckDB, to be read once."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches()).__arrow_c_stream__()

    def batches(self) -> Iterator[pa.RecordBatch]:
        for index, file in enumerate(self._files):
            header = file.header
            for rows, arrays in self._read(file, header) if self._columns else _counts(file, header):
                numbers = [_repeated(index, rows)] if self._numbered else []
                yield pa.RecordBatch.from_arrays(arrays + numbers, schema=self.schema)

    def _read(self, file: AvroFile, header: AvroHeader) -> Iterator[tuple[int, list[pa.Array]]]:
        unpack = UNPACKERS.get(header.codec)
        if unpack is None:
            raise not_opened(file.name, f"unrecognized codec {header.codec}")
        with file.path.open("rb") as stream:
            held: list[bytes] = []
            rows = size = 0
            for block in blocks(stream, header, file.name):
                stream.seek(block.start)
                try:
                    held.append(unpack(stream.read(block.size)))
                except FAILURES as error:
                    raise unreadable(file.name, f"{header.codec} block at byte {block.start}: {error}") from error
                rows, size = rows + block.rows, size + len(held[-1])
                if size >= BATCH_BYTES:
                    yield from self._decoded(file, rows, size, held)
                    held, rows, size = [], 0, 0
            if rows:
                yield from self._decoded(file, rows, size, held)

    def _decoded(self, file: AvroFile, rows: int, size: int, held: list[bytes]) -> Iterator[tuple[int, list[pa.Array]]]:
        """The blocks under one header as a single one: rows follow rows in all of them."""
        try:
            table = self._decode(b"".join([self._start, zigzag(rows), zigzag(size), *held, MARKER]))
        except UNDECODABLE as error:
            raise unreadable(file.name, str(error)) from error
        if table.num_rows != rows:
            raise unreadable(file.name, f"{table.num_rows} rows where {rows} were counted")
        for batch in table.to_batches():
            yield batch.num_rows, batch.columns

    def _decode(self, data: bytes) -> pa.Table:
        frame = pl.read_avro(io.BytesIO(data), columns=self._columns).select(self._columns)
        return frame.to_arrow(compat_level=pl.CompatLevel.newest())


def _counts(file: AvroFile, header: AvroHeader) -> Iterator[tuple[int, list[pa.Array]]]:
    """All rows of the file without any field."""
    with file.path.open("rb") as stream:
        rows = sum(block.rows for block in blocks(stream, header, file.name))
    for start in range(0, rows, COUNTED_ROWS):
        yield min(rows - start, COUNTED_ROWS), []


def _repeated(number: int, rows: int) -> pa.Array:
    """An int32 array of one value, without numpy or pandas, which pyarrow.repeat would import."""
    buffer = pa.py_buffer(number.to_bytes(4, sys.byteorder) * rows)
    return pa.Array.from_buffers(pa.int32(), rows, [None, buffer])


def _bytes(value: bytes) -> bytes:
    return zigzag(len(value)) + value
