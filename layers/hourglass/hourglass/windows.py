"""Which rows an ingest run reads of each table: a closed-open window over its check column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hourglass.errors import WindowError
from hourglass.sources import Source, SourceTable


@dataclass(frozen=True)
class Window:
    """`[low, high)` over a check column, UTC. `low` None: from the beginning. Both None: the whole table."""

    low: datetime | None
    high: datetime | None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise WindowError(f"the window [{self.low.isoformat()}, {self.high.isoformat()}) is empty")

    def predicate(self, check_column: str | None) -> str:
        """The SQL condition. Rows whose check column is NULL are always read: they would never be otherwise."""
        if check_column is None or self.high is None:
            return "1 = 1"
        bounds = [f"{check_column} < '{_literal(self.high)}'"]
        if self.low is not None:
            bounds.insert(0, f"{check_column} >= '{_literal(self.low)}'")
        return f"({' and '.join(bounds)} or {check_column} is null)"

    def as_json(self) -> dict[str, str | None]:
        return {
            "low": self.low.isoformat() if self.low else None,
            "high": self.high.isoformat() if self.high else None,
        }


def _literal(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True)
class Pace:
    """How far behind the clock a window ends, and how much of the last one is read again."""

    lag: timedelta
    overlap: timedelta


def next_window(table: SourceTable, watermark: datetime | None, scheduled_at: datetime, pace: Pace) -> Window:
    """The window after the last committed one, read again by the overlap for rows committed late.

    `high` never lies before the watermark, so a clock that jumps back reads the overlap and loses nothing.
    """
    if table.check_column is None:
        return Window(None, None)
    high = scheduled_at - pace.lag
    if watermark is None:
        return Window(None, high)
    return Window(watermark - pace.overlap, max(high, watermark))


def plan_windows(
    source: Source, watermarks: Mapping[str, datetime], scheduled_at: datetime, pace: Pace
) -> dict[str, Window]:
    """One window per table of the source."""
    return {table.name: next_window(table, watermarks.get(table.name), scheduled_at, pace) for table in source.tables}


def backfill_windows(source: Source, low: datetime, high: datetime) -> dict[str, Window]:
    """The same window for every table that has a check column; the others are reloaded as always."""
    return {table.name: Window(low, high) if table.check_column else Window(None, None) for table in source.tables}


def window_from_json(document: Mapping[str, Any]) -> Window:
    low, high = document["low"], document["high"]
    return Window(datetime.fromisoformat(low) if low else None, datetime.fromisoformat(high) if high else None)
