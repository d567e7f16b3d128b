"""Finds which columns of its tables a query needs, also through CTEs and subqueries, and leaves out the others.

DuckDB finds the same by itself, but only while it plans: the bytes that Athena would bill, and what an Avro file is
decoded to, have to be known before. What is left out is taken out of the tree: a mistake here fails in DuckDB's binder.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

Names = set[str] | None  # None: all of them


@dataclass(frozen=True)
class Narrowed:
    """A SELECT and the positions of the outputs that somebody asks for."""

    select: exp.Select
    kept: tuple[int, ...]

    def apply(self) -> None:
        outputs = self.select.expressions
        left = [outputs[position] for position in self.kept]
        one = exp.alias_(exp.Literal.number(1), outputs[0].alias_or_name, quoted=True)
        self.select.set("expressions", left or [one])


@dataclass(frozen=True)
class Needed:
    """The columns that are read of each scan, and the SELECTs to narrow for that."""

    columns: dict[str, tuple[str, ...]]
    narrowed: tuple[Narrowed, ...]


def needed_columns(scopes: Sequence[Scope], scans: Collection[str]) -> Needed:
    """What a qualified tree, given by its scopes, needs of its scans. The tree stays as it is."""
    asked: dict[int, Names] = {id(scope): set() if _is_read_by_name(scope) else None for scope in scopes}
    found: dict[str, dict[str, None]] = {}
    narrowed = []
    for scope in reversed(scopes):
        if not isinstance(scope.expression, exp.Select):
            continue  # each side of a set operation is a scope of its own
        columns, names = scope.columns, asked[id(scope)]
        if names is not None:
            outputs = scope.expression.expressions
            kept = tuple(_kept(scope.expression, names))
            if len(kept) < len(outputs):
                narrowed.append(Narrowed(scope.expression, kept))
                columns = [column for column in columns if _output(column, scope.expression) in (*kept, None)]
        for alias, source in scope.sources.items():
            if isinstance(source, Scope):
                _ask(asked, source, _names(scope, columns, alias))
            elif isinstance(source, exp.Table) and source.name in scans:
                read = found.setdefault(source.name, {})
                read.update(dict.fromkeys(column.name for column in columns if column.table == alias))
    return Needed({name: tuple(read) for name, read in found.items()}, tuple(narrowed))


def _is_read_by_name(scope: Scope) -> bool:
    """CTEs and derived tables without a list of column names; the outputs of all others count by their position."""
    if not (scope.is_cte or scope.is_derived_table) or not isinstance(scope.expression, exp.Select):
        return False
    holder = scope.expression.parent
    if isinstance(holder, exp.Subquery) and not isinstance(holder.parent, (exp.From, exp.Join)):
        return False  # the whole query in parentheses, or a part of a UNION
    return isinstance(holder, (exp.CTE, exp.Subquery)) and not holder.alias_column_names


def _names(scope: Scope, columns: Sequence[exp.Column], alias: str) -> Names:
    """The columns that a scope reads of one of its sources."""
    joins = scope.expression.args.get("joins") or []
    if any((join.method or "").upper() == "NATURAL" or join.args.get("using") for join in joins):
        return None
    node = scope.selected_sources.get(alias, (None,))[0]
    if isinstance(node, exp.Table) and node.alias_column_names:
        return None
    return {column.name for column in columns if column.table in (alias, "")}


def _ask(asked: dict[int, Names], source: Scope, names: Names) -> None:
    held = asked.get(id(source))
    asked[id(source)] = held | names if held is not None and names is not None else None


def _kept(select: exp.Select, names: set[str]) -> Sequence[int]:
    """The outputs that have to stay: all of them where the rows would change, or others be meant by a number."""
    outputs = select.expressions
    everything = range(len(outputs))
    clauses = [clause for clause in (select.args.get("order"), select.args.get("group")) if clause is not None]
    if select.args.get("distinct") or any(output.is_star for output in outputs):
        return everything
    if any(isinstance(_unordered(item).unnest(), exp.Literal) for clause in clauses for item in clause.expressions):
        return everything  # the position of an output
    if not select.args.get("group") and not any(isinstance(output.unalias(), exp.Column) for output in outputs):
        return everything  # perhaps a single row of aggregates
    names = names | {column.name for clause in clauses for column in clause.find_all(exp.Column) if not column.table}
    return [position for position in everything if outputs[position].alias_or_name in names]


def _unordered(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, exp.Ordered) else item


def _output(column: exp.Column, select: exp.Select) -> int | None:
    """The position of the output that a column is part of; None for one in another clause."""
    node: exp.Expr = column
    while node.parent is not None and node.parent is not select:
        node = node.parent
    return node.index if node.arg_key == "expressions" else None
