"""What runs remember, on DynamoDB: a lock has one owner, a watermark never goes back, an old token goes alone."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hourglass.aws import clients
from hourglass.aws.store import Locks, TaskTokens, Watermarks
from hourglass.errors import RunInProgressError
from hourglass.jobs import Waiting
from moto import mock_aws

NOW = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


@pytest.fixture
def table(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    clients.client.cache_clear()

    def create(key):
        boto3.client("dynamodb").create_table(
            TableName="table",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        )
        return "table"

    with mock_aws():
        yield create
    clients.client.cache_clear()


@pytest.fixture
def alive():
    """The executions that run."""
    return {"a", "b"}


@pytest.fixture
def locks(table, alive):
    return Locks(table("lock_name"), alive.__contains__)


def test_a_lock_held_by_a_running_execution_is_refused_and_its_owner_named(locks):
    locks.acquire("detect", "a", NOW)
    with pytest.raises(RunInProgressError, match="detect is held by a"):
        locks.acquire("detect", "b", NOW)


def test_the_owner_may_take_its_lock_again(locks):
    locks.acquire("detect", "a", NOW)
    locks.acquire("detect", "a", NOW)
    assert locks.holder("detect") == "a"


def test_the_lock_of_an_execution_that_died_is_taken_over(locks, alive):
    locks.acquire("detect", "a", NOW)
    alive.remove("a")
    locks.acquire("detect", "b", NOW)
    assert locks.holder("detect") == "b"


def test_of_two_that_take_over_at_once_only_one_gets_the_lock(locks, alive, table):
    locks.acquire("detect", "a", NOW)
    alive.remove("a")

    def overtaken(execution):
        if execution == "a":
            locks.acquire("detect", "b", NOW)
        return execution in alive

    with pytest.raises(RunInProgressError, match="taken by another execution"):
        Locks("table", overtaken).acquire("detect", "c", NOW)
    assert locks.holder("detect") == "b"


def test_only_the_owner_releases_a_lock_and_releasing_twice_does_no_harm(locks):
    locks.acquire("detect", "a", NOW)
    locks.release("detect", "b")
    assert locks.holder("detect") == "a"
    locks.release("detect", "a")
    locks.release("detect", "a")
    assert locks.holder("detect") is None


def test_a_token_that_was_answered_goes_and_a_newer_one_stays(table):
    tokens = TaskTokens(table("job_id"))
    tokens.put("q1", Waiting("t2", "athena", {"run_id": "d1"}), NOW)
    tokens.delete("q1", "t1")
    assert tokens.get("q1") == Waiting("t2", "athena", {"run_id": "d1"})
    tokens.delete("q1", "t2")
    tokens.delete("q1", "t2")
    assert tokens.get("q1") is None


def test_a_watermark_never_goes_back(table):
    watermarks = Watermarks(table("table_name"))
    watermarks.commit("timesheet", NOW, "r1")
    watermarks.commit("timesheet", NOW - timedelta(hours=1), "r0")
    assert watermarks.all() == {"timesheet": NOW}
    watermarks.commit("timesheet", NOW + timedelta(hours=1), "r2")
    assert watermarks.all() == {"timesheet": NOW + timedelta(hours=1)}
