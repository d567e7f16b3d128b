"""Parquet, by DuckDB's own reader."""

from collections.abc import Sequence

from localcloud.engines.athena.catalog import Column
from localcloud.engines.athena.data_files import DataFile
from localcloud.engines.athena.quoting import identifier, quote
from localcloud.engines.athena.types import duckdb_name


def read_parquet(declared: Sequence[Column], columns: Sequence[Column], files: list[DataFile]) -> tuple[list[str], str]:
    """Columns by name; a file that lacks one gives NULL; each is cast to the catalog's type."""
    paths = "[" + ", ".join(quote(str(file.path)) for file in files) + "]"
    shown = list(columns) or list(declared[:1])
    schema = ", ".join(
        f"{quote(c.name)}: {{name: {quote(c.name)}, type: {quote(duckdb_name(c.type))}, default_value: NULL}}"
        for c in shown
    )
    return [identifier(c.name) for c in columns], f"read_parquet({paths}, schema = MAP {{{schema}}})"
