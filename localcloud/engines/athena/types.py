"""One notion of a type for three languages: Hive (the catalog), Trino (the query), DuckDB (the engine)."""

from functools import lru_cache

from sqlglot import exp

DataType = exp.DataType
Kind = exp.DType


def trino_type(text: str) -> DataType:
    return exp.DataType.build(text, dialect="trino")


@lru_cache(maxsize=4096)
def hive_type(text: str) -> DataType:
    """The type a Glue column's `Type` names, such as `struct<a:int,b:array<string>>`."""
    return exp.DataType.build(text.strip().lower(), dialect="hive")


@lru_cache(maxsize=4096)
def duckdb_type(text: str) -> DataType:
    return exp.DataType.build(text, dialect="duckdb")


BOOLEAN = trino_type("boolean")
TINYINT = trino_type("tinyint")
SMALLINT = trino_type("smallint")
INTEGER = trino_type("integer")
BIGINT = trino_type("bigint")
REAL = trino_type("real")
DOUBLE = trino_type("double")
VARCHAR = trino_type("varchar")
VARBINARY = trino_type("varbinary")
DATE = trino_type("date")
TIME = trino_type("time")
TIMESTAMP = trino_type("timestamp")
TIMESTAMPTZ = trino_type("timestamp with time zone")
JSON = trino_type("json")
INTERVAL = exp.DataType(this=Kind.INTERVAL)
UNKNOWN = exp.DataType(this=Kind.UNKNOWN)
NULL = exp.DataType(this=Kind.NULL)

INTEGERS = (Kind.TINYINT, Kind.SMALLINT, Kind.INT, Kind.BIGINT)
DECIMALS = (Kind.DECIMAL,)
FLOATS = (Kind.FLOAT, Kind.DOUBLE)
TEXTS = (Kind.VARCHAR, Kind.CHAR, Kind.TEXT)
TIMESTAMPS = (Kind.TIMESTAMP, Kind.DATETIME, Kind.TIMESTAMPNTZ, Kind.TIMESTAMP_S, Kind.TIMESTAMP_MS, Kind.TIMESTAMP_NS)
ZONED = (Kind.TIMESTAMPTZ, Kind.TIMESTAMPLTZ)
NUMBERS = (*INTEGERS, *DECIMALS, *FLOATS)
_INTEGER_DIGITS = {Kind.TINYINT: 3, Kind.SMALLINT: 5, Kind.INT: 10, Kind.BIGINT: 19}


def kind(data_type: DataType | None) -> Kind:
    found = data_type.this if isinstance(data_type, exp.DataType) else None
    return found if isinstance(found, Kind) else Kind.UNKNOWN


def is_unknown(data_type: DataType | None) -> bool:
    return kind(data_type) in (Kind.UNKNOWN, Kind.NULL)


def decimal(precision: int, scale: int) -> DataType:
    return exp.DataType(
        this=Kind.DECIMAL,
        expressions=[
            exp.DataTypeParam(this=exp.Literal.number(min(precision, 38))),
            exp.DataTypeParam(this=exp.Literal.number(scale)),
        ],
    )


def decimal_digits(data_type: DataType) -> tuple[int, int]:
    """(precision, scale) of a decimal, or of the decimal that holds every value of an integer type."""
    if kind(data_type) in _INTEGER_DIGITS:
        return _INTEGER_DIGITS[kind(data_type)], 0
    numbers = [int(parameter.name) for parameter in data_type.expressions]
    if not numbers:
        return 38, 0
    return numbers[0], (numbers[1] if len(numbers) > 1 else 0)


def decimal_of(digits: str) -> DataType:
    """DECIMAL '1.50' is a decimal(3,2): as many digits as are written."""
    whole, _, fraction = digits.strip().lstrip("+-").partition(".")
    count = len(whole.lstrip("0")) + len(fraction)
    return decimal(max(count, 1), len(fraction))


def array(element: DataType) -> DataType:
    return exp.DataType(this=Kind.ARRAY, expressions=[element.copy()], nested=True)


def element_of(data_type: DataType | None) -> DataType:
    if kind(data_type) in (Kind.ARRAY, Kind.LIST) and data_type is not None and data_type.expressions:
        element: DataType = data_type.expressions[0]
        return element
    return UNKNOWN


def map_of(key: DataType, value: DataType) -> DataType:
    return exp.DataType(this=Kind.MAP, expressions=[key.copy(), value.copy()], nested=True)


def map_parts(data_type: DataType | None) -> tuple[DataType, DataType]:
    if kind(data_type) == Kind.MAP and data_type is not None and len(data_type.expressions) == 2:
        return data_type.expressions[0], data_type.expressions[1]
    return UNKNOWN, UNKNOWN


def row_fields(data_type: DataType) -> list[tuple[str, DataType]]:
    """Field names (an empty name for an anonymous field) and types of a row."""
    fields: list[tuple[str, DataType]] = []
    for field in data_type.expressions:
        if isinstance(field, exp.ColumnDef):
            fields.append((field.name, field.args.get("kind") or UNKNOWN))
        else:
            fields.append(("", field))
    return fields


