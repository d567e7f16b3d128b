"""How many bytes a query reads, as Athena bills them: for Parquet the chunks of the columns used, else whole files."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from localcloud.engines.athena.catalog import PARQUET_SERDE
from localcloud.engines.athena.data_files import DataFile


def scanned_bytes(files: Iterable[tuple[DataFile, tuple[str, ...]]]) -> int:
    total = 0
    for file, columns in files:
        if file.storage.serde == PARQUET_SERDE:
            sizes = dict(_column_bytes(file.path, file.size))
            total += sum(sizes.get(column, 0) for column in columns)
        else:
            total += file.size
    return total


@lru_cache(maxsize=16384)
def _column_bytes(path: Path, size: int) -> tuple[tuple[str, int], ...]:
    """Compressed bytes of each top-level column; an object's file never changes."""
    try:
        metadata = pq.read_metadata(path)
    except pa.ArrowInvalid:
        return ()
    sizes: dict[str, int] = {}
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for index in range(metadata.num_columns):
            chunk = row_group.column(index)
            name = chunk.path_in_schema.split(".", 1)[0].lower()
            sizes[name] = sizes.get(name, 0) + chunk.total_compressed_size
    return tuple(sizes.items())
