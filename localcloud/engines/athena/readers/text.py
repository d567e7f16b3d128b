"""Text files, delimited or JSON, by DuckDB's own readers."""

from collections.abc import Sequence

from localcloud.engines.athena.catalog import Column
from localcloud.engines.athena.data_files import DataFile, compression
from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.quoting import identifier, quote
from localcloud.engines.athena.types import DECIMALS, INTEGERS, Kind, duckdb_name, kind


def read_json(columns: Sequence[Column], files: list[DataFile]) -> tuple[list[str], str]:
    codec = compression(files[0].path).replace("none", "uncompressed")
    types = ", ".join(f"{quote(c.name)}: {quote(duckdb_name(c.type))}" for c in columns) or "'nothing': 'VARCHAR'"
    return (
        [identifier(c.name) for c in columns],
        f"read_json({_paths(files)}, format = 'newline_delimited', columns = {{{types}}}, compression = '{codec}')",
    )


def read_csv(
    declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile], *, quoted: bool
) -> tuple[list[str], str]:
    """Text is read as text and cast as the SerDe does: what does not fit is NULL."""
    parameters = dict(files[0].storage.serde_parameters)
    if quoted:
        delimiter = parameters.get("separatorChar", ",")
        quoting, escape = parameters.get("quoteChar", '"'), parameters.get("escapeChar", "\\")
    else:
        delimiter = parameters.get("field.delim", parameters.get("serialization.format", "\x01"))
        quoting, escape = "", ""
        if "escape.delim" in parameters:
            raise NotSupportedError("ESCAPED BY is not supported")
    null = parameters.get("serialization.null.format", "\\N")
    types = ", ".join(f"{quote(c.name)}: 'VARCHAR'" for c in declared)
    options = [
        f"delim = {quote(_separator(delimiter))}",
        "auto_detect = false",
        "null_padding = true",
        "header = false",
        f"skip = {int(parameters.get('skip.header.line.count', '0'))}",
        f"columns = {{{types}}}",
        f"quote = {quote(quoting)}",
        f"escape = {quote(escape)}",
        "strict_mode = false",
        "max_line_size = 16777216",
        f"compression = {quote(compression(files[0].path))}",
        f"nullstr = {quote(null if not quoted else chr(0) + 'none')}",
    ]
    return [_text_value(c) for c in columns], f"read_csv({_paths(files)}, {', '.join(options)})"


def _paths(files: list[DataFile]) -> str:
    return "[" + ", ".join(quote(str(file.path)) for file in files) + "]"


def _separator(delimiter: str) -> str:
    return {"\\t": "\t", "1": "\x01", "\\001": "\x01"}.get(delimiter, delimiter)


def _text_value(column: Column) -> str:
    name, target = identifier(column.name), kind(column.type)
    if target in (Kind.TEXT, Kind.VARCHAR, Kind.CHAR):
        return name
    if target in (Kind.ARRAY, Kind.MAP, Kind.STRUCT):
        raise NotSupportedError(f"the column {column.name} of a text table is an array, map or row")
    parsed = f"TRY_CAST({name} AS {duckdb_name(column.type)})"
    if target in INTEGERS:
        parsed = f"athena_integer_text({name}, {parsed})"
    elif target in DECIMALS:
        parsed = f"athena_decimal_text({name}, {parsed})"
    return f"{parsed} AS {name}"
