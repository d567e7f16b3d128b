"""Counts milliseconds as the JVM does: java.sql.Date, Time and Timestamp of the texts that PostgreSQL writes.

Java's calendar is Julian before 15 October 1582, PostgreSQL's is Gregorian for all time; Java takes the day as it is
written. A column of plain texts is read at once; one with an odd text (years before 1600 or after 9999, BC, infinity,
time zones, 24:00) is read text by text.
"""

import contextlib
import re

import pyarrow as pa
import pyarrow.compute as pc

from localcloud.engines.emr.sqoop.errors import DatabaseError

DAY_MILLISECONDS = 86_400_000
UNIX_EPOCH = 2_440_588  # as a Julian day number
FIRST_GREGORIAN_DAY = (1582, 10, 15)
INFINITY = {"infinity": 9223372036825200000, "-infinity": -9223372036832400000}  # pgjdbc's PGStatement

_DAY = r"(1[6-9]\d\d|[2-9]\d\d\d)-\d\d-\d\d"
_CLOCK = r"([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?"
PLAIN = {"date": f"^{_DAY}$", "time": f"^{_CLOCK}$", "timestamp": f"^{_DAY} {_CLOCK}(\\+00)?$"}
ODD_DAY = re.compile(r"(\d+)-(\d\d)-(\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?))?(?:\+00)?( BC)?")
ODD_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?")


def milliseconds(values: pa.ChunkedArray, reading: str) -> pa.ChunkedArray:
    """Epoch milliseconds in UTC of a column of texts; `reading` is date, time or timestamp."""
    with contextlib.suppress(pa.ArrowInvalid):  # a day that no month has, which MySQL may hold
        if pc.all(pc.match_substring_regex(values, PLAIN[reading])).as_py() is not False:
            return _plain(values, reading)
    counted = [None if text is None else _odd(text) for text in values.to_pylist()]
    return pa.chunked_array([counted], type=pa.int64())


def _plain(values: pa.ChunkedArray, reading: str) -> pa.ChunkedArray:
    if reading == "date":
        return pc.multiply(values.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()), DAY_MILLISECONDS)
    if reading == "time":
        values = pc.binary_join_element_wise("1970-01-01", values, " ")
    microseconds = pc.replace_substring_regex(values, r"\+00$", "").cast(pa.timestamp("us")).cast(pa.int64())
    down = pc.if_else(pc.less(microseconds, 0), 999, 0)  # division rounds towards zero, the clock runs forwards
    return pc.divide(pc.subtract(microseconds, down), 1000)


def _odd(text: str) -> int:
    if text in INFINITY:
        return INFINITY[text]
    day = ODD_DAY.fullmatch(text)
    if day is None:
        return _clock(text)
    year = 1 - int(day[1]) if day[5] else int(day[1])
    return days(year, int(day[2]), int(day[3])) * DAY_MILLISECONDS + (_clock(day[4]) if day[4] else 0)


def days(year: int, month: int, day: int) -> int:
    """Days since 1970 of a day in Java's calendar; year 0 is 1 BC."""
    january = (14 - month) // 12
    years, months = year + 4800 - january, month + 12 * january - 3
    number = day + (153 * months + 2) // 5 + 365 * years + years // 4
    gregorian = (year, month, day) >= FIRST_GREGORIAN_DAY
    return number - UNIX_EPOCH - (32045 + years // 100 - years // 400 if gregorian else 32083)


def _clock(text: str) -> int:
    found = ODD_CLOCK.fullmatch(text)
    if found is None:
        raise DatabaseError(f"Bad value for type timestamp/date/time: {text}")
    hours, minutes, seconds, fraction, sign, *offset = found.groups()
    zone = sum(int(part or 0) * unit for part, unit in zip(offset, (3600, 60, 1), strict=True))
    total = int(hours) * 3600 + int(minutes) * 60 + int(seconds) - (zone if sign == "+" else -zone)
    return total * 1000 + int(f"{fraction or 0:0<3}"[:3])
