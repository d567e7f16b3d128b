"""Writes query results as tables: CREATE TABLE AS, INSERT INTO and UNLOAD.

DuckDB writes finished files below a scratch folder; only when the whole query has succeeded are they moved into the
object store, then the table and its partitions are registered. A query that fails leaves no object and no table.
"""

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

import duckdb

from localcloud.engines.athena.catalog import (
    AVRO_SERDE,
    JSON_SERDES,
    LAZY_SERDE,
    PARQUET_SERDE,
    Catalog,
    Column,
    Partition,
    Storage,
    Table,
)
from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.quoting import identifier, quote
from localcloud.engines.athena.results import ResultColumn, check_known, text_sql
from localcloud.engines.athena.statements import FORMATS, CreateTableAs, Insert, Unload
from localcloud.engines.athena.storage import Objects, folder, split_location
from localcloud.engines.athena.types import BIGINT, DECIMALS, INTEGERS, TEXTS, Kind, duckdb_name, hive_name, kind

ROW_GROUP_ROWS = 122_880
TARGET_FILE_BYTES = "128MB"
MAX_PARTITIONS = 100
_COMPRESSIONS = {
    "PARQUET": ("GZIP", "SNAPPY", "ZSTD", "NONE", "UNCOMPRESSED"),
    "TEXTFILE": ("GZIP", "ZSTD", "NONE"),
    "JSON": ("GZIP", "ZSTD", "NONE"),
    "AVRO": (),
}
_KNOWN = {
    "format",
    "write_compression",
    "parquet_compression",
    "external_location",
    "partitioned_by",
    "field_delimiter",
    "compression",
    "table_type",
    "is_external",
    "bucketed_by",
    "bucket_count",
    "orc_compression",
}


@dataclass(frozen=True)
class Layout:
    """How rows become files."""

    format: str
    compression: str
    delimiter: str = "\x01"


@dataclass(frozen=True)
class Written:
    """What a write left behind: locations of the files, rows, partitions by values."""

    files: tuple[str, ...]
    rows: int
    bytes: int
    partitions: tuple[tuple[tuple[str, ...], str], ...] = ()


