"""Rewrites typed Trino expressions, node by node, into what DuckDB computes the same way."""

from collections.abc import Callable

from sqlglot import exp

from localcloud.engines.athena.casts import translate_cast
from localcloud.engines.athena.errors import NotSupportedError, UserQueryError, at, type_mismatch
from localcloud.engines.athena.functions import FUNCTIONS, UNSUPPORTED, Call
from localcloud.engines.athena.functions.aggregates import AGGREGATE, divide_decimals
from localcloud.engines.athena.functions.base import cast, fn, text, unwrap, when
from localcloud.engines.athena.functions.collections import subscript
from localcloud.engines.athena.functions.numbers import modulo, nonzero
from localcloud.engines.athena.functions.times import PARTS, at_time_zone
from localcloud.engines.athena.parsing import place
from localcloud.engines.athena.types import (
    DATE,
    DOUBLE,
    FLOATS,
    INTEGERS,
    NUMBERS,
    TEXTS,
    TIMESTAMPS,
    UNKNOWN,
    ZONED,
    DataType,
    Kind,
    decimal,
    element_of,
    is_unknown,
    kind,
    trino_name,
)

Rule = Callable[[exp.Expr], exp.Expr]
_SYMBOLS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def rewrite(tree: exp.Expr) -> exp.Expr:
    """The whole tree, children first; each new node keeps the type of the one it replaces."""
    for node in list(tree.walk(bfs=False))[::-1]:
        rule = RULES.get(type(node))
        if rule is None:
            continue
        data_type = node.type
        parent, key, index = node.parent, node.arg_key, node.index
        result = rule(node)
        if result is node:
            continue
        if result.type is None or is_unknown(result.type):
            result.type = data_type
        if parent is None:
            tree = result
            result.parent = None
        else:
            parent.set(str(key), result, index)
    return tree


def _call(node: exp.Expr) -> exp.Expr:
    name = node.name.lower()
    function = FUNCTIONS.get(name)
    if function is None:
        if name in UNSUPPORTED:
            raise NotSupportedError(at(*place(node), f"the function {name} is not supported by this engine"))
        raise UserQueryError(at(*place(node), f"Function '{name}' not registered"), "FUNCTION_NOT_FOUND")
    args = list(node.expressions)
    types = [unwrap(arg).type or UNKNOWN for arg in args]
    if not function.minimum <= len(args) <= function.maximum:
        given = ", ".join(trino_name(t) for t in types)
        raise UserQueryError(
            at(*place(node), f"Unexpected parameters ({given}) for function {name}"), "FUNCTION_NOT_FOUND"
        )
    return function.emit(Call(name, args, types, node.type or UNKNOWN))


def _operands(node: exp.Expr) -> tuple[DataType, DataType]:
    return node.this.type or UNKNOWN, node.expression.type or UNKNOWN


def _check_arithmetic(node: exp.Expr) -> None:
    left, right = _operands(node)
    for one, other in ((left, right), (right, left)):
        if kind(one) in TEXTS and not is_unknown(other):
            raise type_mismatch(
                at(
                    *place(node),
                    f"Cannot apply operator: {trino_name(left)} {_SYMBOLS[type(node)]} {trino_name(right)}",
                )
            )


def _plus(node: exp.Expr) -> exp.Expr:
    _check_arithmetic(node)
    left, right = _operands(node)
    if Kind.INTERVAL in (kind(left), kind(right)) and Kind.DATE in (kind(left), kind(right)):
        return cast(exp.Paren(this=node.copy()), DATE)
    if kind(left) == kind(right) == Kind.DATE and isinstance(node, exp.Sub):
        return fn("to_days", cast(exp.Paren(this=node.copy()), exp.DataType.build("integer")))
    return node


def _times(node: exp.Expr) -> exp.Expr:
    _check_arithmetic(node)
    return node


def _divide(node: exp.Expr) -> exp.Expr:
    _check_arithmetic(node)
    left, right = node.this, node.expression
    a, b = kind(left.type), kind(right.type)
    if a == Kind.INTERVAL:
        return node
    if is_unknown(left.type) or is_unknown(right.type):
        if Kind.NULL in (a, b):
            return exp.Null()
        raise NotSupportedError(at(*place(node), "the types of this division cannot be told; cast its operands"))
    if a in FLOATS or b in FLOATS:
        return exp.Paren(this=exp.Div(this=cast(left, DOUBLE), expression=right, typed=False, safe=False))
    if a in INTEGERS and b in INTEGERS:
        return nonzero(right, exp.Paren(this=exp.IntDiv(this=left, expression=right)))
    return divide_decimals(left, left.type, right, right.type, node.type or decimal(38, 0))


