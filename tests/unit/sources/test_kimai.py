"""`sources/kimai.yaml` on a database with Kimai's own tables, and with what people get wrong about them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pymysql
import pytest
from hourglass.sources import load_source
from hourglass.sweeps import with_sweeps
from hourglass.windows import Window

from cli.doctor import Asked, doctor
from mariadb import EmbeddedMariaDB
from tests.servers import mariadb_or_skip
from tests.sources.kimai import SCRIPTS, SECRET
from tests.sources.reading import Reading, listed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedMariaDB]:
    with mariadb_or_skip(tmp_path_factory.mktemp("mariadb")) as running:
        yield running


class Kimai:
    """A Kimai database, and a reader who may see what the mapping lists and nothing else."""

    def __init__(self, server: EmbeddedMariaDB) -> None:
        self._server = server
        self._is_fresh = False

    def refresh(self) -> None:
        """Fill it again if anything was changed."""
        if self._is_fresh:
            return
        self.run("drop database if exists kimai", "create or replace user reader identified by ''", database="")
        self.run("create database kimai character set utf8mb4", database="")
        for script in SCRIPTS:
            self.run(*script.strip().removesuffix(";").split(";\n"))
        for table, columns in listed(load_source("kimai")).items():
            self.run(f"grant select (`{'`, `'.join(columns)}`) on kimai.{table} to reader")
        self._is_fresh = True

    def run(self, *statements: str, database: str = "kimai") -> None:
        self._is_fresh = False
        with self._server.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def ask(self, statement: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
        with (
            pymysql.connect(host="127.0.0.1", port=self._server.port, user="reader", database="kimai") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("set sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES'")
            cursor.execute(statement)
            return [column[0] for column in cursor.description or ()], cursor.fetchall()


@pytest.fixture(scope="module")
def database(server: EmbeddedMariaDB) -> Kimai:
    return Kimai(server)


@pytest.fixture
def kimai(database: Kimai) -> Kimai:
    database.refresh()
    return database


@pytest.fixture
def reading(kimai: Kimai) -> Reading:
    return Reading(with_sweeps(load_source("kimai")), kimai.ask)


def window(low: str, high: str) -> Window:
    return Window(*(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (low, high)))


def entries(reading: Reading, *days: str) -> list[int]:
    return [row["entry_id"] for row in reading.rows("timesheet_entry", window(*days))]


def test_its_tables_have_the_columns_that_the_mapping_names(reading: Reading) -> None:
    assert reading.problems() == []


def test_an_entry_has_its_local_day_and_hours_from_seconds(reading: Reading) -> None:
    old, over_midnight, smile, _ = reading.rows("timesheet_entry")
    assert old == {
        "entry_id": 1, "timesheet_id": 16218, "project_id": 20, "work_date": "2019-03-04", "hours": "8.50", "task": 30,
        "bill_grade": None, "source": None, "description_length": 16, "description_is_plain": True, "created_at": None,
        "updated_at": "2019-03-04 15:30:00",
    }  # fmt: skip
    assert (over_midnight["work_date"], over_midnight["hours"]) == ("2026-01-04", "1.67")
    assert (over_midnight["description_length"], over_midnight["description_is_plain"]) == (None, None)
    assert (smile["description_length"], smile["description_is_plain"]) == (14, False)


def test_a_running_entry_is_none_until_it_has_ended(kimai: Kimai, reading: Reading) -> None:
    assert [row["entry_id"] for row in reading.rows("timesheet_entry")] == [1, 2, 5, 6]
    kimai.run(
        "update kimai2_timesheet set end_time = '2026-01-05 17:00:00', duration = 30600, "
        "modified_at = '2026-01-05 17:00:00' where id = 3"
    )
    assert entries(reading, "2026-01-05 16:00:00", "2026-01-05 18:00:00") == [3]


def test_entries_without_modified_at_are_read_by_the_first_window_only(reading: Reading) -> None:
    assert entries(reading, "2019-01-01", "2020-01-01") == [1]
    assert entries(reading, "2026-01-05", "2026-01-06") == [2]


def test_marking_as_exported_changes_nothing_that_is_read(kimai: Kimai, reading: Reading) -> None:
    before = reading.rows("timesheet_entry"), reading.rows("timesheet")
    kimai.run("update kimai2_timesheet set exported = 1")
    assert (reading.rows("timesheet_entry"), reading.rows("timesheet")) == before


def test_an_edit_is_in_the_window_of_its_time(kimai: Kimai, reading: Reading) -> None:
    kimai.run("update kimai2_timesheet set duration = 36000, modified_at = '2026-03-01 10:00:00' where id = 5")
    changed = reading.rows("timesheet_entry", window("2026-03-01 10:00:00", "2026-03-01 10:00:01"))
    assert [(row["entry_id"], row["hours"]) for row in changed] == [(5, "10.00")]
    assert [row["timesheet_id"] for row in reading.rows("timesheet", window("2026-03-01", "2026-03-02"))] == [16575]


def test_entries_that_are_given_to_another_user_are_read_by_a_backfill_only(kimai: Kimai, reading: Reading) -> None:
    kimai.run("update kimai2_timesheet set user = 2 where user = 1")  # modified_at stays: a user was deleted
    assert entries(reading, "2026-01-09", "2026-12-31") == []
    assert entries(reading, "2019-01-01", "2026-12-31") == [1, 2, 5, 6]
    assert {row["timesheet_id"] // 10000 for row in reading.rows("timesheet_entry")} == {2}


def test_a_withdrawn_approval_is_seen_with_the_next_edit_of_its_week(kimai: Kimai, reading: Reading) -> None:
    kimai.run("delete from kimai2_working_times where user_id = 2")
    assert reading.rows("timesheet", window("2026-02-01", "2026-12-31"))[0]["timesheet_id"] == 16575
    kimai.run("update kimai2_timesheet set duration = 7200, modified_at = '2026-03-01 10:00:00' where id = 2")
    (edited,) = reading.rows("timesheet", window("2026-03-01", "2026-12-31"))
    assert (edited["timesheet_id"], edited["approved_at"]) == (26574, None)


def test_the_doctor_says_that_nothing_indexes_the_time_of_a_change(
    kimai: Kimai, server: EmbeddedMariaDB, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor(f"mariadb://reader:@127.0.0.1:{server.port}/kimai", Asked(mapping="kimai"))
    found = "timesheet_entry: Its check column is computed (coalesce(t.modified_at, t.end_time)) and nothing indexes"
    assert found in capsys.readouterr().out


def test_a_deleted_entry_is_missing_among_the_keys_and_in_the_total_of_its_day(kimai: Kimai, reading: Reading) -> None:
    assert [row["entry_id"] for row in reading.rows("keys_of_timesheet_entry")] == [1, 2, 5, 6]
    kimai.run("delete from kimai2_timesheet where id in (5, 6)")
    assert [row["entry_id"] for row in reading.rows("keys_of_timesheet_entry")] == [1, 2]
    days = {
        row["work_date"]: (row["row_count"], float(row["hours"])) for row in reading.rows("days_of_timesheet_entry")
    }
    assert days == {"2019-03-04": (1, 8.5), "2026-01-04": (1, 1.67)}


def test_a_week_of_a_user_is_a_timesheet_and_approved_when_all_its_days_are(kimai: Kimai, reading: Reading) -> None:
    first, partly, approved = reading.rows("timesheet")
    assert (first["timesheet_id"], first["week_start"], first["approved_at"]) == (16218, "2019-03-04", None)
    assert partly == {
        "timesheet_id": 16575, "employee_id": 1, "week_start": "2026-01-05", "submitted_at": None, "approved_at": None,
        "approver_id": None, "l2_approver_id": None, "updated_at": "2026-02-02 09:00:00",
    }  # fmt: skip
    assert (approved["week_start"], approved["approved_at"], approved["approver_id"], approved["updated_at"]) == (
        "2025-12-29", "2026-02-01 10:00:00", 1, "2026-02-01 10:00:00",
    )  # fmt: skip
    kimai.run(
        "insert into kimai2_working_times (user_id, approved_by, date, expected, actual, approved_at) "
        "values (1, 3, '2026-01-08', 28800, 10, '2026-02-03 09:00:00')"
    )
    (now,) = reading.rows("timesheet", window("2026-02-03", "2026-02-04"))
    assert (now["timesheet_id"], now["approved_at"], now["approver_id"]) == (16575, "2026-02-03 09:00:00", 3)


def test_entries_and_timesheets_belong_together(reading: Reading) -> None:
    timesheets = {row["timesheet_id"]: row for row in reading.rows("timesheet")}
    for entry in reading.rows("timesheet_entry"):
        week = datetime.fromisoformat(timesheets[entry["timesheet_id"]]["week_start"])
        assert week.weekday() == 0
        assert 0 <= (datetime.fromisoformat(entry["work_date"]) - week).days < 7


def test_what_is_no_work_is_leave(reading: Reading) -> None:
    assert reading.rows("leave_day") == [
        {"employee_id": 1, "leave_date": "2026-01-06", "kind": "sick", "updated_at": "2026-01-06 16:00:00"}
    ]


def test_contracts_become_working_weeks(reading: Reading) -> None:
    assert [(row["country"], row["work_days"], row["weekly_hours"]) for row in reading.rows("country")] == [
        ("week-0000000", "0000000", "0.00"), ("week-1101000", "1101000", "18.00"), ("week-1111100", "1111100", "40.00"),
    ]  # fmt: skip
    first, second, third = reading.rows("employee")
    assert first == {
        "employee_id": 1, "country": "week-1111100", "region": None, "practice": "team-7", "grade": None,
        "manager_id": None, "hire_date": "2024-02-01", "term_date": None, "fte": "1.00", "weekly_hours": "40.00",
        "work_mode": None, "updated_at": "2024-02-01 08:30:00",
    }  # fmt: skip
    assert (second["country"], second["manager_id"], second["hire_date"], second["term_date"]) == (
        "week-1101000", 1, None, "2026-06-30",
    )  # fmt: skip
    assert (third["country"], third["practice"], third["weekly_hours"]) == ("week-0000000", "no team", "0.00")


def test_projects_have_their_local_days_and_a_budget_unless_it_is_monthly(reading: Reading) -> None:
    berlin, new_york, internal = reading.rows("project")
    assert berlin == {
        "project_id": 20, "client_id": 5, "name": "Roll-out", "practice": None, "region": None, "manager_id": None,
        "billing": "TM", "start_date": "2026-01-01", "end_date": "2026-12-31", "closed_date": None,
        "budget_hours": "100.00", "updated_at": "2025-12-01 09:00:00",
    }  # fmt: skip
    assert (new_york["start_date"], new_york["end_date"], new_york["budget_hours"]) == (
        "2026-01-01",
        "2026-12-31",
        None,
    )
    assert (internal["client_id"], internal["billing"], internal["start_date"], internal["budget_hours"]) == (
        0, "INTERNAL", None, None,
    )  # fmt: skip
    assert [(row["client_id"], row["name"], row["updated_at"]) for row in reading.rows("client")] == [
        (5, "Acme", "2025-01-01 10:00:00"), (6, "Ourselves", "1970-01-01 00:00:00"),
    ]  # fmt: skip


def test_control_totals_and_boundaries_are_those_of_the_rows(reading: Reading) -> None:
    assert reading.control("timesheet_entry") == {
        "table_name": "timesheet_entry", "row_count": "4", "total": "18.170000", "lowest": "2019-03-04 15:30:00",
        "highest": "2026-01-08 08:00:10",
    }  # fmt: skip
    assert reading.control("country")["row_count"] == "3"
    assert reading.boundaries("timesheet_entry") == (1, 6)


@pytest.mark.parametrize(
    "secret",
    [
        "password from kimai2_users", "api_token from kimai2_users", "totp_secret from kimai2_users",
        "confirmation_token from kimai2_users", "token from kimai2_access_token",
    ],
)  # fmt: skip
def test_who_reads_all_of_this_may_not_see_secrets(kimai: Kimai, secret: str) -> None:
    with pytest.raises(pymysql.err.OperationalError, match="SELECT command denied to user 'reader'"):
        kimai.ask(f"select {secret}")


def test_no_secret_name_or_text_lands(reading: Reading) -> None:
    for table in load_source("kimai").tables:
        assert SECRET not in str(reading.rows(table.name)), table.name
