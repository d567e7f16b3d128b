"""Programs written for Athena work against the cloud with nothing but AWS_ENDPOINT_URL."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awswrangler as wr
import boto3
import pandas as pd
import pytest
from botocore.exceptions import ClientError
from pyathena import connect
from pyathena.cursor import DictCursor
from pyathena.pandas.cursor import PandasCursor
from sqlalchemy import create_engine, inspect, text

from localcloud.cloud import LocalCloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with pytest.MonkeyPatch.context() as patch, LocalCloud(Path(tmp_path_factory.mktemp("cloud"))) as running:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        boto3.setup_default_session()
        boto3.client("s3").create_bucket(Bucket="lake")
        ended(run("create database db"))
        ended(
            run(
                "create table db.t with (external_location='s3://lake/t/') as select * from (values "
                "(bigint '1', 'x', date '2026-01-05'), (2, null, date '2026-01-12')) v(a, s, week)"
            )
        )
        yield running


def test_a_table_of_files_is_described_as_it_was_made(cloud: LocalCloud) -> None:
    ended(
        run(
            "create external table db.csv (a string) row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
            "with serdeproperties ('separatorChar' = ';') stored as inputformat 'in.Format' outputformat 'out.Format' "
            "location 's3://lake/csv/'"
        )
    )
    asked = {"CatalogName": "AwsDataCatalog", "DatabaseName": "db", "TableName": "csv"}
    described = boto3.client("athena").get_table_metadata(**asked)["TableMetadata"]["Parameters"]

    assert described["serde.param.separatorChar"] == ";"
    assert (described["inputformat"], described["outputformat"]) == ("in.Format", "out.Format")
    assert described["location"] == "s3://lake/csv"


def test_a_database_may_be_quoted_in_the_context(cloud: LocalCloud) -> None:
    assert ended(run("describe t", QueryExecutionContext={"Database": "`db`"}))["Status"]["State"] == "SUCCEEDED"


def test_a_result_is_reused_when_the_query_allows_it(cloud: LocalCloud) -> None:
    def reused(sql: str, **more: Any) -> tuple[bool, int]:
        allowed = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
        execution = ended(run(sql, ResultReuseConfiguration=allowed, **more))
        assert execution["ResultReuseConfiguration"] == allowed
        statistics = execution["Statistics"]
        return statistics["ResultReuseInformation"]["ReusedPreviousResult"], statistics["DataScannedInBytes"]

    first, second = (reused("select a from db.t where a = 1") for _ in range(2))
    assert (first[0], second) == (False, (True, 0))
    assert not reused("select a from db.t where a = 2")[0]
    in_another = ended(run("select a from db.t where a = 1"))
    assert not in_another["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def run(sql: str, **more: Any) -> str:
    return str(boto3.client("athena").start_query_execution(QueryString=sql, **more)["QueryExecutionId"])


def ended(query_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = boto3.client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return dict(found)
        time.sleep(0.01)
    raise TimeoutError(query_id)


@pytest.mark.parametrize(
    "how",
    [
        {"ctas_approach": False},
        {"ctas_approach": True},
        {"ctas_approach": False, "unload_approach": True, "s3_output": "s3://lake/unload/"},
    ],
    ids=["csv", "ctas", "unload"],
)
def test_awswrangler_reads_a_query(cloud: LocalCloud, how: dict[str, Any]) -> None:
    frame = wr.athena.read_sql_query("select a, s from t order by a", database="db", **how)

    assert frame["a"].tolist() == [1, 2]
    assert frame["s"].tolist()[0] == "x"
    assert pd.isna(frame["s"].tolist()[1])


def test_awswrangler_reads_the_table_it_wrote(cloud: LocalCloud) -> None:
    frame = pd.DataFrame({"n": [1, 2], "p": ["x", "y"]})
    wr.s3.to_parquet(
        frame, path="s3://lake/written/", dataset=True, database="db", table="written", partition_cols=["p"]
    )

    assert wr.athena.read_sql_query("select n from written where p = 'y'", database="db")["n"].tolist() == [2]


def test_pyathena_cursors_read_rows(cloud: LocalCloud) -> None:
    connection = connect(work_group="primary", schema_name="db", region_name=cloud.region)

    rows = connection.cursor().execute("select a, s, week from t where a >= %(low)s order by a", {"low": 1}).fetchall()
    named = connection.cursor(DictCursor).execute("select a from t where a = ?", ["2"], paramstyle="qmark").fetchone()

    assert [row[:2] for row in rows] == [(1, "x"), (2, None)]
    assert named == {"a": 2}
    assert connection.cursor(PandasCursor).execute("select a from t order by a").fetchall() == [(1,), (2,)]


def test_pyathena_pages_through_more_rows_than_a_page_holds(cloud: LocalCloud) -> None:
    cursor = connect(work_group="primary", region_name=cloud.region).cursor()

    rows = cursor.execute("select x from unnest(sequence(1, 2500)) as u(x) order by x").fetchall()

    assert [row[0] for row in rows] == list(range(1, 2501))


def test_sqlalchemy_reads_rows_and_columns(cloud: LocalCloud) -> None:
    engine = create_engine("awsathena+rest://@athena.us-east-1.amazonaws.com:443/db?s3_staging_dir=s3://lake/stage/")

    with engine.connect() as connection:
        assert connection.execute(text("select a, s from t where a = :a"), {"a": 1}).fetchall() == [(1, "x")]
    assert [column["name"] for column in inspect(engine).get_columns("t")] == ["a", "s", "week"]


def test_the_same_token_gives_the_same_execution_and_other_parameters_an_error(cloud: LocalCloud) -> None:
    token = "t" * 32

    assert run("select 1", ClientRequestToken=token) == run("select 1", ClientRequestToken=token)
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        run("select 2", ClientRequestToken=token)


def test_a_stopped_query_is_cancelled_soon(cloud: LocalCloud) -> None:
    query_id = run(
        "select count(*) from unnest(sequence(1, 100000)) a(x) cross join unnest(sequence(1, 1000000)) b(y) "
        "where x * y % 7 = 3"
    )
    boto3.client("athena").stop_query_execution(QueryExecutionId=query_id)

    assert ended(query_id)["Status"]["State"] == "CANCELLED"


def test_a_failed_query_says_whose_fault_it_was(cloud: LocalCloud) -> None:
    status = ended(run("select nope from db.t"))["Status"]

    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved")
    assert status["AthenaError"]["ErrorCategory"] == 2
    assert status["AthenaError"]["Retryable"] is False


def test_a_statement_that_cannot_be_parsed_is_refused_at_once(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="line 1:7: mismatched input"):
        run("selec 1")


def test_a_workgroup_enforces_its_output_and_its_cutoff(cloud: LocalCloud) -> None:
    client = boto3.client("athena")
    client.create_work_group(
        Name="strict",
        Configuration={
            "ResultConfiguration": {"OutputLocation": "s3://lake/strict/"},
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )

    asked = ended(run("select 1 as x", WorkGroup="strict", ResultConfiguration={"OutputLocation": "s3://lake/other/"}))
    placed = ended(
        run("create table db.c with (external_location='s3://lake/c/') as select 1 as x", WorkGroup="strict")
    )

    assert asked["ResultConfiguration"]["OutputLocation"].startswith("s3://lake/strict/")
    assert placed["Status"]["State"] == "FAILED"
    assert "external_location" in placed["Status"]["StateChangeReason"]


def test_metadata_and_named_queries_are_there(cloud: LocalCloud) -> None:
    client = boto3.client("athena")
    named = client.create_named_query(Name="q", Database="db", QueryString="select 1")["NamedQueryId"]

    table = client.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="db", TableName="t")["TableMetadata"]
    assert [(column["Name"], column["Type"]) for column in table["Columns"]] == [
        ("a", "bigint"),
        ("s", "string"),
        ("week", "date"),
    ]
    assert client.batch_get_named_query(NamedQueryIds=[named])["NamedQueries"][0]["QueryString"] == "select 1"
    assert "db" in [d["Name"] for d in client.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]]
