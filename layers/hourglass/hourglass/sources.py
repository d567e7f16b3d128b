"""What a source mapping says: which tables and columns to ingest, and how. docs/sources.md describes the language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from hourglass.dialects import DIALECTS, Dialect
from hourglass.errors import SourceMappingError

# The types of a mapping, and the information_schema.columns.data_type of the columns that can be read as they are.
SOURCE_TYPES: Mapping[str, frozenset[str]] = {
    "bigint": frozenset({"bigint", "integer", "smallint", "int", "mediumint", "tinyint"}),
    "integer": frozenset({"integer", "smallint", "int", "mediumint", "tinyint"}),
    "numeric": frozenset({"numeric", "decimal"}),
    "boolean": frozenset({"boolean", "tinyint"}),
    "date": frozenset({"date"}),
    "timestamp": frozenset({"timestamp without time zone", "datetime"}),
    "text": frozenset(
        {"text", "character varying", "character", "varchar", "char", "tinytext", "mediumtext", "longtext", "enum"}
    ),
}
LANDS_AS_STRING = frozenset({"numeric", "date", "timestamp"})
JAVA_TYPES: Mapping[str, str] = {
    **dict.fromkeys(SOURCE_TYPES, "String"), "bigint": "Long", "integer": "Integer", "boolean": "Boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A column of the source that an ingest reads. `type` is a mapping type; None: whatever it is."""

    table: str
    column: str
    type: str | None = None


@dataclass(frozen=True)
class SourceColumn:
    """A column as it lands: `reads` is the source's column, `expression` the SQL that is selected."""

    name: str
    type: str
    reads: str
    expression: str

    @property
    def is_plain(self) -> bool:
        """Whether the source has this very column."""
        return self.expression == self.name


@dataclass(frozen=True)
class SourceTable:
    """A table as it lands. `relation` is the SQL after FROM, `reads` every column of the source behind it.

    `total` is the column that control totals sum.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[SourceColumn, ...]
    check_column: str | None
    split_by: str | None
    mappers: int
    total: str | None
    relation: str
    where: str | None
    reads: tuple[Read, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the source has this very table: nothing is joined, filtered, renamed or computed."""
        return self.where is None and all(column.is_plain for column in self.columns)


@dataclass(frozen=True)
class Source:
    """A source system. Without a schema its tables are found where the connection looks."""

    schema: str | None
    dialect: Dialect
    tables: tuple[SourceTable, ...]

    def table(self, name: str) -> SourceTable:
        return next(table for table in self.tables if table.name == name)

    def qualified(self, name: str) -> str:
        """A name of the source as people write it."""
        return f"{self.schema}.{name}" if self.schema else name


def load_source(name: str, dialect: str | None = None) -> Source:
    """Read the mapping `sources/<name>.yaml`; see `parse_source`.

    Raises:
        SourceMappingError: there is no such file, or it does not say what ingest must know.
    """
    file = files("hourglass") / "sources" / f"{name}.yaml"
    if not file.is_file():
        raise SourceMappingError(f"there is no source mapping sources/{name}.yaml")
    return read_source(file.read_text(encoding="utf-8"), dialect)


def read_source(text: str, dialect: str | None = None) -> Source:
    """The mapping that a YAML text holds; see `parse_source`."""
    import yaml  # only who reads mappings needs it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C takes a seventh of the time
    return parse_source(yaml.load(text, loader), dialect)  # noqa: S506 - a safe loader


def parse_source(document: Mapping[str, Any], dialect: str | None = None) -> Source:
    """Check a mapping and fill in what it leaves out.

    `dialect` is the one of the database that will be asked; without it the mapping's own, or PostgreSQL's.

    Raises:
        SourceMappingError: names the table and what is wrong with it.
    """
    own = document.get("dialect")
    name = dialect or own or "postgresql"
    if name not in DIALECTS:
        raise SourceMappingError(f"the dialect {name!r} is none of {', '.join(DIALECTS)}")
    if own not in (None, name):
        raise SourceMappingError(f"the mapping is written for {own}, but the source is {name}")
    schema = document.get("schema")
    written = DIALECTS[name]
    tables = tuple(_table(table, body, schema, written) for table, body in document["tables"].items())
    return Source(schema, written, tables)


