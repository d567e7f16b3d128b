"""Countries with their own weeks and holidays, and the line of time on which the company lives.

Inside the simulator a day is a number, 0 = the Monday of the first week, and a moment is seconds from its
midnight (UTC). Only when rows are written do they become dates: the same company can be moved in time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from simulator.errors import HorizonExceededError, WeekNotOverError
from simulator.randomness import Bools, Ints, Stream, stream

HORIZON_WEEKS = 260  # a company is planned for five years
WARM_UP_WEEKS = 30  # assignments that began before the first week
DAY = 86_400
NEVER = 10**7  # a day that does not come


@dataclass(frozen=True)
class Country:
    code: str
    region: str
    utc_offset_min: int
    work_days: str  # Mon..Sun
    weekly_hours: float
    share: float  # of the employees
    holidays: int  # a year


COUNTRIES = (
    Country("US", "AMER", -300, "1111100", 40.0, 0.22, 9),
    Country("BR", "AMER", -180, "1111100", 40.0, 0.07, 11),
    Country("GB", "EMEA", 0, "1111100", 37.5, 0.15, 8),
    Country("DE", "EMEA", 60, "1111100", 40.0, 0.11, 10),
    Country("FR", "EMEA", 60, "1111100", 35.0, 0.08, 11),
    Country("PL", "EMEA", 60, "1111100", 40.0, 0.07, 13),
    Country("SA", "EMEA", 180, "1111001", 40.0, 0.05, 8),
    Country("EG", "EMEA", 120, "1111001", 40.0, 0.04, 12),
    Country("IN", "APAC", 330, "1111100", 42.5, 0.13, 14),
    Country("JP", "APAC", 540, "1111100", 40.0, 0.04, 16),
    Country("AU", "APAC", 600, "1111100", 38.0, 0.04, 10),
)
REGIONS = ("AMER", "EMEA", "APAC")


@dataclass(frozen=True)
class Timeline:
    """Where the company stands in time: its first Monday, its weeks, and the moment it is looked at."""

    origin: date
    weeks: int

    @property
    def observed(self) -> int:
        """The moment of looking: a day after the last week, in seconds. What comes later is not known yet."""
        return (self.weeks * 7 + 1) * DAY

    @property
    def midnight(self) -> datetime:
        return datetime(self.origin.year, self.origin.month, self.origin.day)

    def dates(self, days: Ints) -> pl.Series:
        """Days as dates; NEVER as null."""
        start = (self.origin - date(1970, 1, 1)).days
        numbers = pl.Series(days.astype(np.int64))
        known = pl.select(pl.when(numbers < NEVER).then(numbers + start)).to_series()
        return known.cast(pl.Int32).cast(pl.Date)

    def moments(self, seconds: Ints) -> pl.Series:
        """Seconds as timestamps (UTC, without zone); what lies after `observed` as null."""
        start = (self.origin - date(1970, 1, 1)).days * DAY
        numbers = pl.Series(seconds.astype(np.int64))
        known = pl.select(pl.when(numbers <= self.observed).then((numbers + start) * 1_000_000)).to_series()
        return known.cast(pl.Datetime("us"))

    def month_end(self, day: int) -> int:
        """The last day of the month in which `day` lies."""
        current = self.origin + timedelta(days=day)
        following = (current.replace(day=28) + timedelta(days=4)).replace(day=1)
        return (following - self.origin).days - 1


def last_monday_before(today: date) -> date:
    yesterday = today - timedelta(days=1)
    return yesterday - timedelta(days=yesterday.weekday())


def timeline(weeks: int, until: date | None, today: date | None = None) -> Timeline:
    """`weeks` complete weeks that end before the Monday of `until` (default: the last Monday before today)."""
    if not 1 <= weeks <= HORIZON_WEEKS:
        raise HorizonExceededError(f"a company lives 1 to {HORIZON_WEEKS} weeks, not {weeks}")
    today = today or datetime.now(UTC).date()
    end = until or last_monday_before(today)
    end -= timedelta(days=end.weekday())
    if end >= today:
        raise WeekNotOverError(
            f"the week before {end} is over only when that day has passed; today is {today}: choose an earlier date"
        )
    return Timeline(origin=end - timedelta(weeks=weeks), weeks=weeks)


def holidays(seed: int) -> Bools:
    """Country × day: holidays on working days, of no real calendar, so that they move with the company."""
    rng = stream(seed, Stream.HOLIDAYS)
    free = np.zeros((len(COUNTRIES), HORIZON_WEEKS * 7), dtype=bool)
    for index, country in enumerate(COUNTRIES):
        yearly = rng.choice(364, size=364, replace=False)
        weekday = yearly % 7
        working = np.array([flag == "1" for flag in country.work_days])[weekday]
        for day in yearly[working][: country.holidays]:
            free[index, int(day) :: 364] = True
    return free
