"""Brings rows that Python makes into the reach of a connection's SQL."""

import itertools
from dataclasses import dataclass, field
from typing import Protocol

import duckdb

_NUMBERS = itertools.count()
_READ_TWICE = "has already been consumed"


class Streamed(Protocol):
    """Rows as an Arrow stream, which can be read once."""

    def stream(self) -> object: ...


@dataclass
class Streams:
    """The streams of one connection.

    DuckDB reads a relation twice where that makes a plan better, which a stream cannot stand. It fails then; with
    `kept` the rows are put into temporary tables first, and everything is done again.
    """

    connection: duckdb.DuckDBPyConnection
    kept: bool = field(default=False)

    def relation(self, rows: Streamed) -> str:
        """The name of a relation with these rows, and nothing of them in memory."""
        name = f"stream_{next(_NUMBERS)}"
        self.connection.register(name, rows.stream())
        if not self.kept:
            return name
        self.connection.execute(f"CREATE TEMP TABLE {name}_rows AS FROM {name}")
        return f"{name}_rows"


def was_read_twice(error: duckdb.Error) -> bool:
    return _READ_TWICE in str(error)
