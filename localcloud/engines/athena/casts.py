"""Trino's casts in DuckDB: which texts are numbers, dates or times, how values become text, how halves round."""

from sqlglot import exp

from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.functions.base import cast, fn, text
from localcloud.engines.athena.functions.jsons import to_json
from localcloud.engines.athena.functions.times import local
from localcloud.engines.athena.types import (
    DATE,
    DECIMALS,
    FLOATS,
    INTEGERS,
    TEXTS,
    TIMESTAMP,
    TIMESTAMPS,
    TIMESTAMPTZ,
    UNKNOWN,
    VARCHAR,
    ZONED,
    DataType,
    Kind,
    decimal_of,
    in_duckdb,
    kind,
    row_fields,
    trino_name,
)

MILLISECONDS = exp.DataType.build("timestamp_ms", dialect="duckdb")  # rounds, as Trino does
NESTED = (Kind.ARRAY, Kind.MAP, Kind.STRUCT)


def translate_cast(node: exp.Expr) -> exp.Expr:
    """CAST and TRY_CAST by the types of both sides."""
    value, target = node.this, node.args["to"]
    trying = isinstance(node, exp.TryCast)
    source = value.type or UNKNOWN
    if (
        isinstance(value, exp.Literal)
        and value.is_string
        and kind(target) in (Kind.DECIMAL,)
        and not target.expressions
    ):
        target = decimal_of(value.this)
    if kind(target) in TEXTS:
        return _length(to_text(value, source), source, target)
    if kind(target) == Kind.JSON:
        return to_json(value)
    if kind(source) == Kind.JSON:
        return _from_json(value, target, trying)
    if kind(source) in TEXTS:
        return from_text(value, target, trying)
    if kind(target) in INTEGERS and kind(source) in FLOATS:
        return _plain(fn("round", value), target, trying)
    if kind(target) == Kind.DATE and kind(source) in ZONED:
        return cast(local(value), DATE)
    if kind(target) in TIMESTAMPS and kind(source) in ZONED:
        return local(value)
    if kind(target) in ZONED and kind(source) in (Kind.DATE, *TIMESTAMPS):
        return fn("timezone", text("UTC"), cast(value, TIMESTAMP))
    if (kind(source) == Kind.DATE and kind(target) in INTEGERS) or (
        kind(source) in INTEGERS and kind(target) == Kind.DATE
    ):
        raise UserQueryError(f"Cannot cast {trino_name(source)} to {trino_name(target)}", "TYPE_MISMATCH")
    if kind(source) == Kind.STRUCT and kind(target) == Kind.STRUCT:
        return _row(value, target, trying)
    return _plain(value, target, trying)


def _plain(value: exp.Expr, target: DataType, trying: bool) -> exp.Expr:
    if kind(target) in TIMESTAMPS:
        target = TIMESTAMP
    if kind(target) in ZONED:
        target = TIMESTAMPTZ
    to = in_duckdb(target)
    return exp.TryCast(this=value, to=to) if trying else exp.Cast(this=value, to=to)


def _row(value: exp.Expr, target: DataType, trying: bool) -> exp.Expr:
    """Rows are cast by position; DuckDB casts structs by name, except from unnamed rows."""
    names = [name for name, _ in row_fields(value.type or UNKNOWN)]
    if any(names):
        fields = [fn("struct_extract_at", value.copy(), exp.Literal.number(i + 1)) for i in range(len(names))]
        return _plain(fn("row", *fields), target, trying)
    return _plain(value, target, trying)


def _length(value: exp.Expr, source: DataType, target: DataType) -> exp.Expr:
    """varchar(n) cuts a text that is longer; of what is no text nothing may be lost."""
    if kind(target) == Kind.CHAR:
        raise NotSupportedError("cast to char(n) is not supported, use varchar(n)")
    if not target.expressions:
        return value
    cut = "left" if kind(source) in (*TEXTS, Kind.UNKNOWN, Kind.NULL) else "athena_fitting"
    return fn(cut, value, exp.Literal.number(target.expressions[0].name))


def to_text(value: exp.Expr, source: DataType) -> exp.Expr:
    """cast(x as varchar) as Trino writes x."""
    name = kind(source)
    if name in TEXTS:
        return value
    if name in (Kind.UNKNOWN, Kind.NULL, *INTEGERS, *DECIMALS, Kind.BOOLEAN):
        return cast(value, VARCHAR)
    if name == Kind.DATE:
        return fn("athena_date_text", value)
    if name in TIMESTAMPS:
        return fn("athena_timestamp_shown", value)
    if name in ZONED:
        return exp.DPipe(this=fn("strftime", local(value), text("%Y-%m-%d %H:%M:%S.%g")), expression=text(" UTC"))
    if name in FLOATS:
        return fn("athena_scientific_text", value)
    if name == Kind.JSON:
        return fn("json_extract_string", value, text("$"))
    raise UserQueryError(f"Cannot cast {trino_name(source)} to varchar", "TYPE_MISMATCH")


def _from_json(value: exp.Expr, target: DataType, trying: bool) -> exp.Expr:
    if kind(target) in NESTED:
        return _plain(value, target, trying)
    return from_text(fn("json_extract_string", value, text("$")), target, trying)


_MACROS = {Kind.DATE: "date", Kind.BOOLEAN: "boolean", Kind.DOUBLE: "double", Kind.FLOAT: "double"}


def from_text(value: exp.Expr, target: DataType, trying: bool) -> exp.Expr:
    """A text becomes a value only where Trino accepts it: DuckDB takes '1.5' or ' 5 ' for whole numbers too."""
    name = kind(target)
    if name in INTEGERS:
        parsed = fn("athena_integer_text", value, _try(value, target))
    elif name in DECIMALS:
        parsed = fn("athena_decimal_text", value, _try(value, target))
    elif name in _MACROS:
        parsed = fn(f"athena_{_MACROS[name]}_text_in", value, _try(value, target))
    elif name in TIMESTAMPS:
        parsed = fn("athena_timestamp_text", value, _try(value, TIMESTAMP))
    elif name in ZONED:
        return _plain(value, TIMESTAMPTZ, trying)
    elif name in (Kind.VARBINARY, Kind.TIME):
        return _plain(value, target, trying)
    else:
        raise UserQueryError(f"Cannot cast varchar to {trino_name(target)}", "TYPE_MISMATCH")
    if trying:
        return parsed
    if isinstance(value, exp.Literal) and name in TIMESTAMPS:
        return cast(cast(value, MILLISECONDS), TIMESTAMP)
    if isinstance(value, exp.Literal) and name not in (*INTEGERS, Kind.BOOLEAN):
        return _plain(value, target, trying)
    return _checked(value, target, parsed)


def _checked(value: exp.Expr, target: DataType, parsed: exp.Expr) -> exp.Expr:
    return fn("athena_checked", value.copy(), parsed, text(trino_name(target)))


def _try(value: exp.Expr, target: DataType) -> exp.Expr:
    return exp.TryCast(this=value.copy(), to=in_duckdb(target))