class TableWriter:
    """Writes the rows of a prepared query below an S3 location."""

    def __init__(self, catalog: Catalog, objects: Objects, scratch: Path) -> None:
        self._catalog = catalog
        self._objects = objects
        self._scratch = scratch

    def create(
        self,
        wanted: CreateTableAs,
        database: str,
        sql: str,
        columns: Sequence[ResultColumn],
        default_location: str,
        query_id: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> Written | None:
        """CREATE TABLE AS; None if the table was there and IF NOT EXISTS was said."""
        target, name = wanted.name[0] or database, wanted.name[1]
        if target not in self._catalog.databases():
            raise UserQueryError(f"Schema {target} does not exist", "SCHEMA_NOT_FOUND")
        if self._catalog.table(target, name) is not None:
            if wanted.if_not_exists:
                return None
            raise UserQueryError(f"Destination table '{target}.{name}' already exists", "TABLE_ALREADY_EXISTS")
        layout, keys = _layout(wanted.properties)
        _check_names(columns, keys)
        location = folder(str(wanted.properties.get("external_location") or default_location))
        self._require_empty(location)
        query = sql if wanted.with_data else f"SELECT * FROM ({sql}) q WHERE false"
        written = self._write(query, columns, keys, layout, location, query_id, connection)
        input_format, output_format, serde = FORMATS[layout.format]
        parameters = (
            (("field.delim", layout.delimiter), ("serialization.format", layout.delimiter))
            if layout.format == "TEXTFILE"
            else (("serialization.format", "1"),)
        )
        described = [Column(column.name, hive_name(column.type)) for column in columns]
        storage = Storage(location, input_format, output_format, serde, parameters)
        table = Table(
            target,
            name,
            tuple(c for c in described if c.name not in keys),
            tuple(c for c in described if c.name in keys),
            storage,
            (
                ("EXTERNAL", "TRUE"),
                ("auto.purge", "false"),
                ("has_encrypted_data", "false"),
                ("numFiles", "-1"),
                ("totalSize", "-1"),
                ("transactional", "false"),
            ),
        )
        self._catalog.create_table(table)
        self._register(table, written)
        return written

    def insert(
        self,
        wanted: Insert,
        table: Table,
        sql: str,
        columns: Sequence[ResultColumn],
        query_id: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> Written:
        """INSERT INTO a table of files, by the order of its columns (or of those named)."""
        order = list(wanted.columns) or [column.name for column in table.all_columns]
        if len(order) != len(columns):
            raise UserQueryError(
                f"Insert query has {len(columns)} expression(s) but expected {len(order)} target "
                f"column(s). Mismatch at column {min(len(order), len(columns)) + 1}",
                "TYPE_MISMATCH",
            )
        given = {name: identifier(f"c{i}") for i, name in enumerate(order)}
        unknown = [name for name in order if name not in {c.name for c in table.all_columns}]
        if unknown:
            raise UserQueryError(f"Insert column name does not exist in target table: {unknown[0]}", "COLUMN_NOT_FOUND")
        selected = ", ".join(
            f"CAST({given.get(c.name, 'NULL')} AS {duckdb_name(c.type)}) AS {identifier(c.name)}"
            for c in table.all_columns
        )
        names = ", ".join(identifier(f"c{i}") for i in range(len(columns)))
        query = f"SELECT {selected} FROM ({sql}) q({names})"
        layout = _layout_of(table)
        keys = [column.name for column in table.partition_keys]
        shown = [ResultColumn(c.name, c.type) for c in table.all_columns]
        written = self._write(query, shown, keys, layout, folder(table.storage.location), query_id, connection)
        self._register(table, written)
        return written

    def unload(
        self,
        wanted: Unload,
        sql: str,
        columns: Sequence[ResultColumn],
        query_id: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> Written:
        """UNLOAD to an empty location; nothing is registered."""
        if "format" not in wanted.properties:
            raise UserQueryError("Property format is required for UNLOAD", "MISSING_PROPERTY")
        layout, keys = _layout(wanted.properties)
        _check_names(columns, keys)
        location = folder(wanted.location)
        self._require_empty(location)
        return self._write(sql, columns, keys, layout, location, query_id, connection)

    def _require_empty(self, location: str) -> None:
        try:
            bucket, prefix = split_location(location)
        except ValueError as error:
            raise UserQueryError(
                f"The S3 location provided to save your query results is invalid: {error}", "INVALID_TABLE_PROPERTY"
            ) from error
        if next(iter(self._objects.list(bucket, prefix)), None) is not None:
            raise UserQueryError(
                f"Target directory for table already exists: {location}. You may need to manually "
                f"clean the data at location '{location}' before retrying",
                "HIVE_PATH_ALREADY_EXISTS",
            )

    def _write(
        self,
        sql: str,
        columns: Sequence[ResultColumn],
        keys: Sequence[str],
        layout: Layout,
        location: str,
        query_id: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> Written:
        """Files first in scratch, then all moved in."""
        target = self._scratch / f"write-{uuid.uuid4().hex}"
        target.mkdir(parents=True)
        try:
            rows = _copy(sql, columns, keys, layout, target, connection)
            return self._adopt(target, rows, keys, location, query_id, layout)
        finally:
            shutil.rmtree(target, ignore_errors=True)

    def _adopt(
        self, target: Path, rows: int, keys: Sequence[str], location: str, query_id: str, layout: Layout
    ) -> Written:
        found = sorted(path for path in target.rglob("*") if path.is_file())
        partitions: dict[tuple[str, ...], str] = {}
        for path in found:
            values = _partition_values(path.relative_to(target).parts[:-1])
            partitions.setdefault(values, "".join(f"{k}={v}/" for k, v in zip(keys, values, strict=False)))
        if keys and len(partitions) > MAX_PARTITIONS:
            raise UserQueryError(
                f"Exceeded limit of {MAX_PARTITIONS} open writers for partitions/buckets",
                "HIVE_TOO_MANY_OPEN_PARTITIONS",
            )
        bucket, prefix = split_location(location)
        stamp, files, size = query_id.replace("-", "_"), [], 0
        for path in found:
            values = _partition_values(path.relative_to(target).parts[:-1])
            key = f"{prefix}{partitions[values] if keys else ''}{stamp}_{uuid.uuid4()}{_suffix(layout)}"
            size += path.stat().st_size
            self._objects.adopt(bucket, key, path)
            files.append(f"s3://{bucket}/{key}")
        listed = tuple((values, location + path) for values, path in partitions.items()) if keys else ()
        return Written(tuple(files), rows, size, listed)

    def _register(self, table: Table, written: Written) -> None:
        if not table.partition_keys:
            return
        known = {partition.values for partition in self._catalog.partitions(table)}
        new = [
            Partition(values, replace(table.storage, location=path))
            for values, path in written.partitions
            if values not in known
        ]
        self._catalog.add_partitions(table, new)


def _suffix(layout: Layout) -> str:
    return {"GZIP": ".gz", "ZSTD": ".zst"}.get(layout.compression, "") if layout.format in ("TEXTFILE", "JSON") else ""


def _partition_values(parts: Sequence[str]) -> tuple[str, ...]:
    from_path = [part.split("=", 1)[1] for part in parts]
    return tuple(unquote(value) for value in from_path)


def _layout(properties: dict[str, str | list[str]]) -> tuple[Layout, list[str]]:
    unknown = set(properties) - _KNOWN
    if unknown:
        raise UserQueryError(
            f"Unable to set catalog 'awsdatacatalog' table property '{sorted(unknown)[0]}'", "INVALID_TABLE_PROPERTY"
        )
    if str(properties.get("table_type", "HIVE")).upper() != "HIVE":
        raise NotSupportedError("Iceberg tables are not supported by this engine")
    if "bucketed_by" in properties or "bucket_count" in properties:
        raise NotSupportedError("bucketed_by is not supported by this engine")
    name = str(properties.get("format", "PARQUET")).upper()
    if name not in FORMATS:
        raise UserQueryError(f"Invalid format '{name}'", "INVALID_TABLE_PROPERTY")
    if name == "ORC":
        raise NotSupportedError("ORC files cannot be written by this engine")
    given = (
        properties.get("write_compression")
        or properties.get("parquet_compression")
        or properties.get("compression")
        or {"AVRO": "NONE"}.get(name, "GZIP")
    )
    compression = str(given).upper()
    if (_COMPRESSIONS[name] and compression not in _COMPRESSIONS[name]) or (name == "AVRO" and compression != "NONE"):
        raise NotSupportedError(f"the compression {compression} of {name} is not supported by this engine")
    keys = properties.get("partitioned_by", [])
    return (
        Layout(name, compression, str(properties.get("field_delimiter", "\x01"))),
        [key.lower() for key in (keys if isinstance(keys, list) else [keys])],
    )


def _layout_of(table: Table) -> Layout:
    serde = table.storage.serde
    parameters = dict(table.storage.serde_parameters)
    if serde == PARQUET_SERDE:
        return Layout("PARQUET", table.parameter("parquet.compression", "SNAPPY").upper())
    if serde == AVRO_SERDE:
        return Layout("AVRO", "NONE")
    if serde in JSON_SERDES:
        return Layout("JSON", "NONE")
    if serde == LAZY_SERDE:
        delimiter = parameters.get("field.delim", "\x01")
        return Layout("TEXTFILE", "NONE", delimiter)
    raise NotSupportedError(f"INSERT INTO a table of {serde} is not supported by this engine")


def _check_names(columns: Sequence[ResultColumn], keys: Sequence[str]) -> None:
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise UserQueryError(f"Column name '{double}' specified more than once", "DUPLICATE_COLUMN_NAME")
    for index, name in enumerate(names):
        if name.startswith("_col") and name[4:].isdigit():
            raise UserQueryError(f"Column name not specified at position {index + 1}", "MISSING_COLUMN_NAME")
    check_known(columns)
    missing = [key for key in keys if key not in names]
    if missing:
        raise UserQueryError(f"Partition columns {missing} not present in schema", "COLUMN_NOT_FOUND")
    if keys and names[len(names) - len(keys) :] != list(keys):
        raise UserQueryError(
            "Partition keys must be the last columns in the table and in the same order as the table "
            f"properties: {keys}",
            "HIVE_COLUMN_ORDER_MISMATCH",
        )
    if keys and len(keys) == len(names):
        raise UserQueryError("Table contains only partition columns", "INVALID_TABLE_PROPERTY")


def _copy(
    sql: str,
    columns: Sequence[ResultColumn],
    keys: Sequence[str],
    layout: Layout,
    target: Path,
    connection: duckdb.DuckDBPyConnection,
) -> int:
    """Writes the rows; returns how many there were."""
    names = ", ".join(identifier(f"c{i}") for i in range(len(columns)))
    selected = ", ".join(
        f"{_stored(identifier(f'c{i}'), column, layout, column.name in keys)} AS {identifier(column.name)}"
        for i, column in enumerate(columns)
    )
    options = _options(layout)
    if keys:
        options += [f"PARTITION_BY ({', '.join(identifier(key) for key in keys)})", "OVERWRITE_OR_IGNORE true"]
        path = target
    elif layout.format == "PARQUET":
        options += [f"FILE_SIZE_BYTES '{TARGET_FILE_BYTES}'", "OVERWRITE_OR_IGNORE true"]
        path = target
    else:
        path = target / "0"
    query = f"SELECT {selected} FROM ({sql}) q({names})"
    found = connection.execute(f"COPY ({query}) TO {quote(str(path))} ({', '.join(options)})").fetchone()
    rows = int(found[0]) if found else 0
    if not rows:
        shutil.rmtree(target)
        target.mkdir()
    return rows


def _stored(value: str, column: ResultColumn, layout: Layout, is_key: bool) -> str:
    if is_key:  # DuckDB writes these as Hive does, and NULL as __HIVE_DEFAULT_PARTITION__
        plain = (*INTEGERS, *TEXTS, *DECIMALS, Kind.DATE, Kind.BOOLEAN)
        return value if kind(column.type) in plain else text_sql(value, column.type)
    if layout.format == "TEXTFILE":
        if kind(column.type) in (Kind.ARRAY, Kind.MAP, Kind.STRUCT):
            raise NotSupportedError("arrays, maps and rows cannot be written as text by this engine")
        return text_sql(value, column.type)
    if kind(column.type) in (Kind.NULL, Kind.UNKNOWN):
        return f"CAST({value} AS {duckdb_name(BIGINT)})"
    return value


def _options(layout: Layout) -> list[str]:
    if layout.format == "PARQUET":
        codec = {"NONE": "uncompressed"}.get(layout.compression, layout.compression.lower())
        return ["FORMAT parquet", f"COMPRESSION {codec}", f"ROW_GROUP_SIZE {ROW_GROUP_ROWS}"]
    if layout.format == "AVRO":
        return ["FORMAT avro"]
    codec = {"NONE": "none"}.get(layout.compression, layout.compression.lower())
    if layout.format == "JSON":
        return ["FORMAT json", f"COMPRESSION {codec}"]
    return [
        "FORMAT csv",
        "HEADER false",
        f"DELIMITER {quote(layout.delimiter)}",
        "QUOTE ''",
        "ESCAPE ''",
        f"NULLSTR {quote(chr(92) + 'N')}",
        f"COMPRESSION {codec}",
    ]
