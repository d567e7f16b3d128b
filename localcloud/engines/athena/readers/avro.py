"""Avro, decoded outside DuckDB and streamed into it."""

from collections.abc import Sequence
from functools import lru_cache

from localcloud.engines.athena.avro.fields import Rows, rows_of
from localcloud.engines.athena.avro.rows import AvroFile, AvroRows
from localcloud.engines.athena.catalog import Column
from localcloud.engines.athena.data_files import DataFile
from localcloud.engines.athena.quoting import identifier
from localcloud.engines.athena.readers.streams import Streams
from localcloud.engines.athena.types import duckdb_name
from localcloud.engines.avro_header import AvroHeader


def writer_schema(file: DataFile) -> str:
    """The schema in a file's header; files of the same one are read together."""
    return _file(file).header.schema


def read_avro(
    columns: Sequence[Column], files: list[DataFile], numbered: bool, streams: Streams
) -> tuple[list[str], str]:
    """Columns by name, in any case; a schema that lacks one gives NULL; each is cast to the catalog's type."""
    schema, selected, decoded = '{"type": "record", "name": "row", "fields": []}', [], []
    if columns:
        rows = _rows(_file(files[0]).header)
        schema = rows.schema
        for column in columns:
            field, told = rows.columns.get(column.name, (None, None))
            value = told.value(identifier(field)) if field and told else "NULL"
            selected.append(f"CAST({value} AS {duckdb_name(column.type)}) AS {identifier(column.name)}")
            decoded += [field] if field else []
    return selected, streams.relation(AvroRows([_file(file) for file in files], schema, decoded, numbered))


@lru_cache(maxsize=1024)
def _rows(header: AvroHeader) -> Rows:
    return rows_of(header)


def _file(file: DataFile) -> AvroFile:
    return AvroFile(file.path, file.name)
