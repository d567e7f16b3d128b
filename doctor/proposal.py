"""How a table could be ingested: its key, check column and split column, each with the reason for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from doctor.facts import Column, Table
from doctor.sensitive import snake_case, why_left_out
from doctor.wording import listed

LARGE_ROWS = 200_000
VERY_LARGE_ROWS = 5_000_000
# The types of a mapping, and the database types that each engine carries as them.
MAPPING_TYPES = {
    "bigint": {"bigint"},
    "integer": {"integer", "smallint", "int", "mediumint", "tinyint", "year"},
    "numeric": {"numeric", "decimal", "double precision", "real", "double", "float"},
    "boolean": {"boolean"},
    "date": {"date"},
    "timestamp": {"timestamp without time zone", "timestamp with time zone", "datetime", "timestamp"},
    "text": {"text", "character varying", "character", "varchar", "char", "tinytext", "mediumtext", "longtext", "enum"},
}  # fmt: skip
_CHANGED = re.compile(
    r"(^|_|last)(updat|modif|chang|edit|upd_|mtime|rowversion|geaendert|geändert|aktualisiert)|write_?date|last_?write"
)
_CREATED = re.compile(r"(^|_)(creat|insert|added|begin|start|entered|posted|erstellt|angelegt|date|login|seen|expire)")
_TOTAL = re.compile(r"(hours|duration|quantity|unit_amount|stunden|heures|minutes|amount)")


@dataclass(frozen=True)
class Choice:
    """A column, or several, and why; no columns when there is none to choose."""

    columns: tuple[str, ...]
    reason: str

    @property
    def column(self) -> str | None:
        return self.columns[0] if self.columns else None


@dataclass(frozen=True)
class LeftOut:
    """A column that is not proposed, and why."""

    column: str
    reason: str


@dataclass(frozen=True)
class Proposal:
    """How one table could be ingested."""

    table: Table
    key: Choice
    check: Choice
    split: Choice
    mappers: int
    total: str | None
    columns: tuple[tuple[Column, str], ...]  # with the type that a mapping gives them
    left_out: tuple[LeftOut, ...]


def mapping_type(column: Column) -> str | None:
    """The mapping type that carries a column as it is; None when none does."""
    if column.type == "bigint" or (column.declared.startswith("int") and "unsigned" in column.declared):
        return "bigint"
    if column.declared.startswith("tinyint(1)"):
        return "boolean"
    return next((kind for kind, types in MAPPING_TYPES.items() if column.type in types), None)


def propose(table: Table) -> Proposal:
    """Key, check column, split column and columns of one table, out of its catalog entry alone."""
    key, check = _key(table), _check(table)
    mappers = _mappers(table)
    split = _split(table, key)
    columns, left_out = [], []
    for column in table.columns:
        kind, why = mapping_type(column), _why_not(table, column)
        if why is None and kind is not None:
            columns.append((column, kind))
        else:
            left_out.append(LeftOut(column.name, why or ""))
    return Proposal(
        table, key, check, split, mappers if split.columns else 1, _total(columns), tuple(columns), tuple(left_out)
    )


def _key(table: Table) -> Choice:
    """Columns that keep rows apart; never any that may not be selected."""
    required = {column.name for column in table.columns if not column.nullable}
    unique = sorted((index.columns for index in table.indexes if index.unique), key=len)
    candidates = [
        *([(table.primary_key, "primary key")] if table.primary_key else []),
        *((names, "unique and never NULL") for names in unique if set(names) <= required),
        *((names, "unique, but may be NULL: such rows are quarantined") for names in unique),
        *(((name,), "by its name only: nothing keeps it unique") for name in ("id", f"{table.name}_id")),
    ]
    refused = ""
    for names, reason in candidates:
        columns = [table.column(name) for name in names]
        why = [_why_not(table, column) for column in columns if column is not None]
        if None not in columns and not any(why):
            return Choice(names, reason)
        refused = refused or next((f"{listed(names)} {word}" for word in why if word), "")
    return Choice((), refused or "nothing keeps its rows apart: name the columns that do")


def _why_not(table: Table, column: Column) -> str | None:
    """Why a column cannot be selected; None when it can."""
    if column.name in table.unreadable_columns:
        return "may not be read by this user"
    return why_left_out(column.name, column.type) or (
        f"is {column.declared}, which no engine carries as it is" if mapping_type(column) is None else None
    )


def _check(table: Table) -> Choice:
    candidates = [column for column in table.columns if mapping_type(column) == "timestamp"]
    readable = [column for column in candidates if _why_not(table, column) is None]
    ranked = sorted(readable, key=lambda column: _check_rank(table, column), reverse=True)
    best = next((column for column in ranked if column.set_on_write or _CHANGED.search(snake_case(column.name))), None)
    if best is None:
        only = next((column.name for column in readable if _CREATED.search(snake_case(column.name))), None)
        why = f"{only} does not move when a row changes" if only else "no time of the last change"
        return Choice((), f"{why}: reloaded whole in every run")
    return Choice((best.name,), listed(list(_check_reasons(table, best))))


def _check_rank(table: Table, column: Column) -> tuple[bool, bool, bool, bool]:
    name = snake_case(column.name)
    return (
        column.set_on_write,
        bool(_CHANGED.search(name)) and not _CREATED.search(name),
        not column.nullable,
        table.leads_an_index(column.name),
    )


def _check_reasons(table: Table, column: Column) -> Iterator[str]:
    yield "the database sets it on every write" if column.set_on_write else "named like a time of change"
    if column.nullable:
        yield "may be NULL"
    yield "indexed" if table.leads_an_index(column.name) else "not indexed"


def _split(table: Table, key: Choice) -> Choice:
    """A whole number whose range is worth sharing: first of all the key, because its index finds every range."""
    for name, reason in (
        *((name, "whole-number key") for name in key.columns[:1]),
        *((index.columns[0], "whole number, indexed") for index in table.indexes),
    ):
        column = table.column(name)
        if column and mapping_type(column) in ("bigint", "integer") and _why_not(table, column) is None:
            return Choice((name,), reason)
    return Choice((), "no indexed whole number: one connection reads it all")


def _mappers(table: Table) -> int:
    rows = table.rows or 0
    return 1 if rows < LARGE_ROWS else 2 if rows < VERY_LARGE_ROWS else 4


def _total(columns: list[tuple[Column, str]]) -> str | None:
    """A number whose sum would show that values were lost: the hours of a timesheet, best of all."""
    numbers = [
        c.name for c, kind in columns if kind in ("numeric", "integer", "bigint") and _TOTAL.search(snake_case(c.name))
    ]
    return min(numbers, key=lambda name: ("hour" not in name.lower(), numbers.index(name)), default=None)
