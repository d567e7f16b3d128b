"""Knows what each type of MariaDB and MySQL becomes: what its two drivers say that it is, and how it is read.

The numbers were taken from the drivers' own metadata (Connector/J 3.5 of MariaDB, 9.7 of MySQL).
"""

from dataclasses import dataclass

from pymysql.constants import FIELD_TYPE, FLAG

from localcloud.engines.emr.sqoop import columns
from localcloud.engines.emr.sqoop.columns import Column, make_column
from localcloud.engines.emr.sqoop.errors import NotSupportedError

BINARY_CHARSET = 63
BYTES_PER_CHARACTER = 4  # utf8mb4, the charset of the session
LONG_BLOB = 1 << 24
NULL_TYPE = 0

NUMBERS = {
    FIELD_TYPE.SHORT: columns.SMALLINT, FIELD_TYPE.INT24: columns.INTEGER, FIELD_TYPE.LONG: columns.INTEGER,
    FIELD_TYPE.LONGLONG: columns.BIGINT, FIELD_TYPE.FLOAT: columns.REAL, FIELD_TYPE.DOUBLE: columns.DOUBLE,
    FIELD_TYPE.DECIMAL: columns.DECIMAL, FIELD_TYPE.NEWDECIMAL: columns.DECIMAL,
}  # fmt: skip
TIMES = {
    FIELD_TYPE.DATE: columns.DATE, FIELD_TYPE.NEWDATE: columns.DATE, FIELD_TYPE.DATETIME: columns.TIMESTAMP,
    FIELD_TYPE.TIMESTAMP: columns.TIMESTAMP, FIELD_TYPE.TIME: columns.TIME,
}  # fmt: skip
BLOBS = (FIELD_TYPE.TINY_BLOB, FIELD_TYPE.BLOB, FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB)
INTEGRAL = (columns.TINYINT, columns.SMALLINT, columns.INTEGER, columns.BIGINT)
TRUTHS = (columns.BIT, columns.BOOLEAN)
BYTES = (columns.BINARY, columns.VARBINARY, columns.LONGVARBINARY)


@dataclass(frozen=True)
class Kind:
    """A column as the server describes it; `driver` is mariadb or mysql, which describe some differently."""

    code: int
    flags: int
    length: int
    decimals: int
    charset: int
    driver: str
    tiny_int_is_bit: bool = True
    year_is_date: bool = True
    is_uuid: bool = False

    @property
    def is_unsigned(self) -> bool:
        return bool(self.flags & FLAG.UNSIGNED)

    @property
    def is_mariadb(self) -> bool:
        return self.driver == "mariadb"


def sql_type_of(kind: Kind) -> int:
    """java.sql.Types of a column as its driver reports it and Sqoop widens it."""
    if kind.is_uuid:
        return columns.OTHER
    if kind.code == FIELD_TYPE.TINY:
        return _tiny_int(kind)
    if kind.code in NUMBERS:
        found = NUMBERS[kind.code]
        return columns.BIGINT if found == columns.INTEGER and kind.is_unsigned else found
    if kind.code in TIMES:
        return TIMES[kind.code]
    if kind.code == FIELD_TYPE.YEAR:
        return columns.DATE if kind.year_is_date else columns.SMALLINT
    if kind.code == FIELD_TYPE.BIT:
        return columns.BOOLEAN if kind.is_mariadb and kind.length == 1 else columns.BIT
    if kind.code == FIELD_TYPE.NULL:
        return NULL_TYPE
    if kind.code == FIELD_TYPE.GEOMETRY:
        return columns.VARBINARY if kind.is_mariadb else columns.BINARY
    if kind.flags & (FLAG.ENUM | FLAG.SET):
        return columns.CHAR
    return _bytes(kind) if kind.charset == BINARY_CHARSET else _text(kind)


def _tiny_int(kind: Kind) -> int:
    if kind.length != 1 or not kind.tiny_int_is_bit:
        return columns.TINYINT
    if kind.is_mariadb:
        return columns.BOOLEAN
    return columns.TINYINT if kind.is_unsigned else columns.BIT


def _bytes(kind: Kind) -> int:
    if kind.code in BLOBS:
        if kind.is_mariadb:
            return columns.LONGVARBINARY if kind.length >= LONG_BLOB else columns.VARBINARY
        return columns.VARBINARY if kind.length < 1 << 8 else columns.LONGVARBINARY
    return columns.BINARY if kind.code == FIELD_TYPE.STRING and not kind.is_mariadb else columns.VARBINARY


