"""Text as Hive's LazySimpleSerDe reads it: a line is a row, parted by one separator for each depth of nesting.

What does not fit its type is NULL, and so is a field that the line does not have.
"""

from collections.abc import Sequence

from localcloud.engines.athena.catalog import Column
from localcloud.engines.athena.data_files import DataFile
from localcloud.engines.athena.quoting import identifier, quote
from localcloud.engines.athena.readers.lines import Lines
from localcloud.engines.athena.readers.streams import Streams
from localcloud.engines.athena.types import (
    DECIMALS,
    INTEGERS,
    DataType,
    Kind,
    duckdb_name,
    element_of,
    kind,
    map_parts,
    row_fields,
)

_DEEPER = tuple(chr(code) for code in range(4, 9))
# Characters of no meaning to anybody stand for what was escaped while a line is parted.
_ESCAPE, _ESCAPED = "\ue000", range(0xE001, 0xE00A)


class Separators:
    """What parts fields, items, keys from values and so on; and what stands for NULL."""

    def __init__(self, parameters: dict[str, str]) -> None:
        field = parameters.get("field.delim", parameters.get("serialization.format", "\x01"))
        items = parameters.get("collection.delim", parameters.get("colelction.delim", "\x02"))  # Hive's own misprint
        keys = parameters.get("mapkey.delim", "\x03")
        self.of_depth = (*map(_character, (field, items, keys)), *_DEEPER)
        self.null = parameters.get("serialization.null.format", "\\N")
        self.escape = _character(parameters["escape.delim"]) if "escape.delim" in parameters else ""


def read_lazy(
    declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile], numbered: bool, streams: Streams
) -> tuple[list[str], str]:
    """Fields by their position among the declared columns."""
    parameters = dict(files[0].storage.serde_parameters)
    separators = Separators(parameters)
    lines = streams.relation(Lines(files, int(parameters.get("skip.header.line.count", "0")), numbered))
    parted = _parted(_hidden("line", separators), separators.of_depth[0])
    relation = f"(SELECT {parted} AS fields{', file_index' if numbered else ''} FROM {lines})"
    positions = {column.name: position for position, column in enumerate(declared, 1)}
    selected = [
        f"{_value(f'list_extract(fields, {positions[column.name]})', column.type, 1, separators)}"
        f" AS {identifier(column.name)}"
        for column in columns
    ]
    return selected, relation


def _character(text: str) -> str:
    """A separator is one character, or its code in digits."""
    if text.lstrip("-").isdigit():
        return chr(int(text) % 256)
    return {"\\t": "\t", "\\001": "\x01", "\\n": "\n"}.get(text, text[:1])


def _parted(text: str, separator: str) -> str:
    return f"string_split({text}, {quote(separator)})"


def _hidden(line: str, separators: Separators) -> str:
    """The line with what its escape character protects hidden behind other characters."""
    if not separators.escape:
        return line
    hidden = f"replace({line}, {quote(separators.escape * 2)}, {quote(_ESCAPE)})"
    for separator, other in zip(separators.of_depth, _ESCAPED, strict=False):
        hidden = f"replace({hidden}, {quote(separators.escape + separator)}, {quote(chr(other))})"
    return hidden


def _shown(text: str, separators: Separators) -> str:
    """What `_hidden` hid; any other escaped character stands for itself."""
    if not separators.escape:
        return text
    shown = f"replace({text}, {quote(separators.escape)}, '')"
    for separator, other in zip(separators.of_depth, _ESCAPED, strict=False):
        shown = f"replace({shown}, {quote(chr(other))}, {quote(separator)})"
    return f"replace({shown}, {quote(_ESCAPE)}, {quote(separators.escape)})"


def _value(text: str, data_type: DataType, depth: int, separators: Separators) -> str:
    """DuckDB's expression for a text as a value of a type; `depth` chooses the separator of what is inside it."""
    held = f"nullif({text}, {quote(separators.null)})"
    if kind(data_type) not in (Kind.ARRAY, Kind.MAP, Kind.STRUCT):
        return _scalar(_shown(held, separators), data_type)
    parts = _parted(held, separators.of_depth[depth])
    each = f"part{depth}"
    if kind(data_type) == Kind.ARRAY:
        item = _value(each, element_of(data_type), depth + 1, separators)
        return f"CASE WHEN {text} = '' THEN [] ELSE list_transform({parts}, lambda {each}: {item}) END"
    if kind(data_type) == Kind.MAP:
        key, entry = map_parts(data_type)
        both = _parted(each, separators.of_depth[depth + 1])
        pair = (
            f"row({_value(f'list_extract({both}, 1)', key, depth + 2, separators)}, "
            f"{_value(f'list_extract({both}, 2)', entry, depth + 2, separators)})"
        )
        entries = f"CASE WHEN {text} = '' THEN [] ELSE list_transform({parts}, lambda {each}: {pair}) END"
        return f"CAST(map_from_entries({entries}) AS {duckdb_name(data_type)})"
    fields = ", ".join(
        f"{identifier(name)} := {_value(f'list_extract({parts}, {position})', field, depth + 1, separators)}"
        for position, (name, field) in enumerate(row_fields(data_type), 1)
    )
    return f"CASE WHEN {held} IS NOT NULL THEN struct_pack({fields}) END"


def _scalar(text: str, data_type: DataType) -> str:
    target = kind(data_type)
    if target in (Kind.TEXT, Kind.VARCHAR, Kind.CHAR):
        return text
    if target == Kind.BOOLEAN:
        return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if target in (Kind.BINARY, Kind.VARBINARY, Kind.BLOB):
        return f"coalesce(TRY(from_base64({text})), encode({text}))"
    parsed = f"TRY_CAST({text} AS {duckdb_name(data_type)})"
    if target in INTEGERS:
        return f"athena_integer_text({text}, {parsed})"
    if target in DECIMALS:
        return f"athena_decimal_text({text}, {parsed})"
    return parsed
