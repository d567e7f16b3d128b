"""Trino's array, map, row and lambda functions in DuckDB."""

from sqlglot import exp

from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.functions.base import (
    Call,
    Function,
    Types,
    cast,
    first,
    fn,
    is_null,
    number,
    renamed,
    when,
    written,
)
from localcloud.engines.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    UNKNOWN,
    DataType,
    Kind,
    array,
    common_type,
    element_of,
    is_unknown,
    kind,
    map_of,
    map_parts,
)


def _element_at(call: Call) -> exp.Expr:
    if kind(call.types[0]) == Kind.MAP:
        return fn("list_extract", fn("element_at", *call.args), number(1))
    return fn("list_extract", call.args[0], call.args[1])


def _element_type(types: Types) -> DataType:
    return map_parts(types[0])[1] if kind(types[0]) == Kind.MAP else element_of(types[0])


def _sequence_type(types: Types) -> DataType:
    return array(types[0] if kind(types[0]) != Kind.INT else common_type(types[0], types[1]))


def _sequence(call: Call) -> exp.Expr:
    if kind(call.types[0]) == Kind.DATE:
        step = call.args[2] if len(call.args) == 3 else fn("to_days", number(1))
        if step.find(exp.Anonymous) and step.find(exp.Anonymous).name in ("to_months", "to_years"):
            raise NotSupportedError("a sequence of dates in steps of months is not supported")
        return cast(fn("generate_series", *call.args[:2], step), array(DATE))
    if len(call.args) == 2:
        down = exp.LT(this=call.args[1].copy(), expression=call.args[0].copy())
        step = when(down, exp.Neg(this=number(1)), number(1))
        return cast(fn("generate_series", *call.args, step), call.type)
    return cast(fn("generate_series", *call.args), call.type)


def _lambda_type(types: Types) -> DataType:
    return array(types[1])


def _reduce(call: Call) -> exp.Expr:
    values, start, step, finish = call.args
    if kind(call.types[1]) in (Kind.STRUCT, Kind.ARRAY, Kind.MAP):
        raise NotSupportedError("reduce with a row, array or map as its state is not supported")
    state = common_type(element_of(call.types[0]), call.types[1])
    if is_unknown(state):
        raise NotSupportedError("reduce needs a state of the elements' type")
    folded = fn("list_reduce", cast(values, array(state)), step, cast(start, state))
    return fn("list_extract", fn("list_transform", fn("list_value", folded), finish), number(1))


def _any_match(call: Call) -> exp.Expr:
    return fn("coalesce", fn("list_bool_or", fn("list_transform", *call.args)), exp.false())


def _all_match(call: Call) -> exp.Expr:
    return fn("coalesce", fn("list_bool_and", fn("list_transform", *call.args)), exp.true())


def _none_match(call: Call) -> exp.Expr:
    return exp.Not(this=_any_match(call))


def _nulls_matter(name: str) -> Function:
    """array_max and array_min are NULL if one element is."""

    def emit(call: Call) -> exp.Expr:
        complete = exp.EQ(this=fn("len", call.args[0].copy()), expression=fn("list_count", call.args[0].copy()))
        return when(complete, fn(name, call.args[0]))

    return written(emit, lambda types: element_of(types[0]))


def _array_position(call: Call) -> exp.Expr:
    found = fn("coalesce", fn("list_position", *call.args), number(0))
    return cast(when(is_null(call.args[0].copy()), exp.Null(), found), BIGINT)


def _slice(call: Call) -> exp.Expr:
    values, start, length = call.args
    end = exp.Sub(
        this=exp.Add(this=exp.Paren(this=start.copy()), expression=exp.Paren(this=length)), expression=number(1)
    )
    return fn("list_slice", values, start, end)


def _array_sort(call: Call) -> exp.Expr:
    if len(call.args) == 2:
        raise NotSupportedError("array_sort with a comparator is not supported")
    return fn("list_sort", call.args[0], exp.Literal.string("ASC"), exp.Literal.string("NULLS LAST"))


def _row(call: Call) -> exp.Expr:
    return fn("row", *call.args)


