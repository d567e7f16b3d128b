"""`sources/odoo.yaml` on a database with Odoo's own tables, and with what people get wrong about them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hourglass.sources import load_source
from hourglass.sweeps import with_sweeps
from hourglass.windows import Window

from postgres import EmbeddedPostgres
from tests.sources.reading import Reading, listed

SCHEMA = Path(__file__).parents[2] / "sources" / "odoo.sql"
SECRET = "never to be read"
SETTINGS = f"""
insert into uom_uom (id, category_id, name, uom_type, factor, rounding) values
    (3, 3, '{{"en_US": "Days"}}', 'reference', 1.0, 0.01), (4, 3, '{{"en_US": "Hours"}}', 'smaller', 8.0, 0.01);
insert into ir_model_data (module, name, model, res_id) values
    ('uom', 'product_uom_day', 'uom.uom', 3), ('uom', 'product_uom_hour', 'uom.uom', 4),
    ('base', 'product_uom_hour', 'uom.uom', 3);
insert into res_company (id, name, partner_id, currency_id, resource_calendar_id, email, leave_timesheet_task_id) values
    (1, '{SECRET}', 1, 1, 1, '{SECRET}', 90), (2, '{SECRET}', 2, 1, 2, '{SECRET}', null);
insert into resource_calendar (id, company_id, name, tz, two_weeks_calendar) values
    (1, 1, '{SECRET}', 'Europe/Brussels', false), (2, 2, '{SECRET}', 'America/New_York', true);
insert into resource_calendar_attendance
    (calendar_id, name, dayofweek, day_period, week_type, display_type, hour_from, hour_to, date_to)
select 1, '{SECRET}', day::varchar, period, null, null, low, high, null
from generate_series(0, 4) as day,
    (values ('morning', 8.0, 12.0), ('lunch', 12.0, 13.0), ('afternoon', 13.0, 17.0)) as hours (period, low, high)
union all select 1, '{SECRET}', '6', 'morning', null, null, 8, 12, date '2020-12-31'
union all select 2, '{SECRET}', '0', 'morning', '0', null, 9.0, 13.5, null
union all select 2, '{SECRET}', '1', 'morning', '1', null, 9.0, 13.5, null
union all select 2, '{SECRET}', '0', 'morning', '0', 'line_section', 0, 0, null;
insert into resource_calendar_leaves (company_id, calendar_id, resource_id, name, time_type, date_from, date_to) values
    -- New Year of one schedule, in its own time zone; two days for everyone of company 2; a person's own; no time off
    (1, 1, null, '{SECRET}', 'leave', '2025-12-31 23:00:00', '2026-01-01 22:59:59'),
    (2, null, null, '{SECRET}', 'leave', '2026-07-03 04:00:00', '2026-07-05 03:59:59'),
    (1, 1, 7, '{SECRET}', 'leave', '2026-01-06 07:00:00', '2026-01-06 16:00:00'),
    (1, 1, null, '{SECRET}', 'other', '2026-01-07 07:00:00', '2026-01-07 16:00:00');
"""
PEOPLE = f"""
insert into res_users (id, company_id, partner_id, login, password, totp_secret, signature) values
    (11, 1, 21, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}');
insert into hr_employee (id, resource_id, company_id, resource_calendar_id, department_id, user_id, parent_id, name,
    work_email, work_phone, private_email, private_street, birthday, passport_id, ssnid, pin, barcode, notes,
    departure_date, create_date, write_date) values
    (1, 1, 1, 1, 5, 11, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '1980-01-01', '{SECRET}',
     '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', null, '2024-01-01 08:00:00', '2026-01-02 08:00:00'),
    (2, 2, 2, null, null, null, 1, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '1981-01-01', '{SECRET}',
     '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2026-06-30', '2024-01-01 08:00:00', null);
