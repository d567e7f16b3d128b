"""How DuckDB reads the files of each SerDe: expressions for the columns, and the relation they are of."""

from collections.abc import Sequence
from dataclasses import replace

from localcloud.engines.athena.catalog import (
    AVRO_SERDE,
    JSON_SERDES,
    LAZY_SERDE,
    OPEN_CSV_SERDE,
    ORC_SERDE,
    PARQUET_SERDE,
    Column,
    Storage,
)
from localcloud.engines.athena.data_files import DataFile, compression
from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.readers.avro import read_avro, writer_schema
from localcloud.engines.athena.readers.lazy import read_lazy
from localcloud.engines.athena.readers.parquet import read_parquet
from localcloud.engines.athena.readers.streams import Streams
from localcloud.engines.athena.readers.text import read_csv, read_json


def group_key(file: DataFile, columns: Sequence[Column]) -> tuple[object, ...]:
    """Files of the same key are read together."""
    storage = replace(file.storage, location="")
    if storage.serde == AVRO_SERDE:
        return (storage, writer_schema(file) if columns else "")
    if storage.serde not in (PARQUET_SERDE, ORC_SERDE):
        return (storage, compression(file.path))
    return (storage,)


def reader(
    declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile], numbered: bool, streams: Streams
) -> tuple[list[str], str]:
    """Select expressions for the stored columns, and the relation that yields them.

    The relation also has `file_index`, the position of a row's file in `files`, if `numbered`.
    """
    storage = files[0].storage
    if is_parquet(storage):
        return read_parquet(declared, columns, files)
    if storage.serde == AVRO_SERDE:
        return read_avro(columns, files, numbered, streams)
    if storage.serde in JSON_SERDES:
        return read_json(columns, files)
    if storage.serde == OPEN_CSV_SERDE:
        return read_csv(declared, columns, files)
    if storage.serde in (LAZY_SERDE, ""):
        return read_lazy(declared, columns, files, numbered, streams)
    if storage.serde == ORC_SERDE:
        raise NotSupportedError("ORC files cannot be read by this engine")
    raise UserQueryError(f"Unsupported SerDe {storage.serde}", "HIVE_UNSUPPORTED_FORMAT")


def is_parquet(storage: Storage) -> bool:
    return storage.serde == PARQUET_SERDE or "parquet" in storage.input_format.lower()
