"""A dbt project with a table, incremental models and a view, run twice against the embedded cloud."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from pyathena import connect

from localcloud.cloud import LocalCloud
from tests.conformance.clients import environment

PROJECT = Path(__file__).parent / "project"
FIRST, SECOND, THIRD = (date(2026, 1, day) for day in (5, 6, 7))


class Dbt:
    """dbt of the clients' environment, with a copy of the project, and what its tables hold."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        self._cloud = cloud
        self._folder = shutil.copytree(PROJECT, folder / "project")

    def run(self, run: int) -> None:
        command = [environment.python().with_name("dbt"), "run", "--profiles-dir", ".", "--vars", f"run: {run}"]
        variables = {**os.environ, **self._cloud.environment}
        done = subprocess.run(command, cwd=self._folder, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        reader = connect(
            endpoint_url=self._cloud.endpoint_url,
            region_name=self._cloud.region,
            aws_access_key_id="localcloud",
            aws_secret_access_key="localcloud",
            s3_staging_dir="s3://clients/results/",
            work_group="primary",
            poll_interval=0.05,
        )
        return list(reader.cursor().execute(sql).fetchall())


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dbt]:
    with LocalCloud(tmp_path_factory.mktemp("cloud")) as cloud:
        s3 = boto3.Session("localcloud", "localcloud").client(
            "s3", endpoint_url=cloud.endpoint_url, region_name=cloud.region
        )
        s3.create_bucket(Bucket="clients")
        yield Dbt(cloud, tmp_path_factory.mktemp("dbt"))


def test_a_first_run_builds_every_model(dbt: Dbt) -> None:
    dbt.run(1)

    assert dbt.rows("select * from dbt.entries order by 1") == [
        (1, Decimal("7.50"), FIRST),
        (2, Decimal("8.00"), SECOND),
    ]
    assert dbt.rows("select * from dbt.hours_by_day order by 3") == [
        (1, Decimal("7.50"), FIRST),
        (1, Decimal("8.00"), SECOND),
    ]
    assert dbt.rows("select * from dbt.seen order by 1, 2") == [(1, 1), (2, 1)]
    assert dbt.rows("select * from dbt.busy_days order by 1") == [(FIRST,), (SECOND,)]


def test_a_second_run_replaces_the_table_overwrites_its_days_and_appends(dbt: Dbt) -> None:
    dbt.run(2)

    assert dbt.rows("select entry_id from dbt.entries order by 1") == [(2,), (3,), (4,)]
    assert dbt.rows("select * from dbt.hours_by_day order by 3") == [
        (1, Decimal("7.50"), FIRST),
        (2, Decimal("4.50"), SECOND),
        (1, Decimal("6.00"), THIRD),
    ]
    assert dbt.rows("select * from dbt.seen order by 2, 1") == [(1, 1), (2, 1), (2, 2), (3, 2), (4, 2)]
    assert dbt.rows("select * from dbt.busy_days order by 1") == [(FIRST,), (THIRD,)]
