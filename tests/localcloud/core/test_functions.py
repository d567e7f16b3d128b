"""Lambda on real children: handlers, errors, time-outs, logs, layers, retries, concurrency, queues."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cloud_fixture import FUNCTIONS, client, package, running

from localcloud.cloud import LocalCloud

HANDLER = """
import json, os, sys, time

class WatermarkMissingError(Exception):
    pass

def handler(event, context):
    what = event.get("do")
    if what == "raise":
        raise WatermarkMissingError("no watermark for 3 tables")
    if what == "sleep":
        time.sleep(event["seconds"])
    if what == "meet":
        open(os.path.join(event["folder"], context.aws_request_id), "w").close()
        while len(os.listdir(event["folder"])) < event["number"]:
            time.sleep(0.01)
    if what == "exit":
        os._exit(3)
    if what == "print":
        print("a line of the handler")
    if what == "environment":
        return {"variables": dict(os.environ), "left_ms": context.get_remaining_time_in_millis(), "pid": os.getpid()}
    if what == "aws":
        import boto3
        return [b["Name"] for b in boto3.client("s3").list_buckets()["Buckets"]]
    if what == "layer":
        import from_layer
        return from_layer.ANSWER
    return {"got": event, "pid": os.getpid(), "id": context.aws_request_id, "arn": context.invoked_function_arn}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with running(tmp_path_factory.mktemp("state"), FUNCTIONS) as cloud:
        client("iam", cloud).create_role(RoleName="r", AssumeRolePolicyDocument="{}")
        yield cloud


def create(cloud: LocalCloud, name: str, source: str = HANDLER, **more: Any) -> Any:
    functions = client("lambda", cloud)
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="handler.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": package(source)},
        **{"Timeout": 10, **more},
    )
    return functions


def ask(functions: Any, name: str, event: Any, **more: Any) -> tuple[Any, Any]:
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event), **more)
    body = answer["Payload"].read()
    return answer, json.loads(body) if body else None


@pytest.fixture(scope="module")
def main(cloud: LocalCloud) -> Any:
    return create(cloud, "main", Environment={"Variables": {"COLOUR": "red"}})


def test_a_handler_gets_the_event_and_the_context(main: Any) -> None:
    answer, body = ask(main, "main", {"n": 1})
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert body["got"] == {"n": 1}
    assert body["arn"].endswith(":function:main")


def test_a_warm_environment_is_used_again(main: Any) -> None:
    assert ask(main, "main", {})[1]["pid"] == ask(main, "main", {})[1]["pid"]


def test_an_error_has_its_type_message_and_stack_trace(main: Any) -> None:
    answer, body = ask(main, "main", {"do": "raise"})
    assert answer["FunctionError"] == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == ("WatermarkMissingError", "no watermark for 3 tables")
    assert 'raise WatermarkMissingError("no watermark for 3 tables")' in "".join(body["stackTrace"])


