"""Reads the files of a table with DuckDB: which partitions, which files, and the SQL that yields typed columns."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import duckdb

from localcloud.engines.athena.catalog import (
    AVRO_SERDE,
    JSON_SERDES,
    LAZY_SERDE,
    OPEN_CSV_SERDE,
    ORC_SERDE,
    PARQUET_SERDE,
    Catalog,
    Column,
    Partition,
    Storage,
    Table,
)
from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.storage import Objects, StoredObject, data_files
from localcloud.engines.athena.types import DECIMALS, INTEGERS, Kind, duckdb_name, kind
from localcloud.engines.avro_header import avro_schema

NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


class Wanted(Protocol):
    """A reading of a table, as the compiler asks for it."""

    @property
    def table(self) -> Table: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def condition(self) -> str | None: ...


@dataclass(frozen=True)
class DataFile:
    """A file to read and the partition it belongs to."""

    path: Path
    size: int
    values: tuple[str, ...]
    storage: Storage


@dataclass(frozen=True)
class Source:
    """What a scan became: a DuckDB relation and the files behind it."""

    sql: str
    files: tuple[DataFile, ...]


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def read(wanted: Wanted, catalog: Catalog, objects: Objects, connection: duckdb.DuckDBPyConnection) -> Source:
    """The relation for one scan. Raises HIVE_... errors for what cannot be read."""
    files = _files(wanted, catalog, objects, connection)
    table = wanted.table
    columns = [column for column in table.all_columns if column.name in wanted.columns]
    if not files:
        return Source(_nothing(columns), ())
    groups: dict[tuple[object, ...], list[DataFile]] = {}
    for file in files:
        groups.setdefault(_group_key(file), []).append(file)
    return Source(
        "(" + " UNION ALL ".join(_group_sql(table, columns, group) for group in groups.values()) + ")", tuple(files)
    )


def _files(wanted: Wanted, catalog: Catalog, objects: Objects, connection: duckdb.DuckDBPyConnection) -> list[DataFile]:
    table = wanted.table
    if not table.partition_keys:
        return _data_files(objects, table.storage, ())
    found: list[DataFile] = []
    for partition in surviving(table, catalog.partitions(table), wanted.condition, connection):
        found += _data_files(objects, partition.storage, partition.values)
    return found


def _data_files(objects: Objects, storage: Storage, values: tuple[str, ...]) -> list[DataFile]:
    if not storage.location:
        return []
    items: Iterable[StoredObject] = data_files(objects, storage.location)
    return [DataFile(item.path, item.size, values, storage) for item in items]


def surviving(
    table: Table, partitions: Sequence[Partition], condition: str | None, connection: duckdb.DuckDBPyConnection
) -> list[Partition]:
    """The partitions whose values meet the condition, decided by DuckDB itself."""
    if condition is None or not partitions:
        return list(partitions)
    rows = ", ".join(
        "("
        + ", ".join([str(i), *(_value(v, c) for v, c in zip(partition.values, table.partition_keys, strict=False))])
        + ")"
        for i, partition in enumerate(partitions)
    )
    names = ", ".join(["__i", *(identifier(column.name) for column in table.partition_keys)])
    kept = connection.execute(f"SELECT __i FROM (VALUES {rows}) p({names}) WHERE {condition}").fetchall()
    return [partitions[i] for i in sorted(row[0] for row in kept)]


def _value(value: str, column: Column) -> str:
    if value == NULL_PARTITION:
        return f"CAST(NULL AS {duckdb_name(column.type)})"
    return f"CAST({quote(value)} AS {duckdb_name(column.type)})"


def _nothing(columns: Sequence[Column]) -> str:
    selected = (
        ", ".join(f"CAST(NULL AS {duckdb_name(c.type)}) AS {identifier(c.name)}" for c in columns) or "NULL AS nothing"
    )
    return f"(SELECT {selected} WHERE false)"


def _group_key(file: DataFile) -> tuple[object, ...]:
    """Files that one DuckDB reader can read together."""
    storage = replace(file.storage, location="")
    if storage.serde == AVRO_SERDE:
        return (storage, json.dumps(avro_schema(file.path), sort_keys=True))
    if storage.serde not in (PARQUET_SERDE, ORC_SERDE):
        return (storage, compression(file.path))
    return (storage,)


def compression(path: Path) -> str:
    """How a text file is compressed, by its first bytes: object names tell nothing here."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start[:2] == b"\x1f\x8b":
        return "gzip"
    if start == b"\x28\xb5\x2f\xfd":
        return "zstd"
    if start[:3] == b"BZh":
        raise NotSupportedError("bzip2 files cannot be read by this engine")
    return "none"


def _group_sql(table: Table, columns: Sequence[Column], files: list[DataFile]) -> str:
    keys = {column.name for column in table.partition_keys}
    stored = [column for column in columns if column.name not in keys]
    selected, relation = reader(table.columns, stored, files)
    for index, column in enumerate(table.partition_keys):
        if column in columns:
            selected.append(f"{_partition_value(column, index, files)} AS {identifier(column.name)}")
    return f"SELECT {', '.join(selected) or 'NULL AS nothing'} FROM {relation}"


