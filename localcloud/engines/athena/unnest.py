"""Replaces UNNEST, which in Trino expands rows, maps and several arrays side by side, by lateral subqueries."""

from sqlglot import exp

from localcloud.engines.athena.functions.base import fn, number, text
from localcloud.engines.athena.types import Kind, element_of, kind, row_fields


def replace_unnests(tree: exp.Expr) -> exp.Expr:
    for node in list(tree.find_all(exp.Unnest)):
        alias = node.args.get("alias")
        subquery = exp.Subquery(this=_expanded(node))
        names = [identifier.copy() for identifier in (alias.columns if alias is not None else [])]
        offset = node.args.get("offset")
        if isinstance(offset, exp.Identifier) and names:
            names.append(offset.copy())
        new_alias = exp.TableAlias(this=alias.this if alias is not None else None, columns=names)
        if isinstance(node.parent, exp.Join):
            node.replace(exp.Lateral(this=subquery, alias=new_alias))
        else:
            subquery.set("alias", new_alias)
            node.replace(subquery)
    return tree


def _expanded(node: exp.Unnest) -> exp.Select:
    """One SELECT whose columns are the parts of every unnested value, then the ordinality."""
    inner, outer = [], []
    for index, value in enumerate(node.expressions):
        element, name = element_of(value.type), f"u{index}"
        if kind(value.type) == Kind.MAP:
            inner.append(exp.alias_(fn("unnest", fn("map_entries", value)), name, quoted=True))
            outer += [fn("struct_extract", exp.column(name, quoted=True), text(part)) for part in ("key", "value")]
        elif kind(element) == Kind.STRUCT:
            inner.append(exp.alias_(fn("unnest", value), name, quoted=True))
            outer += [
                fn("struct_extract_at", exp.column(name, quoted=True), number(i + 1))
                for i in range(len(row_fields(element)))
            ]
        else:
            inner.append(exp.alias_(fn("unnest", value), name, quoted=True))
            outer.append(exp.column(name, quoted=True))
    if node.args.get("offset"):
        lengths = [
            fn("len", fn("map_entries", value.copy()) if kind(value.type) == Kind.MAP else value.copy())
            for value in node.expressions
        ]
        longest = fn("greatest", *lengths) if len(lengths) > 1 else lengths[0]
        counter = fn("unnest", fn("range", number(1), exp.Add(this=longest, expression=number(1))))
        inner.append(exp.alias_(counter, "ordinality", quoted=True))
        outer.append(exp.column("ordinality", quoted=True))
    columns = [exp.alias_(value, f"c{i}", quoted=True) for i, value in enumerate(outer)]
    return exp.select(*columns).from_(
        exp.Subquery(this=exp.select(*inner), alias=exp.TableAlias(this=exp.to_identifier("unnested", quoted=True)))
    )
