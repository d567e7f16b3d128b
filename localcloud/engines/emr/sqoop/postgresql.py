"""PostgreSQL as an import sees it: libpq beneath, the words of its JDBC driver above."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pyarrow as pa

from localcloud.engines.emr.sqoop.columns import ARRAY, STRUCT, VARCHAR, Column, make_column, sql_type_of
from localcloud.engines.emr.sqoop.extract import BlockParser, copy_blocks
from localcloud.engines.emr.sqoop.jdbc import Connection, connection_parameters, database_error, open_connection


class Postgresql:
    """Satisfies `database.Database`."""

    def __init__(self, url: str, username: str | None, password: str | None, extra: Mapping[str, str]) -> None:
        self._parameters = connection_parameters(url, username, password, extra)

    def open(self) -> "PostgresqlSession":
        return PostgresqlSession(open_connection(self._parameters))


class PostgresqlSession:
    """Satisfies `database.Session`; a column's kind is its java.sql.Types number."""

    def __init__(self, connection: Connection) -> None:
        connection.autocommit = True
        self._connection = connection

    def quoted(self, identifier: str) -> str:
        return '"' + identifier.replace('"', '""') + '"'

    def columns(self, statement: str) -> list[tuple[str, int]]:
        described = self._execute(statement).description or []
        others = self._other_types([column.type_code for column in described])
        return [(column.name, sql_type_of(column.type_code, others)) for column in described]

    def make_column(self, name: str, field_name: str, kind: int, java_type: str | None) -> Column:
        return make_column(name, field_name, kind, java_type)

    def bounds(self, query: str) -> tuple[int, Sequence[Any] | None]:
        cursor = self._execute(query)
        return sql_type_of(cursor.description[0].type_code if cursor.description else 0), cursor.fetchone()

    def primary_key(self, table: str) -> str | None:
        row = self._connection.execute(
            "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and "
            "a.attnum = any(i.indkey) where i.indisprimary and i.indrelid = to_regclass(%s) "
            "order by array_position(i.indkey, a.attnum) limit 1",
            (self.quoted(table),),
        ).fetchone()
        return None if row is None else str(row[0])

    def reader(self, query: str, columns: Sequence[Column]) -> "CopyReader":
        return CopyReader(self._connection, query, columns)

    def close(self) -> None:
        self._connection.close()

    def _execute(self, statement: str) -> "psycopg.Cursor[tuple[Any, ...]]":
        try:
            return self._connection.execute(statement.encode())
        except psycopg.Error as error:
            raise database_error(error) from None

    def _other_types(self, oids: list[int]) -> dict[int, int]:
        """java.sql.Types of the enums, arrays and composites among the types."""
        rows = self._connection.execute(
            "select oid, typtype, typcategory from pg_type where oid = any(%s) and (typtype in ('e', 'c') or "
            "typcategory = 'A')",
            (oids,),
        ).fetchall()
        kinds = {"e": VARCHAR, "c": STRUCT}
        return {int(oid): ARRAY if category == "A" else kinds[str(kind)] for oid, kind, category in rows}


class CopyReader:
    """Satisfies `database.Reader`: COPY's CSV."""

    def __init__(self, connection: Connection, query: str, columns: Sequence[Column]) -> None:
        self._connection = connection
        self._query = query
        self._parser = BlockParser(columns)

    def blocks(self) -> Iterator[bytearray]:
        return copy_blocks(self._connection, self._query)

    def parse(self, block: bytearray) -> pa.Table:
        return self._parser.parse(block)
