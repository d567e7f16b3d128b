"""The whole path from outside: an embedded PostgreSQL, the `hourglass` command, the tables."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from postgres import EmbeddedPostgres
from simulator import simulate

HOURGLASS = Path(sys.executable).parent / "hourglass"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Hourglass:
    """The command line on one state folder and one source."""

    state: Path
    source: str
    mapping: str = "timekeeping"

    def call(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [HOURGLASS, *arguments], capture_output=True, text=True, timeout=timeout, check=False, cwd=self.state.parent
        )

    def run(self, source: str | None = None, *more: str) -> subprocess.CompletedProcess[str]:
        arguments = ("--source", source or self.source, "--mapping", self.mapping, "--state", str(self.state))
        return self.call("run", *arguments, *more)

    def must_run(self, *more: str) -> str:
        done = self.run(None, *more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, sql: str) -> list[dict[str, str]]:
        done = self.call("query", sql, "--state", str(self.state), "--format", "csv")
        assert done.returncode == 0, done.stdout + done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def value(self, sql: str) -> str:
        return next(iter(self.query(sql)[0].values()))


def fingerprint(hourglass: Hourglass) -> dict[str, Any]:
    """The content of every table that readers see, whatever run wrote it."""
    features = "select * from timesheet_features order by week_start, timesheet_id"
    scores = (
        "select timesheet_id, employee_id, round(score, 9) as score, reason_codes, explanation, week_start "
        "from timesheet_scores order by week_start, timesheet_id"
    )
    suspects = "select suspect_rank, timesheet_id, reason_codes, week_start from suspect_timesheets order by 4, 1"
    entries = (
        "select entry_id, timesheet_id, project_id, work_date, hours, task, bill_grade, source, created_at, updated_at "
        "from clean_timesheet_entry order by entry_id"
    )
    queries = {"features": features, "scores": scores, "suspects": suspects, "entries": entries}
    return dict(zip(queries, read_tables(hourglass.state, *queries.values()), strict=True))


def read_tables(state: Path, *queries: str) -> list[list[dict[str, Any]]]:
    """The rows of each query; one start of the cloud for all of them."""
    command = [sys.executable, Path(__file__).parent / "read_tables.py", state, *queries]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def new_company(postgres: EmbeddedPostgres):
    """A function that makes a database with a simulated company in it; its URL."""

    def make(name: str, employees: int = 150, weeks: int = 8, seed: int = 7) -> str:
        url = new_database(postgres, name)
        simulate(url, employees, weeks, seed, postgres.folder / f"{name}.csv")
        return url

    return make


def new_database(postgres: EmbeddedPostgres, name: str) -> str:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return postgres.url.rsplit("/", 1)[0] + f"/{name}"


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set search_path to timekeeping")
        for statement in statements:
            connection.execute(statement)


def sample(function: str) -> dict[str, Any]:
    return json.loads((ROOT / "events" / f"{function}.json").read_text(encoding="utf-8"))
