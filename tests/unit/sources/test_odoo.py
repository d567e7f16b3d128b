"""`sources/odoo.yaml` on a database with Odoo's own tables, and with what people get wrong about them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hourglass.sources import load_source
from hourglass.sweeps import with_sweeps
from hourglass.windows import Window

from postgres import EmbeddedPostgres
from tests.sources.odoo import SCRIPTS, SECRET
from tests.sources.reading import Reading, listed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as running:
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute("create role reader")
        yield running


@pytest.fixture
def odoo(server: EmbeddedPostgres) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
        for script in SCRIPTS:
            connection.execute(script.encode())
        connection.execute("grant usage on schema public to reader")
        for table, columns in listed(load_source("odoo")).items():
            connection.execute(f"grant select ({', '.join(columns)}) on {table} to reader".encode())
        yield connection


@pytest.fixture
def reading(odoo: "psycopg.Connection[Any]") -> Reading:
    def ask(statement: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
        with as_reader(odoo):
            cursor = odoo.execute(statement.encode())
            return [column.name for column in cursor.description or ()], cursor.fetchall()

    return Reading(with_sweeps(load_source("odoo")), ask)


@contextmanager
def as_reader(odoo: "psycopg.Connection[Any]") -> Iterator[None]:
    """Who may see what the mapping lists and nothing else."""
    odoo.execute("set role reader")
    try:
        yield
    finally:
        odoo.execute("reset role")


def window(low: str, high: str) -> Window:
    return Window(*(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (low, high)))


def entries(reading: Reading, low: str, high: str) -> list[int]:
    return [row["entry_id"] for row in reading.rows("timesheet_entry", window(low, high))]


def test_its_tables_have_the_columns_that_the_mapping_names(reading: Reading) -> None:
    assert reading.problems() == []


def test_a_timesheet_is_a_line_with_a_project_that_is_no_time_off(reading: Reading) -> None:
    assert [row["entry_id"] for row in reading.rows("timesheet_entry")] == [1, 2, 3]


def test_units_are_hours_or_days(reading: Reading) -> None:
    hours, days, none = reading.rows("timesheet_entry")
    assert hours == {
        "entry_id": 1, "timesheet_id": 16575, "project_id": 20, "work_date": "2026-01-05", "hours": "7.50", "task": 30,
        "bill_grade": None, "source": None, "description_length": 16, "description_is_plain": True,
        "created_at": "2026-01-05 17:00:00.123456", "updated_at": "2026-01-05 17:00:00.123456",
    }  # fmt: skip
    assert (days["hours"], days["task"], days["description_length"]) == ("4.00", None, None)
    assert (none["hours"], none["description_length"], none["description_is_plain"]) == ("3.33", 7, False)


def test_a_timer_is_an_entry_when_it_has_stopped(odoo: "psycopg.Connection[Any]", reading: Reading) -> None:
    odoo.execute("update account_analytic_line set unit_amount = 2, write_date = '2026-01-05 19:00:00' where id = 8")
    assert entries(reading, "2026-01-05 18:00:00", "2026-01-05 20:00:00") == [8]


def test_what_odoo_recomputes_from_a_task_without_touching_the_line_is_seen(
    odoo: "psycopg.Connection[Any]", reading: Reading
) -> None:
    odoo.execute("update project_task set project_id = 21, write_date = '2026-03-01 10:00:00' where id = 30")
    odoo.execute("update account_analytic_line set project_id = 21 where task_id = 30")
    changed = reading.rows("timesheet_entry", window("2026-03-01", "2026-03-02"))
    assert [(row["entry_id"], row["project_id"], row["updated_at"]) for row in changed] == [
        (1, 21, "2026-03-01 10:00:00")
    ]
    assert [row["timesheet_id"] for row in reading.rows("timesheet", window("2026-03-01", "2026-03-02"))] == [16575]


def test_a_line_that_becomes_time_off_is_no_entry_any_more(odoo: "psycopg.Connection[Any]", reading: Reading) -> None:
    odoo.execute("update account_analytic_line set holiday_id = 70, write_date = now() where id = 1")
    assert [row["entry_id"] for row in reading.rows("timesheet_entry")] == [2, 3]
    assert [row["entry_id"] for row in reading.rows("keys_of_timesheet_entry")] == [2, 3]
    assert [row["work_date"] for row in reading.rows("days_of_timesheet_entry")] == ["2026-01-06", "2026-01-11"]


def test_a_week_of_an_employee_is_a_timesheet_without_approvals(reading: Reading) -> None:
    first, second = reading.rows("timesheet")
    assert first == {
        "timesheet_id": 16575, "employee_id": 1, "week_start": "2026-01-05", "submitted_at": None, "approved_at": None,
        "approver_id": None, "l2_approver_id": None, "updated_at": "2026-01-11 17:00:00",
    }  # fmt: skip
    assert (second["timesheet_id"], second["week_start"]) == (26575, "2026-01-05")


def test_working_schedules_become_calendars(reading: Reading) -> None:
    assert reading.rows("country") == [
        {"country": "schedule-1", "utc_offset_min": 60, "work_days": "1111100", "weekly_hours": "40.00"},
        {"country": "schedule-2", "utc_offset_min": -300, "work_days": "1100000", "weekly_hours": "4.50"},
    ]
    assert [(row["country"], row["holiday_date"]) for row in reading.rows("holiday")] == [
        ("schedule-1", "2026-01-01"), ("schedule-2", "2026-07-03"), ("schedule-2", "2026-07-04"),
    ]  # fmt: skip


def test_employees_have_the_schedule_of_their_company_unless_they_have_their_own(reading: Reading) -> None:
    first, second = reading.rows("employee")
    assert first == {
        "employee_id": 1, "country": "schedule-1", "region": "company-1", "practice": "department-5", "grade": None,
        "manager_id": None, "hire_date": None, "term_date": None, "fte": "1.00", "weekly_hours": "40.00",
        "work_mode": None, "updated_at": "2026-01-02 08:00:00",
    }  # fmt: skip
    assert (second["country"], second["practice"], second["manager_id"], second["term_date"], second["updated_at"]) == (
        "schedule-2", "no department", 1, "2026-06-30", "2024-01-01 08:00:00",
    )  # fmt: skip


def test_customers_are_the_companies_behind_the_projects_and_persons_have_no_name(reading: Reading) -> None:
    assert [(row["client_id"], row["name"], row["industry"]) for row in reading.rows("client")] == [
        (50, "Acme", 9), (52, None, None),
    ]  # fmt: skip
    roll_out, advice, internal = reading.rows("project")
    assert roll_out == {
        "project_id": 20, "client_id": 50, "name": "Roll-out", "practice": None, "region": "company-1", "manager_id": 1,
        "billing": None, "start_date": "2026-01-01", "end_date": "2026-12-31", "closed_date": None,
        "budget_hours": "120.50", "updated_at": "2025-12-02 00:00:00",
    }  # fmt: skip
    assert (advice["client_id"], advice["billing"], advice["budget_hours"]) == (52, None, None)
    assert (internal["client_id"], internal["billing"], internal["region"]) == (0, "INTERNAL", None)


def test_leave_is_whole_days_of_validated_time_off(reading: Reading) -> None:
    assert [(row["employee_id"], row["leave_date"], row["kind"]) for row in reading.rows("leave_day")] == [
        (1, "2026-01-08", "type-1"), (1, "2026-01-09", "type-1"),
    ]  # fmt: skip


def test_control_totals_and_boundaries_are_those_of_the_rows(reading: Reading) -> None:
    assert reading.control("timesheet_entry") == {
        "table_name": "timesheet_entry", "row_count": "3", "total": "14.830000", "lowest": "2026-01-05 17:00:00.123456",
        "highest": "2026-01-11 17:00:00",
    }  # fmt: skip
    assert reading.boundaries("timesheet_entry") == (1, 3)


@pytest.mark.parametrize(
    "secret",
    [
        "password from res_users", "totp_secret from res_users", "signup_token from res_partner",
        "pin from hr_employee", "name from hr_employee",
    ],
)  # fmt: skip
def test_who_reads_all_of_this_may_not_see_secrets(odoo: "psycopg.Connection[Any]", secret: str) -> None:
    with as_reader(odoo), pytest.raises(psycopg.errors.InsufficientPrivilege):
        odoo.execute(f"select {secret}".encode())


def test_no_secret_name_or_text_lands(reading: Reading) -> None:
    for table in load_source("odoo").tables:
        assert SECRET not in str(reading.rows(table.name)), table.name
