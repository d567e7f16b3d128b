"""Kimai and Odoo, from their own tables to suspects, and what a second run makes of an edit and of a new entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import psycopg
import pymysql
import pytest

from tests.e2e.conftest import ROOT, Hourglass, new_database
from tests.servers import mariadb_or_skip

SCHEMAS = ROOT / "tests" / "sources"
PEOPLE, WEEKS, FIRST_DAY = 12, 12, date(2026, 1, 5)
UNKNOWN = (  # what neither system knows
    "unassigned_hours", "overbilled_grade_hours", "silent_days_llr", "copied_share_excess", "budget_unassigned_share",
    "quick_approval", "junior_approver", "changed_after_approval_hours",
)  # fmt: skip
KIMAI = """
insert into kimai2_users (id, username, email, password, enabled, roles)
    select seq, concat('user', seq), concat('user', seq), 'hash', 1, 'a:0:{}' from seq_1_to_12;
insert into kimai2_user_preferences (user_id, name, value)
    select kimai2_users.id, concat('work_', day.name), '28800' from kimai2_users cross join (select 'monday' as name
    union select 'tuesday' union select 'wednesday' union select 'thursday' union select 'friday') as day;
insert into kimai2_customers (id, name, visible, country, currency, timezone) values (5, 'Acme', 1, 'DE', 'EUR', 'UTC');
insert into kimai2_projects (id, customer_id, name, visible) values (20, 5, 'Roll-out', 1), (21, 5, 'Support', 1);
insert into kimai2_activities (id, name, visible) values (30, 'Work', 1)
"""
KIMAI_ENTRY = (
    "insert into kimai2_timesheet (user, activity_id, project_id, start_time, end_time, duration, rate, timezone, "
    "date_tz, modified_at) values (%s, 30, %s, %s, %s, %s, 0, 'UTC', %s, %s)"
)
ODOO = """
insert into uom_uom (id, category_id, name, uom_type, factor, rounding) values
    (3, 3, '{"en_US": "Days"}', 'reference', 1.0, 0.01), (4, 3, '{"en_US": "Hours"}', 'smaller', 8.0, 0.01);
insert into ir_model_data (module, name, model, res_id) values ('uom', 'product_uom_hour', 'uom.uom', 4);
insert into res_company (id, name, partner_id, currency_id, resource_calendar_id) values (1, 'Company', 1, 1, 1);
insert into resource_calendar (id, company_id, name, tz) values (1, 1, 'Standard', 'Europe/Brussels');
insert into resource_calendar_attendance (calendar_id, name, dayofweek, day_period, hour_from, hour_to)
    select 1, 'Day', day::varchar, 'morning', 8, 16 from generate_series(0, 4) as day;
insert into hr_employee (id, resource_id, company_id, create_date)
    select n, n, 1, '2025-01-01' from generate_series(1, 12) as n;
insert into res_partner (id, name, is_company, commercial_partner_id, create_date)
    values (5, 'Acme', true, 5, '2025-01-01');
insert into project_project (id, company_id, partner_id, name, create_date) values
    (20, 1, 5, '{"en_US": "Roll-out"}', '2025-01-01'), (21, 1, 5, '{"en_US": "Support"}', '2025-01-01');
