"""State machines on a running cloud, with real Lambda functions, through boto3."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud.cloud import LocalCloud

CODE = """
import json
import boto3

class BusyError(Exception):
    pass

def echo(event, context):
    return event

def fail(event, context):
    raise BusyError("too many")

def answer(event, context):
    boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output=json.dumps({"got": event["id"]}))
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, CodeUri: code, Timeout: 10}}
Resources:
  Echo: {Type: AWS::Serverless::Function, Properties: {Handler: handlers.echo, FunctionName: echo}}
  Fail: {Type: AWS::Serverless::Function, Properties: {Handler: handlers.fail, FunctionName: fail}}
  Answer: {Type: AWS::Serverless::Function, Properties: {Handler: handlers.answer, FunctionName: answer}}
"""
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    folder = tmp_path_factory.mktemp("product")
    (folder / "code").mkdir()
    (folder / "code" / "handlers.py").write_text(CODE)
    (folder / "template.yaml").write_text(TEMPLATE)
    with LocalCloud(tmp_path_factory.mktemp("state")) as running:
        running.deploy(folder / "template.yaml", stack="s", parameters={})
        yield running


@pytest.fixture
def states(cloud: LocalCloud) -> Any:
    return client("stepfunctions", cloud.endpoint_url)


def client(service: str, endpoint_url: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


def machine(states: Any, name: str, definition: dict[str, Any]) -> str:
    text = json.dumps({"StartAt": next(iter(definition)), "States": definition})
    return str(states.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"])


def finished(states: Any, arn: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while True:
        found: dict[str, Any] = states.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        assert time.monotonic() < deadline
        time.sleep(0.02)


def run(states: Any, name: str, definition: dict[str, Any], data: Any = None) -> dict[str, Any]:
    arn = machine(states, name, definition)
    started = states.start_execution(stateMachineArn=arn, input=json.dumps(data or {}))
    return finished(states, started["executionArn"])


def test_a_function_answers_by_its_arn_and_by_the_integration(states: Any):
    definition = {
        "Direct": {"Type": "Task", "Resource": FUNCTION + "echo", "ResultPath": "$.direct", "Next": "Integrated"},
        "Integrated": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "echo", "Payload": {"n.$": "$.n"}},
            "ResultSelector": {"payload.$": "$.Payload", "status.$": "$.StatusCode"},
            "End": True,
        },
    }
    ended = run(states, "answers", definition, {"n": 1})
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"]) == {"payload": {"n": 1}, "status": 200}


def test_retry_and_catch_see_the_class_of_the_exception(states: Any):
    definition = {
        "Try": {
            "Type": "Task",
            "Resource": FUNCTION + "fail",
            "Retry": [{"ErrorEquals": ["BusyError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["BusyError"], "ResultPath": "$.error", "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Pass", "Parameters": {"cause.$": "States.StringToJson($.error.Cause)"}, "End": True},
    }
    ended = run(states, "catches", definition)
    cause = json.loads(ended["output"])["cause"]
    assert (cause["errorType"], cause["errorMessage"]) == ("BusyError", "too many")
    types = [event["type"] for event in states.get_execution_history(executionArn=ended["executionArn"])["events"]]
    assert types.count("LambdaFunctionFailed") == 2


def test_a_missing_function_is_an_error_of_lambda(states: Any):
    ended = run(states, "missing", {"Call": {"Type": "Task", "Resource": FUNCTION + "nobody", "End": True}})
    assert (ended["status"], ended["error"]) == ("FAILED", "Lambda.ResourceNotFoundException")


def test_a_function_answers_the_token_of_its_own_task(states: Any):
    definition = {
        "Wait": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": FUNCTION + "answer", "Payload": {"token.$": "$$.Task.Token", "id": 7}},
            "TimeoutSeconds": 10,
            "End": True,
        }
    }
    assert json.loads(run(states, "token", definition)["output"]) == {"got": 7}


def test_a_name_can_be_used_once_and_the_same_call_again_is_the_same_execution(states: Any):
    arn = machine(states, "named", {"Rest": {"Type": "Wait", "Seconds": 1, "End": True}})
    first = states.start_execution(stateMachineArn=arn, name="once", input="{}")["executionArn"]
    assert first == "arn:aws:states:us-east-1:123456789012:execution:named:once"
    assert states.start_execution(stateMachineArn=arn, name="once", input="{}")["executionArn"] == first
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=arn, name="once", input='{"other": 1}')
    finished(states, first)
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=arn, name="once", input="{}")


def test_wrong_names_inputs_tokens_and_definitions_get_the_error_of_aws(states: Any):
    arn = machine(states, "strict", {"Done": {"Type": "Succeed"}})
    with pytest.raises(states.exceptions.InvalidName):
        states.start_execution(stateMachineArn=arn, name="a b", input="{}")
    with pytest.raises(states.exceptions.InvalidExecutionInput):
        states.start_execution(stateMachineArn=arn, input="{")
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_success(taskToken="x", output="{}")
    with pytest.raises(states.exceptions.InvalidDefinition, match="JSONata"):
        machine(states, "jsonata", {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": True}})
    with pytest.raises(states.exceptions.InvalidDefinition, match="startJobRun"):
        machine(
            states, "sync", {"A": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": True}}
        )


def test_a_stopped_execution_is_listed_as_aborted_and_its_change_is_an_event(cloud: LocalCloud, states: Any):
    sqs, events = client("sqs", cloud.endpoint_url), client("events", cloud.endpoint_url)
    url = sqs.create_queue(QueueName="changes")["QueueUrl"]
    pattern = {"source": ["aws.states"], "detail": {"status": ["ABORTED"]}}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:changes"}])
    arn = machine(states, "stopped", {"Rest": {"Type": "Wait", "Seconds": 60, "End": True}})
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    while not any(shown.current_states == ["Rest"] for shown in cloud.activity().executions):
        time.sleep(0.01)
    assert not cloud.activity().idle
    states.stop_execution(executionArn=execution, error="Enough", cause="tired")
    assert states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"] == []
    listed = states.list_executions(stateMachineArn=arn, statusFilter="ABORTED")["executions"]
    assert [item["executionArn"] for item in listed] == [execution]
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=3)["Messages"][0]
    assert json.loads(message["Body"])["detail"]["error"] == "Enough"


def test_a_function_state_costs_at_most_15_ms_more_than_its_invocation(states: Any, cloud: LocalCloud):
    functions = client("lambda", cloud.endpoint_url)
    functions.invoke(FunctionName="echo", Payload=b"{}")
    begun = time.perf_counter()
    for _ in range(20):
        functions.invoke(FunctionName="echo", Payload=b"{}")
    alone = (time.perf_counter() - begun) / 20
    steps = {f"s{n}": {"Type": "Task", "Resource": FUNCTION + "echo", "Next": f"s{n + 1}"} for n in range(40)}
    ended = run(states, "costs", {**steps, "s40": {"Type": "Succeed"}})
    each = (ended["stopDate"] - ended["startDate"]).total_seconds() / 40
    print(f"invoke {alone * 1000:.1f} ms, state {each * 1000:.1f} ms")
    assert each < alone + 0.015


KILLED = """
import json, sys, time, boto3
from pathlib import Path
from localcloud.cloud import LocalCloud
cloud = LocalCloud(Path(sys.argv[1])).start()
states = boto3.client("stepfunctions", endpoint_url=cloud.endpoint_url, region_name="us-east-1",
                      aws_access_key_id="x", aws_secret_access_key="x")
text = json.dumps({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 60, "End": True}}})
arn = states.create_state_machine(name="m", definition=text, roleArn="arn:aws:iam::123456789012:role/r")
states.start_execution(stateMachineArn=arn["stateMachineArn"], name="e")
while not any(shown.current_states for shown in cloud.activity().executions):
    time.sleep(0.01)
print("running", flush=True)
time.sleep(60)
"""


def test_an_execution_that_a_kill_interrupted_is_aborted_and_says_where(tmp_path: Path):
    root = Path(__file__).parents[3]
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path / "state")],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"running\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    program = (
        "import sys; from pathlib import Path; from localcloud.cloud import LocalCloud\n"
        "with LocalCloud(Path(sys.argv[1])) as cloud:\n"
        "    shown = cloud.activity().executions[0]; print(shown.status, shown.failed_state, shown.name)"
    )
    after = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "state")],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
    )
    assert after.stdout.split() == ["ABORTED", "Rest", "e"]


def test_an_unknown_execution_does_not_exist(states: Any):
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        states.describe_execution(executionArn="arn:aws:states:us-east-1:123456789012:execution:m:none")
