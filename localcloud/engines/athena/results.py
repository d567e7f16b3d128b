"""Result columns as Athena names and types them, and their values as the text of its result files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from localcloud.engines.athena.errors import NotSupportedError, UserQueryError, at
from localcloud.engines.athena.types import (
    DECIMALS,
    INTEGERS,
    TEXTS,
    TIMESTAMPS,
    ZONED,
    DataType,
    Kind,
    decimal_digits,
    element_of,
    kind,
    map_parts,
    row_fields,
)

_NAMES = {
    Kind.INT: "integer",
    Kind.DOUBLE: "double",
    Kind.FLOAT: "float",
    Kind.DATE: "date",
    Kind.BOOLEAN: "boolean",
    Kind.BIGINT: "bigint",
    Kind.SMALLINT: "smallint",
    Kind.TINYINT: "tinyint",
    Kind.VARBINARY: "varbinary",
    Kind.ARRAY: "array",
    Kind.MAP: "map",
    Kind.STRUCT: "row",
    Kind.JSON: "json",
    Kind.DECIMAL: "decimal",
    Kind.TIME: "time",
    Kind.INTERVAL: "interval day to second",
    Kind.CHAR: "char",
    Kind.NULL: "unknown",
}
_PRECISION = {
    Kind.INT: 10,
    Kind.BIGINT: 19,
    Kind.SMALLINT: 5,
    Kind.TINYINT: 3,
    Kind.DOUBLE: 17,
    Kind.FLOAT: 17,
    Kind.VARBINARY: 1073741824,
    Kind.TIME: 3,
}
_TEXT_PRECISION = 2147483647


@dataclass(frozen=True)
class ResultColumn:
    name: str
    type: DataType


@dataclass(frozen=True)
class Result:
    """What a statement answered: columns with Trino types, rows as Python values."""

    columns: tuple[ResultColumn, ...]
    rows: list[tuple[Any, ...]]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def check_known(columns: Sequence[ResultColumn]) -> None:
    """A table or a view cannot have a column that is nothing but NULL."""
    for column in columns:
        if kind(column.type) == Kind.NULL:
            raise UserQueryError(at(1, 1, f"Column type is unknown: {column.name}"), "COLUMN_TYPE_UNKNOWN")


def athena_type(data_type: DataType) -> str:
    """The type's name in GetQueryResults' ColumnInfo."""
    name = kind(data_type)
    if name in TEXTS:
        return "char" if name == Kind.CHAR else "varchar"
    if name in TIMESTAMPS:
        return "timestamp"
    if name in ZONED:
        return "timestamp with time zone"
    return _NAMES.get(name, "varchar")


def column_info(column: ResultColumn) -> dict[str, Any]:
    """One ColumnInfo of ResultSetMetadata."""
    name = kind(column.type)
    precision, scale = _PRECISION.get(name, 0), 0
    if name in DECIMALS:
        precision, scale = decimal_digits(column.type)
    elif name in TEXTS:
        precision = int(column.type.expressions[0].name) if column.type.expressions else _TEXT_PRECISION
    elif name in TIMESTAMPS or name in ZONED:
        precision = 3
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": athena_type(column.type),
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": name in TEXTS,
    }


def text_sql(value: str, data_type: DataType, depth: int = 0) -> str:
    """A DuckDB expression for the text Athena writes for a value, NULL for NULL."""
    name = kind(data_type)
    if name in TEXTS:
        return value
    if name == Kind.DATE:
        return f"athena_date_text({value})"
    if name in (*INTEGERS, *DECIMALS, Kind.BOOLEAN, Kind.JSON, Kind.NULL, Kind.UNKNOWN):
        return f"CAST({value} AS VARCHAR)"
    if name == Kind.TIME:
        return f"strftime(DATE '1970-01-01' + {value}, '%H:%M:%S.%g')"
    if name in TIMESTAMPS:
        return f"athena_timestamp_shown({value})"
    if name in ZONED:
        return f"strftime(timezone('UTC', {value}), '%Y-%m-%d %H:%M:%S.%g') || ' UTC'"
    if name in (Kind.DOUBLE, Kind.FLOAT):
        return f"athena_double_text({value})"
    if name == Kind.VARBINARY:
        return f"rtrim(regexp_replace(lower(hex({value})), '(..)', '\\1 ', 'g'))"
    if name == Kind.INTERVAL:
        return f"athena_interval_text({value})"
    return _nested_sql(value, data_type, depth)


def _nested_sql(value: str, data_type: DataType, depth: int) -> str:
    item = f"item{depth}"
    if kind(data_type) == Kind.ARRAY:
        inner = _or_null(text_sql(item, element_of(data_type), depth + 1))
        return f"('[' || array_to_string(list_transform({value}, lambda {item}: {inner}), ', ') || ']')"
    if kind(data_type) == Kind.MAP:
        key, entry = map_parts(data_type)
        pair = (
            f"{_or_null(text_sql(f'{item}.key', key, depth + 1))} || '=' || "
            f"{_or_null(text_sql(f'{item}.value', entry, depth + 1))}"
        )
        return f"('{{' || array_to_string(list_transform(map_entries({value}), lambda {item}: {pair}), ', ') || '}}')"
    if kind(data_type) == Kind.STRUCT:
        parts = []
        for index, (name, field) in enumerate(row_fields(data_type)):
            inner = _or_null(text_sql(f"struct_extract_at({value}, {index + 1})", field, depth + 1))
            label = (name or f"field{index}").replace("'", "''")
            parts.append(f"'{label}=' || {inner}")
        joined = " || ', ' || ".join(parts)
        return f"CASE WHEN {value} IS NOT NULL THEN '{{' || {joined} || '}}' END"
    raise NotSupportedError(f"a result column of type {data_type.sql('trino')} cannot be written")


def _or_null(value: str) -> str:
    return f"coalesce({value}, 'null')"


def result_csv_sql(sql: str, columns: Sequence[ResultColumn]) -> str:
    """The query whose rows are the texts of the result file, in the query's order, under the columns' names."""
    inner = ", ".join(f'"c{i}"' for i in range(len(columns)))
    outer = []
    for index, column in enumerate(columns):
        value, name = f'q."c{index}"', column.name.replace('"', '""')
        outer.append(f'{text_sql(value, column.type)} AS "{name}"')
    return f"SELECT {', '.join(outer)} FROM ({sql}) q({inner})"
