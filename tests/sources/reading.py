"""Asks a source what ingest asks, without a cluster in between."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from hourglass.landing import column_problems
from hourglass.queries import CONDITIONS, boundary_query, columns_query, control_query, table_query
from hourglass.sources import Source
from hourglass.windows import Window

Ask = Callable[[str], tuple[list[str], Sequence[Sequence[Any]]]]
EVERYTHING = Window(None, None)


def listed(source: Source) -> dict[str, list[str]]:
    """The columns that a mapping lists, by table of the source."""
    reads = sorted({(read.table, read.column) for table in source.tables for read in table.reads})
    return {name: [column for _, column in columns] for name, columns in groupby(reads, key=lambda read: read[0])}


class Reading:
    """A source and a function that answers names and rows of a statement."""

    def __init__(self, source: Source, ask: Ask) -> None:
        self._source = source
        self._ask = ask

    def rows(self, name: str, window: Window = EVERYTHING) -> list[dict[str, Any]]:
        """What would land, with dates, timestamps and decimals as text, in the order of the key."""
        table = self._source.table(name)
        names, rows = self._ask(table_query(self._source, table, window).replace(CONDITIONS, "1 = 1"))
        assert names == [column.name for column in table.columns]
        kinds = {column.name: column.type for column in table.columns}
        landed = [dict(zip(names, row, strict=True)) for row in rows]
        for row in landed:
            for column, value in row.items():
                if value is not None and kinds[column] in ("date", "timestamp", "numeric"):
                    row[column] = str(value)
                elif value is not None and kinds[column] == "boolean":
                    row[column] = bool(value)
        return sorted(landed, key=lambda row: [str(row[column]).rjust(20) for column in table.key])

    def control(self, name: str, window: Window = EVERYTHING) -> dict[str, Any]:
        """The control totals of a table."""
        table = self._source.table(name)
        names, rows = self._ask(control_query(self._source, table, window))
        return {key: str(value) if value is not None else None for key, value in zip(names, rows[0], strict=True)}

    def boundaries(self, name: str) -> tuple[Any, ...]:
        return tuple(self._ask(boundary_query(self._source.table(name), EVERYTHING))[1][0])

    def problems(self) -> list[str]:
        """What differs between the mapping and the source's columns."""
        _, rows = self._ask(columns_query(self._source).replace(CONDITIONS, "1 = 1"))
        return list(column_problems(self._source, [(str(t), str(c), str(d)) for t, c, d in rows]))
