"""What one Trino function is: how many arguments, which type it returns, how DuckDB says it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from localcloud.engines.athena.types import UNKNOWN, DataType, in_duckdb

Types = Sequence[DataType]
Returns = Callable[[Types], DataType]


@dataclass(frozen=True)
class Call:
    """A call whose arguments are already DuckDB expressions that carry their Trino types."""

    name: str
    args: list[exp.Expr]
    types: list[DataType]
    type: DataType


Emit = Callable[[Call], exp.Expr]


@dataclass(frozen=True)
class Function:
    returns: Returns
    emit: Emit
    minimum: int
    maximum: int
    aggregate: bool = False


def fn(name: str, *args: exp.Expr) -> exp.Expr:
    """A DuckDB call; the name is written as given."""
    return exp.Anonymous(this=name, expressions=list(args))


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def cast(value: exp.Expr, data_type: DataType) -> exp.Expr:
    """A cast that DuckDB does as it stands; no Trino rule is applied to it any more."""
    return exp.Cast(this=value, to=in_duckdb(data_type))


def when(condition: exp.Expr, result: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    case = exp.Case(ifs=[exp.If(this=condition, true=result)])
    if otherwise is not None:
        case.set("default", otherwise)
    return case


def is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.Null())


def any_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    return exp.or_(*conditions, copy=False)


def unwrap(argument: exp.Expr) -> exp.Expr:
    """The value inside DISTINCT or ORDER BY of an aggregate's argument."""
    while isinstance(argument, (exp.Distinct, exp.Order)):
        argument = argument.expressions[0] if isinstance(argument, exp.Distinct) else argument.this
    return argument


def always(data_type: DataType) -> Returns:
    return lambda types: data_type


def first(types: Types) -> DataType:
    return types[0] if types else UNKNOWN


def renamed(name: str, returns: DataType | Returns, minimum: int = 1, maximum: int | None = None) -> Function:
    """A function that DuckDB has with the same meaning under some name."""
    return Function(
        returns if callable(returns) and not isinstance(returns, exp.DataType) else always(returns),
        lambda call: fn(name, *call.args),
        minimum,
        minimum if maximum is None else maximum,
    )


def written(emit: Emit, returns: DataType | Returns, minimum: int = 1, maximum: int | None = None) -> Function:
    """A function that needs its own expression in DuckDB."""
    return Function(
        returns if callable(returns) and not isinstance(returns, exp.DataType) else always(returns),
        emit,
        minimum,
        minimum if maximum is None else maximum,
    )


def is_literal_number(value: exp.Expr) -> bool:
    return isinstance(value, exp.Literal) and not value.is_string


def literal_text(value: exp.Expr) -> str | None:
    return value.this if isinstance(value, exp.Literal) and value.is_string else None
