"""Text files, quoted or JSON, by DuckDB's own readers."""

from collections.abc import Sequence

from localcloud.engines.athena.catalog import Column
from localcloud.engines.athena.data_files import DataFile, compression
from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.quoting import identifier, quote
from localcloud.engines.athena.types import DECIMALS, INTEGERS, Kind, duckdb_name, kind


def read_json(columns: Sequence[Column], files: list[DataFile]) -> tuple[list[str], str]:
    codec = _codec(files).replace("none", "uncompressed")
    types = ", ".join(f"{quote(c.name)}: {quote(duckdb_name(c.type))}" for c in columns) or "'nothing': 'VARCHAR'"
    return (
        [identifier(c.name) for c in columns],
        f"read_json({_paths(files)}, format = 'newline_delimited', columns = {{{types}}}, compression = '{codec}')",
    )


def read_csv(declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile]) -> tuple[list[str], str]:
    """Text with quotes, as OpenCSVSerde reads it; cast where it fits, and NULL where it does not."""
    parameters = dict(files[0].storage.serde_parameters)
    types = ", ".join(f"{quote(c.name)}: 'VARCHAR'" for c in declared)
    options = [
        f"delim = {quote(parameters.get('separatorChar', ','))}",
        "auto_detect = false",
        "null_padding = true",
        "header = false",
        f"skip = {int(parameters.get('skip.header.line.count', '0'))}",
        f"columns = {{{types}}}",
        f"quote = {quote(parameters.get('quoteChar', chr(34)))}",
        f"escape = {quote(parameters.get('escapeChar', chr(92)))}",
        "strict_mode = false",
        "max_line_size = 16777216",
        f"compression = {quote(_codec(files))}",
        f"nullstr = {quote(chr(1) + 'none')}",
    ]
    return [_text_value(c) for c in columns], f"read_csv({_paths(files)}, {', '.join(options)})"


def _codec(files: list[DataFile]) -> str:
    codec = compression(files[0].path)
    if codec == "bz2":
        raise NotSupportedError("bzip2 files of this SerDe cannot be read by this engine")
    return codec


def _paths(files: list[DataFile]) -> str:
    return "[" + ", ".join(quote(str(file.path)) for file in files) + "]"


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
