"""Ingest from a streaming replica that is behind: what has not reached it lands when it has."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from postgres import EmbeddedPostgres
from simulator import simulate
from tests.e2e.conftest import execute
from tests.e2e.ingesting import Ingest, deployed

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    folder = tmp_path_factory.mktemp("primary")
    with EmbeddedPostgres(folder, durable=False, has_replicas=True) as server:
        simulate(server.url, 20, 3, 7, folder / "truth.csv")
        yield server


@pytest.fixture(scope="module")
def ingest(primary: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    with (
        EmbeddedPostgres(tmp_path_factory.mktemp("replica"), durable=False, follows=primary) as replica,
        deployed(tmp_path_factory.mktemp("ingest"), replica.url) as made,
    ):
        yield made


def replay(ingest: Ingest, call: str) -> None:
    with psycopg.connect(ingest.source, autocommit=True) as connection:
        connection.execute(f"select pg_wal_replay_{call}()")


def wait_for(ingest: Ingest, rows: int, condition: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ingest.value(f"select count(*) from timekeeping.timesheet where {condition}") != rows:
        assert time.monotonic() < deadline, "the replica does not catch up"
        time.sleep(0.05)


def test_rows_that_reach_the_replica_after_a_run_land_with_the_next_one(primary, ingest):
    assert ingest.value("select pg_is_in_recovery()")
    rows = ingest.must_run()["tables"]["timesheet"]["rows"]
    assert rows == ingest.value("select count(*) from timekeeping.timesheet") > 1

    replay(ingest, "pause")
    now = f"timestamp '{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    execute(primary.url, f"update timesheet set updated_at = {now}")
    behind = ingest.must_run()["tables"]["timesheet"]
    assert ingest.value(f"select count(*) from timekeeping.timesheet where updated_at = {now}") == 0
    assert behind["rows"] < rows

    replay(ingest, "resume")
    wait_for(ingest, rows, f"updated_at = {now}")
    assert ingest.must_run()["tables"]["timesheet"]["rows"] == rows


def test_nothing_is_written_to_the_replica(ingest):
    with psycopg.connect(ingest.source) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("create table timekeeping.ours (id integer)")
