"""Events that reach the targets of the rules that match them, through the API."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import bus
from localcloud.cloud import LocalCloud
from localcloud.engines.events.rules import matches
from localcloud.engines.schedule import ScheduleNotFoundError


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("state")) as running:
        yield running


def client(cloud: LocalCloud, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint_url,
        region_name=cloud.region,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


class Queue:
    """A queue of the cloud."""

    def __init__(self, cloud: LocalCloud, name: str) -> None:
        self._sqs = client(cloud, "sqs")
        self.url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def take(self) -> dict[str, Any] | None:
        answer = self._sqs.receive_message(
            QueueUrl=self.url, WaitTimeSeconds=3, MessageAttributeNames=["All"], MaxNumberOfMessages=1
        )
        messages = answer.get("Messages", [])
        return messages[0] if messages else None

    def body(self) -> Any:
        message = self.take()
        return None if message is None else json.loads(message["Body"])


def put_rule(cloud: LocalCloud, name: str, targets: list[dict[str, Any]], **fields: Any) -> None:
    events = client(cloud, "events")
    if "pattern" in fields:
        fields["EventPattern"] = json.dumps(fields.pop("pattern"))
    events.put_rule(Name=name, **fields)
    events.put_targets(Rule=name, Targets=targets)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["a"]}, True),
        ({"source": ["b"]}, False),
        ({"detail": {"key": [{"suffix": ".json"}]}}, True),
        ({"detail": {"key": [{"prefix": "raw/"}]}}, True),
        ({"detail": {"key": [{"anything-but": {"prefix": "raw/"}}]}}, False),
        ({"detail": {"size": [{"numeric": [">", 1, "<=", 3]}]}}, True),
        ({"detail": {"gone": [{"exists": False}]}}, True),
        ({"detail": {"size": [{"exists": False}]}}, False),
    ],
)
def test_a_pattern_matches_as_eventbridge_does(pattern: dict[str, Any], expected: bool):
    event = {"source": "a", "detail": {"key": "raw/x.json", "size": 3}}
    assert matches(pattern, event) is expected


def test_an_emitted_event_reaches_the_queue_of_the_rule_that_matches_it(cloud: LocalCloud):
    queue = Queue(cloud, "emitted")
    put_rule(cloud, "emitted", [{"Id": "1", "Arn": queue.arn}], pattern={"source": ["aws.test"]})
    bus.emit("aws.test", "Something", {"n": 1}, ["arn:x"])
    event = queue.body()
    assert (event["detail-type"], event["detail"], event["resources"]) == ("Something", {"n": 1}, ["arn:x"])
    assert set(event) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}


def test_put_events_and_an_input_transformer_work_together(cloud: LocalCloud):
    queue = Queue(cloud, "put")
    transformer = {"InputPathsMap": {"who": "$.detail.who"}, "InputTemplate": '"<who> was here"'}
    target = {"Id": "1", "Arn": queue.arn, "InputTransformer": transformer}
    put_rule(cloud, "put", [target], pattern={"source": ["mine"]})
    entry = {"Source": "mine", "DetailType": "T", "Detail": json.dumps({"who": "Ada"})}
    assert client(cloud, "events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    assert queue.body() == "Ada was here"


def test_a_rule_with_only_a_schedule_matches_no_event_and_a_disabled_one_neither(cloud: LocalCloud):
    queue = Queue(cloud, "never")
    put_rule(cloud, "hourly", [{"Id": "1", "Arn": queue.arn}], ScheduleExpression="rate(1 hour)")
    put_rule(cloud, "off", [{"Id": "1", "Arn": queue.arn}], pattern={"source": ["aws.never"]}, State="DISABLED")
    bus.emit("aws.never", "T", {})
    assert bus.depth() == 0
    assert queue.take() is None


def test_what_cannot_be_delivered_lands_in_the_dead_letter_queue_with_the_reason(cloud: LocalCloud):
    dead = Queue(cloud, "dead")
    gone = "arn:aws:states:us-east-1:123456789012:stateMachine:gone"
    target = {
        "Id": "1",
        "Arn": gone,
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    put_rule(cloud, "lost", [target], pattern={"source": ["aws.lost"]})
    bus.emit("aws.lost", "T", {"n": 1})
    message = dead.take()
    assert message is not None
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "StateMachineDoesNotExist"
    assert message["MessageAttributes"]["TARGET_ARN"]["StringValue"] == gone


def test_a_target_that_the_cloud_cannot_serve_is_refused(cloud: LocalCloud):
    events = client(cloud, "events")
    events.put_rule(Name="stream", EventPattern='{"source": ["x"]}')
    with pytest.raises(events.exceptions.ClientError, match="cannot deliver"):
        events.put_targets(
            Rule="stream", Targets=[{"Id": "1", "Arn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}]
        )


def test_a_scheduled_rule_fires_when_asked(cloud: LocalCloud):
    queue = Queue(cloud, "tick")
    put_rule(cloud, "tick", [{"Id": "1", "Arn": queue.arn}], ScheduleExpression="rate(1 day)")
    cloud.fire_schedule("tick")
    assert queue.body()["detail-type"] == "Scheduled Event"


def test_a_schedule_fires_with_its_context_attributes_filled_in(cloud: LocalCloud):
    queue = Queue(cloud, "nightly")
    client(cloud, "scheduler").create_schedule(
        Name="nightly",
        ScheduleExpression="cron(0 3 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="DISABLED",
        Target={
            "Arn": queue.arn,
            "RoleArn": "arn:aws:iam::123456789012:role/r",
            "Input": '{"at": "<aws.scheduler.scheduled-time>", "run": "<aws.scheduler.execution-id>"}',
        },
    )
    cloud.fire_schedule("nightly")
    body = queue.body()
    assert body["at"].endswith("Z")
    assert len(body["run"]) == 36


def test_a_due_schedule_fires_by_itself(cloud: LocalCloud):
    from datetime import UTC, datetime, timedelta

    queue = Queue(cloud, "soon")
    at = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%S")
    client(cloud, "scheduler").create_schedule(
        Name="soon",
        ScheduleExpression=f"at({at})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": queue.arn,
            "RoleArn": "arn:aws:iam::123456789012:role/r",
            "Input": '"<aws.scheduler.scheduled-time>"',
        },
    )
    assert queue.body() == f"{at}Z"


def test_a_wrong_schedule_is_refused_when_it_is_created(cloud: LocalCloud):
    scheduler = client(cloud, "scheduler")
    with pytest.raises(scheduler.exceptions.ValidationException, match="Invalid Schedule Expression"):
        scheduler.create_schedule(
            Name="wrong",
            ScheduleExpression="cron(0 3 * * * *)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"},
        )


def test_an_unknown_schedule_cannot_be_fired(cloud: LocalCloud):
    with pytest.raises(ScheduleNotFoundError, match="nowhere"):
        cloud.fire_schedule("nowhere")


class FakeJournal(dict[str, str]):
    """Keeps deliveries as a state folder does, for as long as the test."""

    def add(self, key: str, value: str) -> None:
        self[key] = value

    def remove(self, key: str) -> None:
        self.pop(key, None)

    def pending(self) -> list[str]:
        return list(self.values())


def test_an_event_that_was_not_delivered_before_a_kill_is_delivered_after_it(tmp_path: Path):
    delivered: list[str] = []
    journal = FakeJournal()
    target = {"Arn": "arn:t"}
    killed = bus.Bus(lambda event, name: [("arn:rule", target)], lambda delivery: None, journal, lambda callback: None)
    killed.put(bus.new_event("aws.x", "T", {}))
    restarted = bus.Bus(lambda event, name: [], lambda delivery: delivered.append(delivery.rule_arn), journal)
    assert restarted.redeliver_pending() == 1
    restarted.close()
    assert (delivered, journal.pending()) == (["arn:rule"], [])
