"""Lines of text files as an Arrow stream; DuckDB's own reader leaves out empty lines, which are rows in Hive."""

from collections.abc import Iterator, Sequence
from typing import IO

import polars as pl
import pyarrow as pa

from localcloud.engines.athena.data_files import DataFile, compression

BLOCK_BYTES = 8 << 20


class BrokenTextError(Exception):
    """Raised when a file cannot be decompressed; it reaches the query through Arrow and DuckDB, which keep its text."""


class Lines:
    """The lines of files from the one after `skip`; with `numbered`, the position of a line's file among them too."""

    def __init__(self, files: Sequence[DataFile], skip: int, numbered: bool) -> None:
        self._files = files
        self._skip = skip
        self._schema = pa.schema(
            [("line", pa.large_string())] + ([("file_index", pa.int32())] if numbered else []),
        )

    def stream(self) -> object:
        """An Arrow stream for DuckDB, to be read once."""
        return pa.RecordBatchReader.from_batches(self._schema, self._batches()).__arrow_c_stream__()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for index, file in enumerate(self._files):
            skip = self._skip
            for text in _texts(file):
                lines = pl.DataFrame({"line": [text]}).select(pl.col("line").str.split("\n").explode())
                lines, skip = lines.slice(skip), max(skip - lines.height, 0)
                numbered = lines.with_columns(pl.lit(index, pl.Int32).alias("file_index"))
                table = numbered.select(self._schema.names).to_arrow(compat_level=pl.CompatLevel.oldest())
                yield from table.cast(self._schema).to_batches()


def _texts(file: DataFile) -> Iterator[str]:
    """Whole lines in blocks, without the end of the last one; a line ends at LF, CR LF or CR, as Hadoop reads."""
    codec = compression(file.path)
    try:
        with pa.input_stream(str(file.path), compression=None if codec == "none" else codec) as stream:
            yield from _blocks(stream)
    except OSError as error:
        raise BrokenTextError(f"HIVE_CURSOR_ERROR: Failed to read file at {file.name}: {error}") from error


def _blocks(stream: IO[bytes]) -> Iterator[str]:
    held = b""
    while block := stream.read(BLOCK_BYTES):
        whole, end, rest = (held + block).rpartition(b"\n")
        held = rest
        if end:
            yield _decoded(whole)
    if held:
        yield _decoded(held.removesuffix(b"\r"))


def _decoded(lines: bytes) -> str:
    text = lines.decode("utf-8", "replace")
    return text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
