"""Trino's aggregate and window functions in DuckDB."""

from dataclasses import replace

from sqlglot import exp

from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.functions.base import (
    Call,
    Function,
    Types,
    cast,
    first,
    fn,
    renamed,
    unwrap,
    written,
)
from localcloud.engines.athena.types import (
    BIGINT,
    BOOLEAN,
    DECIMALS,
    DOUBLE,
    INTEGER,
    INTEGERS,
    REAL,
    VARCHAR,
    DataType,
    Kind,
    array,
    decimal,
    decimal_digits,
    kind,
    map_of,
)

AGGREGATE = "athena_aggregate"


def aggregate(name: str, *args: exp.Expr) -> exp.Expr:
    """An aggregate call, marked so that FILTER and OVER reach it inside a larger expression."""
    call = fn(name, *args)
    call.meta[AGGREGATE] = True
    return call


def _simple(name: str, returns: object, minimum: int = 1, maximum: int | None = None) -> Function:
    return replace(
        written(lambda call: aggregate(name, *call.args), returns, minimum, maximum),  # type: ignore[arg-type]
        aggregate=True,
    )


def _written(emit: object, returns: object, minimum: int = 1, maximum: int | None = None) -> Function:
    return replace(written(emit, returns, minimum, maximum), aggregate=True)  # type: ignore[arg-type]


def _sum_type(types: Types) -> DataType:
    if kind(types[0]) in INTEGERS:
        return BIGINT
    if kind(types[0]) in DECIMALS:
        return decimal(38, decimal_digits(types[0])[1])
    return types[0]


def _sum(call: Call) -> exp.Expr:
    return cast(aggregate("sum", *call.args), call.type)


def _avg_type(types: Types) -> DataType:
    if kind(types[0]) in DECIMALS or kind(types[0]) == Kind.FLOAT:
        return types[0]
    return DOUBLE


def _avg(call: Call) -> exp.Expr:
    if kind(call.types[0]) not in DECIMALS:
        return cast(aggregate("avg", *call.args), call.type) if call.type == REAL else aggregate("avg", *call.args)
    precision, scale = decimal_digits(call.types[0])
    argument = unwrap(call.args[0]).copy()
    counted = exp.Distinct(expressions=[argument]) if isinstance(call.args[0], exp.Distinct) else argument
    return divide_decimals(
        aggregate("sum", *call.args), decimal(38, scale), aggregate("count", counted), BIGINT, decimal(precision, scale)
    )


def divide_decimals(
    left: exp.Expr, left_type: DataType, right: exp.Expr, right_type: DataType, result: DataType
) -> exp.Expr:
    """Exact division rounded half up to the result's scale, as Trino divides decimals."""
    left_scale, right_scale = decimal_digits(left_type)[1], decimal_digits(right_type)[1]
    precision, scale = decimal_digits(result)
    numerator: exp.Expr = _unscaled(left, left_scale, scale + right_scale)
    denominator = _unscaled(right, right_scale, right_scale)
    quotient = fn("athena_divide_half_up", numerator, denominator)

    whole = exp.Cast(this=quotient, to=exp.DataType.build(f"DECIMAL({38 - scale - 1},0)", dialect="duckdb"))
    if scale == 0:
        return cast(whole, result)
    unit = exp.Cast(
        this=exp.Literal.string("0." + "0" * (scale - 1) + "1"),
        to=exp.DataType.build(f"DECIMAL({scale + 1},{scale})", dialect="duckdb"),
    )
    return cast(exp.Paren(this=exp.Mul(this=whole, expression=unit)), decimal(precision, scale))


def _unscaled(value: exp.Expr, scale: int, wanted: int) -> exp.Expr:
    """The value times 10^wanted as a whole number."""
    hugeint = exp.DataType.build("HUGEINT", dialect="duckdb")
    whole: exp.Expr = exp.Cast(this=value, to=hugeint)
    if scale:
        widened = exp.Cast(this=value, to=exp.DataType.build(f"DECIMAL(38,{scale})", dialect="duckdb"))
        whole = fn("athena_digits", widened)
    if wanted == scale:
        return whole
    power = exp.Cast(this=exp.Literal.string("1" + "0" * (wanted - scale)), to=hugeint.copy())
    return exp.Paren(this=exp.Mul(this=whole, expression=power))


def _finite(name: str) -> Function:
    """Trino answers NULL where the statistic is not a finite number."""

    def emit(call: Call) -> exp.Expr:
        return cast(fn("athena_finite", aggregate(name, *[cast(arg, DOUBLE) for arg in call.args])), call.type)

    return _written(emit, _statistic_type, 2)


def _statistic_type(types: Types) -> DataType:
    """Of whole numbers Trino takes the function for real, the first that they fit."""
    return REAL if all(kind(item) in (*INTEGERS, Kind.FLOAT) for item in types) else DOUBLE


def _covariance(name: str) -> Function:
    return _written(
        lambda call: cast(aggregate(name, *[cast(arg, DOUBLE) for arg in call.args]), call.type), _statistic_type, 2
    )


