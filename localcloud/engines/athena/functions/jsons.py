"""Trino's JSON functions in DuckDB."""

from sqlglot import exp

from localcloud.engines.athena.functions.base import Call, Function, cast, fn, text, when, written
from localcloud.engines.athena.types import BIGINT, BOOLEAN, JSON, TEXTS, VARCHAR, Kind, kind


def _valid(call: Call, result: exp.Expr) -> exp.Expr:
    """Text that is not JSON gives NULL, as Trino's extraction does."""
    if kind(call.types[0]) in TEXTS:
        return when(fn("json_valid", call.args[0].copy()), result)
    return result


def _extract(call: Call) -> exp.Expr:
    return _valid(call, fn("json_extract", *call.args))


def _extract_scalar(call: Call) -> exp.Expr:
    nested = exp.In(
        this=fn("json_type", *[arg.copy() for arg in call.args]), expressions=[text("OBJECT"), text("ARRAY")]
    )
    return _valid(call, when(exp.Not(this=nested), fn("json_extract_string", *call.args)))


def _array_length(call: Call) -> exp.Expr:
    is_array = exp.EQ(this=fn("json_type", call.args[0].copy()), expression=text("ARRAY"))
    return _valid(call, when(is_array, cast(fn("json_array_length", call.args[0]), BIGINT)))


def to_json(value: exp.Expr) -> exp.Expr:
    """cast(value as json)."""
    if kind(value.type) == Kind.JSON:
        return value
    return fn("to_json", value)


JSONS: dict[str, Function] = {
    "json_extract": written(_extract, JSON, 2),
    "json_extract_scalar": written(_extract_scalar, VARCHAR, 2),
    "json_parse": written(lambda call: fn("json", call.args[0]), JSON),
    "json_format": written(lambda call: cast(call.args[0], VARCHAR), VARCHAR),
    "json_array_length": written(_array_length, BIGINT),
    "json_array_contains": written(
        lambda call: fn("json_contains", call.args[0], fn("to_json", call.args[1])), BOOLEAN, 2
    ),
}
