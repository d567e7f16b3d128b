"""What an import asks of a database, whichever it is, and which one a JDBC URL means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from localcloud.engines.emr.sqoop.arguments import ImportOptions
from localcloud.engines.emr.sqoop.columns import Column
from localcloud.engines.emr.sqoop.errors import ImportFailedError, NotSupportedError
from localcloud.engines.emr.sqoop.postgresql import Postgresql


class Reader(Protocol):
    """The rows of one query."""

    def blocks(self) -> Iterator[Any]:
        """The rows as they come over the network, a block at a time."""

    def parse(self, block: Any) -> pa.Table:
        """A block as a table whose columns have the Avro types; may run beside `blocks` in another thread."""


class Session(Protocol):
    """One connection. What it raises is a DatabaseError with the JDBC driver's sentence."""

    def quoted(self, identifier: str) -> str:
        """An identifier as Sqoop's connection manager quotes it."""

    def columns(self, statement: str) -> list[tuple[str, Any]]:
        """Name and type of the columns that a statement answers; the type means something to `make_column`."""

    def make_column(self, name: str, field_name: str, kind: Any, java_type: str | None) -> Column:
        """A column with its Avro type; `java_type` is what --map-column-java says of it."""

    def bounds(self, query: str) -> tuple[int, Sequence[Any] | None]:
        """java.sql.Types of the first column of a query, and its first row."""

    def primary_key(self, table: str) -> str | None:
        """The first column of a table's primary key."""

    def reader(self, query: str, columns: Sequence[Column]) -> Reader:
        """Reads the rows of a query, whose columns these are."""

    def close(self) -> None:
        """Ends the connection."""


class Database(Protocol):
    """A place to connect to."""

    def open(self) -> Session:
        """Connects, or raises what the driver would have said."""


def database_of(options: ImportOptions, password: str | None, extra: Mapping[str, str]) -> Database:
    """The database behind --connect; `extra` is what --connection-param-file holds."""
    scheme = re.match(r"jdbc:(\w+):", options.connect)
    if scheme is None:
        raise ImportFailedError(f"No manager for connect string: {options.connect}", "java.io.IOException")
    if scheme[1] == "postgresql":
        return Postgresql(options.connect, options.username, password, extra)
    if scheme[1] in ("mariadb", "mysql"):
        from localcloud.engines.emr.sqoop.mysql import MySql  # rarer, and its client takes a tenth of a second

        if not options.avro:
            raise NotSupportedError("Text from MariaDB or MySQL", "Use --as-avrodatafile.")
        return MySql(options.connect, options.driver, options.username, password, extra)
    raise NotSupportedError(f"A jdbc:{scheme[1]}: source", "Only jdbc:postgresql:, jdbc:mariadb: and jdbc:mysql: are.")
