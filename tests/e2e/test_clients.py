"""Software written for Athena reads the result with nothing but an endpoint."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from tests.e2e.conftest import HOURGLASS, Hourglass, execute

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


HOURS = "select week_start, count(*), sum(hours) from clean_timesheet_entry group by week_start"


def hours_by_week(athena) -> dict[str, tuple[str, str]]:
    """Rows and hours of each week, as a reader of the tables sees them now."""
    context = {"Database": "timesheets"}
    query = athena.start_query_execution(QueryString=HOURS, QueryExecutionContext=context)["QueryExecutionId"]
    while (found := athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"])["State"] in (
        "QUEUED",
        "RUNNING",
    ):
        time.sleep(0.01)
    assert found["State"] == "SUCCEEDED", found
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1:]
    return {row["Data"][0]["VarCharValue"]: tuple(cell["VarCharValue"] for cell in row["Data"][1:]) for row in rows}


def test_a_reader_sees_every_week_whole_while_a_run_publishes_through_the_cloud_that_is_up(hourglass, environment):
    named = {name.lower(): environment[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    athena = boto3.client("athena", endpoint_url=environment["AWS_ENDPOINT_URL"], region_name="us-east-1", **named)
    before = hours_by_week(athena)
    change = "update timesheet_entry set hours = hours + 0.25, updated_at = now() at time zone 'UTC' where hours < 20"
    execute(hourglass.source, change)
    seen, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(hours_by_week(athena))

    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(read)
        try:
            hourglass.must_run()
        finally:
            stop.set()
        reading.result()
    after = hours_by_week(athena)
    assert before.keys() == after.keys()
    assert all(before[week][0] == after[week][0] and before[week] != after[week] for week in before)
    assert before in seen
    for read_once in seen:
        assert read_once.keys() == before.keys()
        assert all(read_once[week] in (before[week], after[week]) for week in read_once)


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
