"""A whole run by the engine spark, from the command line: the auditors' tables are those of a run by sqoop."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from postgres import EmbeddedPostgres
from simulator import simulate
from tests.e2e.conftest import Hourglass, fingerprint

LONGEST_SECONDS = 1800


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("company")
    with EmbeddedPostgres(folder / "postgres", durable=False) as server:
        simulate(server.url, 60, 4, 7, folder / "truth.csv")
        yield server.url


def test_both_engines_give_the_auditors_the_same_tables(company: str, tmp_path: Path) -> None:
    sqoop, spark = Hourglass(tmp_path / "sqoop", company), Hourglass(tmp_path / "spark", company)
    sqoop.must_run()
    arguments = ("run", "--engine", "spark", "--source", company, "--state", str(spark.state))
    done = spark.call(*arguments, timeout=LONGEST_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((spark.state / "objects").glob("*/jobs/*/import_table*.py")), "the engine was not spark"
    found = fingerprint(spark)
    assert found["entries"]
    assert found == fingerprint(sqoop)

    spark.must_run()  # by sqoop, from the watermarks of spark
    manifests = sorted((spark.state / "objects").glob("*/raw/_manifests/*.json"))
    assert len(manifests) == 2
    assert {table["new_rows"] for table in json.loads(manifests[-1].read_text())["tables"].values()} == {0}
    assert fingerprint(spark) == found
