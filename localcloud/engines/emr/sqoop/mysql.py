"""MariaDB and MySQL as an import sees them: ConnectorX carries the rows, PyMySQL asks the questions around them.

The words are those of the driver that Sqoop would load: MariaDB's for jdbc:mariadb: (which needs --driver, because
Sqoop has no manager for it), MySQL's for jdbc:mysql:.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import connectorx
import pyarrow as pa
import pymysql
from pymysql.constants import FIELD_TYPE

from localcloud.engines.emr.sqoop.columns import Column
from localcloud.engines.emr.sqoop.errors import DatabaseError, ImportFailedError
from localcloud.engines.emr.sqoop.extract import ARROW_TYPES, convert
from localcloud.engines.emr.sqoop.mysql_columns import BYTES_PER_CHARACTER, Kind, column_of, sql_type_of
from localcloud.engines.emr.sqoop.mysql_url import MySqlUrl, parse_url

BLOCK_ROWS = 8_192
UUID_FIELD = (FIELD_TYPE.STRING, 36 * BYTES_PER_CHARACTER)
LOST = (2006, 2013, 2055)
REFUSED = (2002, 2003, 2005)
EXCEPTIONS = {
    "08": "SQLNonTransientConnectionException",
    "22": "SQLDataException",
    "23": "SQLIntegrityConstraintViolationException",
    "28": "SQLInvalidAuthorizationSpecException",
    "42": "SQLSyntaxErrorException",
}


class MySql:
    """Satisfies `database.Database`."""

    def __init__(
        self, url: str, driver: str | None, username: str | None, password: str | None, extra: Mapping[str, str]
    ) -> None:
        if url.startswith("jdbc:mariadb:") and driver is None:
            raise ImportFailedError(f"No manager for connect string: {url.partition('?')[0]}", "java.io.IOException")
        self._url = parse_url(url, username, password, extra)
        self._driver = "mariadb" if driver and "mariadb" in driver else "mysql"

    def open(self) -> "MySqlSession":
        return MySqlSession(self._url, self._driver)


class MySqlSession:
    """Satisfies `database.Session`; a column's kind is a `mysql_columns.Kind`."""

    def __init__(self, url: MySqlUrl, driver: str) -> None:
        self._url = url
        self._driver = driver
        try:
            self._connection = pymysql.connect(
                host=url.host, port=url.port, user=url.username, password=url.password, database=url.database,
                charset="utf8mb4", autocommit=True, connect_timeout=int(url.connect_seconds),
                init_command=f"set session {', '.join(url.session)}" if url.session else None,
                **_tls_of(url),
            )  # fmt: skip
        except pymysql.Error as error:
            raise _connection_error(error, url) from None

    def quoted(self, identifier: str) -> str:
        """Sqoop quotes for MySQL; the generic manager, which serves MariaDB's driver, does not."""
        return identifier if self._driver == "mariadb" else f"`{identifier}`"

    def columns(self, statement: str) -> list[tuple[str, Kind]]:
        with self._asked(statement) as cursor:
            fields = cursor._result.fields if cursor._result else []  # the description lacks flags and length
        return [
            (
                field.name,
                Kind(
                    field.type_code, field.flags, field.length, field.scale, field.charsetnr, self._driver,
                    self._url.tiny_int_is_bit, self._url.year_is_date, self._is_uuid(field),
                ),
            )
            for field in fields
        ]  # fmt: skip

    def _is_uuid(self, field: Any) -> bool:
        """MariaDB tells its own driver, which asks for it, that a char(36) is a UUID; others must look it up."""
        if self._driver != "mariadb" or (field.type_code, field.length) != UUID_FIELD or not field.org_table:
            return False
        schema, table, column = map(self._connection.escape, (field.db, field.org_table, field.org_name))
        with self._asked(
            f"select 1 from information_schema.columns where table_schema = {schema} and table_name = {table} "
            f"and column_name = {column} and data_type = 'uuid'"
        ) as cursor:
            return cursor.fetchone() is not None

    def make_column(self, name: str, field_name: str, kind: Kind, java_type: str | None) -> Column:
        return column_of(name, field_name, kind, java_type)

    def bounds(self, query: str) -> tuple[int, Sequence[Any] | None]:
        kinds = self.columns(query)
        with self._asked(query) as cursor:
            return sql_type_of(kinds[0][1]), cursor.fetchone()

    def primary_key(self, table: str) -> str | None:
        order = "column_name" if self._driver == "mariadb" else "ordinal_position"
        literal = self._connection.escape(table)
        with self._asked(
            f"select column_name from information_schema.columns where table_schema = database() "
            f"and table_name = {literal} and column_key = 'PRI' order by {order} limit 1"
        ) as cursor:
            row = cursor.fetchone()
        return None if row is None else str(row[0])

    def reader(self, query: str, columns: Sequence[Column]) -> "ConnectorxReader":
        return ConnectorxReader(self._url, query, columns)

    def close(self) -> None:
        self._connection.close()

    def _asked(self, statement: str) -> "pymysql.cursors.Cursor":
        cursor = self._connection.cursor()
        try:
            cursor.execute(statement)
        except pymysql.Error as error:
            raise _database_error(error, self._connection.thread_id()) from None
        return cursor


