from datetime import UTC, datetime, timedelta

import pytest
from hourglass.errors import WindowError
from hourglass.sources import load_source
from hourglass.windows import Pace, Window, backfill_windows, next_window, plan_windows, window_from_json

SOURCE = load_source("timekeeping")
TIMESHEET = SOURCE.table("timesheet")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PACE = Pace(lag=timedelta(minutes=2), overlap=timedelta(hours=1))


def test_the_first_window_has_no_beginning():
    assert next_window(TIMESHEET, None, NOON, PACE) == Window(None, NOON - PACE.lag)


def test_a_window_begins_an_overlap_before_the_last_committed_one_ended():
    watermark = NOON - timedelta(hours=2)
    assert next_window(TIMESHEET, watermark, NOON, PACE) == Window(watermark - PACE.overlap, NOON - PACE.lag)


def test_a_clock_that_jumps_back_reads_the_overlap_and_does_not_move_the_window_back():
    watermark = NOON + timedelta(hours=5)
    assert next_window(TIMESHEET, watermark, NOON, PACE) == Window(watermark - PACE.overlap, watermark)


def test_a_table_without_a_check_column_is_read_whole():
    windows = plan_windows(SOURCE, {}, NOON, PACE)
    assert windows["country"] == Window(None, None)
    assert windows["country"].predicate(None) == "1 = 1"


def test_rows_whose_check_column_is_null_are_read_in_every_window():
    window = Window(NOON - timedelta(hours=1), NOON)
    assert window.predicate("updated_at") == (
        "(updated_at >= '2026-11-23 11:00:00.000000' and updated_at < '2026-11-23 12:00:00.000000'"
        " or updated_at is null)"
    )


def test_an_empty_window_is_refused_with_its_ends():
    with pytest.raises(WindowError, match="2026-11-23T12:00:00"):
        Window(NOON, NOON)


def test_a_backfill_gives_every_table_with_a_check_column_the_same_window():
    windows = backfill_windows(SOURCE, NOON - timedelta(days=7), NOON)
    assert {name for name, window in windows.items() if window.high is None} == {"country", "holiday"}


def test_a_window_survives_the_trip_through_json():
    window = Window(None, NOON)
    assert window_from_json(window.as_json()) == window
