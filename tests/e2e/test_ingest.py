"""Ingest on a living database that misbehaves: what lands, what is said, that nothing keeps running, the next run.

One cloud with `ingest` alone, and one small company.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest

from tests.e2e.conftest import execute
from tests.e2e.ingesting import Ingest, deployed

CONNECTIONS = 10
DAYS = 14  # of one window of a first load


@pytest.fixture(scope="module")
def ingest(new_company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    source, state = new_company("ingested", employees=20, weeks=6), tmp_path_factory.mktemp("ingest")
    with deployed(state, source, SourceConnections=str(CONNECTIONS), WindowDays=str(DAYS)) as made:
        yield made


@contextmanager
def connections_of(source: str) -> Iterator[list[int]]:
    """How many other sessions the database has, while the block lasts."""
    counts, stop = [0], threading.Event()
    sql = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"

    def watch() -> None:
        with psycopg.connect(source, autocommit=True) as connection:
            while not stop.wait(0.01):
                counts.append(connection.execute(sql).fetchone()[0])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield counts
    finally:
        stop.set()
        thread.join()


@contextmanager
def instead_of(source: str, table: str, trap: str) -> Iterator[None]:
    """A view in place of the table whose rows spring a trap when they are imported, not when they are counted."""
    columns = {"travel": "travel_id, employee_id", "timesheet_entry": "entry_id, timesheet_id"}[table]
    spring = f"case when current_query() like '%select {columns}%' then {trap} end"
    execute(
        source,
        f"alter table {table} rename to {table}_data",
        f"create view {table} as select d.* from {table}_data d where ({spring}) is null",
    )
    try:
        yield
    finally:
        execute(source, f"drop view {table}", f"alter table {table}_data rename to {table}")


def dividing_by_zero(entry_id: int) -> str:
    return f"case when entry_id = {entry_id} then 1 / (entry_id - {entry_id}) end"


def test_a_first_load_is_committed_in_rounds_and_goes_on_behind_the_last_one_that_did_not_fail(ingest):
    newest = ingest.value("select entry_id from timekeeping.timesheet_entry order by updated_at desc limit 1")
    with (
        instead_of(ingest.source, "timesheet_entry", dividing_by_zero(newest)),
        connections_of(ingest.source) as counts,
    ):
        failed = ingest.run(scheduled_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    assert (failed["status"], failed["error"]) == ("FAILED", "StepFailedError")
    rounds, committed = ingest.manifests(), ingest.watermarks()["timesheet_entry"]
    assert len(rounds) > 2
    assert [each["more"] for each in rounds] == [True] * (len(rounds) - 1) + [False]
    assert "timesheet_entry" not in rounds[-1]["tables"]
    assert 1 < max(counts) <= CONNECTIONS

    last = ingest.must_run()
    following = ingest.manifests()[len(rounds)]["tables"]["timesheet_entry"]
    assert timedelta() < committed - datetime.fromisoformat(following["low"]) < timedelta(days=1)
    for table in ("timesheet_entry", "timesheet", "activity_day"):
        listed = [each["tables"][table]["new_rows"] for each in ingest.manifests() if table in each["tables"]]
        assert sum(listed) >= ingest.value(f"select count(*) from timekeeping.{table}"), table
    assert set(ingest.watermarks()) == {name for name, table in last["tables"].items() if table["high"]}


def test_the_same_schedule_event_twice_is_ingested_once(ingest):
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    before, both = len(ingest.manifests()), [ingest.start(scheduled_at=at) for _ in range(2)]
    ended = sorted((ingest.ended(arn) for arn in both), key=lambda each: each["status"])
    assert [each["status"] for each in ended] == ["FAILED", "SUCCEEDED"]
    assert ended[0]["error"] == "RunInProgressError"
    assert len(ingest.manifests()) == before + 1


def test_a_row_committed_late_with_an_old_timestamp_is_picked_up(ingest):
    late = datetime.now(UTC) - timedelta(minutes=30)
    execute(ingest.source, f"update travel set country = country, updated_at = '{late:%Y-%m-%d %H:%M:%S}'")
    landed = ingest.must_run()["tables"]["travel"]
    assert landed["rows"] == ingest.value("select count(*) from timekeeping.travel")


def test_a_clock_that_jumps_back_loses_nothing_and_moves_no_watermark_back(ingest):
    before = ingest.watermarks()
    ingest.must_run(scheduled_at=f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}")
    assert ingest.watermarks() == before


def test_a_backfill_reads_its_period_and_leaves_the_watermarks(ingest):
    before = ingest.watermarks()
    landed = ingest.must_run(window={"low": "2000-01-01T00:00:00Z", "high": "2100-01-01T00:00:00Z"})["tables"]
    assert landed["timesheet"]["rows"] == ingest.value("select count(*) from timekeeping.timesheet")
    assert ingest.watermarks() == before


def test_rows_without_a_check_value_or_a_split_key_are_landed_and_a_table_without_rows_too(ingest):
    execute(
        ingest.source,
        "alter table timesheet_entry drop constraint timesheet_entry_pkey",
        "alter table timesheet_entry alter column entry_id drop not null, alter column updated_at drop not null",
        "insert into timesheet_entry select null, timesheet_id, project_id, work_date, hours, task, bill_grade, source,"
        " description, created_at, null from timesheet_entry order by entry_id limit 3",
        "create table kept as select * from leave_day",
        "truncate leave_day",
    )
    landed = ingest.must_run()["tables"]
    assert landed["timesheet_entry"]["rows"] >= 3
    assert landed["leave_day"]["rows"] == 0
    execute(ingest.source, "delete from timesheet_entry where entry_id is null", "insert into leave_day table kept")


def alone(ingest: Ingest, found: dict[str, Any], table: str) -> str:
    """The cause of a run in which this table failed alone."""
    assert (found["status"], found["error"]) == ("FAILED", "StepFailedError"), found.get("cause")
    newest = ingest.manifests()[-1]
    assert table not in newest["tables"]
    assert len(newest["tables"]) == 10
    return found["cause"]


def everything(low: str = "2000-01-01T00:00:00Z") -> dict[str, Any]:
    return {"window": {"low": low, "high": "2100-01-01T00:00:00Z"}}


def test_a_step_that_fails_after_half_of_its_files_leaves_its_table_out_and_the_next_run_heals(ingest):
    last = ingest.value("select max(entry_id) from timekeeping.timesheet_entry")
    with instead_of(ingest.source, "timesheet_entry", dividing_by_zero(last)):
        before = ingest.watermarks()
        cause = alone(ingest, ingest.run(**everything()), "timesheet_entry")
        assert ingest.watermarks() == before
    assert cause.startswith("Import timesheet_entry: ")
    assert "division by zero" in cause
    landed = ingest.must_run(**everything())["tables"]["timesheet_entry"]
    assert landed["rows"] == ingest.value("select count(*) from timekeeping.timesheet_entry")


def test_a_table_that_vanishes_before_its_import_is_left_out_and_the_next_run_heals(ingest):
    run = ingest.start(**everything())
    while "Import the tables" not in ingest.entered(run):
        time.sleep(0.02)
    execute(ingest.source, "alter table travel rename to journey")  # the last one to be imported
    cause = alone(ingest, ingest.ended(run), "travel")
    execute(ingest.source, "alter table journey rename to travel")
    assert 'relation "timekeeping.travel" does not exist' in cause
    assert "travel" in ingest.must_run(**everything())["tables"]


def test_a_connection_that_is_cut_in_the_middle_of_a_table_leaves_it_out_and_the_next_run_heals(ingest):
    cut = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
        "where query like '%select travel_id, employee_id%' and state = 'active' and pid <> pg_backend_pid()"
    )
    with instead_of(ingest.source, "travel", "pg_sleep(60)::text"):
        run = ingest.start(**everything())
        while not ingest.value(cut):
            time.sleep(0.05)
        cause = alone(ingest, ingest.ended(run), "travel")
    assert cause.startswith("Import travel: ")
    assert "connection" in cause
    assert "travel" in ingest.must_run(**everything())["tables"]


@contextmanager
def no_disk_for(folder: Path) -> Iterator[None]:
    """Objects whose keys begin like this folder cannot be stored: a file is in the way, as on a disk that is full."""
    aside = folder.with_name(f"{folder.name}.aside")
    folder.mkdir(parents=True, exist_ok=True)
    folder.rename(aside)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def test_a_copy_that_finds_no_disk_fails_the_run_shows_nothing_of_it_and_the_next_run_heals(ingest):
    before = ingest.watermarks(), ingest.manifests()
    with no_disk_for(ingest.state / "objects" / ingest.ids["LakeBucket"] / "raw" / "travel"):
        failed = ingest.run(**everything())
    assert (failed["status"], failed["error"]) == ("FAILED", "StepFailedError")
    assert failed["cause"].startswith("Copy ")
    assert (ingest.watermarks(), ingest.manifests()) == before
    landed = ingest.must_run(**everything())["tables"]["travel"]
    assert landed["rows"] == ingest.value("select count(*) from timekeeping.travel")


def test_a_database_that_is_killed_in_the_middle_fails_the_run_and_the_next_one_heals(ingest):
    name, manifests = ingest.source.rsplit("/", 1)[1], len(ingest.manifests())
    admin = ingest.source.rsplit("/", 1)[0] + "/postgres"
    with instead_of(ingest.source, "travel", "pg_sleep(60)::text"):
        run = ingest.start(**everything())
        active = (
            "select count(*) from pg_stat_activity where query like '%select travel_id, employee_id%' "
            "and state = 'active' and pid <> pg_backend_pid()"
        )
        while not ingest.value(active):
            time.sleep(0.05)
        end_sessions = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        execute_as_admin(admin, f"alter database {name} with allow_connections false", end_sessions)
        found = ingest.ended(run)
        execute_as_admin(admin, f"alter database {name} with allow_connections true")
    assert found["status"] == "FAILED"
    assert "not currently accepting connections" in found["cause"]
    assert "\n" not in found["cause"].strip()
    assert len(ingest.manifests()) == manifests
    ingest.must_run(**everything())


def execute_as_admin(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_an_execution_that_somebody_stops_leaves_no_cluster_and_the_next_run_heals(ingest):
    run = ingest.start(**everything())
    while not ingest.living():
        time.sleep(0.02)
    boto3.client("stepfunctions").stop_execution(executionArn=run)
    deadline = time.monotonic() + 120
    while ingest.living():
        assert time.monotonic() < deadline, "the cluster lives on"
        time.sleep(0.05)
    ingest.must_run()


def test_a_source_that_lets_nobody_in_fails_the_run_and_the_next_one_heals(ingest):
    """A password that was changed there, and TLS that it demands of a URL without it."""
    admin, name = ingest.source.rsplit("/", 1)[0] + "/postgres", ingest.source.rsplit("/", 1)[1]
    manifests = len(ingest.manifests())
    ingest.give_secret("an-older-password")
    refused = ingest.run()
    ingest.give_secret(ingest.password)
    let_in(admin, f"hostnossl {name} all all reject", ANYBODY)
    not_encrypted = ingest.run()
    let_in(admin, ANYBODY)
    assert [refused["status"], not_encrypted["status"]] == ["FAILED", "FAILED"]
    assert "password authentication failed" in refused["cause"]
    assert f'database "{name}", no encryption' in not_encrypted["cause"]
    assert len(ingest.manifests()) == manifests
    ingest.must_run()


ANYBODY = "host all all 127.0.0.1/32 scram-sha-256"


def let_in(admin: str, *rules: str) -> None:
    """Who may connect to the server, and how."""
    with psycopg.connect(admin, autocommit=True) as connection:
        file = connection.execute("select current_setting('hba_file')").fetchone()[0]
        lines = ", ".join(f"('{rule}')" for rule in rules)
        connection.execute(f"copy (values {lines}) to program $$cat > '{file}'$$")
        connection.execute("select pg_reload_conf()")


def test_what_ingest_leaves_behind_never_holds_the_password(ingest):
    """Objects, logs, step arguments, histories and every service's state, but for the secret itself."""
    secrets = [ingest.password, "an-older-password"]
    states, emr = boto3.client("stepfunctions"), boto3.client("emr")
    left = [path.read_bytes() for path in ingest.state.rglob("*") if path.is_file() and "sqlite" not in path.name]
    machine = ingest.ids["IngestStateMachine"]
    for run in states.list_executions(stateMachineArn=machine)["executions"]:
        pages = states.get_paginator("get_execution_history").paginate(executionArn=run["executionArn"])
        left += [json.dumps(page["events"], default=str).encode() for page in pages]
    clusters = emr.list_clusters()["Clusters"]
    for cluster in clusters:
        pages = emr.get_paginator("list_steps").paginate(ClusterId=cluster["Id"])
        left += [json.dumps(page["Steps"], default=str).encode() for page in pages]
    for table in ("LedgerTable", "TokensTable", "LocksTable", "WatermarksTable"):
        left.append(json.dumps(ingest.items(table)).encode())
    assert len(left) > 100
    assert len(clusters) > 5
    assert [secret for secret in secrets for body in left if secret.encode() in body] == []