insert into res_partner (id, name, is_company, parent_id, commercial_partner_id, industry_id, email, phone, vat,
    comment, create_date, write_date) values
    (50, 'Acme', true, null, 50, 9, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', '2025-02-01'),
    (51, '{SECRET}', false, 50, 50, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', '2025-02-01'),
    (52, '{SECRET}', false, null, 52, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', null),
    (53, 'Nobody''s', true, null, 53, null, '{SECRET}', '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01', null);
insert into project_project (id, company_id, partner_id, user_id, name, description, date_start, date, allocated_hours,
    create_date, write_date) values
    (20, 1, 51, 11, '{{"en_US": "Roll-out", "fr_FR": "Déploiement"}}', '{SECRET}', '2026-01-01', '2026-12-31', 120.5,
     '2025-12-01', '2025-12-02'),
    (21, 2, 52, null, '{{"en_US": "Advice"}}', '{SECRET}', null, null, 0, '2025-12-01', null),
    (22, null, null, null, '{{"en_US": "Internal"}}', '{SECRET}', null, null, null, '2025-12-01', null);
insert into project_task (id, project_id, name, description, email_cc, write_date) values
    (30, 20, '{SECRET}', '{SECRET}', '{SECRET}', '2026-01-05 07:00:00'),
    (90, 22, '{SECRET}', '{SECRET}', '{SECRET}', '2025-01-01 00:00:00');
insert into hr_leave_type (id, name, time_type, request_unit) values
    (1, '{{"en_US": "Paid Time Off"}}', 'leave', 'day'), (2, '{{"en_US": "Training"}}', 'other', 'day');
insert into hr_leave (id, holiday_status_id, employee_id, private_name, notes, state, request_date_from,
    request_date_to, request_unit_half, date_from, date_to, write_date) values
    (70, 1, 1, '{SECRET}', '{SECRET}', 'validate', '2026-01-08', '2026-01-09', null, '2026-01-08 07:00:00',
     '2026-01-09 16:00:00', '2026-01-07 10:00:00'),
    (71, 1, 1, '{SECRET}', '{SECRET}', 'confirm', '2026-02-02', '2026-02-03', false, '2026-02-02', '2026-02-03',
     '2026-01-07 10:00:00'),
    (72, 1, 2, '{SECRET}', '{SECRET}', 'validate', '2026-02-02', '2026-02-02', true, '2026-02-02', '2026-02-02',
     '2026-01-07 10:00:00'),
    (73, 2, 2, '{SECRET}', '{SECRET}', 'validate', '2026-02-03', '2026-02-03', false, '2026-02-03', '2026-02-03',
     '2026-01-07 10:00:00');
"""
# 1 in hours, 2 in days, 3 without a unit; 4 to 6 are time off, told apart by three different things; 7 is no
# timesheet, 8 a timer that was just started
LINES = f"""
insert into account_analytic_line (id, product_uom_id, company_id, name, date, unit_amount, task_id, project_id,
    employee_id, holiday_id, global_leave_id, create_date, write_date) values
    (1, 4, 1, '{SECRET}', '2026-01-05', 7.5, 30, 20, 1, null, null, '2026-01-05 17:00:00.123456', '2026-01-05 17:00:00.123456'),
    (2, 3, 2, '/', '2026-01-06', 0.5, null, 21, 2, null, null, '2026-01-06 17:00:00', '2026-01-06 17:30:00'),
    (3, null, 1, 'Smile 🙂', '2026-01-11', 3.333333, null, 22, 1, null, null, '2026-01-11 17:00:00', '2026-01-11 17:00:00'),
    (4, 4, 1, '{SECRET}', '2026-01-08', 8, 90, 22, 1, 70, null, '2026-01-07 10:00:00', '2026-01-07 10:00:00'),
    (5, 4, 1, '{SECRET}', '2026-01-01', 8, 90, 22, 1, null, 1, '2026-01-01 10:00:00', '2026-01-01 10:00:00'),
    (6, 4, 1, '{SECRET}', '2026-01-09', 8, 90, 22, 1, null, null, '2026-01-07 10:00:00', '2026-01-07 10:00:00'),
    (7, null, 1, '{SECRET}', '2026-01-05', 3, null, null, null, null, null, '2026-01-05 17:00:00', '2026-01-05 17:00:00'),
    (8, 4, 1, '/', '2026-01-05', 0, 30, 20, 1, null, null, '2026-01-05 17:00:00', '2026-01-05 17:00:00');
"""  # noqa: E501


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
        for script in (SCHEMA.read_text(encoding="utf-8"), SETTINGS, PEOPLE, LINES):
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
