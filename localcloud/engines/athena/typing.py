"""Gives every expression the type Trino gives it: what integer division, casts and decimals depend on."""

from typing import Any

from sqlglot import exp
from sqlglot.optimizer.annotate_types import TypeAnnotator
from sqlglot.optimizer.scope import Scope
from sqlglot.schema import MappingSchema

from localcloud.engines.athena.functions import FUNCTIONS
from localcloud.engines.athena.functions.base import unwrap
from localcloud.engines.athena.parsing import AthenaSelect
from localcloud.engines.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DECIMALS,
    DOUBLE,
    INTEGER,
    INTERVAL,
    NULL,
    NUMBERS,
    TIMESTAMP,
    TIMESTAMPS,
    TIMESTAMPTZ,
    UNKNOWN,
    VARCHAR,
    DataType,
    Kind,
    array,
    common_type,
    decimal,
    decimal_digits,
    decimal_of,
    element_of,
    kind,
    map_parts,
    row_fields,
)

_BITWISE = (
    exp.BitwiseAnd,
    exp.BitwiseOr,
    exp.BitwiseXor,
    exp.BitwiseNot,
    exp.BitwiseAndAgg,
    exp.BitwiseOrAgg,
    exp.BitwiseXorAgg,
)
LAMBDA_FIRST = ("transform", "filter", "any_match", "all_match", "none_match")


def literal_type(literal: exp.Literal) -> DataType:
    """Whole numbers are integer or bigint; Athena reads 0.33 as a double."""
    if literal.is_string:
        return VARCHAR
    if literal.this.isdigit():
        return INTEGER if int(literal.this) < 2**31 else BIGINT
    return DOUBLE


def arithmetic_type(node: exp.Expr, left: DataType, right: DataType) -> DataType:
    a, b = kind(left), kind(right)
    if Kind.INTERVAL in (a, b):
        other = right if a == Kind.INTERVAL else left
        return INTERVAL if kind(other) == Kind.INTERVAL else other
    if a == b == Kind.DATE and isinstance(node, exp.Sub):
        return INTERVAL
    if a in TIMESTAMPS and b in TIMESTAMPS and isinstance(node, exp.Sub):
        return INTERVAL
    result = common_type(left, right)
    if kind(result) in DECIMALS and a in NUMBERS and b in NUMBERS:
        return _decimal_result(node, left, right)
    return result


def _decimal_result(node: exp.Expr, left: DataType, right: DataType) -> DataType:
    """Trino's precision and scale of decimal arithmetic."""
    (p1, s1), (p2, s2) = decimal_digits(left), decimal_digits(right)
    scale = max(s1, s2)
    if isinstance(node, exp.Mul):
        return decimal(p1 + p2, s1 + s2)
    if isinstance(node, exp.Div):
        return decimal(p1 + s2 + max(0, s2 - s1), scale)
    if isinstance(node, exp.Mod):
        return decimal(min(p1 - s1, p2 - s2) + scale, scale)
    return decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)


def _binary(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, arithmetic_type(node, node.this.type or UNKNOWN, node.expression.type or UNKNOWN))


def _union(*types: DataType | None) -> DataType:
    known = [item for item in types if item is not None and kind(item) != Kind.NULL]
    if not known:
        return NULL
    result = known[0]
    for item in known[1:]:
        result = common_type(result, item)
    return result


def _case(self: TypeAnnotator, node: exp.Expr) -> None:
    results = [branch.args["true"].type for branch in node.args["ifs"]]
    default = node.args.get("default")
    self._set_type(node, _union(*results, default.type if default is not None else None))


def _if(self: TypeAnnotator, node: exp.Expr) -> None:
    if isinstance(node.parent, exp.Case) and node.arg_key == "ifs":
        self._set_type(node, node.args["true"].type)
        return
    false = node.args.get("false")
    self._set_type(node, _union(node.args["true"].type, false.type if false is not None else None))


def _this(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, node.this.type if isinstance(node.this, exp.Expr) else UNKNOWN)


def _cast(self: TypeAnnotator, node: exp.Expr) -> None:
    target, value = node.args["to"], node.this
    if kind(target) in DECIMALS and not target.expressions and isinstance(value, exp.Literal) and value.is_string:
        target = decimal_of(value.this)
    self._set_type(node, target)


def _literal(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, literal_type(node))  # type: ignore[arg-type]


def _array(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, array(_union(*[item.type for item in node.expressions])))


def _bracket(self: TypeAnnotator, node: exp.Expr) -> None:
    base = node.this.type
    if kind(base) == Kind.MAP:
        self._set_type(node, map_parts(base)[1])
    elif kind(base) == Kind.STRUCT and isinstance(node.expressions[0], exp.Literal):
        fields = row_fields(base)
        index = int(node.expressions[0].this) - 1
        self._set_type(node, fields[index][1] if 0 <= index < len(fields) else UNKNOWN)
    else:
        self._set_type(node, element_of(base))


def _dot(self: TypeAnnotator, node: exp.Expr) -> None:
    fields = dict(row_fields(node.this.type)) if kind(node.this.type) == Kind.STRUCT else {}
    self._set_type(node, fields.get(node.expression.name, UNKNOWN))


def _distinct(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, node.expressions[0].type if node.expressions else UNKNOWN)


def _subquery(self: TypeAnnotator, node: exp.Expr) -> None:
    query = node.unnest() if isinstance(node, exp.Subquery) else node
    selects = query.selects if isinstance(query, exp.Query) else []
    self._set_type(node, selects[0].type if len(selects) == 1 else UNKNOWN)


