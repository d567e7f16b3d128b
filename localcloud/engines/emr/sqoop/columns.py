"""Knows what each type becomes: its java.sql.Types number on PostgreSQL, its Avro type, how its text is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from localcloud.engines.emr.sqoop.errors import ImportFailedError

BIT, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE = -7, -6, 5, 4, -5, 7, 8
NUMERIC, CHAR, VARCHAR, DATE, TIME, TIMESTAMP = 2, 1, 12, 91, 92, 93
BINARY, OTHER, STRUCT, ARRAY, SQLXML = -2, 1111, 2002, 2003, 2009
DECIMAL, BOOLEAN, LONGVARCHAR, VARBINARY, LONGVARBINARY = 3, 16, -1, -3, -4

SQL_TYPE_OF_OID = {
    16: BIT, 17: BINARY, 18: CHAR, 19: VARCHAR, 20: BIGINT, 21: SMALLINT, 23: INTEGER, 25: VARCHAR, 26: BIGINT,
    142: SQLXML, 700: REAL, 701: DOUBLE, 790: DOUBLE, 1042: CHAR, 1043: VARCHAR, 1082: DATE, 1083: TIME,
    1114: TIMESTAMP, 1184: TIMESTAMP, 1266: TIME, 1560: BIT, 1700: NUMERIC,
}  # fmt: skip

AVRO_TYPE_OF_SQL_TYPE = {
    TINYINT: "int", SMALLINT: "int", INTEGER: "int", BIGINT: "long", BIT: "boolean", REAL: "float",
    DOUBLE: "double", NUMERIC: "string", CHAR: "string", VARCHAR: "string", DATE: "long", TIME: "long",
    TIMESTAMP: "long", BINARY: "bytes", DECIMAL: "string", BOOLEAN: "boolean", LONGVARCHAR: "string",
    VARBINARY: "bytes", LONGVARBINARY: "bytes",
}  # fmt: skip

AVRO_TYPE_OF_JAVA_TYPE = {
    "integer": "int", "long": "long", "boolean": "boolean", "float": "float", "double": "double",
    "string": "string", "bytes": "bytes",
}  # fmt: skip

READING_OF = {DATE: "date", TIME: "time", TIMESTAMP: "timestamp", NUMERIC: "decimal", BINARY: "bytes"}


@dataclass(frozen=True)
class Column:
    """One column of the result: `reading` says how the text that the database gives becomes an Avro value.

    `selected` is the SQL that gives that text, `{}` standing for the column.
    """

    name: str
    field_name: str
    sql_type: int
    avro_type: str
    reading: str  # plain | date | time | timestamp | decimal | bytes
    selected: str = "{}"


def sql_type_of(oid: int, others: Mapping[int, int] = MappingProxyType({})) -> int:
    """java.sql.Types of a column as the JDBC driver reports it; 1111 (OTHER) when it has none.

    `others` says it for types that the database defines itself.
    """
    return SQL_TYPE_OF_OID.get(oid, others.get(oid, OTHER))


def make_column(name: str, field_name: str, sql_type: int, java_type: str | None) -> Column:
    """A column with its Avro type; raises Sqoop's error for a type that it cannot carry."""
    if java_type is not None:
        avro_type = AVRO_TYPE_OF_JAVA_TYPE.get(java_type.rsplit(".", 1)[-1].lower())
        if avro_type is None:
            raise ImportFailedError(f"Cannot convert to AVRO type {java_type}", "IllegalArgumentException")
        if sql_type == BINARY and avro_type == "bytes":
            return Column(name, field_name, sql_type, avro_type, "bytes")
        return Column(name, field_name, sql_type, avro_type, "plain")
    avro_type = AVRO_TYPE_OF_SQL_TYPE.get(sql_type)
    if avro_type is None:
        raise ImportFailedError(
            f"No Java type for SQL type {sql_type} for column {name}. Map it with --map-column-java {name}=String.",
            "java.lang.NullPointerException",
        )
    return Column(name, field_name, sql_type, avro_type, READING_OF.get(sql_type, "plain"))
