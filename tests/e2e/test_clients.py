"""Software written for Athena reads the result with nothing but an endpoint."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import HOURGLASS, Hourglass

READ_WITH_AWSWRANGLER = """
import awswrangler as wr
frame = wr.athena.read_sql_query("select * from suspect_timesheets", database="timesheets")
print(len(frame), ",".join(frame.columns))
"""
READ_WITH_SQLALCHEMY = """
import os
from sqlalchemy import create_engine, text
url = "awsathena+rest://:@athena.us-east-1.amazonaws.com:443/timesheets?endpoint_url=" + os.environ["AWS_ENDPOINT_URL"]
with create_engine(url).connect() as connection:
    rows = connection.execute(text("select * from suspect_timesheets"))
    print(len(rows.fetchall()), ",".join(rows.keys()))
"""


@pytest.fixture(scope="module")
def hourglass(new_company, tmp_path_factory: pytest.TempPathFactory) -> Hourglass:
    ready = Hourglass(tmp_path_factory.mktemp("clients") / "state", new_company("clients", employees=60, weeks=4))
    ready.must_run()
    return ready


@pytest.fixture(scope="module")
def environment(hourglass) -> Iterator[dict[str, str]]:
    """What `hourglass up` prints."""
    command = [HOURGLASS, "up", "--state", str(hourglass.state), "--port", "45701"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as up:
        exports: dict[str, str] = {}
        for line in up.stdout:
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").strip().partition("=")
                exports[name] = value
            elif exports:
                break
        yield {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **exports}
        up.terminate()


@pytest.mark.parametrize("code", [READ_WITH_AWSWRANGLER, READ_WITH_SQLALCHEMY], ids=["awswrangler", "sqlalchemy"])
def test_a_client_reads_the_suspects(code, hourglass, environment):
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    count, names = done.stdout.split()
    assert int(count) == int(hourglass.value("select count(*) from suspect_timesheets")) > 0
    assert names.startswith("suspect_rank,timesheet_id,employee_id")
    assert names.endswith("week_start")


def test_other_commands_use_the_cloud_that_is_up(hourglass, environment):
    assert hourglass.value("select 1") == "1"
    again = hourglass.call("up", "--state", str(hourglass.state), "--port", "45702")
    assert again.returncode == 1
    assert "is served already" in again.stderr


def test_a_run_through_the_cloud_that_is_up_succeeds(hourglass, environment):
    hourglass.must_run()


def test_a_query_can_be_written_as_parquet(hourglass, environment, tmp_path: Path):
    import pyarrow.parquet

    output = tmp_path / "suspects.parquet"
    done = hourglass.call(
        "query",
        "select * from suspect_timesheets",
        "--state",
        str(hourglass.state),
        "--format",
        "parquet",
        "--output",
        str(output),
    )
    assert done.returncode == 0, done.stderr
    schema = pyarrow.parquet.read_schema(output)
    assert str(schema.field("timesheet_id").type) == "int64"
    assert str(schema.field("week_start").type) == "date32[day]"
