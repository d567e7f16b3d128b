"""What the Spark job decides by itself; the whole of it runs on Spark in tests/conformance."""

import ast
import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localcloud.engines.emr.sqoop.columns import make_column
from localcloud.engines.emr.sqoop.schema import avro_schema
from localcloud.engines.emr.sqoop.splits import split_integers

JOBS = Path(__file__).parents[3] / "jobs"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:source-AbCdEf"
ARGUMENTS = {
    "--connect": "jdbc:postgresql://db/company",
    "--secret": ARN,
    "--query": "select id, name from t where $CONDITIONS",
    "--types": "id=long,name=string",
    "--target-dir": "hdfs:///landing/t",
}


def load(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(f"job_{name}", JOBS / f"{name}.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


job = load("import_table")


def command_line(**changed: str | None) -> list[str]:
    given = ARGUMENTS | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return [word for name, value in given.items() if value is not None for word in (name, value)]


def test_every_job_is_python_39_because_that_is_what_emr_gives_to_spark():
    for file in JOBS.glob("*.py"):
        ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))


BOUND = st.none() | st.integers(-(2**62), 2**62) | st.integers(-20, 20)


@given(st.tuples(BOUND, BOUND).map(lambda pair: pair if None in pair else tuple(sorted(pair))), st.integers(2, 9))
@example((1, 3), 2)
def test_ranges_are_those_of_sqoop_as_far_as_its_arithmetic_goes(
    bounds: tuple[int | None, int | None], connections: int
):
    sqoop = split_integers(*bounds, "id", connections, None)
    expected = ["id IS NULL" if low == high else f"( {low} ) AND ( {high} )" for low, high in sqoop]
    assert job.split_ranges("id", *bounds, connections) == expected


def test_the_schema_is_the_one_that_sqoop_writes():
    types = {"id": "long", "hours": "string", "is_plain": "boolean", "grade": "int"}
    numbers = {"id": -5, "hours": 2, "is_plain": -7, "grade": 4}
    java_types = {"id": "Long", "hours": "String", "is_plain": "Boolean", "grade": "Integer"}
    columns = [make_column(name, name, number, java_types[name]) for name, number in numbers.items()]
    expected = avro_schema(columns, None, None, None)
    assert json.dumps(job.avro_schema(list(numbers.items()), types)) == json.dumps(expected)


def test_one_connection_is_the_default():
    asked = job.parse_arguments(command_line())
    assert (asked.connections, asked.types) == (1, {"id": "long", "name": "string"})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"types": "id=decimal"}, "--types knows string, long, int, boolean, not decimal"),
        ({"query": "select 1"}, "--query must hold $CONDITIONS"),
        ({"connections": "4"}, "several --connections need --split-by and --boundary-query"),
        ({"secret": None}, "the following arguments are required: --secret"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(capsys, changed: dict[str, str | None], sentence: str):
    with pytest.raises(SystemExit) as refused:
        job.parse_arguments(command_line(**changed))
    assert refused.value.code == 2
    assert sentence in capsys.readouterr().err


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str, name: str = "aws") -> None:
    """A program on the PATH."""
    program = folder / name
    program.write_text(f'#!/bin/sh\nprintf "%s " {name} "$@" >>{folder}/asked\n{script}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")


def test_user_and_password_come_from_the_secret_of_its_region(monkeypatch, tmp_path: Path):
    secret = {"username": "ingest", "password": 'p"w é'}
    (tmp_path / "secret").write_text(json.dumps(secret), encoding="utf-8")
    install(monkeypatch, tmp_path, f"cat {tmp_path}/secret")
    assert job.read_secret(ARN) == ("ingest", 'p"w é')
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked.startswith(f"aws secretsmanager get-secret-value --region eu-west-1 --secret-id {ARN} ")


def test_a_secret_that_cannot_be_read_is_said_with_the_reason(monkeypatch, tmp_path: Path):
    install(monkeypatch, tmp_path, 'echo "An error occurred (AccessDeniedException)" >&2; exit 254')
    with pytest.raises(job.ImportTableError, match=r"secret:source-AbCdEf .* failed: An error occurred .AccessDenied"):
        job.read_secret(ARN)


def test_only_the_avro_files_are_copied(monkeypatch, tmp_path: Path):
    install(monkeypatch, tmp_path, 'mkdir "$4"; touch "$4/_SUCCESS" "$4/part-1.avro" "$4/part-0.avro"', "hadoop")
    install(monkeypatch, tmp_path, "")
    job.copy_files("hdfs:///aside/control_total", "s3://lake/raw/control_total/")
    words = (tmp_path / "asked").read_text(encoding="utf-8").split()
    assert words[:4] == ["hadoop", "fs", "-get", "hdfs:///aside/control_total"]
    copied = [Path(words[i]).name for i, word in enumerate(words) if word.endswith(".avro")]
    assert copied == ["part-0.avro", "part-1.avro"]
    assert words.count("s3://lake/raw/control_total/") == 2


def test_a_database_without_a_driver_is_refused_by_name():
    with pytest.raises(job.ImportTableError, match="there is no driver for jdbc:oracle:"):
        job.Database(None, "jdbc:oracle:thin:@db", ("user", "password"))


@pytest.mark.parametrize(
    ("url", "of_spark"),
    [
        ("jdbc:postgresql://db/company?ssl=true", "jdbc:postgresql://db/company?ssl=true"),
        ("jdbc:mariadb://db:3306/company", "jdbc:mysql://db:3306/company?permitMysqlScheme=true"),
        ("jdbc:mariadb://db/company?useSsl=true", "jdbc:mysql://db/company?useSsl=true&permitMysqlScheme=true"),
    ],
)
def test_spark_is_given_the_scheme_whose_quotes_it_knows(url: str, of_spark: str):
    database = job.Database(None, url, ("user", "password"))
    assert database.options["url"] == of_spark


class Exceptional:
    """A Java exception as py4j shows it."""

    def __init__(self, name: str, message: str, cause: "Exceptional | None" = None) -> None:
        self._name, self._message, self._cause = name, message, cause

    def getClass(self) -> "Exceptional":  # Java's name
        return self

    def getName(self) -> str:
        return self._name

    def getMessage(self) -> str:
        return self._message

    def getCause(self) -> Any:
        return self._cause


def test_of_a_chain_of_causes_the_database_is_heard():
    refused = Exceptional("java.net.ConnectException", "Connection refused")
    database = Exceptional("org.postgresql.util.PSQLException", "Connection to db:5432 refused.", refused)
    outer = Exceptional("org.apache.spark.SparkException", "Job aborted.", database)
    assert job.java_sentence(outer) == "org.postgresql.util.PSQLException: Connection to db:5432 refused."


def test_without_a_database_in_the_chain_the_first_cause_is_heard():
    cause = Exceptional("java.io.IOException", "No space left on device")
    outer = Exceptional("org.apache.spark.SparkException", "Job aborted.", cause)
    assert job.java_sentence(outer) == "java.io.IOException: No space left on device"


def test_a_failure_is_one_line():
    assert job.in_one_line("ERROR: relation\n  Position: 15") == "ERROR import_table: ERROR: relation Position: 15"
