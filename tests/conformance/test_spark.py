"""The engines sqoop and spark land the same from databases with bad days, and the password stays where it belongs.

Both run on clusters of the embedded cloud, with the very steps that the product makes of the same imports.
"""

import contextlib
import gzip
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from hourglass.commands import COMMAND_RUNNER, Access, Command
from hourglass.engines import ENGINES, Engine
from hourglass.imports import Import, Split

from cli.spark import find_driver
from localcloud.cloud import LocalCloud
from tests.conformance.avro import AvroFile, read_avro
from tests.conformance.databases import Database
from tests.conformance.emr import LAKE
from tests.conformance.emr import landed as landed_below
from tests.conformance.paths import HERE
from tests.conformance.product import mapped

JOBS = Path(__file__).parents[2] / "jobs"
DATABASES = ("postgresql", "mariadb")
PATIENCE_SECONDS = 900
INSTANCES = {"InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]}


def leaf(wanted: Import) -> str:
    return wanted.directory.rsplit("/", 1)[-1]


def split(table: str, connections: int) -> Split:
    """As the product divides a table."""
    return Split("id", f"select case when count(*) = count(id) then min(id) end, max(id) from {table}", connections)


def imported(table: str, connections: int, **types: str) -> Import:
    """Some columns of a table."""
    query = f"select {', '.join(types)} from {table} where $CONDITIONS"
    return Import(query, f"hdfs:///landing/{table}_{connections}", types, split(table, connections))


def whole(name: str, query: str, **types: str) -> Import:
    """All that a query answers, over one connection."""
    return Import(query, f"hdfs:///landing/{name}", types)


OLD_DAY = {"id": "integer", "day": "date", "moment": "timestamp", "zoned": "timestamp"}
LENGTH = {"length": "integer", "plain": "boolean", "never": "date"}
IMPORTS = (
    imported(
        "every_type", 3, id="bigint", yes="boolean", small="integer", whole="integer", big="bigint", amount="numeric",
        exact="numeric", huge="numeric", words="text", fixed="text", day="date", moment="timestamp",
        second="timestamp", zoned="timestamp",
    ),
    imported("single", 4, id="bigint", words="text"),
    imported("gaps", 7, id="bigint", small="integer", amount="numeric", yes="boolean", words="text"),
    imported("many", 4, id="integer", k="integer", words="text", amount="numeric", moment="timestamp"),
    whole("old_day", f"select {', '.join(OLD_DAY)} from old_day where $CONDITIONS", **OLD_DAY),
    whole("endless_day", f"select {', '.join(OLD_DAY)} from endless_day where $CONDITIONS", **OLD_DAY),
    whole(
        "expressions", "select length(words) as length, words !~ 'o' as plain, cast(null as date) as never from gaps "
        "where $CONDITIONS", **LENGTH,
    ),
)  # fmt: skip
MAPPINGS = {name: mapped(f"nasty-{name}", HERE / "sources" / f"{name}.yaml", low=None) for name in DATABASES}
LANDINGS = [("import", leaf(each)) for each in IMPORTS]
LANDINGS += [(database, table) for database, mapping in MAPPINGS.items() for table in mapping.tables]


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

    def access_of(self, engine: Engine, database: str) -> Access:
        """Sqoop has a driver of its own here."""
        access = self.access[database]
        return access if engine.names_driver else replace(access, driver=None)

    def keep_secret(self, name: str, username: str, password: str) -> str:
        secret = json.dumps({"username": username, "password": password})
        return str(self.secrets.create_secret(Name=name, SecretString=secret)["ARN"])

    def launch(self, engine: str, commands: Mapping[str, Command], steps: Iterable[dict[str, Any]] = ()) -> str:
        """Starts a cluster that stays; a failed step ends nothing."""
        made = [
            {"Name": name, "HadoopJarStep": {"Jar": command.jar, "Args": list(command.arguments)}}
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
            Steps=[{**step, "ActionOnFailure": "CONTINUE"} for step in (*made, *steps)],
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
def aws(tmp_path_factory: pytest.TempPathFactory, postgresql: Database, mariadb: Database) -> Iterator[Aws]:
    with LocalCloud(tmp_path_factory.mktemp("spark")) as cloud:
        yield Aws(cloud, {"postgresql": postgresql, "mariadb": mariadb})


@pytest.fixture(scope="module")
def landed(aws: Aws) -> Iterator[dict[str, Mapping[tuple[str, str], list[AvroFile]]]]:
    """What each engine has landed, by who asked for it and its name: its files in order."""
    clusters = {}
    for name, engine in ENGINES.items():
        commands = {leaf(each): engine.command(aws.access["postgresql"], each) for each in IMPORTS}
        steps = [
            step
            for database, mapping in MAPPINGS.items()
            for step in mapping.steps_by(engine, aws.access_of(engine, database), name)
        ]
        clusters[name] = aws.launch(name, {**commands, "copy": copy(f"imports/{name}")}, steps)
    for cluster_id in clusters.values():
        ended = {name: step["Status"] for name, step in aws.wait(cluster_id).items()}
        assert not {name: status for name, status in ended.items() if status["State"] != "COMPLETED"}
    yield {name: {each: files(name, *each) for each in LANDINGS} for name in ENGINES}
    for cluster_id in clusters.values():
        aws.end(cluster_id)


def files(engine: str, asker: str, name: str) -> list[AvroFile]:
    found = landed_below(f"imports/{engine}/{name}/") if asker == "import" else MAPPINGS[asker].landed(engine, name)
    return [read_avro(found[path]) for path in sorted(found) if path.endswith(".avro")]


@pytest.mark.parametrize(("asker", "name"), LANDINGS)
def test_both_engines_land_the_same_rows_in_the_same_order_with_the_same_schema(asker: str, name: str, landed) -> None:
    sqoop, spark = (landed[engine][asker, name] for engine in ("sqoop", "spark"))
    assert [row for file in spark for row in file.rows] == [row for file in sqoop for row in file.rows]
    assert {json.dumps(file.schema) for file in spark} == {json.dumps(file.schema) for file in sqoop}
    assert {file.codec for file in spark} == {file.codec for file in sqoop} == {"snappy"}


def test_the_landings_compare_something(landed) -> None:
    rows = {name: sum(len(file.rows) for file in found) for name, found in landed["spark"].items()}
    assert {name for (_, name), count in rows.items() if count == 0} == {"nothing"}
    assert rows["import", "many_4"] == 40_000
    assert len(landed["spark"]["import", "many_4"]) == 4


def test_no_import_has_more_files_and_so_connections_than_were_asked_for(landed) -> None:
    assert len(landed["sqoop"]["import", "gaps_7"]) == 8  # the rows without a key are a range of their own
    assert len(landed["spark"]["import", "gaps_7"]) == 7


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


@pytest.fixture
def asleep(aws: Aws, postgresql: Database) -> Iterator[str]:
    """A cluster whose step waits for the database."""
    slow = whole("slow", "select pg_sleep(600)::text as x where $CONDITIONS", x="text")
    sessions = "from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'"
    with psycopg.connect(server_url(postgresql), autocommit=True) as connection:
        cluster_id = aws.launch("spark", {"slow": ENGINES["spark"].command(aws.access["postgresql"], slow)})
        until(lambda: connection.execute(f"select count(*) {sessions}").fetchone(), lambda row: row[0] == 1)
        yield cluster_id
        connection.execute(f"select pg_terminate_backend(pid) {sessions}")


def test_a_cluster_that_is_ended_takes_its_spark_along(aws: Aws, asleep: str) -> None:
    assert processes_of(asleep)
    aws.end(asleep)
    until(lambda: processes_of(asleep), lambda found: not found)


def test_a_step_whose_spark_is_killed_fails_and_leaves_no_process_no_file_where_it_was_to_land_and_no_password(
    aws: Aws, asleep: str, postgresql: Database
) -> None:
    os.kill(next(number for number, words in processes_of(asleep).items() if "SparkSubmit" in words), signal.SIGKILL)
    assert aws.wait(asleep)["slow"]["Status"]["State"] == "FAILED"
    until(lambda: processes_of(asleep), lambda found: not found)
    node = aws.state / "emr" / asleep
    assert [path.name for path in (node / "hdfs" / "landing" / "slow").iterdir()] == ["_temporary"]
    assert not [path for path in node.rglob("*") if path.is_file() and postgresql.password.encode() in content(path)]
    aws.end(asleep)


def server_url(database: Database) -> str:
    """The same database for libpq."""
    return f"postgresql://{database.username}:{database.password}@{database.jdbc_url.partition('//')[2]}"


def processes_of(cluster_id: str) -> dict[int, str]:
    """The command lines of the JVMs and Pythons of a node, by the numbers of their processes."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (process / "environ").read_bytes()
            if f"/emr/{cluster_id}/home".encode() in environment and int(process.name) != os.getpid():
                command = (process / "cmdline").read_bytes()
                found[int(process.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found
