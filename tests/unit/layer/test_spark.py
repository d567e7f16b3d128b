from datetime import UTC, datetime

import pytest
from hourglass.commands import Access
from hourglass.errors import SettingsError
from hourglass.imports import Landing, table_import
from hourglass.sources import load_source
from hourglass.spark import Spark
from hourglass.windows import Window

SOURCE = load_source("timekeeping")
ACCESS = Access(
    connect="jdbc:postgresql://db.internal:5432/company",
    secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:source",
    region="us-east-1",
    scripts={"import_table.py": "s3://lake/jobs/abc/import_table.py"},
    driver="s3://lake/jobs/jdbc/postgresql-42.7.14.jar",
)
WINDOW = Window(None, datetime(2026, 11, 23, 8, tzinfo=UTC))
LANDING = Landing("20261123t080000-5f0e6c1a", "2026-11-23")


def command(name: str) -> list[str]:
    wanted = table_import(SOURCE, SOURCE.table(name), WINDOW, LANDING)
    return list(Spark().command(ACCESS, wanted).arguments)


def value(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1]


def test_the_job_is_submitted_with_the_driver_of_the_lake_and_the_avro_of_emr():
    arguments = command("holiday")
    assert arguments[:3] == ["spark-submit", "--deploy-mode", "client"]
    jars = "/usr/lib/spark/external/lib/spark-avro.jar,s3://lake/jobs/jdbc/postgresql-42.7.14.jar"
    assert value(arguments, "--jars") == jars
    assert "--packages" not in arguments


def test_a_small_table_is_read_over_one_connection_with_dates_and_decimals_as_strings():
    arguments = command("country")
    of_the_job = arguments[arguments.index(ACCESS.scripts["import_table.py"]) + 1 :]
    assert of_the_job == [
        "--connect",
        ACCESS.connect,
        "--secret",
        ACCESS.secret_arn,
        "--query",
        "select country, utc_offset_min, work_days, weekly_hours from timekeeping.country where 1 = 1 and $CONDITIONS",
        "--types",
        "country=string,utc_offset_min=int,work_days=string,weekly_hours=string",
        "--target-dir",
        "hdfs:///landing/20261123t080000-5f0e6c1a/country/ingest_date=2026-11-23/run_id=20261123t080000-5f0e6c1a",
    ]


def test_a_large_table_is_read_in_the_ranges_of_sqoop_over_no_more_connections():
    arguments = command("timesheet_entry")
    assert value(arguments, "--connections") == "4"
    assert value(arguments, "--split-by") == "entry_id"
    assert value(arguments, "--boundary-query").startswith("select case when count(*) = count(entry_id) then min(")
    assert {"spark.dynamicAllocation.maxExecutors=4", "spark.speculation=false"} <= set(arguments)


def test_the_password_is_encrypted_on_its_way_to_the_executors():
    encrypted = {"spark.authenticate", "spark.network.crypto.enabled", "spark.io.encryption.enabled"}
    assert {f"{name}=true" for name in encrypted} <= set(command("holiday"))


def test_without_a_driver_in_the_lake_nothing_is_launched():
    access = Access(ACCESS.connect, ACCESS.secret_arn, ACCESS.region, ACCESS.scripts)
    with pytest.raises(SettingsError, match="under jobs/jdbc/ in the lake bucket"):
        Spark().preparation(access)