def _approx_percentile(call: Call) -> exp.Expr:
    share = call.args[1]
    if isinstance(share, exp.Cast):
        share = share.this
    shares = share.expressions if isinstance(share, exp.Array) else [share]
    values = [_share(item) for item in shares]
    wanted = exp.Array(expressions=values) if isinstance(share, exp.Array) else values[0]
    return cast(aggregate("quantile_disc", call.args[0], wanted), call.type)


def _share(item: exp.Expr) -> exp.Expr:
    item = item.this if isinstance(item, (exp.Cast, exp.Paren)) else item
    if not isinstance(item, exp.Literal) or item.is_string:
        raise NotSupportedError("approx_percentile needs a constant percentile")
    # Trino's digests answer the element at floor(share * count); DuckDB's the one at ceil(share * count) - 1.
    return exp.Literal.number(repr(min(1.0, float(item.this) + 1e-12)))


def _approx_percentile_type(types: Types) -> DataType:
    one = BIGINT if kind(types[0]) in INTEGERS else types[0]
    return array(one) if kind(types[1]) == Kind.ARRAY else one


def _map_agg(call: Call) -> exp.Expr:
    key, value = call.args
    condition = exp.not_(exp.Is(this=key.copy(), expression=exp.Null()))
    keys = exp.Filter(this=aggregate("list", key), expression=exp.Where(this=condition))
    values = exp.Filter(this=aggregate("list", value), expression=exp.Where(this=condition.copy()))
    return fn("map", keys, values)


def _geometric_mean(call: Call) -> exp.Expr:
    return fn("exp", aggregate("avg", fn("ln", cast(call.args[0], DOUBLE))))


def _count(call: Call) -> exp.Expr:
    return aggregate("count", *(call.args or [exp.Star()]))


def _distinct_count(call: Call) -> exp.Expr:
    return aggregate("count", exp.Distinct(expressions=[call.args[0]]))


AGGREGATES: dict[str, Function] = {
    "count": _written(_count, BIGINT, 0, 1),
    "count_if": _written(lambda call: cast(aggregate("count_if", *call.args), BIGINT), BIGINT),
    "sum": _written(_sum, _sum_type),
    "avg": _written(_avg, _avg_type),
    "min": _simple("min", first),
    "max": _simple("max", first),
    "max_by": _simple("arg_max_null", first, 2),
    "min_by": _simple("arg_min_null", first, 2),
    "arbitrary": _simple("any_value", first),
    "any_value": _simple("any_value", first),
    "array_agg": _simple("list", lambda types: array(types[0])),
    "set_agg": _written(
        lambda call: aggregate("list", exp.Distinct(expressions=[call.args[0]])), lambda types: array(types[0])
    ),
    "bool_and": _simple("bool_and", BOOLEAN),
    "every": _simple("bool_and", BOOLEAN),
    "bool_or": _simple("bool_or", BOOLEAN),
    "bitwise_and_agg": _simple("bit_and", BIGINT),
    "bitwise_or_agg": _simple("bit_or", BIGINT),
    "bitwise_xor_agg": _simple("bit_xor", BIGINT),
    "approx_distinct": _written(_distinct_count, BIGINT, 1, 2),
    "approx_percentile": _written(_approx_percentile, _approx_percentile_type, 2),
    "stddev": _simple("stddev_samp", DOUBLE),
    "stddev_samp": _simple("stddev_samp", DOUBLE),
    "stddev_pop": _simple("stddev_pop", DOUBLE),
    "variance": _simple("var_samp", DOUBLE),
    "var_samp": _simple("var_samp", DOUBLE),
    "var_pop": _simple("var_pop", DOUBLE),
    "covar_samp": _covariance("covar_samp"),
    "covar_pop": _covariance("covar_pop"),
    "corr": _finite("corr"),
    "regr_slope": _finite("regr_slope"),
    "regr_intercept": _finite("regr_intercept"),
    "geometric_mean": _written(_geometric_mean, DOUBLE),
    "map_agg": _written(_map_agg, lambda types: map_of(types[0], types[1]), 2),
    "histogram": _written(
        lambda call: cast(aggregate("histogram", *call.args), call.type), lambda types: map_of(types[0], BIGINT)
    ),
    "listagg": _simple("listagg", VARCHAR, 1, 2),
    "grouping": renamed("grouping", INTEGER, 1, 31),
}

WINDOWS: dict[str, Function] = {
    "row_number": _simple("row_number", BIGINT, 0),
    "rank": _simple("rank", BIGINT, 0),
    "dense_rank": _simple("dense_rank", BIGINT, 0),
    "percent_rank": _simple("percent_rank", DOUBLE, 0),
    "cume_dist": _simple("cume_dist", DOUBLE, 0),
    "ntile": _simple("ntile", BIGINT),
    "lag": _simple("lag", first, 1, 3),
    "lead": _simple("lead", first, 1, 3),
    "first_value": _simple("first_value", first),
    "last_value": _simple("last_value", first),
    "nth_value": _simple("nth_value", first, 2),
}
