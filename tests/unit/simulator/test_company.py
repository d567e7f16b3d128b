"""The company is reproducible, of the promised size, and respects the contract of the schema."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from simulator import company_with_truth
from simulator.calendar import COUNTRIES, last_monday_before, timeline
from simulator.company import Tables
from simulator.errors import CompanyTooSmallError, HorizonExceededError, WeekNotOverError

SMALL = {"employees": 200, "weeks": 6, "seed": 3}
UNTIL, TODAY = date(2026, 3, 2), date(2026, 6, 1)


def test_the_same_seed_gives_the_same_company() -> None:
    first, first_truth = company_with_truth(**SMALL, until=UNTIL, today=TODAY)
    second, second_truth = company_with_truth(**SMALL, until=UNTIL, today=TODAY)
    assert all(first[name].equals(second[name]) for name in first)
    assert first_truth.equals(second_truth)


def test_another_seed_gives_another_company() -> None:
    first, _ = company_with_truth(**SMALL, until=UNTIL, today=TODAY)
    second, _ = company_with_truth(200, 6, seed=4, until=UNTIL, today=TODAY)
    assert not first["timesheet_entry"].equals(second["timesheet_entry"])


def test_another_date_only_moves_the_company() -> None:
    here, here_truth = company_with_truth(200, 14, 3, until=UNTIL, today=TODAY)
    there, there_truth = company_with_truth(200, 14, 3, until=UNTIL + timedelta(weeks=4), today=TODAY)
    settled = pl.col("timesheet_id") <= 3 * 200  # later weeks may be submitted at another month's end
    columns = ["timesheet_id", "work_date", "project_id", "hours", "bill_grade"]
    first, moved = (tables["timesheet_entry"].filter(settled).select(columns).sort(columns) for tables in (here, there))
    assert first.with_columns(pl.col("work_date").dt.offset_by("4w")).equals(moved)
    assert here_truth.filter(settled).equals(there_truth.filter(settled))


def test_a_longer_life_begins_like_a_shorter_one() -> None:
    origin_weeks = 6
    short, _ = company_with_truth(200, origin_weeks, 3, until=UNTIL, today=TODAY)
    long, _ = company_with_truth(200, 8, 3, until=UNTIL + timedelta(weeks=2), today=TODAY)
    settled = pl.col("timesheet_id") <= 2 * 200
    assert short["timesheet"].filter(settled).equals(long["timesheet"].filter(settled))


def test_2000_employees_for_26_weeks_make_about_50k_timesheets_and_300k_entries(tables: Tables) -> None:
    assert tables["employee"].height == 2000
    assert 45_000 < tables["timesheet"].height < 53_000
    assert 270_000 < tables["timesheet_entry"].height < 330_000
    assert tables["country"].height >= 8


def test_hours_lie_between_a_quarter_and_24_and_in_quarters(tables: Tables) -> None:
    hours = tables["timesheet_entry"].get_column("hours")
    assert hours.min() >= 0.25
    assert hours.max() <= 24
    assert ((hours * 4) % 1 == 0).all()
    per_day = tables["timesheet_entry"].group_by("timesheet_id", "work_date").agg(pl.sum("hours"))
    assert per_day.get_column("hours").max() <= 24


def test_weeks_start_on_mondays_and_work_lies_in_its_week(tables: Tables) -> None:
    assert (tables["timesheet"].get_column("week_start").dt.weekday() == 1).all()
    joined = tables["timesheet_entry"].join(tables["timesheet"], on="timesheet_id", how="left")
    offset = (joined.get_column("work_date") - joined.get_column("week_start")).dt.total_days()
    assert offset.null_count() == 0
    assert offset.is_between(0, 6).all()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("country", ["country"]),
        ("holiday", ["country", "holiday_date"]),
        ("employee", ["employee_id"]),
        ("employee", ["email"]),
        ("client", ["client_id"]),
        ("project", ["project_id"]),
        ("assignment", ["assignment_id"]),
        ("leave_day", ["employee_id", "leave_date"]),
        ("travel", ["travel_id"]),
        ("activity_day", ["employee_id", "activity_date"]),
        ("timesheet", ["timesheet_id"]),
        ("timesheet", ["employee_id", "week_start"]),
        ("timesheet_entry", ["entry_id"]),
    ],
)
def test_keys_are_unique(tables: Tables, table: str, key: list[str]) -> None:
    assert not tables[table].select(key).is_duplicated().any()


@pytest.mark.parametrize(
    ("table", "column", "parent"),
    [
        ("employee", "country", "country"),
        ("employee", "manager_id", "employee"),
        ("project", "client_id", "client"),
        ("project", "manager_id", "employee"),
        ("assignment", "employee_id", "employee"),
        ("assignment", "project_id", "project"),
        ("timesheet", "employee_id", "employee"),
        ("timesheet", "approver_id", "employee"),
        ("timesheet_entry", "timesheet_id", "timesheet"),
        ("timesheet_entry", "project_id", "project"),
        ("activity_day", "employee_id", "employee"),
        ("leave_day", "employee_id", "employee"),
        ("travel", "country", "country"),
    ],
)
def test_what_is_referred_to_exists(tables: Tables, table: str, column: str, parent: str) -> None:
    key = {"country": "country", "employee": "employee_id", "client": "client_id"}.get(parent, f"{parent}_id")
    known = tables[parent].get_column(key)
    assert tables[table].get_column(column).drop_nulls().is_in(known.implode()).all()


def test_nothing_was_written_in_the_future_and_every_change_has_its_time(tables: Tables) -> None:
    looked_at = datetime(UNTIL.year, UNTIL.month, UNTIL.day) + timedelta(days=1)
    for name, frame in tables.items():
        for column in {"updated_at", "created_at", "submitted_at", "approved_at"} & set(frame.columns):
            assert frame.get_column(column).drop_nulls().max() <= looked_at, (name, column)
        if "updated_at" in frame.columns:
            assert frame.get_column("updated_at").null_count() == 0, name


def test_an_approval_follows_the_submission_and_has_an_approver(tables: Tables) -> None:
    sheets = tables["timesheet"]
    approved = sheets.filter(pl.col("approved_at").is_not_null())
    assert (approved.get_column("approved_at") > approved.get_column("submitted_at")).all()
    assert approved.get_column("approver_id").null_count() == 0


def test_sunday_to_thursday_countries_work_on_sundays(tables: Tables) -> None:
    joined = (
        tables["timesheet_entry"]
        .join(tables["timesheet"].select("timesheet_id", "employee_id"), on="timesheet_id")
        .join(tables["employee"].select("employee_id", "country"), on="employee_id")
        .filter(pl.col("country") == "SA")
    )
    days = joined.get_column("work_date").dt.weekday()
    assert (days == 7).sum() > 20 * (days == 5).sum()
    assert len({country.utc_offset_min for country in COUNTRIES}) >= 5


def test_some_people_leave_no_trace_at_all(tables: Tables) -> None:
    silent = tables["employee"].join(tables["activity_day"], on="employee_id", how="anti")
    assert 0.02 < silent.height / 2000 < 0.2


def test_names_and_addresses_are_synthetic_and_descriptions_mention_people(tables: Tables) -> None:
    assert tables["employee"].get_column("email").str.ends_with("@consulting.example").all()
    said = tables["timesheet_entry"].get_column("description").drop_nulls()
    assert said.str.starts_with("Call with ").sum() > 100
    assert (said.str.len_chars() < 200).all()


def test_the_default_end_is_the_last_monday_before_today() -> None:
    assert last_monday_before(date(2026, 11, 22)) == date(2026, 11, 16)
    assert last_monday_before(date(2026, 11, 23)) == date(2026, 11, 16)
    assert timeline(4, None, date(2026, 11, 24)).origin == date(2026, 10, 26)


def test_a_week_that_is_not_over_is_refused() -> None:
    with pytest.raises(WeekNotOverError, match="2026-11-23"):
        timeline(4, date(2026, 11, 25), date(2026, 11, 23))


def test_sizes_out_of_reach_are_refused_with_the_limit() -> None:
    with pytest.raises(CompanyTooSmallError, match="at least 10"):
        company_with_truth(9, 4, 1)
    with pytest.raises(HorizonExceededError, match="260"):
        company_with_truth(100, 400, 1)


@pytest.mark.parametrize("seed", [-1, 0, 2**70])
def test_the_smallest_company_lives_with_any_seed(seed: int) -> None:
    tables, _ = company_with_truth(10, 3, seed, until=UNTIL, today=TODAY)
    assert tables["timesheet_entry"].height > 30
