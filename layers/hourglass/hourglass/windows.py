"""Which rows an ingest run reads of each table: a closed-open window over its check column."""

import re
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
        return f"({self.bounds(check_column)} or {check_column} is null)"

    def bounds(self, check_column: str) -> str:
        """The SQL condition without the rows whose check column is NULL."""
        low = [f"{check_column} >= '{literal(self.low)}'"] if self.low is not None else []
        high = [f"{check_column} < '{literal(self.high)}'"] if self.high is not None else []
        return " and ".join([*low, *high])

    def as_json(self) -> dict[str, str | None]:
        return {
            "low": self.low.isoformat() if self.low else None,
            "high": self.high.isoformat() if self.high else None,
        }


def literal(moment: datetime) -> str:
    """A time, UTC, as every database reads it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def moment_of(text: str) -> datetime:
    """A time, UTC, as a source writes it.

    What no datetime can hold is the nearest that one can: `-infinity`, years before Christ and MySQL's `0000-00-00` are
    the first moment of all, `infinity` and the year 10000 the last one, `2026-00-00` is the first one of that year.
    """
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        year = re.match(r"(\d{4,})-.*(?<!BC)$", text)
        if text == "infinity" or (year and int(year[1]) > datetime.max.year):
            return datetime.max.replace(tzinfo=UTC)
        return datetime(max(int(year[1]), 1) if year else 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pace:
    """How far behind the clock a window ends, how much of the last one is read again, how long one may be, and how
    often keys and days are swept.

    Raises:
        WindowError: the overlap is as long as a window may be, so that no window would get anywhere.
    """

    lag: timedelta
    overlap: timedelta
    longest: timedelta = timedelta.max
    sweep_every: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        if self.overlap >= self.longest:
            raise WindowError(f"an overlap of {self.overlap} leaves nothing of windows of {self.longest}")


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


DOUBT = timedelta(days=1)


def reached(window: Window, highest: datetime | None, now: datetime) -> datetime | None:
    """The watermark after a window: up to where the source has got by its own clock, or None without a check column.

    That may lie behind ours by a wrong clock, another time zone or a replica, so the end of the window proves nothing;
    the `highest` row in it does. Who has written nothing for a day is taken to have written nothing.
    """
    if window.high is None:
        return None
    return min(window.high, max(highest or now - DOUBT, now - DOUBT))


def is_long(window: Window, longest: timedelta) -> bool:
    """Whether a window of a check column may hold more than one run is to read; a first one always may."""
    return window.high is not None and (window.low is None or window.high - window.low > longest)


def cut(window: Window, oldest: datetime | None, longest: timedelta) -> Window:
    """The first part of a long window: so long from its oldest row on that no time is spent on years without rows."""
    if oldest is None or window.high is None:
        return window
    start = oldest if window.low is None else max(oldest, window.low)
    return window if window.high - start <= longest else Window(window.low, start + longest)


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
