"""Runs Athena SQL on DuckDB over a catalog and an object store; the same path with and without the server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from localcloud.engines.athena.catalog import Catalog
from localcloud.engines.athena.compile import Compiled, Compiler
from localcloud.engines.athena.data_files import DataFile
from localcloud.engines.athena.database import open_database
from localcloud.engines.athena.engine_errors import translated
from localcloud.engines.athena.quoting import identifier
from localcloud.engines.athena.readers.streams import Streams, was_read_twice
from localcloud.engines.athena.results import Result, ResultColumn
from localcloud.engines.athena.scan import Source, read
from localcloud.engines.athena.storage import Objects
from localcloud.engines.athena.types import (
    DECIMALS,
    INTEGERS,
    NUMBERS,
    TEXTS,
    ZONED,
    DataType,
    Kind,
    decimal_digits,
    duckdb_name,
    duckdb_type,
    is_unknown,
    kind,
    settle,
)

Given = TypeVar("Given")


@dataclass(frozen=True)
class Prepared:
    """A query ready to run: DuckDB SQL, its columns as Athena types them, the files it will read."""

    sql: str
    columns: tuple[ResultColumn, ...]
    files: tuple[tuple[DataFile, tuple[str, ...]], ...] = ()


@dataclass
class Session:
    """One statement's connection and the context it runs in."""

    connection: duckdb.DuckDBPyConnection
    streams: Streams
    database: str = "default"


class AthenaEngine:
    """Compiles and runs statements.

    `catalog` and `objects` are Glue's and S3's stand-ins: MemoryCatalog and FolderObjects in tests, moto's backend
    and the object store in the server. `scratch` holds spilled memory and files being written.
    """

    def __init__(self, catalog: Catalog, objects: Objects, scratch: Path, memory_limit: str = "2GB") -> None:
        self.catalog = catalog
        self.objects = objects
        self.scratch = scratch
        self._compiler = Compiler(catalog)
        self._database = open_database(scratch / "spill", memory_limit)

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def session(self, database: str = "default") -> Iterator[Session]:
        """A connection of its own for one statement."""
        connection = self._database.cursor()
        try:
            yield Session(connection, Streams(connection), database)
        finally:
            connection.close()

    def execute(self, sql: str, database: str = "default") -> Result:
        """Runs one SELECT and returns its rows as Python values.

        Raises AthenaQueryError with Athena's code and wording.
        """
        with self.session(database) as session, translated(sql):
            return again_if_read_twice(session, lambda: self._result(sql, session))

    def _result(self, sql: str, session: Session) -> Result:
        prepared = self.prepare(sql, session)
        return Result(prepared.columns, _rows(prepared, session.connection))

    def prepare(self, sql: str, session: Session) -> Prepared:
        """Compiles a query, finds its files and asks DuckDB for the types of its columns."""
        compiled = self._compiler.compile(sql, session.database)
        text = compiled.sql
        files: list[tuple[DataFile, tuple[str, ...]]] = []
        for scan in compiled.scans:
            source: Source = read(scan, self.catalog, self.objects, session.streams)
            text = text.replace(f'"{scan.placeholder}"', source.sql, 1)
            keys = {column.name for column in scan.table.partition_keys}
            stored = tuple(name for name in scan.columns if name not in keys)
            files += [(file, stored) for file in source.files]
        for placeholder, inline in compiled.inline.items():
            text = text.replace(f'"{placeholder}"', inline, 1)
        sql, columns = self._settled(text, compiled, session.connection)
        return Prepared(sql, columns, tuple(files))

    def _settled(
        self, sql: str, compiled: Compiled, connection: duckdb.DuckDBPyConnection
    ) -> tuple[str, tuple[ResultColumn, ...]]:
        """DuckDB's own types, such as HUGEINT, become the Trino types Athena would answer."""
        described = connection.execute(f"DESCRIBE {sql}").fetchall()
        found = [duckdb_type(row[1]) if row[1] != '"NULL"' else duckdb_type("INTEGER") for row in described]
        settled = [_told(settle(item), typed) for item, typed in zip(found, compiled.types, strict=True)]
        told = [_as_written(item, typed) for item, typed in zip(settled, compiled.types, strict=True)]
        columns = tuple(ResultColumn(name, item) for name, item in zip(compiled.names, told, strict=True))
        if found == settled or all(duckdb_name(a) == duckdb_name(b) for a, b in zip(found, settled, strict=False)):
            return sql, columns
        inner = ", ".join(identifier(f"c{i}") for i in range(len(columns)))
        outer = ", ".join(
            f"CAST({identifier(f'c{i}')} AS {duckdb_name(item)}) AS {identifier(f'c{i}')}"
            for i, item in enumerate(settled)
        )
        return f"SELECT {outer} FROM ({sql}) q({inner})", columns


def again_if_read_twice(session: Session, act: Callable[[], Given]) -> Given:
    """What `act` gives; done again with the rows of streams kept, if DuckDB wanted to read one of them twice."""
    try:
        return act()
    except duckdb.InvalidInputException as error:
        if session.streams.kept or not was_read_twice(error):
            raise
        session.streams.kept = True
        return act()


def _told(found: DataType, typed: DataType) -> DataType:
    """Trino's type where DuckDB has another of the same sort: it widens less, and what is always NULL is an integer."""
    a, b = kind(found), kind(typed)
    if a == Kind.INT and not is_unknown(typed) and b not in NUMBERS:
        return settle(typed)
    if a in INTEGERS and b in INTEGERS:
        return typed
    same_scale = a in DECIMALS and b in DECIMALS and decimal_digits(found)[1] == decimal_digits(typed)[1]
    return typed if same_scale and typed.expressions else found


def _as_written(settled: DataType, typed: DataType) -> DataType:
    """What DuckDB does not know: a column that is nothing but NULL, and how long a varchar may be."""
    both_text = kind(settled) in TEXTS and kind(typed) in TEXTS
    return typed if kind(typed) == Kind.NULL or both_text else settled


def _rows(prepared: Prepared, connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Python values; an instant is a datetime in UTC."""
    zoned = [kind(column.type) in ZONED for column in prepared.columns]
    if not any(zoned):
        return connection.execute(prepared.sql).fetchall()
    inner = ", ".join(f'"c{i}"' for i in range(len(zoned)))
    outer = ", ".join(f"timezone('UTC', \"c{i}\")" if z else f'"c{i}"' for i, z in enumerate(zoned))
    rows = connection.execute(f"SELECT {outer} FROM ({prepared.sql}) q({inner})").fetchall()
    return [
        tuple(v.replace(tzinfo=UTC) if z and v is not None else v for v, z in zip(row, zoned, strict=False))
        for row in rows
    ]