def _partition_value(column: Column, index: int, files: list[DataFile]) -> str:
    values = [file.values[index] for file in files]
    if len(set(values)) == 1:
        return _value(values[0], column)
    listed = ", ".join("NULL" if value == NULL_PARTITION else quote(value) for value in values)
    typed = f"CAST([{listed}] AS {duckdb_name(column.type)}[])"
    return f"list_extract({typed}, CAST(file_index AS BIGINT) + 1)"


def reader(declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile]) -> tuple[list[str], str]:
    """Select expressions for the stored columns, and the table function that reads the files."""
    storage = files[0].storage
    paths = "[" + ", ".join(quote(str(file.path)) for file in files) + "]"
    if storage.serde == PARQUET_SERDE or "parquet" in storage.input_format.lower():
        return _parquet(columns, declared, paths)
    if storage.serde == AVRO_SERDE:
        return _avro(columns, files, paths)
    if storage.serde in JSON_SERDES:
        return _json(columns, paths, compression(files[0].path))
    if storage.serde == OPEN_CSV_SERDE:
        return _csv(declared, columns, files, paths, quoted=True)
    if storage.serde == LAZY_SERDE or not storage.serde:
        return _csv(declared, columns, files, paths, quoted=False)
    if storage.serde == ORC_SERDE:
        raise NotSupportedError("ORC files cannot be read by this engine")
    raise UserQueryError(f"Unsupported SerDe {storage.serde}", "HIVE_UNSUPPORTED_FORMAT")


def _parquet(columns: Sequence[Column], declared: Sequence[Column], paths: str) -> tuple[list[str], str]:
    """Columns by name; a file that lacks one gives NULL; each is cast to the catalog's type."""
    shown = list(columns) or list(declared[:1])
    schema = ", ".join(
        f"{quote(c.name)}: {{name: {quote(c.name)}, type: {quote(duckdb_name(c.type))}, default_value: NULL}}"
        for c in shown
    )
    return [identifier(c.name) for c in columns], f"read_parquet({paths}, schema = MAP {{{schema}}})"


def _avro(columns: Sequence[Column], files: list[DataFile], paths: str) -> tuple[list[str], str]:
    schema = avro_schema(files[0].path)
    present = {field["name"].lower(): field["name"] for field in schema.get("fields", [])}
    selected = []
    for column in columns:
        value = identifier(present[column.name]) if column.name in present else "NULL"
        selected.append(f"CAST({value} AS {duckdb_name(column.type)}) AS {identifier(column.name)}")
    return selected, f"read_avro({paths})"


def _json(columns: Sequence[Column], paths: str, codec: str) -> tuple[list[str], str]:
    codec = "uncompressed" if codec == "none" else codec
    types = ", ".join(f"{quote(c.name)}: {quote(duckdb_name(c.type))}" for c in columns) or "'nothing': 'VARCHAR'"
    return (
        [identifier(c.name) for c in columns],
        f"read_json({paths}, format = 'newline_delimited', columns = {{{types}}}, compression = '{codec}')",
    )


def _csv(
    declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile], paths: str, *, quoted: bool
) -> tuple[list[str], str]:
    """Text is read as text and cast as the SerDe does: what does not fit is NULL."""
    parameters = dict(files[0].storage.serde_parameters)
    if quoted:
        delimiter = parameters.get("separatorChar", ",")
        quoting, escape = parameters.get("quoteChar", '"'), parameters.get("escapeChar", "\\")
    else:
        delimiter = parameters.get("field.delim", parameters.get("serialization.format", "\x01"))
        quoting, escape = "", ""
        if "escape.delim" in parameters:
            raise NotSupportedError("ESCAPED BY is not supported")
    null = parameters.get("serialization.null.format", "\\N")
    types = ", ".join(f"{quote(c.name)}: 'VARCHAR'" for c in declared)
    options = [
        f"delim = {quote(_separator(delimiter))}",
        "auto_detect = false",
        "null_padding = true",
        "header = false",
        f"skip = {int(parameters.get('skip.header.line.count', '0'))}",
        f"columns = {{{types}}}",
        f"quote = {quote(quoting)}",
        f"escape = {quote(escape)}",
        "strict_mode = false",
        "max_line_size = 16777216",
        f"compression = {quote(compression(files[0].path))}",
        f"nullstr = {quote(null if not quoted else chr(0) + 'none')}",
    ]
    return [_text_value(c) for c in columns], f"read_csv({paths}, {', '.join(options)})"


def _separator(delimiter: str) -> str:
    return {"\\t": "\t", "1": "\x01", "\\001": "\x01"}.get(delimiter, delimiter)


def _text_value(column: Column) -> str:
    name, target = identifier(column.name), kind(column.type)
    if target in (Kind.TEXT, Kind.VARCHAR, Kind.CHAR):
        return name
    if target in (Kind.ARRAY, Kind.MAP, Kind.STRUCT):
        raise NotSupportedError(f"the column {column.name} of a text table is an array, map or row")
    parsed = f"TRY_CAST({name} AS {duckdb_name(column.type)})"
    if target in INTEGERS:
        parsed = f"athena_integer_text({name}, {parsed})"
    elif target in DECIMALS:
        parsed = f"athena_decimal_text({name}, {parsed})"
    return f"{parsed} AS {name}"
