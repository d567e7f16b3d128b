"""Reads the schedule expressions of EventBridge, `rate(2 hours)`, `cron(0 6 ? * MON-FRI *)`, `at(2026-01-05T06:00:00)`.

Cron has six fields: minutes, hours, day of month, month, day of week (1 = Sunday) and year; local time of the zone.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_LAST_YEAR = 2199


class InvalidExpressionError(ValueError):
    """Raised when a schedule expression is not one."""


@dataclass(frozen=True)
class Rate:
    """Every so often, counted from the schedule's start."""

    seconds: int

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        """The first time after the moment."""
        if moment < start:
            return start
        passed = int((moment - start).total_seconds() // self.seconds)
        return start + timedelta(seconds=self.seconds * (passed + 1))


@dataclass(frozen=True)
class At:
    """Once."""

    moment: datetime

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        """The time itself, if it is still to come."""
        return self.moment if self.moment > moment else None


@dataclass(frozen=True)
class Cron:
    """On a calendar."""

    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: str
    months: frozenset[int]
    week_days: str
    years: frozenset[int]
    zone: ZoneInfo

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        """The first time after the moment and not before the start."""
        local = max(moment, start).astimezone(self.zone)
        day = local.date()
        while day.year <= max(self.years):
            if day.year not in self.years:
                day = date(day.year + 1, 1, 1)
                continue
            if day.month in self.months and self._covers(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone).astimezone(UTC)
                        if found > moment and found >= start and _exists(found, hour, minute, self.zone):
                            return found
            day += timedelta(days=1)
        return None

    def _covers(self, day: date) -> bool:
        if self.month_days != "?":
            return day.day in _month_days(self.month_days, day)
        return _covers_week_day(self.week_days, day)


Expression = Rate | At | Cron


def parse(text: str, zone: str = "UTC") -> Expression:
    """The expression; InvalidExpressionError when it is not one that EventBridge takes."""
    match = re.fullmatch(r"(rate|cron|at)\((.*)\)", text.strip())
    if match is None:
        raise InvalidExpressionError(f"Invalid Schedule Expression {text}.")
    try:
        zone_info = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidExpressionError(f"Invalid Schedule Expression Timezone {zone}.") from error
    kind, content = match.groups()
    try:
        return _KINDS[kind](content, zone_info)
    except (ValueError, KeyError, IndexError) as error:
        raise InvalidExpressionError(f"Invalid Schedule Expression {text}.") from error


def _rate(content: str, _zone: ZoneInfo) -> Rate:
    match = re.fullmatch(r"([1-9]\d*) (minute|hour|day)s?", content.strip())
    if match is None:
        raise InvalidExpressionError(content)
    return Rate(int(match.group(1)) * _UNITS[match.group(2)])


def _at(content: str, zone: ZoneInfo) -> At:
    return At(datetime.strptime(content, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=zone).astimezone(UTC))


def _cron(content: str, zone: ZoneInfo) -> Cron:
    minutes, hours, month_days, months, week_days, years = content.split()
    if (month_days == "?") == (week_days == "?"):
        raise InvalidExpressionError("one of day-of-month and day-of-week must be '?'")
    cron = Cron(
        frozenset(_values(minutes, 0, 59, {})),
        frozenset(_values(hours, 0, 23, {})),
        month_days,
        frozenset(_values(months, 1, 12, _MONTHS)),
        week_days,
        frozenset(_values(years, 1970, _LAST_YEAR, {})),
        zone,
    )
    cron._covers(date(2026, 1, 1))  # says now what is wrong with the days
    return cron


def _values(field: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    found: set[int] = set()
    for part in field.upper().split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, high
        elif "-" in span:
            first, last = (_number(end, names) for end in span.split("-"))
        else:
            first = _number(span, names)
            last = high if step else first
        if not low <= first <= last <= high:
            raise InvalidExpressionError(f"{part} is not within {low} and {high}")
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)


def _month_days(field: str, day: date) -> set[int]:
    last = calendar.monthrange(day.year, day.month)[1]
    if field == "L":
        return {last}
    if field.endswith("W"):
        wanted = last if field == "LW" else min(int(field[:-1]), last)
        return {_nearest_week_day(date(day.year, day.month, wanted), last)}
    return _values(field, 1, 31, {})


def _nearest_week_day(day: date, last: int) -> int:
    if day.weekday() == 5:
        return day.day - 1 if day.day > 1 else day.day + 2
    if day.weekday() == 6:
        return day.day + 1 if day.day < last else day.day - 2
    return day.day


def _covers_week_day(field: str, day: date) -> bool:
    number = day.isoweekday() % 7 + 1
    if field == "L":
        return number == 7
    if field.endswith("L"):
        is_last = day.day + 7 > calendar.monthrange(day.year, day.month)[1]
        return number == _number(field[:-1].upper(), _DAYS) and is_last
    if "#" in field:
        wanted, _, place = field.partition("#")
        return number == _number(wanted.upper(), _DAYS) and (day.day - 1) // 7 + 1 == int(place)
    return number in _values(field, 1, 7, _DAYS)


def _exists(found: datetime, hour: int, minute: int, zone: ZoneInfo) -> bool:
    local = found.astimezone(zone)
    return (local.hour, local.minute) == (hour, minute)  # false in the hour that summer time skips


_KINDS: dict[str, Callable[[str, ZoneInfo], Expression]] = {"rate": _rate, "at": _at, "cron": _cron}
