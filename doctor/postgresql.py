"""A session on PostgreSQL: what its catalogs say, and statements that end in time."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from psycopg import pq

from doctor import postgresql_catalog as catalog
from doctor.address import Address
from doctor.clock import clock_difference
from doctor.database import Reading, Row, Sample
from doctor.dialect import POSTGRESQL
from doctor.errors import QueryRefusedError, QueryTimeoutError, UnreachableError
from doctor.facts import Column, Connections, Index, Replica, Server, Table

CONNECT_SECONDS = 10
CATALOG_SECONDS = 30.0


class PostgresqlDatabase:
    """A read-only session on PostgreSQL."""

    dialect = POSTGRESQL

    def __init__(self, address: Address) -> None:
        self._address = address
        self._limit_seconds = 0.0

    def __enter__(self) -> Self:
        with self._one_sentence():
            self._connection = _connect(self._address)
            self._is_read_only = bool(self._value("select current_setting('default_transaction_read_only') = 'on'"))
            self._settings = {name: value + unit for name, value, unit in self.rows(catalog.SETTINGS, CATALOG_SECONDS)}
            self._connection.execute("set session characteristics as transaction read only")
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def server(self) -> Server:
        """The server as this user sees it."""
        version, database, schema, user, zone, offset, is_replica = self.rows(catalog.SERVER, CATALOG_SECONDS)[0]
        ahead, round_trip = clock_difference(lambda: float(self._value(catalog.CLOCK)))
        unknown: list[str] = []
        tls = self._optional(catalog.TLS, "whether the connection is encrypted", unknown)
        lag = self._optional(catalog.LAG, "how far this replica is behind", unknown) if is_replica else None
        allowed, used, user_allowed, user_used = self.rows(catalog.CONNECTIONS, CATALOG_SECONDS)[0]
        oldest = self._optional(catalog.OLDEST_WRITE, "how long transactions have been open", unknown)
        return Server(
            product="PostgreSQL",
            version=version,
            host=self._address.host,
            port=self._address.port,
            database=database,
            default_schema=schema,
            user=user,
            is_local=self._address.is_local,
            tls=tls,
            checks_certificate=self._address.option("sslmode") in ("verify-ca", "verify-full"),
            clock_ahead_seconds=ahead,
            round_trip_seconds=round_trip,
            time_zone=zone,
            utc_offset_seconds=offset,
            connections=Connections(int(allowed), int(used), user_allowed, int(user_used)),
            replica=Replica(None if lag is None else float(lag)) if is_replica else None,
            is_read_only=self._is_read_only,
            oldest_write_seconds=oldest,
            powers=tuple(name for (name,) in self.rows(catalog.POWERS, CATALOG_SECONDS)),
            settings=self._settings,
            unknown=tuple(unknown),
        )

    def tables(self) -> list[Table]:
        """Every table and view outside the system's schemas; partitions are their parent's."""
        columns, unreadable = defaultdict(list), defaultdict(list)
        for oid, name, data_type, declared, nullable, is_readable in self.rows(catalog.COLUMNS, CATALOG_SECONDS):
            columns[oid].append(Column(name, data_type, declared, nullable))
            if not is_readable:
                unreadable[oid].append(name)
        indexes, primary_keys = defaultdict(list), {}
        for oid, is_primary, is_unique, names in self.rows(catalog.INDEXES, CATALOG_SECONDS):
            indexes[oid].append(Index(tuple(names), is_unique))
            if is_primary:
                primary_keys[oid] = tuple(names)
        return [
            Table(
                schema, name, kind, rows, stored_bytes, tuple(columns[oid]), primary_keys.get(oid, ()),
                tuple(indexes[oid]), is_readable, tuple(writes), hides_rows, "", tuple(unreadable[oid]),
            )
            for oid, schema, name, kind, rows, stored_bytes, is_readable, writes, hides_rows
            in self.rows(catalog.TABLES, CATALOG_SECONDS)
        ]  # fmt: skip

    def rows(self, sql: str, seconds: float) -> list[Row]:
        """The result of one statement, stopped after `seconds`."""
        with self._one_sentence():
            self._limit(seconds)
            return list(self._connection.execute(sql.encode()).fetchall())

    def read(self, sql: str, rows: int, seconds: float) -> Reading:
        """Copy the first rows out, as fast as the server and the line give them."""
        with self._one_sentence():
            self._limit(seconds)
            described = self._connection.execute(f"select * from ({sql}) as described limit 0".encode()).description
            names = self.rows("select oid::bigint, format_type(oid, null) from pg_type", CATALOG_SECONDS)
            types = dict(tuple(row) for row in names)
            started, size = time.monotonic(), 0
            with self._connection.cursor() as cursor:
                with cursor.copy(f"copy ({sql} limit {rows}) to stdout".encode()) as copy:
                    for block in copy:
                        size += len(block)
                count = cursor.rowcount
        columns = tuple((column.name, types[column.type_code]) for column in described or ())
        return Reading(count, size, time.monotonic() - started, columns)

    def sample(self, table: Table, alias: str, columns: Sequence[str], rows: int) -> Sample:
        """Blocks picked all over the table; of a view only its first rows."""
        name = self.dialect.name(table.schema, table.name)
        if table.kind in ("view", "foreign table") or not table.rows:
            listed = ", ".join(self.dialect.name(column) for column in columns)
            relation = f"(select {listed} from {name} limit {rows}) as {alias}"
            return Sample(relation, f"the first {rows:,} rows", is_even=False)
        percent = min(100.0, 100.0 * rows / table.rows)
        words = f"a sample of about {min(rows, table.rows):,} rows"
        return Sample(f"{name} as {alias} tablesample system ({percent:.6f})", words, is_even=True)

    def _value(self, sql: str) -> Any:
        found = self.rows(sql, CATALOG_SECONDS)
        return found[0][0] if found else None

    def _optional(self, sql: str, what: str, unknown: list[str]) -> Any:
        try:
            return self._value(sql)
        except QueryRefusedError:
            unknown.append(what)
            return None

    def _limit(self, seconds: float) -> None:
        if seconds != self._limit_seconds:
            self._connection.execute(f"set statement_timeout = {int(seconds * 1000)}".encode())
            self._limit_seconds = seconds

    @contextmanager
    def _one_sentence(self) -> Iterator[None]:
        try:
            yield
        except psycopg.errors.QueryCanceled as error:
            raise QueryTimeoutError(f"stopped after {self._limit_seconds:g} s") from error
        except psycopg.Error as error:
            words = " ".join(self._address.without_password(str(error)).split("\n")[0].split())
            opened = getattr(self, "_connection", None)
            kind = UnreachableError if opened is None or opened.broken else QueryRefusedError
            raise kind(words) from None


def _connect(address: Address) -> "psycopg.Connection[Any]":
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    options: dict[str, Any] = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "hourglass doctor"}
    options |= {name: value for name, value in address.options.items() if name in known}
    return psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        dbname=address.database,
        autocommit=True,
        **options,
    )
