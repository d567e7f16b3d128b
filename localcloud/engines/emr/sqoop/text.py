"""Writes delimited text as Sqoop's generated classes do: delimiters, enclosing, escaping, null strings."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from localcloud.engines.emr.sqoop.arguments import Delimiters, ImportOptions
from localcloud.engines.emr.sqoop.columns import BIT, DATE, TIME, TIMESTAMP, Column, make_column
from localcloud.engines.emr.sqoop.errors import NotSupportedError

STRING_TYPES = (1, 12)


def text_columns(columns: Sequence[Column]) -> list[Column]:
    """The same columns read as the text they have in the database."""
    return [make_column(column.name, column.field_name, column.sql_type, "String") for column in columns]


def text_extension(compress: bool, codec: str | None) -> str:
    """What follows `part-m-00000`; only gzip is written."""
    if codec not in (None, "gzip", "org.apache.hadoop.io.compress.GzipCodec"):
        raise NotSupportedError(f"--compression-codec {codec} for text")
    return ".gz" if compress or codec else ""


class TextFile:
    """One part file of delimited text."""

    def __init__(self, path: Path, columns: Sequence[Column], options: ImportOptions) -> None:
        self._file = gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb")  # noqa: SIM115 - closed below
        self._columns = columns
        self._options = options
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        delimiters = self._options.delimiters
        lines = []
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            fields = [self._field(value, column) for value, column in zip(row, self._columns, strict=True)]
            lines.append(delimiters.field.join(fields) + delimiters.record)
        self._file.write("".join(lines).encode())
        self.rows += table.num_rows

    def close(self) -> None:
        self._file.close()

    def _field(self, value: Any, column: Column) -> str:
        if value is None:
            text = self._options.null_string if column.sql_type in STRING_TYPES else self._options.null_non_string
            return format_field(text, self._options.delimiters)
        if column.sql_type == BIT:
            value = "true" if value in ("t", "true") else "false"
        elif column.sql_type == TIMESTAMP:
            value = value.removesuffix("+00")
            value = value if "." in value else value + ".0"
        elif column.sql_type == TIME:
            value = "00:00:00" if value.startswith("24") else value[:8]  # java.sql.Time knows no end of the day
        elif column.sql_type != DATE and self._options.hive_delimiters_replacement is not None:
            for character in "\n\r\x01":
                value = value.replace(character, self._options.hive_delimiters_replacement)
        return format_field(value, self._options.delimiters)


def format_field(text: str, delimiters: Delimiters) -> str:
    """FieldFormatter.escapeAndEnclose."""
    quote, escape = delimiters.enclosed_by, delimiters.escaped_by
    special = (delimiters.field, delimiters.record)
    enclose = quote is not None and (delimiters.enclosed_always or any(s in text for s in special))
    if escape is not None:
        text = text.replace(escape, escape * 2)
        if quote is not None:
            text = text.replace(quote, escape + quote)
        if not enclose:
            for character in special:
                text = text.replace(character, escape + character)
    return f"{quote}{text}{quote}" if enclose else text