def _table(name: str, body: Mapping[str, Any], schema: str | None, dialect: Dialect) -> SourceTable:
    for column in body["columns"]:
        if not isinstance(column, str):
            raise SourceMappingError(f"table {name} has a column that YAML reads as {column!r}: put its name in quotes")
    columns = tuple(_column(name, column, what, dialect) for column, what in body["columns"].items())
    known = {column.name for column in columns}
    split_by, check_column = body.get("split_by"), body.get("check_column")
    total = body.get("total")
    named = {*body["key"], split_by, check_column, total} - {None}
    if named - known:
        raise SourceMappingError(f"table {name} names columns that it does not list: {sorted(named - known)}")
    mappers = int(body.get("mappers", 1))
    if mappers > 1 and split_by is None:
        raise SourceMappingError(f"table {name} wants {mappers} mappers but has no split_by column")
    types = {column.name: column.type for column in columns}
    if check_column and types[check_column] != "timestamp":
        raise SourceMappingError(f"table {name} has the check column {check_column}, which is no timestamp")
    reads = tuple(_listed(name, body.get("reads", {})))
    if "from" in body:
        relation = _sql(name, body["from"], dialect)
        if not reads:
            raise SourceMappingError(f"table {name} has a `from` and must list in `reads` what that reads")
    else:
        physical = str(body.get("table", name))
        parts = [schema, physical] if schema else [physical]
        relation = dialect.quoted(*parts) if "table" in body else ".".join(parts)
        reads += tuple(_implied(physical, columns, body["columns"]))
    where = _sql(name, body["where"], dialect) if "where" in body else None
    return SourceTable(
        name, tuple(body["key"]), columns, check_column, split_by, mappers, total, relation, where, reads,
    )  # fmt: skip


def _column(table: str, name: str, what: str | Mapping[str, Any], dialect: Dialect) -> SourceColumn:
    body = {"type": what} if isinstance(what, str) else dict(what)
    kind = str(body.get("type"))
    if kind not in SOURCE_TYPES:
        raise SourceMappingError(f"column {table}.{name} has the unknown type {kind!r}")
    reads = body.get("reads", name)
    if body.get("absent"):
        expression = dialect.null(kind)
    elif "expression" in body:
        expression = _sql(f"{table}.{name}", body["expression"], dialect)
    else:
        expression = name if reads == name else dialect.quoted(reads)
    return SourceColumn(name, kind, reads, expression)


def _sql(where: str, what: str | Mapping[str, str], dialect: Dialect) -> str:
    """SQL that holds in every dialect, or one text per dialect."""
    if not isinstance(what, str) and dialect.name not in what:
        raise SourceMappingError(f"{where} has no SQL for {dialect.name}, only for {', '.join(what)}")
    return re.sub(r"\s*\n\s*", " ", what if isinstance(what, str) else what[dialect.name]).strip()


def _listed(table: str, reads: Mapping[str, Mapping[str, str]]) -> Iterator[Read]:
    """What SQL of the mapping's own reads: `{table: {column: type}}`; `any` is a type too."""
    for physical, columns in reads.items():
        for column, kind in columns.items():
            if kind not in SOURCE_TYPES and kind != "any":
                raise SourceMappingError(f"table {table} reads {physical}.{column} with the unknown type {kind!r}")
            yield Read(physical, column, None if kind == "any" else kind)


def _implied(table: str, columns: tuple[SourceColumn, ...], bodies: Mapping[str, Any]) -> Iterator[Read]:
    """What a table without a `from` reads: each column, and of an expression the column that it names in `reads`."""
    for column in columns:
        body = bodies[column.name] if isinstance(bodies[column.name], Mapping) else {}
        if "expression" in body:
            yield Read(table, column.reads)
        elif not body.get("absent"):
            yield Read(table, column.reads, column.type)
