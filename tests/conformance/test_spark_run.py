"""Whole runs by the engine spark, from the command line: the lake is the one of sqoop, to the last row."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from postgres import EmbeddedPostgres
from simulator import simulate
from tests.conformance.paths import ROOT
from tests.e2e.conftest import Hourglass, execute, fingerprint, read_tables
from tests.e2e.test_ingest import connections_of

LONGEST_SECONDS = 1800
SOURCE_CONNECTIONS = 10  # SourceConnections of template.yaml
CLEAN = [path.stem for path in sorted((ROOT / "sql" / "clean").glob("*.sql"))]
BAD_DAY = (
    "alter table timesheet_entry drop constraint timesheet_entry_pkey",
    "alter table timesheet_entry alter column entry_id drop not null, alter column updated_at drop not null",
    "insert into timesheet_entry select null, timesheet_id, project_id, work_date, hours, task, bill_grade, source,"
    " description, created_at, null from timesheet_entry order by entry_id limit 3",
    "truncate travel",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small company with a table without rows, and entries without the key by which connections divide them."""
    folder = tmp_path_factory.mktemp("company")
    with EmbeddedPostgres(folder / "postgres", durable=False) as server:
        simulate(server.url, 60, 6, 7, folder / "truth.csv")
        execute(server.url, *BAD_DAY)
        yield server.url


def run_spark(hourglass: Hourglass) -> None:
    arguments = ("run", "--engine", "spark", "--source", hourglass.source, "--state", str(hourglass.state))
    done = hourglass.call(*arguments, timeout=LONGEST_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


def lake(hourglass: Hourglass) -> dict[str, Any]:
    """Every row of the clean tables but for the run that has brought it, and what auditors see."""
    found = read_tables(hourglass.state, *(f"select * from {name}" for name in CLEAN))
    clean = {
        name: sorted(json.dumps({**row, "run_id": None}, sort_keys=True) for row in rows)
        for name, rows in zip(CLEAN, found, strict=True)
    }
    return {**clean, **fingerprint(hourglass)}


def new_rows(hourglass: Hourglass) -> list[dict[str, int]]:
    """What the runs have found new, by table."""
    manifests = [json.loads(path.read_text()) for path in (hourglass.state / "objects").glob("*/raw/_manifests/*.json")]
    manifests.sort(key=lambda each: each["verified_at"])
    tables = [name.removeprefix("clean_") for name in CLEAN]
    return [{name: each["tables"][name]["new_rows"] for name in tables} for each in manifests]


def test_both_engines_make_the_same_lake_and_go_on_from_each_others_watermarks(company: str, tmp_path: Path) -> None:
    sqoop, spark = Hourglass(tmp_path / "sqoop", company), Hourglass(tmp_path / "spark", company)
    sqoop.must_run()
    with connections_of(company) as counts:
        run_spark(spark)
    assert list((spark.state / "objects").glob("*/jobs/*/import_table*.py")), "the engine was not spark"
    assert 1 < max(counts) <= SOURCE_CONNECTIONS
    assert new_rows(spark) == new_rows(sqoop)
    expected = lake(sqoop)
    assert {name for name in CLEAN if not expected[name]} == {"clean_travel"}
    assert lake(spark) == expected

    run_spark(spark)
    spark.must_run()  # by sqoop, from the watermarks of spark
    assert [set(found.values()) for found in new_rows(spark)[1:]] == [{0}, {0}]
    assert lake(spark) == expected
