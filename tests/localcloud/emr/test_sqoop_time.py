"""Milliseconds are those that Java counts (expected values as Apache Sqoop 1.4.7 landed them on Java 17)."""

import pyarrow as pa
import pytest

from localcloud.engines.emr.sqoop.errors import DatabaseError
from localcloud.engines.emr.sqoop.java_time import milliseconds


@pytest.mark.parametrize(
    ("reading", "text", "expected"),
    [
        ("date", "1970-01-01", 0),
        ("date", "1899-12-31", -2209075200000),
        ("date", "1582-10-15", -12219292800000),
        ("date", "1582-10-04", -12219379200000),
        ("date", "1500-02-28", -14825980800000),
        ("date", "0001-01-01", -62135769600000),
        ("date", "0044-03-15 BC", -63517996800000),
        ("date", "12345-06-07", 327416947200000),
        ("date", "infinity", 9223372036825200000),
        ("date", "-infinity", -9223372036832400000),
        ("timestamp", "1969-12-31 23:59:59.999999", -1),
        ("timestamp", "1969-12-31 23:59:59", -1000),
        ("timestamp", "9999-12-31 23:59:59.999999", 253402300799999),
        ("timestamp", "2026-06-30 06:49:56.123456+00", 1782802196123),
        ("timestamp", "12345-06-07 08:09:10.5", 327416976550500),
        ("timestamp", "0044-03-15 09:00:00+00 BC", -63517964400000),
        ("time", "23:59:59.999999", 86399999),
        ("time", "24:00:00", 86400000),
        ("time", "09:00:00+01", 28800000),
        ("time", "23:59:59.999999-11:30", 127799999),
    ],
)
def test_a_text_becomes_the_milliseconds_of_java(reading: str, text: str, expected: int) -> None:
    assert milliseconds(pa.chunked_array([[text, None]]), reading).to_pylist() == [expected, None]


def test_one_odd_day_does_not_change_the_others() -> None:
    days = pa.chunked_array([["1970-01-02", None], ["infinity", "1970-01-03"]])
    assert milliseconds(days, "date").to_pylist() == [86400000, None, 9223372036825200000, 172800000]


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(DatabaseError, match="noon"):
        milliseconds(pa.chunked_array([["noon"]]), "time")


def test_a_day_that_no_month_has_counts_on() -> None:
    days = pa.chunked_array([["2026-02-28", "2026-02-31", None, "2026-00-00"]])
    assert milliseconds(days, "date").to_pylist() == [1772236800000, 1772496000000, None, 1764460800000]
