"""Kimai, from its own tables in a MariaDB to suspects: another database, another mapping, nothing made up.

`tests/unit/sources` has the traps of Kimai and Odoo, and Odoo's way to suspects.
"""

from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Hourglass, read_tables
from tests.servers import mariadb_or_skip
from tests.sources.bookings import FIRST_WEEK, PEOPLE, SUSPECTS, UNKNOWN, WEEKS, bookings

SCHEMA = ROOT / "tests" / "sources" / "kimai.sql"
COMPANY = """
insert into kimai2_users (id, username, email, password, enabled, roles)
    select seq, concat('user', seq), concat('user', seq), 'hash', 1, 'a:0:{}' from seq_1_to_12;
insert into kimai2_user_preferences (user_id, name, value)
    select kimai2_users.id, concat('work_', day.name), '28800' from kimai2_users cross join (select 'monday' as name
    union select 'tuesday' union select 'wednesday' union select 'thursday' union select 'friday') as day;
insert into kimai2_customers (id, name, visible, country, currency, timezone) values (5, 'Acme', 1, 'DE', 'EUR', 'UTC');
insert into kimai2_projects (id, customer_id, name, visible) values (20, 5, 'Roll-out', 1), (21, 5, 'Support', 1);
insert into kimai2_activities (id, name, visible) values (30, 'Work', 1)
"""
ENTRY = (
    "insert into kimai2_timesheet (user, activity_id, project_id, start_time, end_time, duration, rate, timezone, "
    "date_tz, modified_at) values (%s, 30, %s, %s, %s, %s, 0, 'UTC', %s, %s)"
)


def test_a_kimai_gives_its_suspects(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with mariadb_or_skip(tmp_path_factory.mktemp("mariadb")) as server:
        with server.connect() as connection, connection.cursor() as cursor:
            for script in (SCHEMA.read_text(encoding="utf-8"), COMPANY):
                for statement in script.strip().removesuffix(";").split(";\n"):
                    cursor.execute(statement)
            rows = [  # those of the first week are from before Kimai knew when an entry was changed
                (b.person, b.project, b.day, b.ended_at, b.hours * 3600, b.day,
                 b.ended_at if (b.day - FIRST_WEEK).days >= 7 else None)
                for b in bookings()
            ]  # fmt: skip
            cursor.executemany(ENTRY, rows)
        hourglass = Hourglass(tmp_path / "state", server.url, str(ROOT / "sources" / "kimai.yaml"))
        hourglass.must_run()
    suspects, unknown, scored, entries, quarantine, days = read_tables(
        hourglass.state,
        SUSPECTS,
        UNKNOWN,
        "select count(*) as count from timesheet_scores",
        "select count(*) as count, sum(hours) as hours from clean_timesheet_entry",
        "select reason from quarantine",
        "select distinct verdict from reconciliation",
    )
    assert [list(row.values()) for row in suspects] == [[1, 110.0, 40.0, 70.0, "Acme"]]
    assert set(unknown[0].values()) == {0}
    assert scored == [{"count": PEOPLE * WEEKS}]
    assert entries == [{"count": len(rows), "hours": f"{sum(b.hours for b in bookings()):.2f}"}]
    assert quarantine == []
    assert days == [{"verdict": "equal"}]