def test_a_handler_that_takes_too_long_is_stopped_and_says_so_as_lambda_does(cloud: LocalCloud) -> None:
    functions = create(cloud, "slow", Timeout=1)
    answer, body = ask(functions, "slow", {"do": "sleep", "seconds": 30}, LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Sandbox.Timedout"
    assert body["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert b"Task timed out after 1.00 seconds" in base64.b64decode(answer["LogResult"])
    assert ask(functions, "slow", {"n": 2})[1]["got"] == {"n": 2}


def test_a_handler_that_ends_its_process_is_an_error_and_the_next_invocation_works(main: Any) -> None:
    _, body = ask(main, "main", {"do": "exit"})
    assert body["errorType"] == "Runtime.ExitError"
    assert body["errorMessage"].endswith("Runtime exited with error: exit status 3")
    assert ask(main, "main", {"n": 3})[1]["got"] == {"n": 3}


def test_a_module_that_cannot_be_imported_is_an_import_error(cloud: LocalCloud) -> None:
    _, body = ask(create(cloud, "broken", "import nowhere_to_be_found"), "broken", {})
    assert body["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'nowhere_to_be_found'" in body["errorMessage"]


def test_the_log_tail_holds_what_the_handler_printed(main: Any) -> None:
    answer, _ = ask(main, "main", {"do": "print"}, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert lines[0].startswith("START RequestId: ")
    assert "a line of the handler" in lines
    assert lines[-1].startswith("REPORT RequestId: ")


def test_prints_reach_cloudwatch_logs_and_a_file(cloud: LocalCloud, main: Any) -> None:
    ask(main, "main", {"do": "print"})
    logs = client("logs", cloud)

    def found() -> bool:
        events = logs.filter_log_events(logGroupName="/aws/lambda/main")["events"]
        return any("a line of the handler" in event["message"] for event in events)

    eventually(found)
    assert "a line of the handler" in (cloud.state_dir / "logs/functions/main.log").read_text()


def test_a_child_sees_its_configuration_and_no_secret_of_the_caller(
    main: Any, cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "hidden")
    create(cloud, "fresh", Environment={"Variables": {"COLOUR": "red"}})
    body = ask(main, "fresh", {"do": "environment"})[1]
    variables = body["variables"]
    assert variables["COLOUR"] == "red"
    assert variables["AWS_ENDPOINT_URL"] == cloud.endpoint_url
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "fresh"
    assert "DATABASE_PASSWORD" not in variables
    assert 0 < body["left_ms"] <= 10_000


def test_a_handler_talks_to_the_cloud_without_any_configuration(main: Any, cloud: LocalCloud) -> None:
    client("s3", cloud).create_bucket(Bucket="seen", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    assert "seen" in ask(main, "main", {"do": "aws"})[1]


def test_a_layer_is_on_the_path(cloud: LocalCloud) -> None:
    functions = client("lambda", cloud)
    layer = functions.publish_layer_version(
        LayerName="shared", Content={"ZipFile": package("ANSWER = 42", "python/from_layer.py")}
    )
    create(cloud, "layered", Layers=[layer["LayerVersionArn"]])
    assert ask(functions, "layered", {"do": "layer"})[1] == 42


def test_code_in_a_local_folder_runs_as_it_is_now(cloud: LocalCloud, tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text("def handler(event, context): return 'before'")
    functions = client("lambda", cloud)
    functions.create_function(
        FunctionName="folder",
        Runtime="python3.13",
        Handler="handler.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": package(str(tmp_path), ".localcloud-folder")},
    )
    assert ask(functions, "folder", {})[1] == "before"
    (tmp_path / "handler.py").write_text("def handler(event, context): return 'after it'")
    assert ask(functions, "folder", {})[1] == "after it"


def test_invocations_at_the_same_time_run_in_environments_of_their_own(cloud: LocalCloud, tmp_path: Path) -> None:
    functions = create(cloud, "parallel")
    meet = {"do": "meet", "folder": str(tmp_path), "number": 3}
    with ThreadPoolExecutor() as threads:
        bodies = [body for _, body in threads.map(lambda _: ask(functions, "parallel", meet), range(3))]
    assert len({body["pid"] for body in bodies}) == 3


def test_a_function_at_its_reserved_concurrency_is_throttled(cloud: LocalCloud) -> None:
    functions = create(cloud, "reserved")
    functions.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=1)
    ask(functions, "reserved", {})
    first = threading.Thread(target=ask, args=[functions, "reserved", {"do": "sleep", "seconds": 2}])
    first.start()
    eventually(lambda: not cloud.activity().idle)
    time.sleep(0.2)
    impatient = client("lambda", cloud, attempts=1)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        impatient.invoke(FunctionName="reserved", Payload="{}")
    first.join()


def test_an_unknown_function_is_not_found(main: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        ask(main, "nobody", {})


def test_an_asynchronous_invocation_that_keeps_failing_ends_in_the_dead_letter_queue(cloud: LocalCloud) -> None:
    queues = client("sqs", cloud)
    url = queues.create_queue(QueueName="letters")["QueueUrl"]
    arn = "arn:aws:sqs:eu-central-1:123456789012:letters"
    functions = create(cloud, "failing", DeadLetterConfig={"TargetArn": arn})
    functions.put_function_event_invoke_config(FunctionName="failing", MaximumRetryAttempts=1)
    answer, _ = ask(functions, "failing", {"do": "raise"}, InvocationType="Event")
    assert answer["StatusCode"] == 202
    messages = queues.receive_message(QueueUrl=url, WaitTimeSeconds=10, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(messages[0]["Body"]) == {"do": "raise"}
    assert messages[0]["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no watermark for 3 tables"
    eventually(lambda: cloud.activity().idle)


def test_a_poison_message_of_an_event_source_reaches_the_dead_letter_queue(cloud: LocalCloud) -> None:
    queues = client("sqs", cloud)
    dead = queues.create_queue(QueueName="dead")["QueueUrl"]
    redrive = {"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:123456789012:dead", "maxReceiveCount": 2}
    work = queues.create_queue(
        QueueName="work", Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(redrive)}
    )["QueueUrl"]
    source = (
        "import json\n"
        "def handler(event, context):\n"
        "    bad = [r['messageId'] for r in event['Records'] if r['body'] == 'poison']\n"
        "    return {'batchItemFailures': [{'itemIdentifier': i} for i in bad]}\n"
    )
    functions = create(cloud, "worker", source)
    functions.create_event_source_mapping(
        FunctionName="worker",
        EventSourceArn="arn:aws:sqs:eu-central-1:123456789012:work",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    queues.send_message(QueueUrl=work, MessageBody="good")
    queues.send_message(QueueUrl=work, MessageBody="poison")
    messages = queues.receive_message(QueueUrl=dead, WaitTimeSeconds=15)["Messages"]
    assert [message["Body"] for message in messages] == ["poison"]


def test_an_environment_that_was_killed_is_replaced(main: Any) -> None:
    pid = ask(main, "main", {"do": "environment"})[1]["pid"]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not Path(f"/proc/{pid}").exists())
    time.sleep(0.1)
    assert ask(main, "main", {"n": 4})[1]["got"] == {"n": 4}


def eventually(holds: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_client_of_a_warmed_process_is_like_any_other():
    told = """
import boto3, sys
for service in ("s3", "glue", "stepfunctions", "sqs"):
    client = boto3.client(service, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    model = client.meta.service_model
    shapes = [model.shape_for(name).metadata for name in model.shape_names]
    print(service, client.meta.endpoint_url, model.operation_names, shapes, model.metadata)
    print(sorted(client._PY_TO_OP_NAME), client.can_paginate(sorted(client._PY_TO_OP_NAME)[0]))
"""
    said = [
        subprocess.check_output([sys.executable, "-c", f"{first}{told}"], text=True)
        for first in ("", "import localcloud.warm_botocore")
    ]
    assert "https://s3.eu-central-1.amazonaws.com" in said[0]
    assert said[0] == said[1]
