"""Whole detections with the real SQL: a change costs its weeks, and gives the tables that building all would give."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from company_fixture import FIRST_WEEK, company, raw_columns
from hourglass.chain import read_chain
from hourglass.publication import apply_moves, moves_of, publication_key, reverse
from hourglass.sql_files import SqlFiles, load_sql
from lake_fixture import Company

FIRST, SECOND, BOTH = "d20261122t090000_00000001", "d20261122t110000_00000002", "d20261122t110000_00000003"
THIRD = "d20261122t130000_00000004"
WEEKS = 6
COMPARED = (
    "clean_timesheet_entry",
    "clean_leave_day",
    "timesheet_line",
    "employee_week",
    "peer_week",
    "project_budget",
    "approver_week",
    "timesheet_features",
)


@pytest.fixture(scope="module")
def chain():
    return read_chain(load_sql())


def late_edits(tables):
    """In the third week: one entry with more hours, one moved to the fourth week, one day of leave."""
    week = FIRST_WEEK + timedelta(weeks=2)
    entries = [row for row in tables["timesheet_entry"] if row["work_date"] == str(week)]
    later = "2026-11-22 10:00:00.0"
    return {
        "timesheet_entry": [
            {**entries[0], "hours": "11.50", "updated_at": later},
            {**entries[1], "work_date": str(week + timedelta(weeks=1)), "updated_at": later},
        ],
        "leave_day": [
            {"employee_id": 5, "leave_date": str(week + timedelta(days=1)), "kind": "sick", "updated_at": later}
        ],
    }


@pytest.fixture(scope="module")
def edited(chain, tmp_path_factory):
    """A company after a first detection and a second one for late edits, with both plans."""
    lake, tables = Company(tmp_path_factory.mktemp("edited"), chain), company(WEEKS, employees=6)
    first = lake.detect(FIRST, [lake.land("r1", tables, raw_columns)])
    second = lake.detect(SECOND, [lake.land("r2", late_edits(tables), raw_columns)])
    return lake, first, second


def weeks_of(plan, table):
    return next(item["partitions"] for item in plan["publish"] if item["table"] == table)


def test_late_edits_rebuild_their_weeks_and_the_weeks_that_look_back_on_them(edited):
    _, first, second = edited
    third, fourth = (str(FIRST_WEEK + timedelta(weeks=k)) for k in (2, 3))
    assert len(weeks_of(first, "timesheet_features")) == WEEKS
    assert weeks_of(second, "clean_timesheet_entry") == [third, fourth]
    assert weeks_of(second, "clean_leave_day") == [third]
    assert weeks_of(second, "employee_week") == [third, fourth]
    assert weeks_of(second, "timesheet_features")[0] == third
    assert "clean_timesheet" not in [item["table"] for item in second["publish"]]


def assert_same_tables(lake, other):
    """Every compared table holds the same rows, up to the order and the last digits of sums."""
    for table in COMPARED:
        names = [f"round({c.name}, 9) as {c.name}" if c.hive == "double" else c.name for c in lake.columns(table)]
        sql = f"select {', '.join(names)} from {table}"
        found, expected = (sorted(map(repr, each.select(sql))) for each in (lake, other))
        assert found == expected, table


def test_two_detections_leave_the_tables_that_one_would_have_left(edited, chain, tmp_path):
    lake, _, _ = edited
    once, tables = Company(tmp_path, chain), company(WEEKS, employees=6)
    landings = [once.land("r1", tables, raw_columns), once.land("r2", late_edits(tables), raw_columns)]
    once.detect(BOTH, landings)
    assert_same_tables(lake, once)
    scores = "select timesheet_id, score from timesheet_scores order by 1"
    assert lake.select(scores) == once.select(scores)


def test_reversing_a_publication_shows_readers_what_they_saw_before(edited):
    lake, _, second = edited
    before = lake.select("select sum(worked_hours) from timesheet_features")
    moves = moves_of(lake.documents.get_json(publication_key(second["run_id"])))
    apply_moves(reverse(moves), lake.catalog)
    runs = lake.select("select distinct run_id from timesheet_scores")
    assert runs == [(FIRST,)]
    assert lake.select("select sum(worked_hours) from timesheet_features") != before
    apply_moves(moves, lake.catalog)
    assert lake.select("select sum(worked_hours) from timesheet_features") == before


def next_release():
    """The chain of a release in which a table has another column and counts other timesheets."""
    sql = load_sql()
    ddl, select = sql.folder("tables")["peer_week"], sql.folder("features")["peer_week"]
    column, condition = "    ratio_mad ", "capacity_hours >= 4e0"
    assert column in ddl
    assert condition in select
    widened = ddl.replace(column, f"    ratio_twice double comment 'added',\n{column}")
    changed = select.replace(condition, "capacity_hours >= 20e0").replace(
        "    spread.ratio_mad,\n", "    center.ratio_median * 2e0 as ratio_twice,\n    spread.ratio_mad,\n"
    )
    folders = {**sql.folders, "tables": {**sql.folder("tables"), "peer_week": widened}}
    return read_chain(SqlFiles({**folders, "features": {**sql.folder("features"), "peer_week": changed}}))


def test_the_first_run_of_a_release_builds_what_it_has_changed_for_every_week(chain, tmp_path):
    tables, release = company(WEEKS, employees=6), next_release()
    grown, fresh = Company(tmp_path / "grown", chain), Company(tmp_path / "fresh", release)
    grown.detect(FIRST, [grown.land("r1", tables, raw_columns)])
    grown.chain = release
    second = grown.detect(SECOND, [grown.land("r2", late_edits(tables), raw_columns)])
    assert len(weeks_of(second, "peer_week")) == len(weeks_of(second, "timesheet_features")) == WEEKS
    assert len(weeks_of(second, "employee_week")) < WEEKS
    fresh.detect(BOTH, [fresh.land("r1", tables, raw_columns), fresh.land("r2", late_edits(tables), raw_columns)])
    assert_same_tables(grown, fresh)
    later = "2026-11-22 12:00:00.0"
    moved = [{**row, "updated_at": later} for row in late_edits(tables)["timesheet_entry"]]
    third = grown.detect(THIRD, [grown.land("r3", {"timesheet_entry": moved}, raw_columns)])
    assert len(weeks_of(third, "peer_week")) < WEEKS


def test_nothing_staged_stays_in_the_catalog(edited):
    lake, _, _ = edited
    assert [name for name in lake.catalog.tables() if "__" in name] == []


def test_a_row_that_breaks_the_contract_is_quarantined_and_the_rest_goes_on(chain, tmp_path):
    lake, tables = Company(tmp_path, chain), company(2, employees=5)
    tables["timesheet_entry"][0]["hours"] = "900.00"
    tables["timesheet_entry"][1]["project_id"] = 999
    lake.detect(FIRST, [lake.land("r1", tables, raw_columns)])
    reasons = lake.select("select reason from quarantine order by 1")
    assert reasons == [("hours_out_of_range",), ("unknown_project",)]
    assert lake.select("select count(*) from timesheet_scores") == [(10,)]


def test_a_source_without_timesheets_gives_tables_without_rows(chain, tmp_path):
    lake, tables = Company(tmp_path, chain), company(0, employees=3)
    plan = lake.detect(FIRST, [lake.land("r1", {n: r for n, r in tables.items() if r}, raw_columns)])
    assert lake.select("select count(*) from suspect_timesheets") == [(0,)]
    assert lake.select("select count(*) from clean_employee") == [(3,)]
    assert len(plan["score"]) <= 1


def test_an_empty_source_gets_its_tables_and_no_plan(chain, tmp_path):
    lake = Company(tmp_path, chain)
    typing = lake.create_tables(FIRST, [])
    assert typing["groups"]["type"] == []
    assert lake.select("select count(*) from suspect_timesheets") == [(0,)]


def test_tables_that_land_later_than_the_others_are_made_good_when_they_do(chain, tmp_path):
    late, tables = ("assignment", "country", "holiday", "travel"), company(3, employees=6)
    healed, once = Company(tmp_path / "healed", chain), Company(tmp_path / "once", chain)
    healed.detect(FIRST, [healed.land("r1", {n: r for n, r in tables.items() if n not in late}, raw_columns)])
    healed.detect(SECOND, [healed.land("r2", {name: tables[name] for name in late}, raw_columns)])
    once.detect(BOTH, [once.land("r1", tables, raw_columns)])
    assert_same_tables(healed, once)