class ConnectorxReader:
    """Satisfies `database.Reader`: record batches, whose columns the server has written as the driver would."""

    def __init__(self, url: MySqlUrl, query: str, columns: Sequence[Column]) -> None:
        self._url = url
        self._columns = columns
        self._query = query
        if any(column.selected != "{}" for column in columns):
            names = ["`" + column.name.replace("`", "``") + "`" for column in columns]
            selected = ", ".join(
                f"{column.selected.format(f't.{name}')} as {name}" for column, name in zip(columns, names, strict=True)
            )
            self._query = f"select {selected} from ({query}) as t"

    def blocks(self) -> Iterator[pa.RecordBatch]:
        before = f"set session {', '.join(self._url.session)}" if self._url.session else None
        try:
            yield from connectorx.read_sql(
                self._url.for_connectorx(), self._query, return_type="arrow_stream", batch_size=BLOCK_ROWS,
                pre_execution_query=before,
            )  # fmt: skip
        except BaseException as error:  # a Rust library's panic is no Exception, and its class has no name to import
            if isinstance(error, RuntimeError | pa.ArrowException) or type(error).__name__ == "PanicException":
                raise _stream_error(str(error)) from None
            raise

    def parse(self, block: pa.RecordBatch) -> pa.Table:
        arrays = [self._read(block.column(i), column) for i, column in enumerate(self._columns)]
        return pa.table(arrays, names=[column.field_name for column in self._columns])

    def _read(self, values: pa.Array, column: Column) -> pa.ChunkedArray:
        text = pa.chunked_array([values])
        if column.reading != "plain":
            return convert(text.cast(pa.string()), column.reading)
        try:
            return text.cast(ARROW_TYPES[column.avro_type])
        except pa.ArrowInvalid as error:
            raise DatabaseError(_range_sentence(str(error), column), "java.sql.SQLDataException") from None


def _range_sentence(text: str, column: Column) -> str:
    """The driver's words for a number that does not fit; Arrow's are `Integer value 9 not in range: 0 to 7`."""
    value = re.search(r"value (\S+) not in range", text)
    if value is None:
        return f"value of column '{column.name}' cannot be decoded: {_first_line(text)}"
    if column.avro_type == "int":
        return f"integer overflow: {value[1]} (column {column.name})"
    return f"value '{value[1]}' cannot be decoded as Long (column {column.name})"


def _tls_of(url: MySqlUrl) -> dict[str, Any]:
    """PyMySQL's words for a mode; PREFERRED is what it does by itself."""
    if url.ssl_mode == "DISABLED":
        return {"ssl_disabled": True}
    if url.ssl_mode == "PREFERRED":
        return {}
    settings: dict[str, Any] = {"ssl": {"check_hostname": False, "verify_mode": "none"}}
    if url.ssl_mode in ("VERIFY_CA", "VERIFY_IDENTITY"):
        settings = {"ssl_ca": url.certificates, "ssl_verify_cert": True}
        settings["ssl_verify_identity"] = url.ssl_mode == "VERIFY_IDENTITY"
    return settings


def _connection_error(error: pymysql.Error, url: MySqlUrl) -> DatabaseError:
    code, text = error.args[0], _first_line(str(error.args[-1]))
    if code in REFUSED:
        reason = "Connection refused" if "refused" in text else text.partition(" (")[2].removesuffix(")")
        sentence = f"Socket fail to connect to host:address=(host={url.host})(port={url.port}). {reason}"
        return DatabaseError(sentence, "java.sql.SQLNonTransientConnectionException")
    return _database_error(error, None)


def _stream_error(text: str) -> DatabaseError:
    """The driver's words for what ended a result set: the server, or the network."""
    said = re.search(r"ERROR (\d+) \((\w{5})\): (.*?) \}", text)
    if said is None:
        reason = _first_line(text).removeprefix("cx writer failed: ")
        return DatabaseError(f"Socket error: {reason}", f"java.sql.{EXCEPTIONS['08']}")
    return DatabaseError(said[3], f"java.sql.{EXCEPTIONS.get(said[2][:2], 'SQLException')}")


def _database_error(error: pymysql.Error, thread: int | None) -> DatabaseError:
    code, text = (error.args[0], str(error.args[-1])) if len(error.args) > 1 else (0, str(error))
    state = getattr(error, "sqlstate", None) or ("08000" if code in LOST else "HY000")
    name = EXCEPTIONS.get(state[:2], "SQLException")
    return DatabaseError(f"(conn={thread}) {text}" if thread else text, f"java.sql.{name}")


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no reason given"