def _modulo(node: exp.Expr) -> exp.Expr:
    _check_arithmetic(node)
    return modulo(node.this, node.expression, node.type or UNKNOWN)


def comparable(left: DataType, right: DataType) -> bool:
    if is_unknown(left) or is_unknown(right):
        return True
    a, b = kind(left), kind(right)
    times = (Kind.DATE, *TIMESTAMPS, *ZONED)
    return any(a in group and b in group for group in (NUMBERS, TEXTS, times)) or a == b


def _compare(node: exp.Expr) -> exp.Expr:
    left, right = _operands(node)
    if not comparable(left, right):
        raise type_mismatch(
            at(*place(node), f"Cannot apply operator: {trino_name(left)} {_SYMBOLS[type(node)]} {trino_name(right)}")
        )
    return node


def _between(node: exp.Expr) -> exp.Expr:
    for bound in (node.args["low"], node.args["high"]):
        if not comparable(node.this.type or UNKNOWN, bound.type or UNKNOWN):
            raise type_mismatch(
                at(
                    *place(node),
                    f"Cannot check if {trino_name(node.this.type)} is BETWEEN "
                    f"{trino_name(node.args['low'].type)} and {trino_name(node.args['high'].type)}",
                )
            )
    return node


def _in(node: exp.Expr) -> exp.Expr:
    for item in node.expressions:
        if not comparable(node.this.type or UNKNOWN, item.type or UNKNOWN):
            raise type_mismatch(
                at(
                    *place(node),
                    "value and result of subquery must be of the same type for IN "
                    f"expression: {trino_name(node.this.type)} vs {trino_name(item.type)}",
                )
            )
    return node


def _literal(node: exp.Expr) -> exp.Expr:
    if not node.args.get("is_string") and kind(node.type) == Kind.DOUBLE:
        return cast(exp.Literal.number(node.this), DOUBLE)
    return node


def _extract(node: exp.Expr) -> exp.Expr:
    name = PARTS.get(node.this.name.upper())
    if name is None:
        raise NotSupportedError(at(*place(node), f"extract({node.this.name}) is not supported"))
    value = node.expression
    return FUNCTIONS[name].emit(Call(name, [value], [value.type or UNKNOWN], node.type or UNKNOWN))


def _ignore_nulls(node: exp.Expr) -> exp.Expr:
    """DuckDB writes IGNORE NULLS inside the call, after its last argument."""
    inner: exp.Expr = node.this
    if isinstance(node, exp.IgnoreNulls) and inner.meta.get(AGGREGATE) and inner.expressions:
        last = inner.expressions[-1]
        inner.expressions[-1].replace(exp.Var(this=last.sql("duckdb") + " IGNORE NULLS"))
        return inner
    if isinstance(node, exp.RespectNulls):
        return inner
    raise NotSupportedError(at(*place(node), "IGNORE NULLS is supported for window functions only"))


def _over(node: exp.Expr) -> exp.Expr:
    """FILTER, OVER, IGNORE NULLS and WITHIN GROUP belong to the aggregate inside the rewritten expression."""
    inner: exp.Expr = node.this
    if inner.meta.get(AGGREGATE):
        node.meta[AGGREGATE] = True
        return node
    found = [item for item in inner.walk() if item.meta.get(AGGREGATE) and not _marked_above(item, inner)]
    if not found:
        return node
    for item in found:
        wrapper = node.copy()
        wrapper.set("this", item.copy())
        wrapper.meta[AGGREGATE] = True
        if item is inner:
            inner = wrapper
        else:
            item.replace(wrapper)
    return inner


def _marked_above(item: exp.Expr, top: exp.Expr) -> bool:
    while item is not top and item.parent is not None:
        item = item.parent
        if item.meta.get(AGGREGATE):
            return True
    return False


def _group_concat(node: exp.Expr) -> exp.Expr:
    value, order = node.this, None
    if isinstance(value, exp.Order):
        value, order = value.this, value
    separator = node.args.get("separator") or text("")
    argument = exp.Order(this=separator, expressions=order.expressions) if order is not None else separator
    result = fn("listagg", value, argument)
    result.meta[AGGREGATE] = True
    return result


