"""Reads the files of a table with DuckDB: which partitions, which files, and the SQL that yields typed columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb

from localcloud.engines.athena.catalog import Catalog, Column, Partition, Storage, Table
from localcloud.engines.athena.data_files import DataFile
from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.quoting import identifier, quote
from localcloud.engines.athena.readers import group_key, reader
from localcloud.engines.athena.readers.streams import Streams
from localcloud.engines.athena.storage import Objects, StoredObject, data_files
from localcloud.engines.athena.types import duckdb_name

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
class Source:
    """What a scan became: a DuckDB relation and the files behind it."""

    sql: str
    files: tuple[DataFile, ...]


def read(wanted: Wanted, catalog: Catalog, objects: Objects, streams: Streams) -> Source:
    """The relation for one scan. Raises HIVE_... errors for what cannot be read."""
    table = wanted.table
    if table.parameter("projection.enabled").lower() == "true" and table.partition_keys:
        raise NotSupportedError(f"partition projection, as of the table {table.name}, is not supported by this engine")
    files = _files(wanted, catalog, objects, streams.connection)
    columns = [column for column in table.all_columns if column.name in wanted.columns]
    if not files:
        return Source(_nothing(columns), ())
    keys = {column.name for column in table.partition_keys}
    stored = [column for column in columns if column.name not in keys]
    groups: dict[tuple[object, ...], list[DataFile]] = {}
    for file in files:
        groups.setdefault(group_key(file, stored), []).append(file)
    selects = [_group_sql(table, columns, stored, group, streams) for group in groups.values()]
    return Source("(" + " UNION ALL ".join(selects) + ")", tuple(files))


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
    return [DataFile(item.path, item.key.rsplit("/", 1)[-1], item.size, values, storage) for item in items]


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


def _group_sql(
    table: Table, columns: Sequence[Column], stored: Sequence[Column], files: list[DataFile], streams: Streams
) -> str:
    values = {
        column.name: [file.values[index] for file in files]
        for index, column in enumerate(table.partition_keys)
        if column in columns
    }
    numbered = any(len(set(found)) > 1 for found in values.values())
    selected, relation = reader(table.columns, stored, files, numbered, streams)
    for column in table.partition_keys:
        if column in columns:
            selected.append(f"{_partition_value(column, values[column.name])} AS {identifier(column.name)}")
    return f"SELECT {', '.join(selected) or 'NULL AS nothing'} FROM {relation}"


def _partition_value(column: Column, values: Sequence[str]) -> str:
    """One value for all files of a reader, or each file's own by its position among them."""
    if len(set(values)) == 1:
        return _value(values[0], column)
    listed = ", ".join("NULL" if value == NULL_PARTITION else quote(value) for value in values)
    typed = f"CAST([{listed}] AS {duckdb_name(column.type)}[])"
    return f"list_extract({typed}, CAST(file_index AS BIGINT) + 1)"
