"""Reads what a file says of its columns: Avro headers, Parquet footers, the first lines of CSV and JSON."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from localcloud.engines.athena.catalog import JSON_SERDES, LAZY_SERDE, PARQUET_SERDE, Column
from localcloud.engines.athena.statements import FORMATS
from localcloud.engines.avro_header import avro_schema

SAMPLE_BYTES = 1 << 20


class UnreadableFileError(Exception):
    """Raised when a file is none of Avro, Parquet, JSON and CSV, or is damaged."""


@dataclass(frozen=True)
class FileSchema:
    """A file's format and columns, and what its SerDe needs to know."""

    classification: str
    columns: tuple[Column, ...]
    serde: str
    input_format: str
    output_format: str
    serde_parameters: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()


def file_schema(path: Path) -> FileSchema:
    """The schema of a file; remembered while the file stays as it is."""
    status = path.stat()
    return _file_schema(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8192)
def _file_schema(path: Path, modified: int, size: int) -> FileSchema:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == b"Obj\x01":
        return _avro(avro_schema(path))
    if start == b"PAR1":
        return _parquet(path)
    if start == b"ORC\x00"[:3]:
        raise UnreadableFileError(f"{path.name} is an ORC file, which this crawler does not read")
    return _text(_sample(path, start))


def _avro(schema: dict[str, Any]) -> FileSchema:
    named: dict[str, Any] = {}
    columns = tuple(
        Column(field["name"].lower(), avro_type(field["type"], named), field.get("doc"))
        for field in schema.get("fields", [])
    )
    literal = json.dumps(schema, separators=(",", ":"))
    input_format, output_format, serde = FORMATS["AVRO"]
    return FileSchema(
        "avro",
        columns,
        serde,
        input_format,
        output_format,
        (("avro.schema.literal", literal), ("serialization.format", "1")),
        (("avro.schema.literal", literal),),
    )


_AVRO = {
    "long": "bigint",
    "int": "int",
    "string": "string",
    "boolean": "boolean",
    "double": "double",
    "float": "float",
    "bytes": "binary",
    "fixed": "binary",
    "enum": "string",
    "null": "string",
}


def avro_type(given: Any, named: dict[str, Any]) -> str:
    """The Glue type of an Avro type; a union with null is the other type."""
    if isinstance(given, list):
        others = [item for item in given if item != "null"]
        return avro_type(others[0], named) if len(others) == 1 else "string"
    if isinstance(given, str):
        return avro_type(named[given], named) if given in named else _AVRO.get(given, "string")
    logical = given.get("logicalType", "")
    if logical == "date":
        return "date"
    if logical.startswith(("timestamp-", "local-timestamp-")):
        return "timestamp"
    if logical == "decimal":
        return f"decimal({given['precision']},{given.get('scale', 0)})"
    kind = given["type"]
    if kind == "array":
        return f"array<{avro_type(given['items'], named)}>"
    if kind == "map":
        return f"map<string,{avro_type(given['values'], named)}>"
    if kind == "record":
        named[given["name"]] = given
        fields = ",".join(f"{f['name'].lower()}:{avro_type(f['type'], named)}" for f in given["fields"])
        return f"struct<{fields}>"
    if kind in ("enum", "fixed"):
        named[given["name"]] = given
    return avro_type(kind, named)


def _parquet(path: Path) -> FileSchema:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except pa.ArrowInvalid as error:
        raise UnreadableFileError(f"{path.name} is a damaged Parquet file: {error}") from error
    columns = tuple(Column(field.name.lower(), arrow_type(field.type)) for field in schema)
    input_format, output_format, _ = FORMATS["PARQUET"]
    return FileSchema("parquet", columns, PARQUET_SERDE, input_format, output_format, (("serialization.format", "1"),))


def arrow_type(given: Any) -> str:
    """The Glue type of an Arrow type."""
    import pyarrow.types as at

    simple = {
        "bool": "boolean",
        "int8": "tinyint",
        "int16": "smallint",
        "int32": "int",
        "int64": "bigint",
        "uint8": "smallint",
        "uint16": "int",
        "uint32": "bigint",
        "uint64": "decimal(20,0)",
        "float": "float",
        "double": "double",
        "string": "string",
        "large_string": "string",
        "binary": "binary",
        "large_binary": "binary",
        "date32[day]": "date",
    }
    if str(given) in simple:
        return simple[str(given)]
    if at.is_decimal(given):
        return f"decimal({given.precision},{given.scale})"
    if at.is_timestamp(given):
        return "timestamp"
    if at.is_list(given) or at.is_large_list(given):
        return f"array<{arrow_type(given.value_type)}>"
    if at.is_map(given):
        return f"map<{arrow_type(given.key_type)},{arrow_type(given.item_type)}>"
    if at.is_struct(given):
        fields = [f"{field.name.lower()}:{arrow_type(field.type)}" for field in given]
        return f"struct<{','.join(fields)}>"
    return "string"


