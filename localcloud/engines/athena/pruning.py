"""Finds which partitions a query can need: the conditions on partition columns, also through CTEs and subqueries."""

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from localcloud.engines.athena.catalog import Table
from localcloud.engines.athena.expressions import rewrite

_PREDICATES = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Or, exp.Like)
_VOLATILE = ("random", "rand", "uuid", "now")


def partition_conditions(scopes: list[Scope], tables: dict[str, Table]) -> dict[str, str]:
    """DuckDB conditions over the partition columns, by scan; a scan that is not there needs every partition."""
    demands = _demands(scopes)
    result: dict[str, str] = {}
    for scope in scopes:
        if not isinstance(scope.expression, exp.Select):
            continue
        for alias, source in scope.sources.items():
            if not isinstance(source, exp.Table) or source.name not in tables:
                continue
            keys = {column.name for column in tables[source.name].partition_keys}
            if not keys:
                continue
            wanted = [item for item in _for_source(scope, alias, demands.get(id(scope))) if _columns(item) <= keys]
            if wanted:
                result[source.name] = " AND ".join(_sql(item) for item in wanted)
    return result


def _demands(scopes: list[Scope]) -> dict[int, list[exp.Expr] | None]:
    """What every reader of a derived table asks of its output columns: one OR of each reader's conditions."""
    readers: dict[int, list[list[exp.Expr]]] = {}
    demands: dict[int, list[exp.Expr] | None] = {}
    for scope in reversed(scopes):
        asked = readers.get(id(scope))
        demand = _either(asked) if asked else None
        demands[id(scope)] = demand
        expression = scope.expression
        if isinstance(expression, exp.SetOperation):
            for branch in scope.set_operation_scopes:
                readers.setdefault(id(branch), []).append(_by_position(demand, expression, branch.expression))
            continue
        for alias, source in scope.sources.items():
            if isinstance(source, Scope) and isinstance(expression, exp.Select):
                readers.setdefault(id(source), []).append(_for_source(scope, alias, demand))
    return demands


def _either(asked: list[list[exp.Expr]]) -> list[exp.Expr]:
    if any(not conditions for conditions in asked):
        return []
    if len(asked) == 1:
        return asked[0]
    return [exp.or_(*[exp.and_(*conditions) for conditions in asked])]


def _by_position(demand: list[exp.Expr] | None, union: exp.SetOperation, branch: exp.Expr) -> list[exp.Expr]:
    """A union's output names are its first branch's; each branch has its own."""
    if not demand or not isinstance(branch, exp.Query):
        return []
    names = dict(
        zip(
            [select.alias_or_name for select in union.selects],
            [select.alias_or_name for select in branch.selects],
            strict=False,
        )
    )
    return [_renamed(item, {old: exp.column(new) for old, new in names.items()}) for item in demand]


def _for_source(scope: Scope, alias: str, demand: list[exp.Expr] | None) -> list[exp.Expr]:
    """Conditions of this SELECT, and of its readers, that speak of one source's columns only."""
    select = scope.expression
    if not isinstance(select, exp.Select):
        return []
    found = []
    outer = any((join.side or "").upper() in ("LEFT", "FULL") for join in select.args.get("joins") or [])
    conjuncts = _conjuncts(select.args["where"].this) if select.args.get("where") else []
    for join in select.args.get("joins") or []:
        if join.args.get("on") is None:
            continue
        side = (join.side or "").upper()
        if not side or (side == "LEFT" and join.this.alias_or_name == alias):
            conjuncts += _conjuncts(join.args["on"]) if side or not outer or join.this.alias_or_name == alias else []
    for item in conjuncts:
        columns = list(item.find_all(exp.Column))
        if columns and all(column.table == alias for column in columns) and _prunable(item):
            found.append(_renamed(item, {column.name: exp.column(column.name) for column in columns}))
    return found + _from_readers(select, alias, demand)


def _from_readers(select: exp.Select, alias: str, demand: list[exp.Expr] | None) -> list[exp.Expr]:
    if (
        not demand
        or select.args.get("limit")
        or select.args.get("offset")
        or select.find(exp.Window)
        or select.args.get("qualify")
    ):
        return []
    outputs = {item.alias_or_name: item.unalias() for item in select.selects}
    group = select.args.get("group")
    keys = [key.sql() for key in group.expressions] if group is not None else None
    found = []
    for item in demand:
        mapped = {}
        for name in _columns(item):
            output = outputs.get(name)
            if not isinstance(output, exp.Column) or output.table != alias:
                break
            if keys is not None and output.sql() not in keys:
                break
            mapped[name] = output
        else:
            found.append(_renamed(item, {old: _typed(exp.column(new.name), new) for old, new in mapped.items()}))
    return found


def _typed(column: exp.Column, like: exp.Expr) -> exp.Column:
    column.type = like.type
    return column


def _conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.And):
        return _conjuncts(condition.this) + _conjuncts(condition.expression)
    return [condition]


def _prunable(item: exp.Expr) -> bool:
    """Comparisons that are never true for NULL, without subqueries and without chance."""
    if not isinstance(item, _PREDICATES) or item.find(exp.Query, exp.Window, exp.Is, exp.Not, exp.Case, exp.If):
        return False
    calls = {call.name.lower() for call in item.find_all(exp.Anonymous)}
    return not calls & {*_VOLATILE, "coalesce"}


def _columns(item: exp.Expr) -> set[str]:
    return {column.name for column in item.find_all(exp.Column)}


def _renamed(item: exp.Expr, columns: dict[str, exp.Column]) -> exp.Expr:
    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in columns:
            return _typed(columns[node.name].copy(), node)
        return node

    return item.copy().transform(replace)


def _sql(item: exp.Expr) -> str:
    wrapped = rewrite(exp.Paren(this=item.copy()))
    for column in wrapped.find_all(exp.Column):
        column.this.set("quoted", True)
    return wrapped.sql("duckdb")
