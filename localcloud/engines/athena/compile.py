"""Turns one Trino query into DuckDB SQL over numbered scans, typed and checked by the catalog."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import ErrorLevel, OptimizeError, UnsupportedError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from localcloud.engines.athena.catalog import Catalog, Table
from localcloud.engines.athena.errors import (
    NotSupportedError,
    UserQueryError,
    at,
    column_not_found,
    schema_not_found,
    table_not_found,
)
from localcloud.engines.athena.expressions import rewrite
from localcloud.engines.athena.information_schema import INFORMATION_SCHEMA, information_table
from localcloud.engines.athena.parsing import AthenaSelect, parse_query, place
from localcloud.engines.athena.projections import needed_columns
from localcloud.engines.athena.pruning import partition_conditions
from localcloud.engines.athena.types import UNKNOWN, DataType
from localcloud.engines.athena.typing import Typer
from localcloud.engines.athena.unnest import replace_unnests
from localcloud.engines.athena.views import view_query

CATALOG_NAMES = ("awsdatacatalog", "hive")


@dataclass(frozen=True)
class Scan:
    """One reading of a table: its placeholder in the SQL, the columns used, the partitions wanted.

    `condition` is DuckDB SQL over the partition columns, or None if every partition is needed.
    """

    placeholder: str
    table: Table
    columns: tuple[str, ...]
    condition: str | None


@dataclass(frozen=True)
class Compiled:
    """DuckDB SQL with a placeholder for each scan, and what it was compiled from."""

    sql: str
    scans: tuple[Scan, ...]
    names: tuple[str, ...]
    types: tuple[DataType, ...]
    dependencies: tuple[tuple[str, str, Table], ...]
    inline: dict[str, str] = field(default_factory=dict)


class Compiler:
    """Compiles queries against a catalog; keeps the last results while the tables they used stay the same."""

    def __init__(self, catalog: Catalog, capacity: int = 512) -> None:
        self._catalog = catalog
        self._capacity = capacity
        self._cache: dict[tuple[str, str], Compiled] = {}

    def compile(self, sql: str, database: str) -> Compiled:
        key = (sql, database)
        known = self._cache.get(key)
        if known is not None and all(self._catalog.table(d, n) == table for d, n, table in known.dependencies):
            return known
        compiled = _Compilation(self._catalog, database, sql).run()
        if len(self._cache) >= self._capacity:
            self._cache.pop(next(iter(self._cache)))
        if not compiled.inline:
            self._cache[key] = compiled
        return compiled


class _Compilation:
    """One query on its way from text to DuckDB SQL."""

    def __init__(self, catalog: Catalog, database: str, sql: str) -> None:
        self._catalog = catalog
        self._database = database
        self._text = sql
        self._tables: dict[str, Table] = {}
        self._inline: dict[str, str] = {}
        self._dependencies: list[tuple[str, str, Table]] = []

    def run(self) -> Compiled:
        tree = self._parse()
        schema = MappingSchema(
            {name: {column.name: column.type for column in table.all_columns} for name, table in self._tables.items()},
            dialect=AthenaSelect(),
            normalize=False,
        )
        try:
            tree = qualify(
                tree,
                schema=schema,
                dialect=AthenaSelect(),
                expand_alias_refs=False,
                validate_qualify_columns=False,
                quote_identifiers=True,
            )
        except OptimizeError as error:
            raise _name_error(error, self._original) from error
        scopes = traverse_scope(tree)
        self._check_columns(scopes)
        Typer(schema).annotate_scopes(tree, scopes)
        conditions = partition_conditions(scopes, self._tables)
        names = tuple(select.alias_or_name for select in tree.selects)
        types = tuple(select.type or UNKNOWN for select in tree.selects)
        needed = needed_columns(scopes, self._tables)
        rewritten = rewrite(tree)
        for select in needed.narrowed:
            select.apply()
        rewritten = replace_unnests(rewritten)
        try:
            sql = rewritten.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE)
        except UnsupportedError as error:
            raise NotSupportedError(str(error)) from error
        scans = tuple(
            Scan(name, table, needed.columns.get(name, ()), conditions.get(name))
            for name, table in self._tables.items()
            if name not in self._inline
        )
        return Compiled(sql, scans, names, types, tuple(self._dependencies), self._inline)

    def _parse(self) -> exp.Query:
        tree = self._resolve(parse_query(self._text), self._database)
        _name_columns(tree)
        return tree

    @property
    def _original(self) -> exp.Query:
        """The query as it was written, for the places in messages."""
        return _Compilation(self._catalog, self._database, self._text)._parse()

    def _resolve(self, tree: exp.Query, database: str) -> exp.Query:
        """Each table of the catalog becomes a numbered scan; each view its query."""
        for identifier in tree.find_all(exp.Identifier):
            identifier.set("this", identifier.name.lower())
        tables = [
            source
            for scope in traverse_scope(tree)
            for source in scope.sources.values()
            if isinstance(source, exp.Table)
        ]
        for node in {id(table): table for table in tables}.values():
            self._resolve_table(node, database)
        for column in tree.find_all(exp.Column):
            column.set("db", None)
            column.set("catalog", None)
        return tree

    def _resolve_table(self, node: exp.Table, database: str) -> None:
        name, line_column = node.name, place(node)
        target = node.db or database
        if node.catalog and node.catalog not in CATALOG_NAMES:
            raise UserQueryError(at(*line_column, f"Catalog '{node.catalog}' does not exist"), "CATALOG_NOT_FOUND")
        if target == INFORMATION_SCHEMA:
            self._information(node, name)
            return
        table = self._catalog.table(target, name)
        if table is None:
            if target not in self._catalog.databases():
                raise schema_not_found(target, *line_column)
            raise table_not_found(target, name, *line_column)
        self._dependencies.append((target, name, table))
        alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.alias or name))
        if alias.this is None:
            alias.set("this", exp.to_identifier(name))
        if table.is_view:
            query = self._resolve(view_query(table), table.database)
            _name_columns(query)
            node.replace(exp.Subquery(this=query, alias=alias))
            return
        placeholder = f"__scan_{len(self._tables)}"
        self._tables[placeholder] = table
        self._place(node, placeholder, alias)

    def _information(self, node: exp.Table, name: str) -> None:
        table, sql = information_table(self._catalog, name)
        placeholder = f"__scan_{len(self._tables)}"
        self._tables[placeholder] = table
        self._inline[placeholder] = sql
        alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
        self._place(node, placeholder, alias)

    @staticmethod
    def _place(node: exp.Table, placeholder: str, alias: exp.TableAlias) -> None:
        node.set("this", exp.to_identifier(placeholder))
        node.set("db", None)
        node.set("catalog", None)
        node.set("alias", alias)

    def _check_columns(self, scopes: list[Scope]) -> None:
        for scope in scopes:
            if isinstance(scope.expression, exp.UDTF):
                continue
            aliases = {select.alias_or_name for select in getattr(scope.expression, "selects", [])}
            for column in scope.unqualified_columns:
                if column.name in aliases and column.find_ancestor(exp.Order):
                    continue
                if scope.is_correlated_subquery and column in scope.external_columns:
                    continue
                raise self._unresolved(column.name, scope)
            for column in scope.columns:
                source = scope.sources.get(column.table)
                if isinstance(source, exp.Table) and source.name in self._tables:
                    known = {item.name for item in self._tables[source.name].all_columns}
                    alias = source.alias_column_names
                    if column.name not in known and column.name not in alias and column.name != "*":
                        raise _missing(column.name, column.table, self._original)

    def _unresolved(self, name: str, scope: Scope) -> UserQueryError:
        holders = 0
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                table = self._tables.get(source.name)
                holders += table is not None and any(column.name == name for column in table.all_columns)
            else:
                holders += name in getattr(source.expression, "named_selects", [])
        if holders > 1:
            return UserQueryError(at(*_find(name, self._original), f"Column '{name}' is ambiguous"), "AMBIGUOUS_NAME")
        return _missing(name, None, self._original)


def _name_columns(tree: exp.Query) -> None:
    """Unnamed output columns are _col0, _col1, ... by their position, as Athena names them."""
    for select in _outputs(tree):
        named = []
        for index, projection in enumerate(select.expressions):
            plain = isinstance(projection, (exp.Alias, exp.Column, exp.Star)) or projection.is_star
            named.append(projection if plain else exp.alias_(projection, f"_col{index}", copy=False))
        select.set("expressions", named)


def _outputs(tree: exp.Expr) -> Iterator[exp.Select]:
    while isinstance(tree, (exp.SetOperation, exp.Subquery)):
        tree = tree.this
    if isinstance(tree, exp.Select):
        yield tree


def _name_error(error: OptimizeError, original: exp.Expr) -> UserQueryError:
    message = str(error)
    ambiguous = re.search(r"(?i)ambiguous.*?['\"]?(\w+)['\"]?", message)
    found = re.search(r"Unknown column: ([\w$]+)|[Cc]olumn '\"?(?:[\w$]+\"?\.\"?)?([\w$]+)\"?'", message)
    name = (found[1] or found[2]) if found else "?"
    line, column = _find(name, original)
    if ambiguous:
        return UserQueryError(at(line, column, f"Column '{name}' is ambiguous"), "AMBIGUOUS_NAME")
    return _missing(name, None, original)


def _missing(name: str, table: str | None, original: exp.Expr) -> UserQueryError:
    full = name
    for column in original.find_all(exp.Column):
        if column.name == name and column.table and (table is None or column.table == table):
            full = f"{column.table}.{name}"
    return column_not_found(full, *_find(name, original))


def _find(name: str, tree: exp.Expr) -> tuple[int, int]:
    for column in tree.find_all(exp.Column):
        if column.name == name:
            return place(column)
    return 1, 1
