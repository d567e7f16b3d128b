"""What a source mapping says: which tables and columns to ingest, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from hourglass.errors import SourceMappingError

# The types of a mapping, and the names that information_schema.columns.data_type gives them.
SOURCE_TYPES: Mapping[str, frozenset[str]] = {
    "bigint": frozenset({"bigint"}),
    "integer": frozenset({"integer", "smallint"}),
    "numeric": frozenset({"numeric"}),
    "boolean": frozenset({"boolean"}),
    "date": frozenset({"date"}),
    "timestamp": frozenset({"timestamp without time zone"}),
    "text": frozenset({"text", "character varying", "character"}),
}
LANDS_AS_STRING = frozenset({"numeric", "date", "timestamp"})


@dataclass(frozen=True)
class SourceColumn:
    """A column as it lands: `reads` is the source's column, `expression` what is selected of it."""

    name: str
    type: str
    reads: str
    expression: str


@dataclass(frozen=True)
class SourceTable:
    """A table of the source: see the comments in `sources/timekeeping.yaml`."""

    name: str
    key: tuple[str, ...]
    columns: tuple[SourceColumn, ...]
    check_column: str | None
    split_by: str | None
    mappers: int
    total: str | None


@dataclass(frozen=True)
class Source:
    """A source system."""

    schema: str
    tables: tuple[SourceTable, ...]

    def table(self, name: str) -> SourceTable:
        return next(table for table in self.tables if table.name == name)


def load_source(name: str) -> Source:
    """Read the mapping `sources/<name>.yaml`.

    Raises:
        SourceMappingError: there is no such file, or it does not say what ingest must know.
    """
    import yaml  # only the planner reads mappings

    file = files("hourglass") / "sources" / f"{name}.yaml"
    if not file.is_file():
        raise SourceMappingError(f"there is no source mapping sources/{name}.yaml")
    return parse_source(yaml.safe_load(file.read_text(encoding="utf-8")))


def parse_source(document: Mapping[str, Any]) -> Source:
    """Check a mapping and fill in what it leaves out.

    Raises:
        SourceMappingError: names the table and what is wrong with it.
    """
    tables = tuple(_table(name, body) for name, body in document["tables"].items())
    return Source(schema=document["schema"], tables=tables)


def _table(name: str, body: Mapping[str, Any]) -> SourceTable:
    columns = tuple(_column(name, column, what) for column, what in body["columns"].items())
    known = {column.name for column in columns}
    split_by, check_column, total = body.get("split_by"), body.get("check_column"), body.get("total")
    named = {*body["key"], split_by, check_column, total} - {None}
    if named - known:
        raise SourceMappingError(f"table {name} names columns that it does not list: {sorted(named - known)}")
    mappers = int(body.get("mappers", 1))
    if mappers > 1 and split_by is None:
        raise SourceMappingError(f"table {name} wants {mappers} mappers but has no split_by column")
    return SourceTable(name, tuple(body["key"]), columns, check_column, split_by, mappers, total)


def _column(table: str, name: str, what: str | Mapping[str, str]) -> SourceColumn:
    body = {"type": what} if isinstance(what, str) else dict(what)
    if body.get("type") not in SOURCE_TYPES:
        raise SourceMappingError(f"column {table}.{name} has the unknown type {body.get('type')!r}")
    return SourceColumn(name, body["type"], body.get("reads", name), body.get("expression", name))