def _within_group(node: exp.Expr) -> exp.Expr:
    inner, order = node.this, node.expression
    if isinstance(inner, exp.Anonymous) and inner.name == "listagg":
        args = inner.expressions if len(inner.expressions) > 1 else [*inner.expressions, text("")]
        ordered = exp.Order(this=args[-1], expressions=order.expressions)
        result = fn("listagg", *args[:-1], ordered)
        result.meta[AGGREGATE] = True
        return result
    raise NotSupportedError("WITHIN GROUP is supported for listagg only")


def _bracket(node: exp.Expr) -> exp.Expr:
    return subscript(node.this, node.expressions[0], node.this.type or UNKNOWN)


def _if(node: exp.Expr) -> exp.Expr:
    if isinstance(node.parent, exp.Case):
        return node
    return when(node.this, node.args["true"], node.args.get("false"))


def _now(node: exp.Expr) -> exp.Expr:
    return fn("now")


def _localtimestamp(node: exp.Expr) -> exp.Expr:
    return fn("timezone", text("UTC"), fn("now"))


def _today(node: exp.Expr) -> exp.Expr:
    return cast(fn("timezone", text("UTC"), fn("now")), DATE)


def _at_time_zone(node: exp.Expr) -> exp.Expr:
    return at_time_zone(node.this, node.args["zone"])


def _interval(node: exp.Expr) -> exp.Expr:
    amount = node.this
    unit = node.args["unit"].name.lower().rstrip("s")
    value: exp.Expr = exp.Literal.number(amount.name) if isinstance(amount, exp.Literal) else amount
    if unit not in ("second", "minute", "hour", "day", "week", "month", "year"):
        raise NotSupportedError(f"an interval of {unit} is not supported")
    return fn(f"to_{unit}s", value)


def _trim(node: exp.Expr) -> exp.Expr:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get((node.args.get("position") or "").upper(), "trim")
    characters = node.args.get("expression")
    return fn(name, node.this, *([characters] if characters is not None else []))


def _position(node: exp.Expr) -> exp.Expr:
    return fn("strpos", node.this, node.args["substr"])


def _dot(node: exp.Expr) -> exp.Expr:
    return fn("struct_extract", node.this, text(node.expression.name))


def _like(node: exp.Expr) -> exp.Expr:
    left = node.this.type or UNKNOWN
    if not is_unknown(left) and kind(left) not in TEXTS:
        raise type_mismatch(
            at(*place(node), f"Left side of LIKE expression must evaluate to a varchar (actual: {trino_name(left)})")
        )
    return node


def _cast(node: exp.Expr) -> exp.Expr:
    return translate_cast(node)


def _concatenate(node: exp.Expr) -> exp.Expr:
    """An element joins an array; DuckDB joins arrays only."""
    for side, other in ((node.this, node.expression), (node.expression, node.this)):
        single = kind(side.type) not in (Kind.ARRAY, Kind.UNKNOWN, Kind.NULL)
        if single and kind(other.type) == Kind.ARRAY and kind(element_of(other.type)) != Kind.ARRAY:
            side.replace(fn("list_value", side.copy()))
    return node


def _ilike(node: exp.Expr) -> exp.Expr:
    raise UserQueryError(at(*place(node), "mismatched input 'ILIKE'"))


RULES: dict[type[exp.Expr], Rule] = {
    exp.Anonymous: _call,
    exp.Add: _plus,
    exp.Sub: _plus,
    exp.Mul: _times,
    exp.Div: _divide,
    exp.Mod: _modulo,
    **dict.fromkeys(_COMPARISONS, _compare),
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.DPipe: _concatenate,
    exp.ILike: _ilike,
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Extract: _extract,
    exp.Window: _over,
    exp.Filter: _over,
    exp.IgnoreNulls: _ignore_nulls,
    exp.RespectNulls: _ignore_nulls,
    exp.GroupConcat: _group_concat,
    exp.WithinGroup: _within_group,
    exp.Bracket: _bracket,
    exp.If: _if,
    exp.CurrentTimestamp: _now,
    exp.Localtimestamp: _localtimestamp,
    exp.CurrentDate: _today,
    exp.AtTimeZone: _at_time_zone,
    exp.Interval: _interval,
    exp.Trim: _trim,
    exp.StrPosition: _position,
    exp.Dot: _dot,
}
