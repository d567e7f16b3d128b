"""A source that cannot be ingested: one sentence, exit 1, everything as before, and a following run that heals."""

import re

import psycopg
import pytest

from tests.e2e.conftest import ROOT, Hourglass, execute, new_database

SCHEMA = ROOT / "simulator" / "source.sql"


@pytest.fixture(scope="module")
def hourglass(new_company, tmp_path_factory: pytest.TempPathFactory) -> Hourglass:
    """A company that was ingested once, without trouble."""
    first = Hourglass(tmp_path_factory.mktemp("bad") / "state", new_company("bad_sources", employees=60, weeks=4))
    first.must_run()
    return first


def with_port(url: str, port: int) -> str:
    return re.sub(r":\d+/", f":{port}/", url)


def with_password(url: str, password: str) -> str:
    return re.sub(r":[^:@/]+@", f":{password}@", url)


def test_a_database_that_does_not_answer_is_named(hourglass):
    before = hourglass.value("select count(*) from timesheet_scores")
    done = hourglass.run(with_port(hourglass.source, 1))
    assert done.returncode == 1
    assert "Launch the cluster" in done.stderr
    assert re.search(r"127\.0\.0\.1:1 refused|Connection refused", done.stderr)
    assert "Traceback" not in done.stderr
    assert hourglass.value("select count(*) from timesheet_scores") == before


def test_a_wrong_password_is_named_and_not_shown(hourglass):
    done = hourglass.run(with_password(hourglass.source, "not-the-password"))
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
    assert "not-the-password" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("spoil", "mend", "sentence"),
    [
        (
            "alter table timekeeping.travel rename to journey",
            "alter table timekeeping.journey rename to travel",
            r"travel",
        ),
        (
            "alter table timekeeping.employee rename column grade to level",
            "alter table timekeeping.employee rename column level to grade",
            r"grade",
        ),
        (
            "alter table timekeeping.timesheet_entry alter column task type text",
            "alter table timekeeping.timesheet_entry alter column task type integer using task::integer",
            r"timesheet_entry\.task is text, but integer is expected",
        ),
    ],
    ids=["table", "column", "type"],
)
def test_a_table_of_another_shape_is_named_while_the_others_go_on_and_the_next_run_heals(
    hourglass, spoil, mend, sentence
):
    changed = "update country set weekly_hours = weekly_hours - 0.25"
    execute(hourglass.source, spoil, changed)
    try:
        done = hourglass.run()
    finally:
        execute(hourglass.source, mend)
    assert done.returncode == 1
    assert re.search(sentence, done.stderr), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert hourglass.value("select max(weekly_hours) from clean_country") == str(weekly_hours(hourglass))
    hourglass.must_run()


def weekly_hours(hourglass):
    with psycopg.connect(hourglass.source) as connection:
        return connection.execute("select max(weekly_hours) from timekeeping.country").fetchone()[0]


def test_a_source_that_has_nothing_of_its_mapping_stops_the_run(hourglass):
    execute(hourglass.source, "alter schema timekeeping rename to elsewhere")
    try:
        done = hourglass.run()
    finally:
        execute(hourglass.source, "alter schema elsewhere rename to timekeeping")
    assert done.returncode == 1
    assert "“Check the columns”: SourceSchemaError: the source has no table timekeeping." in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_doctor_says_what_to_fix_before_a_run_fails(hourglass):
    execute(hourglass.source, "drop index timekeeping.employee_updated_at_idx")
    assert "no index on updated_at" in hourglass.call("doctor", "--source", hourglass.source).stdout
    execute(hourglass.source, "alter table timekeeping.employee rename column grade to level")
    sick = hourglass.call("doctor", "--source", hourglass.source)
    execute(hourglass.source, "alter table timekeeping.employee rename column level to grade")
    assert sick.returncode == 1
    assert "no column timekeeping.employee.grade" in sick.stdout


def test_a_call_that_cannot_be_read_is_told_apart_from_work_that_failed(hourglass):
    assert hourglass.run("oracle://u:p@127.0.0.1/db").returncode == 2
    assert hourglass.run("postgresql://127.0.0.1/db").returncode == 2
    assert hourglass.call("query", "--state", str(hourglass.state)).returncode == 2
    period = ("--from", "2026-02-01", "--to", "2026-01-01")
    assert hourglass.call("run", "--source", hourglass.source, "--state", str(hourglass.state), *period).returncode == 2
    refused = hourglass.call("query", "select nothing from nowhere", "--state", str(hourglass.state))
    assert (refused.returncode, "nowhere" in refused.stderr) == (1, True)


def test_an_empty_database_is_a_success_with_no_suspects(postgres, tmp_path):
    url = new_database(postgres, "nobody_works_here")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
    empty = Hourglass(tmp_path / "state", url)
    assert "No timesheet is suspect." in empty.must_run()
    assert empty.value("select count(*) from suspect_timesheets") == "0"
    report = empty.call("report", "--state", str(empty.state), "--output", str(tmp_path / "r.html"))
    assert report.returncode == 0, report.stderr
