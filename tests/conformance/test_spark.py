"""The engines sqoop and spark land the same from databases with bad days, and the password stays where it belongs.

Both run on clusters of the embedded cloud, with the very steps that the product makes of the same imports.
"""

import contextlib
import gzip
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from hourglass.commands import COMMAND_RUNNER, Access, Command
from hourglass.engines import ENGINES
from hourglass.imports import Import, Split

from cli.spark import find_driver
from localcloud import objects
from localcloud.cloud import LocalCloud
from mariadb import EmbeddedMariaDB
from mariadb.embedded import USER
from tests.conformance.avro import AvroFile, read_avro
from tests.conformance.databases import Database

JOBS = Path(__file__).parents[2] / "jobs"
LAKE = "lake"
PATIENCE_SECONDS = 900
INSTANCES = {"InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]}


def split(table: str, connections: int) -> Split:
    """As the product divides a table."""
    by = "coalesce(id, 0)"
    return Split(by, f"select min({by}), max({by}) from {table}", connections)


def imported(table: str, connections: int, **types: str) -> Import:
    """Some columns of a table."""
    query = f"select {', '.join(types)} from {table} where $CONDITIONS"
    return Import(query, f"hdfs:///landing/{table}_{connections}", types, split(table, connections))


def whole(name: str, query: str, **types: str) -> Import:
    """All that a query answers, over one connection."""
    return Import(query, f"hdfs:///landing/{name}", types)


GAPS = {"id": "bigint", "small": "integer", "amount": "numeric", "day": "date", "moment": "timestamp", "words": "text"}
DAYS = {"id": "integer", "day": "date", "moment": "timestamp", "zoned": "timestamp"}
TOTALS = (
    "select * from (select 'gaps' as table_name, count(*) as row_count, sum(amount) as total, min(moment) as lowest, "
    "max(moment) as highest from gaps union all select 'empty', count(*), sum(amount), cast(null as timestamp), "
    "cast(null as timestamp) from empty) as control_total where $CONDITIONS"
)
IMPORTS = (
    imported(
        "every_type", 3, id="bigint", small="integer", whole="integer", big="bigint", yes="boolean", amount="numeric",
        exact="numeric", huge="numeric", words="text", fixed="text", day="date", moment="timestamp",
        second="timestamp", zoned="timestamp",
    ),
    imported("empty", 4, id="bigint", words="text", amount="numeric"),
    imported("single", 4, id="bigint", words="text"),
    imported("gaps", 2, **GAPS),
    imported("gaps", 7, **GAPS),
    imported("many", 4, id="integer", k="integer", words="text", amount="numeric", moment="timestamp"),
    whole("old_day", "select id, day, moment, zoned from old_day where $CONDITIONS", **DAYS),
    whole("endless_day", "select id, day, moment, zoned from endless_day where $CONDITIONS", **DAYS),
    whole("totals", TOTALS, table_name="text", row_count="bigint", total="numeric", lowest="timestamp",
          highest="timestamp"),
    whole(
        "expressions", "select length(words) as length, words !~ 'o' as plain, cast(null as date) as never from gaps "
        "where $CONDITIONS", length="integer", plain="boolean", never="date",
    ),
)  # fmt: skip
# Text and times as the product asks MariaDB for them (hourglass/queries.py); names with quotes only by another name.
MARIADB_TABLE = """
create table bad_day (
    id bigint primary key, yes boolean, whole int, amount decimal(12, 2), words text, `day` date, moment datetime(6),
    `odd ``name` varchar(10)
) character set utf8mb4
"""
MARIADB_ROWS = (
    (1, True, 5, "7.50", "plain", "2026-01-05", "2026-01-05 09:00:00", "a"),
    (2, None, None, None, None, None, None, None),
    (3, False, -2147483648, "-9999999999.99", "", "1970-01-01", "1969-12-31 23:59:59.999999", "b"),
    (40, True, 2147483647, "0.00", 'one\ntwo "q" \\ 😀', "1582-10-10", "1000-01-01 00:00:00.000001", ""),
    (41, True, 0, "1.10", "id", "9999-12-31", "9999-12-31 23:59:59.999999", "words"),
)
BAD_DAY = Import(
    query="select id, yes, whole, cast(amount as char) as amount, words, cast(`day` as char) as `day`, "
    "cast(moment as char) as moment, `odd ``name` as odd_name from bad_day where $CONDITIONS",
    directory="hdfs:///landing/bad_day",
    types={"id": "bigint", "yes": "boolean", "whole": "integer", "amount": "numeric", "words": "text", "day": "date",
           "moment": "timestamp", "odd_name": "text"},
    split=split("bad_day", 3),
)  # fmt: skip
BY_DATABASE = {"postgresql": IMPORTS, "mariadb": (BAD_DAY,)}
NAMES = [each.directory.rsplit("/", 1)[-1] for imports in BY_DATABASE.values() for each in imports]


class Aws:
    """Clients of a running cloud whose lake holds the scripts and the driver, as a launch finds them."""

    def __init__(self, cloud: LocalCloud, databases: Mapping[str, Database]) -> None:
        self.state = cloud.state_dir
        access = {"endpoint_url": cloud.endpoint_url, "region_name": "us-east-1"}
        access |= {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        self.emr, self.s3 = boto3.client("emr", **access), boto3.client("s3", **access)
        self.secrets = boto3.client("secretsmanager", **access)
        self.s3.create_bucket(Bucket=LAKE)
        scripts = {name: f"s3://{LAKE}/jobs/{name}" for engine in ENGINES.values() for name in engine.scripts}
        for name in scripts:
            self.s3.upload_file(str(JOBS / name), LAKE, f"jobs/{name}")
        self._scripts = scripts
        self.access = {name: self._access(name, database) for name, database in databases.items()}

    def _access(self, name: str, database: Database) -> Access:
        driver = find_driver(database.jdbc_url)
        self.s3.upload_file(str(driver), LAKE, f"jobs/jdbc/{driver.name}")
        return Access(
            connect=database.jdbc_url,
            secret_arn=self.keep_secret(name, database.username, database.password),
            region="us-east-1",
            scripts=self._scripts,
            driver=f"s3://{LAKE}/jobs/jdbc/{driver.name}",
        )

    def keep_secret(self, name: str, username: str, password: str) -> str:
        secret = json.dumps({"username": username, "password": password})
        return str(self.secrets.create_secret(Name=name, SecretString=secret)["ARN"])

    def launch(self, engine: str, commands: Mapping[str, Command]) -> str:
        """Starts a cluster that stays; a failed step ends nothing."""
        steps = [
            {
                "Name": name,
                "ActionOnFailure": "CONTINUE",
                "HadoopJarStep": {"Jar": command.jar, "Args": list(command.arguments)},
            }
            for name, command in commands.items()
        ]
        answer = self.emr.run_job_flow(
            Name=engine,
            ReleaseLabel=ENGINES[engine].release_label,
            Applications=[{"Name": name} for name in ENGINES[engine].applications],
            LogUri=f"s3://{LAKE}/logs/",
            ServiceRole="service",
            JobFlowRole="node",
            Instances={**INSTANCES, "KeepJobFlowAliveWhenNoSteps": True},
            Steps=steps,
        )
        return str(answer["JobFlowId"])

    def steps(self, cluster_id: str) -> dict[str, dict[str, Any]]:
        pages = self.emr.get_paginator("list_steps").paginate(ClusterId=cluster_id)
        return {step["Name"]: step for page in pages for step in page["Steps"]}

    def wait(self, cluster_id: str) -> dict[str, dict[str, Any]]:
        """The steps, by name, once all have ended."""
        ended = {"COMPLETED", "FAILED", "CANCELLED"}
        return until(
            lambda: self.steps(cluster_id), lambda found: {s["Status"]["State"] for s in found.values()} <= ended
        )

    def end(self, cluster_id: str) -> None:
        self.emr.terminate_job_flows(JobFlowIds=[cluster_id])
        cluster = self.emr.describe_cluster
        until(lambda: cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"], lambda s: s.startswith("TERMINATED"))


def until(look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def copy(prefix: str) -> Command:
    return Command(COMMAND_RUNNER, ("s3-dist-cp", "--src=hdfs:///landing/", f"--dest=s3://{LAKE}/{prefix}/"))


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with EmbeddedMariaDB(tmp_path_factory.mktemp("mariadb"), durable=False) as server:
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(MARIADB_TABLE)
            cursor.executemany("insert into bad_day values (%s, %s, %s, %s, %s, %s, %s, %s)", MARIADB_ROWS)
        yield Database(f"jdbc:mariadb://127.0.0.1:{server.port}/{server.database}", USER, server.password)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, postgresql: Database, mariadb: Database) -> Iterator[Aws]:
    with LocalCloud(tmp_path_factory.mktemp("spark")) as cloud:
        yield Aws(cloud, {"postgresql": postgresql, "mariadb": mariadb})


@pytest.fixture(scope="module")
def landed(aws: Aws) -> Iterator[dict[str, Mapping[str, list[AvroFile]]]]:
    """What each engine has landed, by import: its files in order."""
    clusters = {}
    for engine in ENGINES:
        commands = {
            each.directory.rsplit("/", 1)[-1]: ENGINES[engine].command(aws.access[database], each)
            for database, imports in BY_DATABASE.items()
            for each in imports
        }
        clusters[engine] = aws.launch(engine, {**commands, "copy": copy(engine)})
    for cluster_id in clusters.values():
        ended = {name: step["Status"] for name, step in aws.wait(cluster_id).items()}
        assert not {name: status for name, status in ended.items() if status["State"] != "COMPLETED"}
    yield {engine: {name: files(f"{engine}/{name}/") for name in NAMES} for engine in ENGINES}
    for cluster_id in clusters.values():
        aws.end(cluster_id)


def files(prefix: str) -> list[AvroFile]:
    found = sorted((info.key, info.path) for info in objects.store().list(LAKE, prefix) if info.key.endswith(".avro"))
    return [read_avro(path) for _, path in found]


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_land_the_same_rows_in_the_same_ranges_with_the_same_schema(name: str, landed) -> None:
    sqoop, spark = landed["sqoop"][name], landed["spark"][name]
    assert [file.rows for file in spark if file.rows] == [file.rows for file in sqoop if file.rows]
    assert {json.dumps(file.schema) for file in spark} == {json.dumps(file.schema) for file in sqoop}
    assert {file.codec for file in spark} == {file.codec for file in sqoop} == {"snappy"}


def test_the_imports_compare_something(landed) -> None:
    rows = {name: sum(len(file.rows) for file in landed["spark"][name]) for name in NAMES}
    assert rows == {
        "every_type_3": 10, "empty_4": 0, "single_4": 1, "gaps_2": 502, "gaps_7": 502, "many_4": 40_000, "old_day": 6,
        "endless_day": 3, "totals": 2, "bad_day": 5, "expressions": 502,
    }  # fmt: skip
    assert len(landed["spark"]["many_4"]) == 4


@pytest.fixture(scope="module")
def failing(aws: Aws) -> Iterator[dict[str, dict[str, Any]]]:
    """Steps of the engine spark that fail, by name, and what looks at HDFS after them."""
    spark, access = ENGINES["spark"], aws.access["postgresql"]
    wrong = replace(access, secret_arn=aws.keep_secret("wrong", "ingest", "not-the-password"))
    nobody = replace(access, connect="jdbc:postgresql://127.0.0.1:9/company")
    missing = whole("missing", "select id from nowhere where $CONDITIONS", id="bigint")
    middle = whole("middle", "select id, 1 / (39000 - id) as x from many where $CONDITIONS", id="integer", x="integer")
    commands = {
        "missing": spark.command(access, missing),
        "middle": spark.command(access, middle),
        "nothing": Command(COMMAND_RUNNER, ("hadoop", "fs", "-test", "-e", "/landing/middle/_SUCCESS")),
        "files": Command(COMMAND_RUNNER, ("bash", "-c", "ls $EMR_HDFS_ROOT/landing/middle/*.avro")),
        "wrong": spark.command(wrong, missing),
        "nobody": spark.command(nobody, missing),
        "unread": spark.command(replace(access, secret_arn=access.secret_arn + "x"), missing),
        "other": spark.command(access, whole("other", "select id, words from single where $CONDITIONS", id="bigint")),
    }
    cluster_id = aws.launch("spark", commands)
    yield aws.wait(cluster_id)
    aws.end(cluster_id)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing", 'org.postgresql.util.PSQLException: ERROR: relation "nowhere" does not exist'),
        ("middle", "org.postgresql.util.PSQLException: ERROR: division by zero"),
        ("wrong", 'org.postgresql.util.PSQLException: FATAL: password authentication failed for user "ingest"'),
        ("nobody", "org.postgresql.util.PSQLException: Connection to 127.0.0.1:9 refused."),
        ("unread", "ResourceNotFoundException"),
        ("other", "the query answers ['id', 'words'], not ['id']"),
    ],
)
def test_a_step_that_fails_says_why_in_one_sentence(name: str, sentence: str, failing) -> None:
    assert failing[name]["Status"]["State"] == "FAILED"
    assert sentence in failing[name]["Status"]["FailureDetails"]["Message"]


def test_an_import_that_fails_in_the_middle_leaves_no_file_where_it_was_to_land(failing) -> None:
    assert failing["nothing"]["Status"]["State"] == "FAILED"
    assert failing["files"]["Status"]["State"] == "FAILED"


def test_no_password_is_in_anything_that_the_steps_leave_behind(
    aws: Aws, landed, failing, postgresql: Database, mariadb: Database
) -> None:
    """Logs, event logs and temporary files of the nodes, the lake, what EMR tells of the steps."""
    passwords = [database.password for database in (postgresql, mariadb)]
    stored = {aws.state / name for name in ("state.sqlite", "state.sqlite-wal")}  # Secrets Manager keeps it
    left = [path for path in aws.state.rglob("*") if path.is_file() and path not in stored]
    assert any("spark/apps" in str(path) for path in left)
    assert any(path.name.endswith("stderr.gz") or "stderr" in str(path) for path in left)
    assert not [path for path in left if any(password.encode() in content(path) for password in passwords)]
    for cluster in aws.emr.list_clusters()["Clusters"]:
        told = json.dumps(aws.steps(cluster["Id"]), default=str)
        assert not [password for password in passwords if password in told]


def content(path: Path) -> bytes:
    """A file's bytes, unpacked if they are packed."""
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def test_a_cluster_that_is_ended_takes_its_spark_along(aws: Aws, postgresql: Database) -> None:
    slow = whole("slow", "select pg_sleep(600)::text as x where $CONDITIONS", x="text")
    cluster_id = aws.launch("spark", {"slow": ENGINES["spark"].command(aws.access["postgresql"], slow)})
    with psycopg.connect(server_url(postgresql), autocommit=True) as connection:
        asleep = "select count(*) from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'"
        until(lambda: connection.execute(asleep).fetchone(), lambda row: row[0] == 1)
    assert processes_of(cluster_id)
    aws.end(cluster_id)
    until(lambda: processes_of(cluster_id), lambda found: not found)


def server_url(database: Database) -> str:
    """The same database for libpq."""
    return f"postgresql://{database.username}:{database.password}@{database.jdbc_url.partition('//')[2]}"


def processes_of(cluster_id: str) -> list[str]:
    """The command lines of the JVMs and Pythons of a node."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (process / "environ").read_bytes()
            if f"/emr/{cluster_id}/home".encode() in environment and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found
