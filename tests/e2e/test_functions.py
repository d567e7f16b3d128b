"""Every function, deployed from the template, answers its sample event on the embedded cloud."""

import json
import os
from collections.abc import Iterator

import boto3
import pytest

from cli.cloud import IMAGES, LAPTOP_PARAMETERS, TEMPLATE
from cli.invoke import logical_id
from localcloud.cloud import LocalCloud
from tests.e2e.conftest import ROOT, sample

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
# These read what an earlier state of their run has left; in an empty cloud they say that it is missing.
MISSING = {
    "check_tables": "InvalidRequestException",
    "check_columns": "SourceSchemaError",
    "close_detection": "NoSuchKey",
    "create_tables": "NoSuchKey",
    "gather_training_set": "NoSuchKey",
    "end_cluster": "InvalidRequestException",
    "plan_chain": "NoSuchKey",
    "publish_weeks": "NoSuchKey",
    "roll_back": "RollbackRefusedError",
    "run_query": "NoSuchKey",
    "run_step": "InvalidRequestException",
    "score_timesheets": "NoSuchKey",
    "verify_landing": "InvalidRequestException",
}


@pytest.fixture(scope="module")
def physical_ids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with LocalCloud(tmp_path_factory.mktemp("functions"), None, IMAGES) as cloud, pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environment.items():
            patch.setitem(os.environ, name, value)
        parameters = {**LAPTOP_PARAMETERS, "SourceJdbcUrl": "jdbc:postgresql://127.0.0.1:1/none"}
        physical_ids = cloud.deploy(TEMPLATE, stack="samples", parameters=parameters).physical_ids
        silence_rules()
        yield physical_ids


def silence_rules() -> None:
    """The manifest of commit_ingest's sample would start a `detect`, which holds the lock that others' samples take."""
    events = boto3.client("events")
    for rule in events.list_rules()["Rules"]:
        events.disable_rule(Name=rule["Name"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_answers_its_sample_event(function: str, physical_ids: dict[str, str]):
    answer = boto3.client("lambda").invoke(
        FunctionName=physical_ids[logical_id(function)], Payload=json.dumps(sample(function)).encode()
    )
    payload = json.loads(answer["Payload"].read() or b"null")
    raised = payload["errorType"] if "FunctionError" in answer else None
    assert raised == MISSING.get(function), payload