insert into hr_leave_type (id, name, time_type, request_unit) values (1, '{"en_US": "Leave"}', 'leave', 'day');
"""
ODOO_ENTRY = (
    "insert into account_analytic_line (employee_id, project_id, create_date, write_date, unit_amount, date, "
    "product_uom_id, company_id, name) values (%s, %s, %s, %s, %s, %s, 4, 1, '/')"
)


@dataclass(frozen=True)
class Entry:
    """What somebody books; the last week of the first person is 22 hours a day."""

    person: int
    project: int
    day: date
    hours: float

    @property
    def ended_at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day) + timedelta(hours=self.hours)


def entries() -> Iterator[Entry]:
    for person in range(1, PEOPLE + 1):
        for number in range(WEEKS):
            for weekday in range(5):
                day = FIRST_DAY + timedelta(weeks=number, days=weekday)
                usual = 7 + (person * 3 + number * 5 + weekday * 7) % 5 * 0.5
                hours = 22 if person == 1 and number == WEEKS - 1 else usual
                yield Entry(person, 20 + (person + weekday) % 2, day, hours)


def check(hourglass: Hourglass) -> None:
    """The tables that auditors read are there; nothing is made up."""
    rows = hourglass.query(
        "select employee_id, worked_hours, capacity_hours, excess_hours, reason_codes, project_name, client_name "
        "from suspect_timesheets join timesheet_features using (timesheet_id, week_start, employee_id, worked_hours, "
        f"capacity_hours) where week_start = date '{FIRST_DAY + timedelta(weeks=WEEKS - 1)}'"
    )
    assert [(row["employee_id"], float(row["worked_hours"]), float(row["capacity_hours"])) for row in rows] == [
        ("1", 110.0, 40.0)
    ]
    assert (float(rows[0]["excess_hours"]), rows[0]["client_name"]) == (70.0, "Acme")
    assert hourglass.value("select count(*) from timesheet_scores") == str(PEOPLE * WEEKS)
    counts = ", ".join(f"count({name}) as {name}" for name in UNKNOWN)
    assert hourglass.query(f"select {counts} from timesheet_features") == [dict.fromkeys(UNKNOWN, "0")]
    assert hourglass.query("select reason from quarantine") == []


def test_kimai(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    with mariadb_or_skip(tmp_path_factory.mktemp("mariadb")) as server:
        with server.connect() as connection, connection.cursor() as cursor:
            for script in ((SCHEMAS / "kimai.sql").read_text(encoding="utf-8"), KIMAI):
                for statement in script.strip().removesuffix(";").split(";\n"):
                    cursor.execute(statement)
            add_to_kimai(cursor, entries())
        hourglass = Hourglass(tmp_path / "state", server.url, "kimai")
        hourglass.must_run()
        check(hourglass)
        assert hourglass.value("select count(*) from raw_timesheet_entry") == str(PEOPLE * WEEKS * 5)
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("update kimai2_timesheet set exported = 1")
            cursor.execute(
                "update kimai2_timesheet set duration = 3600, modified_at = utc_timestamp() - interval 1 second "
                "where user = 2 order by id limit 1"
            )
        hourglass.must_run()
        assert hourglass.value("select count(*) from raw_timesheet_entry") == str(PEOPLE * WEEKS * 5 + 1)
        assert hourglass.value(
            f"select hours from clean_timesheet_entry join clean_timesheet using (timesheet_id) where employee_id = 2 "
            f"and work_date = date '{FIRST_DAY}'"
        ) == "1.00"  # fmt: skip


def add_to_kimai(cursor: "pymysql.cursors.Cursor", booked: Iterator[Entry]) -> None:
    """The first weeks are from before Kimai knew when an entry was changed."""
    rows = [
        (
            each.person, each.project, each.day, each.ended_at, int(each.hours * 3600), each.day,
            each.ended_at if each.day > FIRST_DAY + timedelta(weeks=3) else None,
        )
        for each in booked
    ]  # fmt: skip
    cursor.executemany(KIMAI_ENTRY, rows)


def test_odoo(postgres, tmp_path: Path) -> None:
    url = new_database(postgres, "odoo")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((SCHEMAS / "odoo.sql").read_text(encoding="utf-8").encode())
        connection.execute(ODOO)
        rows = [(e.person, e.project, e.ended_at, e.ended_at, e.hours, e.day) for e in entries()]
        connection.cursor().executemany(ODOO_ENTRY, rows)
    hourglass = Hourglass(tmp_path / "state", url, str(ROOT / "sources" / "odoo.yaml"))
    hourglass.must_run()
    check(hourglass)
    with psycopg.connect(url, autocommit=True) as connection:
        now = datetime.now() - timedelta(seconds=1)
        connection.execute(ODOO_ENTRY, (2, 20, now, now, 1.5, FIRST_DAY))
    hourglass.must_run()
    assert hourglass.value("select count(*) from clean_timesheet_entry") == str(PEOPLE * WEEKS * 5 + 1)
