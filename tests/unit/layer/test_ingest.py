import re
from datetime import UTC, datetime, timedelta

from hourglass.failures import failure, without
from hourglass.ingest import (
    cut_windows,
    manifest,
    plan_ingest,
    planned_windows,
    watermarks_to_commit,
    windows_of_oldest,
)
from hourglass.sources import load_source
from hourglass.windows import Pace

SOURCE = load_source("timekeeping")
TABLES = [table.name for table in SOURCE.tables]
NOW = datetime(2026, 11, 23, 8, 0, 5, tzinfo=UTC)
PACE = Pace(timedelta(0), timedelta(hours=1))
MACHINE = "arn:aws:states:us-east-1:123456789012:execution:hourglass-ingest"


def plan(execution="5f0e6c1a", **asked):
    return plan_ingest({"execution": f"{MACHINE}:{execution}", "input": asked}, SOURCE, {}, NOW, PACE, 10)


def test_a_scheduled_run_is_named_after_its_time_and_its_execution():
    run_id = plan(scheduled_at="2026-11-23T08:00:00Z")["run_id"]
    assert re.fullmatch(r"20261123t080000-[0-9a-f]{8}", run_id)
    assert plan(scheduled_at="2026-11-23T08:00:00Z")["run_id"] == run_id


def test_two_executions_of_one_time_with_names_that_begin_alike_are_two_runs():
    first, second = (plan(f"rerun-by-hand-{n}", scheduled_at="2026-11-23T08:00:00Z") for n in (1, 2))
    assert first["run_id"] != second["run_id"]


def test_a_run_by_hand_ends_its_windows_now():
    assert plan()["windows"]["timesheet"] == {"low": None, "high": NOW.isoformat()}


def test_no_window_ends_after_now_whatever_time_the_schedule_says():
    assert plan(scheduled_at="2027-11-23T08:00:00Z")["windows"]["timesheet"]["high"] == NOW.isoformat()


def landed(highest, tables=TABLES):
    return {table: {"highest": highest} for table in tables}


def test_a_watermark_is_where_the_source_has_got_by_its_own_clock_but_no_further_back_than_a_day():
    def marks(highest):
        moved = watermarks_to_commit(plan(), landed(highest), NOW)
        return {moved[table] for table in ("timesheet", "travel")}

    assert marks("2026-11-23 03:00:00.25") == {datetime(2026, 11, 23, 3, 0, 0, 250_000, UTC)}
    assert marks("2026-11-23 08:00:05") == marks("2026-11-24 00:00:00") == {NOW}
    assert marks("1999-01-01 00:00:00") == marks(None) == marks("-infinity") == {NOW - timedelta(days=1)}


def test_a_committed_run_moves_the_watermark_of_every_table_that_has_windows():
    moved = watermarks_to_commit(plan(scheduled_at="2026-11-23T08:00:00Z"), landed("2026-11-23 09:00:00"), NOW)
    assert set(moved.values()) == {datetime(2026, 11, 23, 8, tzinfo=UTC)}
    assert "country" not in moved


def test_the_watermark_of_a_table_that_has_not_landed_stays():
    moved = watermarks_to_commit(plan(), landed("2026-11-23 09:00:00", ["timesheet", "country"]), NOW)
    assert set(moved) == {"timesheet", "keys_of_timesheet"}


def test_the_plan_says_how_many_tables_are_imported_at_a_time():
    assert plan()["imports_at_a_time"] == 2
    assert plan()["imports"][0] == "timesheet_entry"


WEEK = timedelta(days=7)
WEEKLY = Pace(timedelta(0), timedelta(hours=1), WEEK)
MONDAY = datetime(2026, 10, 5, tzinfo=UTC)


def load(oldest, watermarks=None, before=None):
    """One round of a load in windows of a week; `oldest` tells the oldest row of a window from there on."""
    event = {"execution": f"{MACHINE}:load", "input": {"scheduled_at": "2026-11-23T08:00:00Z"}}
    if before:
        event["input"]["plan"] = before
    planned = without(plan_ingest(event, SOURCE, watermarks or {}, NOW, WEEKLY, 10), [])
    found = {table: oldest(window) for table, window in windows_of_oldest(planned).items()}
    return cut_windows(planned, found, WEEK)


def test_a_first_load_goes_on_round_by_round_from_what_was_committed_and_skips_years_without_rows():
    rows = [MONDAY + timedelta(days=days) for days in (-3000, 0, 10, 20, 40)]
    watermarks, read, plans = {}, [], []
    while not plans or plans[-1]["more"]:
        plans.append(load(lambda w: next((r for r in rows if w.low is None or r >= w.low), None), watermarks,
                          plans[-1] if plans else None))  # fmt: skip
        window = planned_windows(plans[-1])["timesheet"]
        read += [row for row in rows if (window.low is None or row >= window.low) and row < window.high]
        watermarks = {**watermarks, **watermarks_to_commit(plans[-1], landed(None), NOW)}
    assert read == rows
    assert len(plans) == 6  # the last one finds nothing more
    assert [each["round"] for each in plans] == [1, 2, 3, 4, 5, 6]
    assert len({each["run_id"] for each in plans}) == 6
    assert sorted(each["run_id"] for each in plans) == [each["run_id"] for each in plans]
    assert set(watermarks.values()) == {NOW - timedelta(days=1)}


def test_only_tables_with_several_mappers_are_loaded_in_rounds():
    assert load(lambda _window: None)["long"].keys() == {"activity_day", "timesheet", "timesheet_entry"}


def test_a_window_of_two_hours_is_never_cut():
    assert load(None, {table: NOW - timedelta(hours=2) for table in TABLES})["long"] == {}


def test_a_table_that_left_the_run_is_not_looked_through_for_its_oldest_row():
    event = {"execution": f"{MACHINE}:load", "input": {}}
    planned = plan_ingest(event, SOURCE, {}, NOW, WEEKLY, 10)
    left = without(planned, [failure("timesheet", "SourceSchemaError", "")])
    assert "timesheet" not in windows_of_oldest(left)
    assert "timesheet" not in cut_windows(left, {}, WEEK)["windows"]


def test_a_backfill_leaves_the_watermarks_alone():
    backfill = plan(window={"low": "2026-01-05", "high": "2026-02-02T00:00:00+01:00"})
    assert watermarks_to_commit(backfill, landed(None), NOW) == {}
    assert backfill["windows"]["timesheet"] == {
        "low": "2026-01-05T00:00:00+00:00",
        "high": "2026-02-01T23:00:00+00:00",
    }


def test_the_manifest_names_the_run_and_what_landed():
    landed = {"timesheet": {"rows": 2, "new_rows": 1, "total": None, "low": None, "high": None}}
    document = manifest(plan(), landed, False, NOW)
    assert (document["run_id"], document["tables"]) == (plan()["run_id"], landed)
