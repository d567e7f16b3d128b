"""The main job, in the order in which a company lives it: a first run, nothing new, late edits, bad rows."""

import json
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.e2e.conftest import HOURGLASS, Hourglass, execute, fingerprint


@pytest.fixture(scope="module")
def hourglass(new_company, tmp_path_factory: pytest.TempPathFactory) -> Hourglass:
    """A company that was ingested and scored once."""
    first = Hourglass(tmp_path_factory.mktemp("main") / "state", new_company("main_job"))
    first.must_run()
    return first


def table_objects(hourglass: Hourglass) -> set[str]:
    return {str(path) for path in (hourglass.state / "objects").rglob("*") if "/tables/" in str(path)}


def steps_of_last_detection(hourglass: Hourglass) -> dict[str, list[str]]:
    """Weeks by statement, from the run ledger."""
    done = subprocess.run(
        [HOURGLASS.parent / "python", Path(__file__).parent / "read_ledger.py", str(hourglass.state)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("\t") for line in done.stdout.splitlines())


def test_every_usable_timesheet_of_the_source_is_scored_once(hourglass):
    counts = hourglass.query(
        "select count(*) as scored, count(distinct timesheet_id) as timesheets, min(score) as low, max(score) as high "
        "from timesheet_scores"
    )[0]
    assert (
        int(counts["scored"])
        == int(counts["timesheets"])
        == int(hourglass.value("select count(*) from clean_timesheet"))
    )
    assert 0 <= float(counts["low"]) < float(counts["high"]) <= 1


def test_hours_are_conserved_from_the_source_to_the_features(hourglass):
    source = hourglass.value("select sum(hours) from clean_timesheet_entry")
    assert float(hourglass.value("select sum(worked_hours) from timesheet_features")) == pytest.approx(float(source))


def test_every_suspect_has_reasons_whose_parts_add_up_to_its_score(hourglass):
    rows = hourglass.query("select score, explanation, evidence from suspect_timesheets")
    assert rows
    for row in rows:
        assert row["explanation"]
        parts = [reason["contribution"] for reason in json.loads(row["evidence"])]
        assert sum(parts) == pytest.approx(float(row["score"]), abs=1e-9)


def test_a_run_with_nothing_new_builds_no_table_and_writes_no_object(hourglass):
    before = table_objects(hourglass)
    hourglass.must_run()
    assert table_objects(hourglass) == before


BEFORE_THE_EDITS = {}


def test_late_edits_rebuild_their_weeks_and_the_trailing_windows_and_nothing_else(hourglass):
    BEFORE_THE_EDITS.update(fingerprint(hourglass))
    weeks = [
        row["week_start"] for row in hourglass.query("select distinct week_start from timesheet_scores order by 1")
    ]
    edited = weeks[5:7]
    execute(
        hourglass.source,
        f"""update timesheet_entry set hours = least(hours + 1, 24), updated_at = now() at time zone 'UTC'
        where entry_id in (
            select entry_id from timesheet_entry
            where work_date >= '{edited[0]}' and work_date < date '{edited[1]}' + 5
            order by entry_id limit 100
        )""",
    )
    hourglass.must_run()
    steps = steps_of_last_detection(hourglass)
    rebuilt = steps["clean_timesheet_entry"].split(",")
    assert rebuilt
    assert set(rebuilt) <= set(edited)
    assert set(steps["timesheet_features"].split(",")) == set(weeks[weeks.index(min(rebuilt)) :])
    assert hourglass.value("select count(*) from clean_timesheet_entry where updated_at > current_date") == "100"


def test_the_runs_are_listed_with_what_they_did(hourglass):
    done = hourglass.call("runs", "--state", str(hourglass.state))
    assert done.returncode == 0, done.stderr
    newest = hourglass.value("select max(run_id) from timesheet_scores")
    rows = [line.split() for line in done.stdout.splitlines() if re.match(r"d?2\d{7}", line)]
    assert next(row[0] for row in rows if row[1] == "detect") == newest
    assert {row[1] for row in rows} == {"ingest", "detect"}
    assert all(float(row[-1]) > 0 for row in rows)


def test_a_rollback_shows_what_readers_saw_before_a_run_and_the_next_run_takes_it_in_again(hourglass):
    run = hourglass.value("select max(run_id) from timesheet_scores")
    with_edits = fingerprint(hourglass)
    assert run in hourglass.call("rollback", run, "--state", str(hourglass.state)).stdout
    assert fingerprint(hourglass) == BEFORE_THE_EDITS
    again = hourglass.call("rollback", run, "--state", str(hourglass.state))
    assert (again.returncode, f"{run} has been taken back before" in again.stderr) == (1, True)
    hourglass.must_run()
    assert fingerprint(hourglass) == with_edits


def test_rows_that_were_deleted_at_the_source_leave_their_weeks_and_are_kept(hourglass):
    week = hourglass.value("select max(week_start) from clean_timesheet where approved_at is not null")
    execute(
        hourglass.source,
        f"""create table gone as select * from timesheet_entry where entry_id in (
            select min(entry_id) from timesheet_entry join timesheet using (timesheet_id)
            where week_start = '{week}' and approved_at is not null and work_date between week_start and week_start + 6
        )""",
        "delete from timesheet_entry where entry_id in (select entry_id from gone)",
    )
    hourglass.must_run("--sweep")
    assert steps_of_last_detection(hourglass)["clean_timesheet_entry"] == week
    gone = hourglass.query("select hours, is_approved, week_start from deleted_line")
    assert [(row["is_approved"], row["week_start"]) for row in gone] == [("true", week)]
    assert float(deleted_hours(hourglass, week)) == float(gone[0]["hours"])
    assert source_and_lake_agree(hourglass)


def test_rows_that_come_back_with_their_old_time_are_new_again_by_a_backfill(hourglass):
    execute(hourglass.source, "insert into timesheet_entry table gone")
    with psycopg.connect(hourglass.source) as connection:
        entry_id, week, low, high = connection.execute(
            "select entry_id, week_start::text, gone.updated_at::date - 1, gone.updated_at::date + 1 "
            "from timekeeping.gone join timekeeping.timesheet using (timesheet_id)"
        ).fetchone()
    hourglass.must_run("--from", str(low), "--to", str(high))
    assert float(deleted_hours(hourglass, week)) == 0
    assert hourglass.value(f"select count(*) from clean_timesheet_entry where entry_id = {entry_id}") == "1"


def deleted_hours(hourglass, week):
    return hourglass.value(
        f"select sum(deleted_approved_hours) from timesheet_features where week_start = date '{week}'"
    )


def source_and_lake_agree(hourglass):
    """Whether every day that the last sweep compared has the same rows on both sides."""
    compared = hourglass.query(
        "select verdict, sum(source_rows) as source_rows, sum(lake_rows) as lake_rows from reconciliation "
        "where run_id = (select max(run_id) from reconciliation) group by verdict"
    )
    return [row["verdict"] for row in compared] == ["equal"] and compared[0]["source_rows"] == compared[0]["lake_rows"]


BAD_ROWS = """
alter table timesheet_entry drop constraint timesheet_entry_pkey;
alter table timesheet_entry alter column entry_id drop not null;
alter table timesheet_entry alter column hours type numeric;
insert into timesheet_entry
select bad.entry_id, timesheet_id, coalesce(bad.project_id, entry.project_id), work_date + bad.days, bad.hours,
    task, bill_grade, source, bad.description, created_at, now() at time zone 'UTC'
from (select * from timesheet_entry where entry_id is not null order by entry_id limit 1) as entry,
(values
    (null::bigint, null::bigint, 0, 8.0, 'null key'),
    (900000001, null, 0, 900.0, 'too many hours'),
    (900000002, null, 0, -4.0, 'negative'),
    (900000003, null, 70, 8.0, 'another week'),
    (900000004, -77, 0, 1.0, 'no such project'),
    (900000005, null, 0, 1.0, 'twice'),
    (900000005, null, 0, 2.0, 'twice'),
    (900000006, null, 0, 1.0, repeat('x', 1000000)),
    (900000007, null, 0, 1.0, E'bell \\x07'),
    (900000008, null, 0, 1.0, 'party \U0001f389')
) as bad (entry_id, project_id, days, hours, description);
insert into timesheet_entry
select 900000009, 999999999, project_id, work_date, 1, task, bill_grade, source, 'no such timesheet', created_at,
    now() at time zone 'UTC'
from timesheet_entry where entry_id is not null order by entry_id limit 1;
insert into timesheet select 999999998, 888888888, week_start, submitted_at, approved_at, approver_id, l2_approver_id,
    now() at time zone 'UTC' from timesheet order by timesheet_id limit 1;
"""


def test_rows_that_break_the_contract_are_quarantined_with_the_reason_and_the_rest_goes_on(hourglass):
    scored = hourglass.value("select count(*) from timesheet_scores")
    execute(hourglass.source, BAD_ROWS)
    hourglass.must_run()
    found = {
        (row["reason"], row["outcome"]) for row in hourglass.query("select distinct reason, outcome from quarantine")
    }
    assert {
        ("null_key", "rejected"),
        ("hours_out_of_range", "rejected"),
        ("work_date_outside_week", "rejected"),
        ("unknown_project", "rejected"),
        ("duplicate_key", "rejected"),
        ("unknown_timesheet", "rejected"),
        ("unknown_employee", "rejected"),
        ("description_too_long", "kept"),
        ("description_not_plain", "kept"),
    } <= found
    assert hourglass.value("select count(*) from timesheet_scores") == scored


def test_the_report_is_one_file_that_needs_no_network(hourglass, tmp_path):
    output = tmp_path / "report.html"
    done = hourglass.call("report", "--state", str(hourglass.state), "--output", str(output))
    assert done.returncode == 0, done.stderr
    page = output.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert "rows in quarantine" in page
    assert "hours out of range" in page


def test_the_password_of_the_source_is_nowhere_but_in_the_secret(hourglass):
    password = hourglass.source.split(":")[2].split("@")[0].encode()
    holders = [
        path.relative_to(hourglass.state)
        for path in hourglass.state.rglob("*")
        if path.is_file() and not path.name.startswith("state.sqlite") and password in path.read_bytes()
    ]
    assert holders == []


def test_no_name_or_e_mail_address_reaches_the_lake(hourglass):
    named = hourglass.query(
        "select table_name, column_name from information_schema.columns where table_schema = 'timesheets'"
    )
    columns = {row["column_name"] for row in named}
    assert "employee_id" in columns
    assert not columns & {"full_name", "email", "description"}
