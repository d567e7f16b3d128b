"""A mapping to start from, as the text of a YAML file: every guess with its reason, nothing about people in it."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import yaml
from hourglass.dialects import Dialect
from hourglass.sources import SOURCE_TYPES, SourceTable
from sqlglot.dialects.mysql import MySQL
from sqlglot.dialects.redshift import Redshift

from doctor.facts import Column, Server
from doctor.likeness import Match
from doctor.proposal import Proposal, propose
from doctor.sensitive import snake_case
from doctor.wording import rows

_WIDTH = 110
_OTHERS = 100
_RESERVED = MySQL.Generator.RESERVED_KEYWORDS | Redshift.Generator.RESERVED_KEYWORDS  # Redshift's hold PostgreSQL's


@dataclass(frozen=True)
class Draft:
    """The text of a mapping, and the tables that it maps."""

    text: str
    tables: tuple[str, ...]


def write_mapping(
    server: Server,
    dialect: Dialect,
    schema: str,
    wanted: Sequence[SourceTable],
    matches: Mapping[str, Match],
    proposals: Sequence[Proposal],
    today: date,
) -> Draft:
    """A mapping of one schema.

    Tables that look like the ones that Hourglass works with take their names; the others are added as they are, but
    commented out, unless there are no such tables.
    """
    taken = {match.table.name for match in matches.values()}
    largest = sorted(proposals, key=lambda proposal: -(proposal.table.rows or 0))
    others = [proposal for proposal in largest if proposal.table.name not in taken and proposal.key.columns]
    shown = others[:_OTHERS]
    lines = [
        f"# A mapping to start from, written by `hourglass doctor` on {today:%-d %B %Y} for {server.product} "
        f"{server.version}, database {server.database}.",
        "# Nothing but names and types was looked at: read every line. docs/sources.md describes the language.",
        "# `absent: true`: no column was found for it. Names, e-mail addresses, secrets and free text are left out.",
        f"dialect: {dialect.name}",
        *([f"schema: {_scalar(schema)}"] if schema != server.default_schema or server.is_postgresql else []),
        "tables:",
    ]
    for target in wanted:
        if target.name in matches:
            lines += _matched(target, matches[target.name], dialect)
    if others and matches:
        lines += ["", "# What else is here, in its own names. Hourglass has no use for it until it is mapped to one of"]
        lines += ["# its tables: " + ", ".join(target.name for target in wanted if target.name not in matches) + "."]
    landing = landing_names([*matches, *(proposal.table.name for proposal in shown)])
    for proposal in shown:
        own = _unmatched(proposal, landing[proposal.table.name], dialect)
        lines += [f"# {line}" if matches else line for line in own]
    for proposal in proposals:
        if not proposal.key.columns:
            lines.append(f"# Left out: {_one_line(proposal.table.name)}; {_one_line(proposal.key.reason)}.")
    if len(others) > len(shown):
        lines.append(f"# Left out: {len(others) - len(shown)} more tables, with fewer rows than these.")
    mapped = [target.name for target in wanted if target.name in matches] or [landing[p.table.name] for p in shown]
    return Draft("\n".join(lines) + "\n", tuple(mapped))


def _matched(target: SourceTable, match: Match, dialect: Dialect) -> Iterator[str]:
    """A table under the name that Hourglass has for it."""
    table, proposal = match.table, propose(match.table)
    columns = dict(match.columns)
    check = table.column(proposal.check.column) if target.check_column and proposal.check.column else None
    if check is not None and target.check_column:
        columns[target.check_column] = check
    found = target.name if table.name == target.name else table.name
    yield f"  {target.name}:  # {found}, about {rows(table.rows or 0)}"
    if table.name != target.name:
        yield f"    table: {_scalar(table.name)}"
    yield f"    key: [{', '.join(target.key)}]  # at the source: {_key_words(proposal)}"
    if target.check_column:
        named = f"    check_column: {target.check_column}  # {check.name}: " if check else "    # no check column: "
        yield named + proposal.check.reason
    yield from _split(proposal, target.key[0] if len(target.key) == 1 else None)
    if target.total and target.total in columns:
        yield f"    total: {target.total}"
    yield "    columns:"
    for column in target.columns:
        yield f"      {column.name}: {_column(column.name, column.type, columns.get(column.name), dialect)}"
    yield from _left_out(proposal, {column.name for column in columns.values()})


def _unmatched(proposal: Proposal, landing: str, dialect: Dialect) -> Iterator[str]:
    """A table under its own name."""
    table = proposal.table
    names = landing_names([column.name for column, _ in proposal.columns])
    yield f"  {landing}:  # about {rows(table.rows or 0)}"
    if landing != table.name:
        yield f"    table: {_scalar(table.name)}"
    yield f"    key: [{', '.join(names.get(name, name) for name in proposal.key.columns)}]  # {proposal.key.reason}"
    if proposal.check.column:
        yield f"    check_column: {names[proposal.check.column]}  # {proposal.check.reason}"
    else:
        yield f"    # no check column: {proposal.check.reason}"
    yield from _split(proposal, names.get(proposal.split.column or ""))
    if proposal.total:
        yield f"    total: {names[proposal.total]}"
    yield "    columns:"
    for column, kind in proposal.columns:
        yield f"      {names[column.name]}: {_column(names[column.name], kind, column, dialect)}"
    yield from _left_out(proposal, set(names))


def _key_words(proposal: Proposal) -> str:
    return f"{', '.join(proposal.key.columns)}, {proposal.key.reason}" if proposal.key.columns else proposal.key.reason


def _split(proposal: Proposal, name: str | None) -> Iterator[str]:
    if proposal.mappers > 1 and name:
        yield f"    split_by: {name}  # {proposal.split.reason}"
        yield f"    mappers: {proposal.mappers}"


def _left_out(proposal: Proposal, selected: set[str]) -> Iterator[str]:
    """What is not selected, and why, wrapped into comments."""
    told = [f"{one.column} ({one.reason})" for one in proposal.left_out if one.column not in selected]
    told += [column.name for column, _ in proposal.columns if column.name not in selected]
    line = "      # left out:"
    for number, words in enumerate(told):
        last = number == len(told) - 1
        if len(line) + len(words) > _WIDTH:
            yield line
            line = "      #"
        line += f" {_one_line(words)}" + ("" if last else ",")
    if told:
        yield line


def _column(name: str, kind: str, column: Column | None, dialect: Dialect) -> str:
    """What the mapping says about one column."""
    if column is None:
        return f"{{type: {kind}, absent: true}}"
    if column.type in SOURCE_TYPES[kind]:
        return kind if column.name == name else f"{{type: {kind}, reads: {_scalar(column.name)}}}"
    expression = converted(column, kind, dialect)
    if expression is None:
        return f"{{type: {kind}, absent: true}}  # {_one_line(column.name)} is {column.declared}"
    return f"{{type: {kind}, reads: {_scalar(column.name)}, expression: {_scalar(expression)}}}"


def converted(column: Column, kind: str, dialect: Dialect) -> str | None:
    """SQL that gives a column the type of a mapping; None when nobody can say how."""
    name = dialect.quoted(column.name)
    if kind == "timestamp":
        if column.type == "timestamp with time zone":
            return f"{name} at time zone 'UTC'"
        if column.type == "timestamp":
            return f"convert_tz({name}, @@session.time_zone, '+00:00')"
        return f"cast({name} as {dialect.nulls['timestamp']})" if column.type == "date" else None
    if kind == "date":
        return f"cast({name} as date)"
    if kind == "numeric":
        return f"cast({name} as decimal(18, 4))"
    if kind in ("bigint", "integer"):
        return f"cast({name} as {dialect.nulls[kind]})"
    return f"{name} <> 0" if kind == "boolean" else dialect.as_text(name)


def landing_names(names: Sequence[str]) -> dict[str, str]:
    """By name at the source: one that every engine takes unquoted, lower-case letters, digits and underscores."""
    found: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        flat = re.sub(r"[^a-z0-9]+", "_", snake_case(plain)).strip("_") or "column"
        if flat[0].isdigit() or flat in _RESERVED:
            flat = f"its_{flat}"
        same = sum(other == flat or other.startswith(f"{flat}__") for other in found.values())
        found[name] = f"{flat}__{same + 1}" if same else flat
    return found


def _scalar(text: str) -> str:
    """A YAML scalar; quoted unless nobody could take it for something else."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) and yaml.safe_load(text) == text
    return text if plain else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    """A name in a comment: without line ends."""
    return " ".join(text.split())
