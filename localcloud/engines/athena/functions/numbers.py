"""Trino's arithmetic functions in DuckDB."""

from sqlglot import exp

from localcloud.engines.athena.functions.base import (
    Call,
    Function,
    Types,
    any_of,
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
    DECIMALS,
    DOUBLE,
    INTEGERS,
    UNKNOWN,
    DataType,
    common_type,
    decimal,
    decimal_digits,
    kind,
)


def _widest(types: Types) -> DataType:
    result = types[0] if types else UNKNOWN
    for item in types[1:]:
        result = common_type(result, item)
    return result


def _whole_type(types: Types) -> DataType:
    if kind(types[0]) in DECIMALS:
        precision, scale = decimal_digits(types[0])
        return decimal(precision - scale + min(1, scale), 0)
    return types[0]


def _whole(name: str) -> Function:
    """ceil and floor: whole numbers stay as they are."""

    def emit(call: Call) -> exp.Expr:
        if kind(call.types[0]) in INTEGERS:
            return call.args[0]
        return cast(fn(name, *call.args), call.type) if kind(call.type) in DECIMALS else fn(name, *call.args)

    return written(emit, _whole_type)


def _round_type(types: Types) -> DataType:
    if kind(types[0]) in DECIMALS:
        precision, scale = decimal_digits(types[0])
        return _whole_type(types) if len(types) == 1 else decimal(precision + 1, scale)
    return types[0]


def _round(call: Call) -> exp.Expr:
    if kind(call.types[0]) in INTEGERS and len(call.args) == 1:
        return call.args[0]
    rounded = fn("round", *call.args)
    return rounded if kind(call.type) == kind(DOUBLE) else cast(rounded, call.type)


def _extreme(name: str) -> Function:
    """greatest and least are NULL as soon as one argument is; DuckDB's skip NULLs."""

    def emit(call: Call) -> exp.Expr:
        nulls = any_of([is_null(arg.copy()) for arg in call.args])
        return when(exp.not_(nulls, copy=False), fn(name, *call.args))

    return written(emit, _widest, 1, 255)


def _log(call: Call) -> exp.Expr:
    base, value = call.args
    return exp.Paren(
        this=exp.Div(this=fn("athena_ln", cast(value, DOUBLE)), expression=fn("athena_ln", cast(base, DOUBLE)))
    )


def modulo(left: exp.Expr, right: exp.Expr, result: DataType) -> exp.Expr:
    """The remainder with the dividend's sign; by zero is an error except for doubles."""
    remainder = exp.Mod(this=left, expression=right)
    if kind(result) not in (*INTEGERS, *DECIMALS):
        return exp.Paren(this=remainder)
    return nonzero(right, exp.Paren(this=remainder))


def nonzero(divisor: exp.Expr, result: exp.Expr) -> exp.Expr:
    """The result, or Trino's DIVISION_BY_ZERO; nothing to check where the divisor is a constant."""
    if isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.this):
        return result
    zero = exp.EQ(this=divisor.copy(), expression=number(0))
    return when(zero, fn("error", exp.Literal.string("DIVISION_BY_ZERO: Division by zero")), result)


def _mod_type(types: Types) -> DataType:
    result = _widest(types)
    if kind(result) not in DECIMALS:
        return result
    (p1, s1), (p2, s2) = (decimal_digits(item) for item in types)
    return decimal(min(p1 - s1, p2 - s2) + max(s1, s2), max(s1, s2))


def _mod(call: Call) -> exp.Expr:
    return modulo(call.args[0], call.args[1], call.type)


def _double(name: str, arguments: int = 1) -> Function:
    return written(lambda call: fn(name, *[cast(arg, DOUBLE) for arg in call.args]), DOUBLE, arguments)


def _sign_type(types: Types) -> DataType:
    return types[0] if kind(types[0]) not in DECIMALS else decimal(1, 0)


NUMBERS: dict[str, Function] = {
    "abs": renamed("abs", first),
    "ceil": _whole("ceil"),
    "ceiling": _whole("ceil"),
    "floor": _whole("floor"),
    "round": written(_round, _round_type, 1, 2),
    "truncate": _double("trunc"),
    "sign": written(lambda call: cast(fn("sign", *call.args), call.type), _sign_type),
    "mod": written(_mod, _mod_type, 2),
    "power": _double("athena_power", 2),
    "pow": _double("athena_power", 2),
    "sqrt": _double("athena_sqrt"),
    "cbrt": _double("cbrt"),
    "exp": _double("exp"),
    "ln": _double("athena_ln"),
    "log2": written(lambda call: _log(Call("log", [number(2), call.args[0]], [], DOUBLE)), DOUBLE),
    "log10": written(lambda call: _log(Call("log", [number(10), call.args[0]], [], DOUBLE)), DOUBLE),
    "log": written(_log, DOUBLE, 2),
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "is_nan": _double("isnan"),
    "is_finite": _double("isfinite"),
    "is_infinite": _double("isinf"),
    "nan": written(lambda call: cast(exp.Literal.string("nan"), DOUBLE), DOUBLE, 0),
    "infinity": written(lambda call: cast(exp.Literal.string("inf"), DOUBLE), DOUBLE, 0),
    "pi": renamed("pi", DOUBLE, 0),
    "e": written(lambda call: fn("exp", cast(number(1), DOUBLE)), DOUBLE, 0),
    "random": renamed("random", DOUBLE, 0),
    "rand": renamed("random", DOUBLE, 0),
    "degrees": _double("degrees"),
    "radians": _double("radians"),
    **{name: _double(name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    "atan2": _double("atan2", 2),
    "bitwise_and": written(
        lambda call: exp.Paren(this=exp.BitwiseAnd(this=call.args[0], expression=call.args[1])), BIGINT, 2
    ),
    "bitwise_or": written(
        lambda call: exp.Paren(this=exp.BitwiseOr(this=call.args[0], expression=call.args[1])), BIGINT, 2
    ),
    "bitwise_xor": renamed("xor", BIGINT, 2),
    "bitwise_not": written(lambda call: exp.BitwiseNot(this=exp.Paren(this=call.args[0])), BIGINT),
    "bitwise_left_shift": written(
        lambda call: exp.Paren(this=exp.BitwiseLeftShift(this=call.args[0], expression=call.args[1])), first, 2
    ),
    "bitwise_right_shift": written(
        lambda call: exp.Paren(this=exp.BitwiseRightShift(this=call.args[0], expression=call.args[1])), first, 2
    ),
    "coalesce": renamed("coalesce", _widest, 1, 255),
    "nullif": renamed("nullif", first, 2),
    "try": renamed("try", first),
}
NUMBERS |= {name: written(NUMBERS[name].emit, BOOLEAN) for name in ("is_nan", "is_finite", "is_infinite")}
