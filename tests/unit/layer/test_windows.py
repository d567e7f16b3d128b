from datetime import UTC, datetime, timedelta

import pytest
from hourglass.errors import WindowError
from hourglass.sources import load_source
from hourglass.windows import (
    Pace,
    Window,
    backfill_windows,
    cut,
    is_long,
    moment_of,
    next_window,
    plan_windows,
    reached,
    window_from_json,
)

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


@pytest.mark.parametrize("pause", [timedelta(minutes=1), timedelta(hours=5)])
@pytest.mark.parametrize("behind", [timedelta(0), timedelta(minutes=90), timedelta(hours=9), timedelta(hours=20)])
@pytest.mark.parametrize("reason", ["the clock or time zone of the source", "a replica"])
def test_a_source_that_is_behind_loses_no_row(reason, behind, pause):
    """`written` at a true time; stamped by the source's clock, or seen late on a replica."""
    written = [NOON + number * pause for number in range(timedelta(days=3) // pause)]
    watermark, read = NOON - timedelta(days=1), set()
    for hours in range(2, 100, 2):
        now = NOON + timedelta(hours=hours)
        window = next_window(TIMESHEET, watermark, now, PACE)
        if reason == "a replica":
            rows = [at for at in written if at + behind < now]
        else:
            rows = [at - behind for at in written if at < now]
        found = [at for at in rows if window.low <= at < window.high]
        read.update(found)
        watermark = max(watermark, reached(window, max(found, default=None), now))
    late = timedelta(0) if reason == "a replica" else behind
    assert read == {at - late for at in written}


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


def test_only_windows_that_hold_more_than_one_run_is_to_read_are_long():
    week = timedelta(days=7)
    assert is_long(Window(None, NOON), week)
    assert is_long(Window(NOON - timedelta(days=8), NOON), week)
    assert not is_long(Window(NOON - timedelta(days=7), NOON), week)
    assert not is_long(Window(None, None), week)


def test_a_long_window_is_cut_so_long_after_its_oldest_row():
    week, first = timedelta(days=7), Window(None, NOON)
    assert cut(first, NOON - timedelta(days=30), week) == Window(None, NOON - timedelta(days=23))
    assert cut(first, NOON - timedelta(days=3), week) == first


def test_a_long_window_without_a_row_is_read_at_once():
    assert cut(Window(None, NOON), None, timedelta(days=7)) == Window(None, NOON)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23 12:00:00", NOON),
        ("1899-12-31 23:59:59.123456", datetime(1899, 12, 31, 23, 59, 59, 123456, UTC)),
        ("2026-00-00 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        *((text, datetime.min.replace(tzinfo=UTC)) for text in ("-infinity", "0044-03-15 12:00:00 BC", "0000-00-00")),
        *((text, datetime.max.replace(tzinfo=UTC)) for text in ("infinity", "99999-12-31 00:00:00")),
    ],
)
def test_a_time_that_no_clock_shows_is_the_nearest_that_one_does(text, moment):
    assert moment_of(text) == moment


def test_a_window_of_the_first_years_is_written_with_four_digits():
    assert Window(datetime(2, 1, 1, tzinfo=UTC), NOON).bounds("t").startswith("t >= '0002-01-01 00:00:00.000000'")


def test_a_row_that_says_it_is_older_than_its_window_does_not_stop_a_long_load():
    week = timedelta(days=7)
    assert cut(Window(NOON, None), None, week) == Window(NOON, None)
    assert cut(Window(NOON, NOON + 9 * week), NOON - week, week) == Window(NOON, NOON + week)


def test_an_overlap_that_would_read_the_same_window_for_ever_is_refused():
    with pytest.raises(WindowError, match="leaves nothing"):
        Pace(timedelta(0), overlap=timedelta(days=2), longest=timedelta(days=1))


def test_a_window_survives_the_trip_through_json():
    window = Window(None, NOON)
    assert window_from_json(window.as_json()) == window