def _text(kind: Kind) -> int:
    if kind.code == FIELD_TYPE.STRING:
        return columns.CHAR
    if kind.code not in BLOBS and kind.code != FIELD_TYPE.JSON:
        return columns.VARCHAR if kind.length or not kind.is_mariadb else columns.LONGVARCHAR
    most = LONG_BLOB if kind.is_mariadb else 1 << 8
    return columns.VARCHAR if kind.length < most * BYTES_PER_CHARACTER else columns.LONGVARCHAR


def column_of(name: str, field_name: str, kind: Kind, java_type: str | None) -> Column:
    """A column with its Avro type, and the SQL that makes the server give what the driver would make of it."""
    sql_type = sql_type_of(kind)
    if kind.code == FIELD_TYPE.YEAR and not kind.is_mariadb:
        java_type = java_type or "Integer"  # Sqoop's manager for MySQL has a rule of its own
    column = make_column(name, field_name, sql_type, java_type)
    reading, selected = _read(kind, sql_type, column.avro_type, java_type is not None)
    return Column(name, field_name, sql_type, column.avro_type, reading, selected)


def _read(kind: Kind, sql_type: int, avro_type: str, is_mapped: bool) -> tuple[str, str]:
    """How a value is read: `Column.reading` and `Column.selected`."""
    if avro_type == "string":
        return "plain", _as_text(kind, sql_type)
    if avro_type == "bytes":
        if sql_type not in BYTES:
            raise NotSupportedError("Bytes of a column that has none")
        return "plain", "cast({} as binary)" if kind.code == FIELD_TYPE.GEOMETRY else "{}"
    if avro_type == "boolean":
        return "plain", _as_truth(kind, sql_type)
    if not is_mapped and sql_type in TIMES.values():
        return _as_milliseconds(kind)
    if sql_type in (columns.REAL, columns.DOUBLE, columns.DECIMAL) and avro_type in ("int", "long"):
        return "plain", "cast(truncate({}, 0) as signed)"
    if sql_type in INTEGRAL and kind.code != FIELD_TYPE.YEAR:
        return "plain", "{}"
    if kind.code in (FIELD_TYPE.YEAR, FIELD_TYPE.BIT):
        return "plain", "{} + 0"
    return "plain", "{}" if sql_type == columns.DOUBLE else "cast({} as char)"  # a FLOAT has six digits on the wire


def _as_text(kind: Kind, sql_type: int) -> str:
    """What getString answers."""
    if kind.code in TIMES:
        if kind.is_mariadb and 0 < kind.decimals < 6:  # its driver writes all six digits or none
            return f"cast(cast({{}} as {'time' if sql_type == columns.TIME else 'datetime'}(6)) as char)"
        return "cast({} as char)"
    if kind.code == FIELD_TYPE.BIT:
        if not kind.is_mariadb:
            return "cast({} + 0 as char)"
        return (
            "case {} when 0 then 'false' when 1 then 'true' end"
            if kind.length == 1
            else "concat('b''', bin({} + 0), '''')"
        )
    if kind.code == FIELD_TYPE.YEAR and not kind.is_mariadb and kind.year_is_date:
        return "concat({}, '-01-01')"
    is_text = sql_type in (columns.CHAR, columns.VARCHAR, columns.LONGVARCHAR)
    plain = is_text and kind.code not in (FIELD_TYPE.JSON, FIELD_TYPE.NULL) and not kind.flags & FLAG.SET
    return "{}" if plain and not kind.flags & FLAG.ENUM else "cast({} as char)"


def _as_truth(kind: Kind, sql_type: int) -> str:
    """What getBoolean answers, as 0 or 1."""
    if sql_type not in (*TRUTHS, *INTEGRAL, columns.DECIMAL, columns.REAL, columns.DOUBLE):
        raise NotSupportedError("A Boolean of a column that is no number")
    return "{} <> 0" if kind.is_mariadb else "({0} > 0 or {0} = -1)"


def _as_milliseconds(kind: Kind) -> tuple[str, str]:
    """The reading of dates and times; what the driver takes for no date (0000-00-00) is NULL."""
    if kind.code == FIELD_TYPE.TIME:
        # time_to_sec keeps the fraction on MariaDB alone
        fraction = "if({0} < time '00:00:00', -1, 1) * (microsecond({0}) div 1000)"
        return "plain", f"cast(truncate(time_to_sec({{0}}), 0) * 1000 + {fraction} as signed)"
    if kind.code == FIELD_TYPE.YEAR:
        return "date", "concat({}, '-01-01')"
    reading = "date" if TIMES[kind.code] == columns.DATE else "timestamp"
    return reading, "if(cast({0} as char) like '0000-00-00%', null, cast({0} as char))"
