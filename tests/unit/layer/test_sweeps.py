from datetime import UTC, datetime, timedelta

import pytest
from hourglass.imports import Landing, table_import
from hourglass.ingest import cut_windows, plan_ingest, watermarks_to_commit
from hourglass.landing import totals_query
from hourglass.sources import load_source, parse_source
from hourglass.sql_files import load_sql
from hourglass.sweeps import CAN_LOSE_ROWS, DAYS, KEYS, swept_table, with_sweeps
from hourglass.windows import Pace, Window

SOURCE = load_source("timekeeping")
SWEPT = with_sweeps(SOURCE)
WHOLE = Window(None, None)
LANDING = Landing("r1", "2026-11-23")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
PACE = Pace(timedelta(0), timedelta(hours=1), timedelta(days=366), DAY)
LOADED = {table.name: NOW - timedelta(hours=2) for table in SOURCE.tables if table.check_column}
DAYS_OF_ENTRIES = f"{DAYS}timesheet_entry"


def swept(watermarks, **asked):
    """The swept tables that a run reads."""
    event = {"execution": "arn:run", "input": {"scheduled_at": NOW.isoformat(), **asked}}
    return {name for name in plan_ingest(event, SOURCE, watermarks, NOW, PACE, 10)["windows"] if swept_table(name)}


def landed(plan):
    """Every window has landed, none with a row."""
    return {table: {"highest": None} for table in plan["windows"]}


def query(name):
    return table_import(SWEPT, SWEPT.table(name), WHOLE, LANDING).query


def test_keys_are_read_whole_and_nothing_else_of_the_rows():
    assert query("keys_of_leave_day") == (
        "select employee_id, leave_date from timekeeping.leave_day where 1 = 1 and $CONDITIONS"
    )


def test_keys_are_read_by_as_many_connections_as_the_table():
    split = table_import(SWEPT, SWEPT.table("keys_of_timesheet_entry"), WHOLE, LANDING).split
    assert split is not None
    assert split.connections == SOURCE.table("timesheet_entry").mappers


def test_a_split_column_that_is_no_key_is_read_with_the_keys():
    body = {
        "key": ["badge"], "check_column": "changed", "split_by": "id", "mappers": 2,
        "columns": {"badge": "text", "id": "bigint", "changed": "timestamp", "secret": "text"},
    }  # fmt: skip
    source = with_sweeps(parse_source({"tables": {"travel": body}}))
    assert [column.name for column in source.table("keys_of_travel").columns] == ["badge", "id"]


def test_totals_per_day_are_grouped_at_the_source():
    total = "sum(case when abs(hours) < 1e24 then round(hours, 6) end) as hours"
    inner = "select work_date as work_date, hours as hours, updated_at as updated_at from timekeeping.timesheet_entry"
    assert query(DAYS_OF_ENTRIES) == (
        f"select row_count, work_date, hours, updated_at from (select work_date, count(*) as row_count, {total}, "
        f"max(updated_at) as updated_at from ({inner}) as timesheet_entry where 1 = 1 group by work_date) "
        "as days_of_timesheet_entry where 1 = 1 and $CONDITIONS"
    )


def test_what_timesheets_of_the_past_point_to_is_not_swept():
    kept = {table.name for table in SOURCE.tables} - {
        table.name.removeprefix(KEYS) for table in SWEPT.tables if table.name.startswith(KEYS)
    }
    assert kept == {"country", "employee", "client", "project"}


def test_every_table_that_can_lose_rows_has_a_table_that_keeps_them():
    assert {f"deleted_{name}" for name in CAN_LOSE_ROWS} == load_sql().folder("deleted").keys()


def test_entries_without_the_columns_of_a_day_are_not_compared():
    body = {"key": ["entry_id"], "columns": {"entry_id": "bigint", "hours": "numeric"}}
    source = with_sweeps(parse_source({"tables": {"timesheet_entry": body}}))
    assert [table.name for table in source.tables] == ["timesheet_entry", "keys_of_timesheet_entry"]


def test_a_first_load_reads_no_keys_because_there_is_nothing_to_compare_them_with():
    assert swept({}) == {DAYS_OF_ENTRIES}


def test_what_was_loaded_whole_is_swept_a_period_later():
    event = {"execution": "arn:run", "input": {"scheduled_at": NOW.isoformat()}}
    first = plan_ingest(event, SOURCE, {}, NOW, PACE, 10)
    committed = watermarks_to_commit(first, landed(first), NOW)
    assert swept(committed) == {f"{KEYS}holiday"}  # a table without a watermark does not tell that it was read
    assert swept(dict.fromkeys(committed, NOW - DAY)) == {t.name for t in SWEPT.tables if swept_table(t.name)}


def test_a_sweep_that_failed_is_due_again_with_the_next_run():
    assert f"{KEYS}timesheet" in swept(LOADED)


def test_a_sweep_can_be_asked_for():
    just_now = {table.name: NOW for table in SWEPT.tables}
    assert swept(just_now) == set()
    assert swept(just_now, sweep=True) == {t.name for t in SWEPT.tables if swept_table(t.name)}


def test_a_backfill_sweeps_nothing():
    assert swept(LOADED, window={"low": "2026-01-05", "high": "2026-02-02"}) == set()


def test_a_round_of_a_long_load_leaves_the_sweep_to_the_last():
    event = {"execution": "arn:run", "input": {"scheduled_at": NOW.isoformat()}}
    planned = plan_ingest(event, SOURCE, {}, NOW, PACE, 10)
    oldest = dict.fromkeys(planned["long"], NOW - timedelta(days=1000))
    cut = cut_windows(planned, oldest, PACE.longest)
    assert cut["more"]
    assert DAYS_OF_ENTRIES not in cut["windows"]
    assert DAYS_OF_ENTRIES not in cut["imports"]
    assert not [name for name in watermarks_to_commit(cut, landed(cut), NOW) if swept_table(name)]


@pytest.mark.parametrize("known", [set(), {"clean_timesheet"}])
def test_rows_that_are_gone_are_counted_when_the_lake_has_the_table(known):
    windows = {f"{KEYS}timesheet": WHOLE}
    sql = totals_query(SWEPT, "r1", "2026-11-23", windows, known)
    assert ("from clean_timesheet as known left join" in sql) == bool(known)
