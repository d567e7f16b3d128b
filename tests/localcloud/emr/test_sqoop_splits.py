"""The boundaries are those of Sqoop 1.4.7's splitters (expected values worked out from its source)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from localcloud.engines.emr.sqoop import columns, splits
from localcloud.engines.emr.sqoop.errors import ImportFailedError, NotSupportedError


@pytest.mark.parametrize(
    ("low", "high", "mappers", "points"),
    [
        (1, 100, 4, [1, 26, 51, 76, 100]),
        (0, 10, 3, [0, 4, 7, 10]),
        (5, 5, 4, [5, 5]),
        (1, 3, 4, [1, 2, 3, 3]),
        (1, 5, 4, [1, 2, 3, 4, 5, 5]),
        (-10, 10, 2, [-10, 0, 10]),
    ],
)
def test_integers_are_split_with_the_remainder_on_the_first_splits(
    low: int, high: int, mappers: int, points: list[int]
) -> None:
    assert splits.integer_points(mappers, 0, low, high) == points


def test_the_last_split_is_closed_and_the_others_are_half_open() -> None:
    assert splits.split_integers(1, 100, "id", 2, None) == [
        ("id >= 1", "id < 51"),
        ("id >= 51", "id <= 100"),
    ]


def test_an_empty_table_has_one_split_of_nulls() -> None:
    assert splits.split_integers(None, None, "id", 4, None) == [("id IS NULL", "id IS NULL")]


def test_one_null_bound_counts_as_zero_and_adds_a_split_of_nulls() -> None:
    assert splits.split_integers(None, 10, "id", 1, None) == [
        ("id >= 0", "id <= 10"),
        ("id IS NULL", "id IS NULL"),
    ]


def test_a_split_limit_makes_more_splits() -> None:
    assert splits.integer_points(2, 10, 0, 50) == [0, 10, 20, 30, 40, 50]


def test_a_range_wider_than_a_long_overflows_as_it_does_in_java() -> None:
    assert splits.integer_points(2, 0, -(2**63), 2**63 - 1) == [*[-(2**63)] * 3, 2**63 - 1]


def test_decimals_keep_the_scale_of_their_bounds() -> None:
    assert splits.split_decimals(Decimal("0.00"), Decimal("1.00"), "d", 3) == [
        ("d >= 0.00", "d < 0.34"),
        ("d >= 0.34", "d < 0.68"),
        ("d >= 0.68", "d <= 1.00"),
    ]


def test_dates_are_split_by_their_milliseconds() -> None:
    found = splits.split(columns.DATE, date(2026, 1, 1), date(2026, 1, 9), "d", 2)
    assert found == [("d >= '2026-01-01'", "d < '2026-01-05'"), ("d >= '2026-01-05'", "d <= '2026-01-09'")]


def test_timestamps_keep_the_microseconds_of_their_bounds() -> None:
    low, high = datetime(2026, 1, 1, 0, 0, 0, 123456), datetime(2026, 1, 1, 0, 0, 10, 1)
    found = splits.split(columns.TIMESTAMP, low, high, "t", 2)
    assert found[0][0] == "t >= '2026-01-01 00:00:00.123456'"
    assert found[-1][1] == "t <= '2026-01-01 00:00:10.000001'"


def test_booleans_make_two_splits() -> None:
    assert splits.split(columns.BIT, False, True, "b", 4) == [
        ("b = FALSE", "b = FALSE"),
        ("b = TRUE", "b = TRUE"),
    ]


def test_a_text_split_column_is_refused_in_sqoops_words() -> None:
    with pytest.raises(ImportFailedError, match="Generating splits for a textual index column allowed only in case of"):
        splits.split(columns.VARCHAR, "a", "z", "t", 4)


def test_a_floating_split_column_is_refused_because_sqoop_would_lose_rows() -> None:
    with pytest.raises(NotSupportedError, match="loses rows"):
        splits.split(columns.DOUBLE, 0.0, 1.0, "t", 4)