def _sample(path: Path, start: bytes) -> str:
    with gzip.open(path, "rb") if start[:2] == b"\x1f\x8b" else path.open("rb") as stream:
        data = stream.read(SAMPLE_BYTES)
    try:
        return data.decode("utf-8", "strict" if len(data) < SAMPLE_BYTES else "ignore")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path.name} is neither Avro, Parquet nor UTF-8 text") from error


def _text(sample: str) -> FileSchema:
    lines = [line for line in sample.splitlines() if line.strip()]
    if lines and lines[0].lstrip().startswith("{"):
        return _json(lines)
    return _csv(lines)


def _json(lines: Sequence[str]) -> FileSchema:
    types: dict[str, str] = {}
    for line in lines[:1000]:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        for name, value in record.items():
            found = json_type(value)
            known = types.get(name.lower())
            if found:
                types[name.lower()] = found if known is None else merged_type(known, found)
            else:
                types.setdefault(name.lower(), "")
    columns = tuple(Column(name, hive or "string") for name, hive in types.items())
    input_format, output_format, _ = FORMATS["JSON"]
    return FileSchema(
        "json", columns, JSON_SERDES[0], input_format, output_format, (("paths", ",".join(sorted(types))),)
    )


def json_type(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if abs(value) < 2**31 else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        element = json_type(value[0]) if value else ""
        return f"array<{element or 'string'}>"
    if isinstance(value, dict):
        fields = [f"{name.lower()}:{json_type(item) or 'string'}" for name, item in value.items()]
        return f"struct<{','.join(fields)}>" if fields else "string"
    return "string"


def _csv(lines: Sequence[str]) -> FileSchema:
    sample = lines[:1000]
    delimiter = max(",;\t|\x01", key=lambda mark: sample[0].count(mark) if sample else 0)
    rows = list(csv.reader(io.StringIO("\n".join(sample)), delimiter=delimiter))
    header = (
        bool(rows)
        and len(rows) > 1
        and all(_csv_type(value) == "string" for value in rows[0])
        and any(_csv_type(value) != "string" for row in rows[1:] for value in row)
    )
    width = max((len(row) for row in rows), default=0)
    names = [value.strip().lower() or f"col{i}" for i, value in enumerate(rows[0])] if header else []
    names += [f"col{i}" for i in range(len(names), width)]
    body = rows[1:] if header else rows
    columns = tuple(
        Column(name, _column_type([row[i] for row in body if i < len(row)])) for i, name in enumerate(names)
    )
    parameters = [("areColumnsQuoted", "false"), ("columnsOrdered", "true"), ("delimiter", delimiter)]
    if header:
        parameters.append(("skip.header.line.count", "1"))
    input_format, output_format, _ = FORMATS["TEXTFILE"]
    return FileSchema(
        "csv", columns, LAZY_SERDE, input_format, output_format, (("field.delim", delimiter),), tuple(parameters)
    )


def _column_type(values: Sequence[str]) -> str:
    types = {_csv_type(value) for value in values if value != ""}
    if types == {"bigint"} or types == {"double"} or types == {"boolean"}:
        return types.pop()
    return "double" if types == {"bigint", "double"} else "string"


def _csv_type(value: str) -> str:
    text = value.strip()
    if text.lower() in ("true", "false"):
        return "boolean"
    try:
        float(text)
    except ValueError:
        return "string"
    return "bigint" if text.lstrip("+-").isdigit() else "double"


_WIDTHS = ("tinyint", "smallint", "int", "bigint", "float", "double")


def merged_type(left: str, right: str) -> str:
    """The type that holds both: the wider number, else text."""
    if left == right:
        return left
    if left in _WIDTHS and right in _WIDTHS:
        return max(left, right, key=_WIDTHS.index)
    return "string"


def merged_columns(known: Sequence[Column], found: Sequence[Column]) -> tuple[Column, ...]:
    """Known columns in their order, with wider types where needed, then the new ones."""
    types = {column.name: column for column in found}
    merged = [
        Column(column.name, merged_type(column.hive, types[column.name].hive), column.comment)
        if column.name in types
        else column
        for column in known
    ]
    names = {column.name for column in known}
    return (*merged, *(column for column in found if column.name not in names))
