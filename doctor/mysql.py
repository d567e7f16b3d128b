"""A session on MariaDB or MySQL: what its catalogs say, and statements that end in time."""

import struct
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Self

import pymysql
from pymysql.constants import CLIENT, FIELD_TYPE
from pymysql.cursors import DictCursor, SSCursor

from doctor import mysql_catalog as catalog
from doctor.address import Address
from doctor.clock import clock_difference
from doctor.database import Reading, Row, Sample
from doctor.dialect import MYSQL
from doctor.errors import QueryRefusedError, QueryTimeoutError, TooOldError, UnreachableError
from doctor.facts import Column, Connections, Index, Replica, Server, Table
from doctor.mysql_connection import connect, ssl_mode
from doctor.mysql_grants import parse_grants, powers_of, writes_to

OLDEST_MYSQL = 8
CATALOG_SECONDS = 30.0
FETCH_ROWS = 1000
_STOPPED = {1317, 1969, 3024}
_LOST = {2006, 2013, 2055}
_NOT_A_SERVER = (OSError, RuntimeError, AssertionError, IndexError, struct.error, UnicodeDecodeError)
_TYPE_NAMES = {code: name for name, code in vars(FIELD_TYPE).items() if not name.startswith("_")}


class MysqlDatabase:
    """A read-only session on MariaDB or MySQL."""

    dialect = MYSQL

    def __init__(self, address: Address) -> None:
        self._address = address
        self._limit_seconds = 0.0

    def __enter__(self) -> Self:
        with self._one_sentence():
            self._connection = connect(self._address)
        self._settings = dict(tuple(row) for row in self._rows(catalog.SETTINGS))
        version = str(self._rows("select version()")[0][0])
        self._is_mariadb = "mariadb" in version.lower()
        if not self._is_mariadb:
            check_mysql_version(version)
        self._rows("set session transaction read only")
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def server(self) -> Server:
        """The server as this user sees it."""
        version, database, user, offset, knows_zones = self.rows(catalog.SERVER, CATALOG_SECONDS)[0]
        ahead, round_trip = clock_difference(lambda: float(self._rows(catalog.CLOCK)[0][0]))
        status = dict(tuple(row) for row in self._rows(catalog.STATUS))
        grants = parse_grants(line for (line,) in self._rows(catalog.GRANTS))
        own = int(self._rows(catalog.OWN_SESSIONS, [self._address.user])[0][0])
        settings = dict(self._settings)
        user_allowed = int(settings.get("max_user_connections", 0)) or None
        unknown: list[str] = []
        replica = self._replica(unknown)
        oldest = self._optional(catalog.OLDEST_WRITE)
        offers_tls = bool(getattr(self._connection, "server_capabilities", 0) & CLIENT.SSL)
        zone = settings["time_zone"]
        return Server(
            product="MariaDB" if self._is_mariadb else "MySQL",
            version=str(version).split("-")[0],
            host=self._address.host,
            port=self._address.port,
            database=database,
            default_schema=database,
            user=user,
            is_local=self._address.is_local,
            tls=status.get("Ssl_version") or None,
            checks_certificate=ssl_mode(self._address) in ("verify-ca", "verify-full"),
            clock_ahead_seconds=ahead,
            round_trip_seconds=round_trip,
            time_zone=settings["system_time_zone"] if zone == "SYSTEM" else zone,
            utc_offset_seconds=int(offset),
            connections=Connections(
                int(settings["max_connections"]), int(status["Threads_connected"]) - 1, user_allowed, own
            ),
            replica=replica,
            is_read_only=settings.get("read_only") == "ON" or settings.get("super_read_only") == "ON",
            oldest_write_seconds=None if oldest is None else float(oldest),
            powers=powers_of(grants),
            settings={
                **settings,
                "time_zone_tables": str(bool(knows_zones)),
                "offers_tls": str(offers_tls),
                "tinyInt1isBit": self._address.option("tinyInt1isBit"),
            },
            unknown=tuple(unknown),
        )

    def tables(self) -> list[Table]:
        """Every table and view outside the system's schemas."""
        columns, unreadable = defaultdict(list), defaultdict(list)
        for schema, table, name, data_type, declared, nullable, on_write, is_readable in self._rows(catalog.COLUMNS):
            column = Column(name, _text(data_type), _text(declared), bool(nullable), bool(on_write))
            columns[schema, table].append(column)
            if not is_readable:
                unreadable[schema, table].append(name)
        indexes, primary_keys = defaultdict(list), {}
        entries = self._rows(catalog.INDEXES)
        for (schema, table, index), parts in groupby(entries, key=lambda row: tuple(row[:3])):
            listed = list(parts)
            names = tuple(row[3] for row in listed)
            if None in names:
                continue
            indexes[schema, table].append(Index(names, all(row[4] for row in listed)))
            if index == "PRIMARY":
                primary_keys[schema, table] = names
        grants = parse_grants(line for (line,) in self._rows(catalog.GRANTS))
        return [
            Table(
                schema, name, kind, None if rows is None else int(rows), None if size is None else int(size),
                tuple(columns[schema, name]), primary_keys.get((schema, name), ()), tuple(indexes[schema, name]),
                len(unreadable[schema, name]) < len(columns[schema, name]), writes_to(grants, schema, name), False,
                engine, tuple(unreadable[schema, name]),
            )
            for schema, name, kind, rows, size, engine in self._rows(catalog.TABLES)
        ]  # fmt: skip

    def rows(self, sql: str, seconds: float) -> list[Row]:
        """The result of one statement, stopped after `seconds`."""
        if seconds != self._limit_seconds:
            limit = (
                f"set session max_statement_time = {seconds}"
                if self._is_mariadb
                else f"set session max_execution_time = {int(seconds * 1000)}"
            )
            self._rows(limit)
            self._limit_seconds = seconds
        return self._rows(sql)

    def read(self, sql: str, rows: int, seconds: float) -> Reading:
        """Stream the first rows without giving them types, as a driver that streams does."""
        with (
            self._one_sentence(),
            connect(self._address, conv={}, cursorclass=SSCursor) as connection,
            connection.cursor() as cursor,
        ):
            started, size, count = time.monotonic(), 0, 0
            cursor.execute(f"{sql} limit {rows}")
            types = tuple((d[0], _TYPE_NAMES.get(d[1], str(d[1])).lower()) for d in cursor.description)
            while block := cursor.fetchmany(FETCH_ROWS):
                count += len(block)
                size += sum(len(value) for row in block for value in row if value is not None)
                if time.monotonic() - started > seconds:
                    break
            return Reading(count, size, time.monotonic() - started, types)

    def sample(self, table: Table, alias: str, columns: Sequence[str], rows: int) -> Sample:
        """The rows with the lowest and the highest primary keys; without one only the first rows."""
        quoted = self.dialect.name
        name, listed = quoted(table.schema, table.name), ", ".join(map(quoted, columns))
        if not table.primary_key:
            relation = f"(select {listed} from {name} limit {rows}) as {alias}"
            return Sample(relation, f"the first {rows:,} rows", is_even=False)
        ends = [
            f"(select {listed} from {name} order by {', '.join(f'{quoted(part)} {way}' for part in table.primary_key)} "
            f"limit {rows // 2})"
            for way in ("asc", "desc")
        ]
        relation = f"({' union all '.join(ends)}) as {alias}"
        return Sample(relation, f"the {rows:,} rows with the lowest and the highest keys", is_even=False)

    def _optional(self, sql: str) -> Any:
        """The one value of a statement that this user may not be allowed to send."""
        try:
            return self._rows(sql)[0][0]
        except QueryRefusedError:
            return None

    def _replica(self, unknown: list[str]) -> Replica | None:
        for statement in ("show all slaves status", "show replica status", "show slave status"):
            try:
                found = self._records(statement)
            except QueryRefusedError:
                continue
            if not found:
                return None
            lags = [row.get("Seconds_Behind_Master", row.get("Seconds_Behind_Source")) for row in found]
            known = [float(lag) for lag in lags if lag is not None]
            return Replica(max(known) if len(known) == len(lags) else None)
        if self._settings.get("read_only") == "ON":
            unknown.append("whether this is a replica and how far it is behind (REPLICATION CLIENT or REPLICA MONITOR)")
        return None

    def _rows(self, sql: str, parameters: Sequence[Any] | None = None) -> list[Row]:
        with self._one_sentence(), self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def _records(self, sql: str) -> list[dict[str, Any]]:
        with self._one_sentence(), self._connection.cursor(DictCursor) as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    @contextmanager
    def _one_sentence(self) -> Iterator[None]:
        try:
            yield
        except pymysql.Error as error:
            code, *rest = error.args if error.args else (0,)
            words = " ".join(self._address.without_password(str(rest[0] if rest else code)).split())
            if "CERTIFICATE_VERIFY_FAILED" in words:
                words += "; name the authority of its certificate with ?serverSslCert=FILE"
            if code in _STOPPED:
                raise QueryTimeoutError(f"stopped after {self._limit_seconds:g} s") from None
            is_open = getattr(self, "_connection", None) is not None and code not in _LOST
            raise (QueryRefusedError if is_open else UnreachableError)(words) from None
        except _NOT_A_SERVER as error:
            words = self._address.without_password(str(error)) or type(error).__name__
            raise UnreachableError(f"what answers there does not speak MySQL's protocol ({words})") from None


def _text(value: str | bytes) -> str:
    """MySQL 8 gives some catalog columns as bytes."""
    return value.decode() if isinstance(value, bytes) else value


def check_mysql_version(version: str) -> None:
    """What mappings ask in regular expressions, MySQL understands since it has ICU's.

    Raises:
        TooOldError: it is older.
    """
    if int(version.split(".")[0]) < OLDEST_MYSQL:
        raise TooOldError(
            f"MySQL {version} is older than {OLDEST_MYSQL}.0, the oldest that can be ingested: upgrade it"
        )