def _row_type(types: Types) -> DataType:
    return exp.DataType(this=Kind.STRUCT, nested=True, expressions=[item.copy() for item in types])


def _map_type(types: Types) -> DataType:
    return map_of(element_of(types[0]), element_of(types[1])) if types else map_of(UNKNOWN, UNKNOWN)


def _cardinality(call: Call) -> exp.Expr:
    return cast(fn("cardinality" if kind(call.types[0]) == Kind.MAP else "len", call.args[0]), BIGINT)


def _repeat(call: Call) -> exp.Expr:
    item = exp.to_identifier("item", quoted=True)
    return fn(
        "list_transform", fn("range", cast(call.args[1], BIGINT)), exp.Lambda(this=call.args[0], expressions=[item])
    )


def _array_union(call: Call) -> exp.Expr:
    both = exp.Paren(this=exp.DPipe(this=call.args[0], expression=call.args[1]))  # NULL if one is
    return fn("athena_array_distinct", both)


def _distinct(name: str) -> Function:
    return written(lambda call: fn(name, *call.args), first, 2)


COLLECTIONS: dict[str, Function] = {
    "cardinality": written(_cardinality, BIGINT),
    "element_at": written(_element_at, _element_type, 2),
    "contains": renamed("athena_contains", BOOLEAN, 2),
    "sequence": written(_sequence, _sequence_type, 2, 3),
    "transform": written(lambda call: fn("list_transform", *call.args), _lambda_type, 2),
    "filter": written(lambda call: fn("list_filter", *call.args), first, 2),
    "reduce": written(_reduce, lambda types: types[3], 4),
    "any_match": written(_any_match, BOOLEAN, 2),
    "all_match": written(_all_match, BOOLEAN, 2),
    "none_match": written(_none_match, BOOLEAN, 2),
    "array_max": _nulls_matter("list_max"),
    "array_min": _nulls_matter("list_min"),
    "array_position": written(_array_position, BIGINT, 2),
    "array_distinct": renamed("athena_array_distinct", first),
    "array_sort": written(_array_sort, first, 1, 2),
    "array_intersect": _distinct("list_intersect"),
    "array_union": written(_array_union, first, 2),
    "arrays_overlap": renamed("athena_arrays_overlap", BOOLEAN, 2),
    "slice": written(_slice, first, 3),
    "flatten": renamed("flatten", lambda types: element_of(types[0])),
    "repeat": written(_repeat, lambda types: array(types[0]), 2),
    "row": written(_row, _row_type, 1, 255),
    "map": written(lambda call: fn("map", *call.args), _map_type, 0, 2),
    "map_keys": renamed("map_keys", lambda types: array(map_parts(types[0])[0])),
    "map_values": renamed("map_values", lambda types: array(map_parts(types[0])[1])),
    "map_concat": renamed("map_concat", first, 2, 255),
    "map_entries": renamed("map_entries", lambda types: array(_row_type(map_parts(types[0])))),
}


def subscript(value: exp.Expr, index: exp.Expr, value_type: DataType) -> exp.Expr:
    """value[index]: unlike element_at, a missing element or key is an error."""
    if kind(value_type) == Kind.MAP:
        found = fn("list_extract", fn("element_at", value, index), number(1))
        known = fn("map_contains", value.copy(), index.copy())
        missing = exp.DPipe(
            this=exp.Literal.string("INVALID_FUNCTION_ARGUMENT: Key not present in map: "),
            expression=cast(index.copy(), exp.DataType.build("varchar")),
        )
        return when(exp.Not(this=known), fn("error", missing), found)
    if kind(value_type) == Kind.STRUCT:
        return fn("struct_extract_at", value, index)
    outside = exp.GT(this=index.copy(), expression=fn("len", value.copy()))
    message = "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length"
    found = when(outside, fn("error", exp.Literal.string(message)), fn("list_extract", value, index))
    if isinstance(index, exp.Literal) and not index.is_string and int(index.this) > 0:
        return found
    below = exp.LT(this=index.copy(), expression=number(1))
    return when(
        below, fn("error", exp.Literal.string("INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1")), found
    )