def _call(self: TypeAnnotator, node: exp.Expr) -> None:
    function = FUNCTIONS.get(node.name.lower())
    if function is None:
        self._set_type(node, UNKNOWN)
        return
    _annotate_lambdas(self, node)
    types = [unwrap(arg).type or UNKNOWN for arg in node.expressions]
    if len(types) < function.minimum:
        self._set_type(node, UNKNOWN)
        return
    self._set_type(node, function.returns(types))


def _annotate_lambdas(self: TypeAnnotator, node: exp.Expr) -> None:
    """A lambda's parameters take their types from the call's other arguments."""
    name, args = node.name.lower(), node.expressions
    if name in LAMBDA_FIRST and len(args) == 2 and isinstance(args[1], exp.Lambda):
        _annotate_lambda(self, args[1], [element_of(args[0].type)])
    elif name == "reduce" and len(args) == 4 and all(isinstance(arg, exp.Lambda) for arg in args[2:]):
        state = common_type(element_of(args[0].type), args[1].type or UNKNOWN)
        _annotate_lambda(self, args[2], [state, element_of(args[0].type)])
        _annotate_lambda(self, args[3], [state])


def _annotate_lambda(self: TypeAnnotator, node: exp.Lambda, types: list[DataType]) -> None:
    parameters = {parameter.name: data_type for parameter, data_type in zip(node.expressions, types, strict=False)}
    for item in node.this.walk():
        if not isinstance(item, (exp.Column, exp.Literal)):
            self._visited.pop(id(item), None)
    for item in list(node.this.find_all(exp.Identifier)):
        if item.name in parameters and not isinstance(item.parent, exp.Column):
            self._set_type(item, parameters[item.name])
    self.annotate_expression(node.this)
    self._set_type(node, node.this.type)


def _unnest(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, element_of(node.expressions[0].type) if node.expressions else UNKNOWN)


def returns(data_type: DataType) -> dict[str, Any]:
    return {"returns": data_type}


def _metadata() -> dict[Any, Any]:
    table = dict(AthenaSelect.EXPRESSION_METADATA)
    arithmetic = {kind_: {"annotator": _binary} for kind_ in (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)}
    passing = {
        kind_: {"annotator": _this}
        for kind_ in (
            exp.Paren,
            exp.Neg,
            exp.Alias,
            exp.Filter,
            exp.Window,
            exp.WithinGroup,
            exp.IgnoreNulls,
            exp.RespectNulls,
            exp.Order,
            exp.Ordered,
            exp.Lambda,
        )
    }
    return (
        table
        | arithmetic
        | passing
        | {
            exp.Case: {"annotator": _case},
            exp.If: {"annotator": _if},
            exp.Cast: {"annotator": _cast},
            exp.TryCast: {"annotator": _cast},
            exp.Literal: {"annotator": _literal},
            exp.Array: {"annotator": _array},
            exp.Bracket: {"annotator": _bracket},
            exp.Dot: {"annotator": _dot},
            exp.Distinct: {"annotator": _distinct},
            exp.Subquery: {"annotator": _subquery},
            exp.Anonymous: {"annotator": _call},
            exp.Unnest: {"annotator": _unnest},
            exp.Extract: returns(BIGINT),
            **dict.fromkeys(_BITWISE, returns(BIGINT)),
            exp.StrPosition: returns(BIGINT),
            exp.Trim: returns(VARCHAR),
            exp.GroupConcat: returns(VARCHAR),
            exp.CurrentDate: returns(DATE),
            exp.CurrentTimestamp: returns(TIMESTAMPTZ),
            exp.Localtimestamp: returns(TIMESTAMP),
            exp.AtTimeZone: returns(TIMESTAMPTZ),
            exp.Interval: returns(INTERVAL),
            exp.Boolean: returns(BOOLEAN),
            exp.Exists: returns(BOOLEAN),
        }
    )


class Typer(TypeAnnotator):
    """sqlglot's walk through the scopes with Trino's rules at each node."""

    def __init__(self, schema: MappingSchema) -> None:
        super().__init__(schema=schema, expression_metadata=_metadata())

    def annotate_scopes(self, tree: exp.Expr, scopes: list[Scope]) -> None:
        """Types the tree, innermost scope first."""
        for scope in scopes:
            self.annotate_scope(scope)
        self.annotate_expression(tree)

    def _maybe_coerce(self, type1: Any, type2: Any) -> Any:
        return common_type(_built(type1), _built(type2))

    def _get_source_scope_selects(self, source: Scope) -> dict[str, Any]:
        expression = source.expression
        if isinstance(expression, exp.Unnest):
            offset = expression.args.get("offset")
            names = [*expression.alias_column_names, *([offset.name] if isinstance(offset, exp.Identifier) else [])]
            return dict(zip(names, unnested_types(expression), strict=False))
        return super()._get_source_scope_selects(source)


def unnested_types(node: exp.Unnest) -> list[DataType]:
    """The types of the columns UNNEST makes: map entries and rows give one column per part."""
    types: list[DataType] = []
    for item in node.expressions:
        element = element_of(item.type)
        if kind(item.type) == Kind.MAP:
            types += list(map_parts(item.type))
        elif kind(element) == Kind.STRUCT:
            types += [field for _, field in row_fields(element)]
        else:
            types.append(element)
    return [*types, BIGINT] if node.args.get("offset") else types


def _built(data_type: Any) -> DataType:
    return data_type if isinstance(data_type, exp.DataType) else exp.DataType(this=data_type)