def common_type(left: DataType, right: DataType) -> DataType:
    """The type both sides are coerced to, as Trino's coercion table has it; UNKNOWN if there is none."""
    a, b = kind(left), kind(right)
    if a == Kind.NULL:
        return right
    if b == Kind.NULL:
        return left
    if Kind.UNKNOWN in (a, b):
        return UNKNOWN
    if a in NUMBERS and b in NUMBERS:
        return _common_number(left, right)
    if a in TEXTS and b in TEXTS:
        return VARCHAR if left != right else left
    times = (Kind.DATE, *TIMESTAMPS, *ZONED)
    if a in times and b in times:
        return max((left, right), key=lambda t: 0 if kind(t) == Kind.DATE else 1 if kind(t) in TIMESTAMPS else 2)
    if a == b == Kind.ARRAY:
        return array(common_type(element_of(left), element_of(right)))
    if a == b:
        return left
    return UNKNOWN


def _common_number(left: DataType, right: DataType) -> DataType:
    a, b = kind(left), kind(right)
    if Kind.DOUBLE in (a, b):
        return DOUBLE
    if Kind.FLOAT in (a, b):
        return REAL
    if Kind.DECIMAL in (a, b):
        (p1, s1), (p2, s2) = decimal_digits(left), decimal_digits(right)
        scale = max(s1, s2)
        return decimal(max(p1 - s1, p2 - s2) + scale, scale)
    return left if INTEGERS.index(a) >= INTEGERS.index(b) else right


_DUCKDB_NAMES: dict[Kind, str] = {}


def duckdb_name(data_type: DataType) -> str:
    name = data_type.this
    if data_type.expressions or not isinstance(name, Kind):
        return data_type.sql("duckdb")
    if name not in _DUCKDB_NAMES:
        _DUCKDB_NAMES[name] = data_type.sql("duckdb")
    return _DUCKDB_NAMES[name]


def in_duckdb(data_type: DataType) -> DataType:
    """The type as a node that sqlglot writes for DuckDB; a fresh one, since a node has one parent."""
    return duckdb_type(duckdb_name(data_type)).copy()


def trino_name(data_type: DataType) -> str:
    """As Trino's messages and DESCRIBE write it: `decimal(5,2)`, `timestamp(3)`, `row(a integer)`."""
    if kind(data_type) in TEXTS and not data_type.expressions:
        return "varchar"
    if kind(data_type) in TIMESTAMPS:
        return "timestamp(3)"
    if kind(data_type) in ZONED:
        return "timestamp(3) with time zone"
    return data_type.sql("trino").lower().replace(", ", ",")


def hive_name(data_type: DataType) -> str:
    """As Glue keeps it: `string`, `decimal(5,2)`, `array<struct<a:int>>`."""
    if kind(data_type) in TIMESTAMPS or kind(data_type) in ZONED:
        return "timestamp"
    if kind(data_type) in (Kind.VARBINARY, Kind.BLOB):
        return "binary"
    if kind(data_type) == Kind.ARRAY:
        return f"array<{hive_name(element_of(data_type))}>"
    if kind(data_type) == Kind.MAP:
        key, value = map_parts(data_type)
        return f"map<{hive_name(key)},{hive_name(value)}>"
    if kind(data_type) == Kind.STRUCT:
        fields = [f"{name or f'field{i}'}:{hive_name(t)}" for i, (name, t) in enumerate(row_fields(data_type))]
        return f"struct<{','.join(fields)}>"
    if kind(data_type) in (Kind.TEXT, Kind.VARCHAR) and not data_type.expressions:
        return "string"
    return data_type.sql("hive").lower().replace(", ", ",")


def settle(data_type: DataType) -> DataType:
    """A DuckDB result type as the Trino type Athena would report; DuckDB's own names never leak."""
    name = kind(data_type)
    if name in (Kind.INT128, Kind.UINT128, Kind.UBIGINT, Kind.UINT, Kind.UINT256, Kind.INT256):
        return BIGINT
    if name in (Kind.UTINYINT, Kind.USMALLINT):
        return INTEGER
    if name in TIMESTAMPS:
        return TIMESTAMP
    if name in ZONED:
        return TIMESTAMPTZ
    if name in (Kind.BLOB, Kind.VARBINARY):
        return VARBINARY
    if name in (Kind.TEXT, Kind.VARCHAR, Kind.UUID, Kind.ENUM):
        return VARCHAR
    if name == Kind.ARRAY or name == Kind.LIST:
        return array(settle(element_of(data_type)))
    if name == Kind.MAP:
        key, value = map_parts(data_type)
        return map_of(settle(key), settle(value))
    if name == Kind.STRUCT:
        return exp.DataType(
            this=Kind.STRUCT,
            nested=True,
            expressions=[
                exp.ColumnDef(this=exp.to_identifier(n or f"field{i}"), kind=settle(t))
                for i, (n, t) in enumerate(row_fields(data_type))
            ],
        )
    if name == Kind.DECIMAL:
        return decimal(*decimal_digits(data_type))
    return data_type
