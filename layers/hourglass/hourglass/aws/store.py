"""What runs remember between Lambdas: locks, task tokens, watermarks and the run ledger, on DynamoDB."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.errors import RunInProgressError
from hourglass.jobs import Waiting

TOKEN_DAYS = 7


def _refused(error: ClientError) -> bool:
    """Whether a conditional write found another state than it expected."""
    return bool(error.response["Error"]["Code"] == "ConditionalCheckFailedException")


class Locks:
    """One item per lock; its owner is the execution that holds it."""

    def __init__(self, table_name: str, is_running: Callable[[str], bool]) -> None:
        self._table_name = table_name
        self._is_running = is_running
        self._dynamodb: Any = client("dynamodb")

    def acquire(self, name: str, owner: str, at: datetime) -> None:
        """Take the lock for the execution `owner`, also from an execution that died without releasing it.

        Raises:
            RunInProgressError: another execution holds it and still runs.
        """
        holder = self.holder(name)
        if holder not in (None, owner) and self._is_running(str(holder)):
            raise RunInProgressError(f"{name} is held by {holder}")
        try:
            self._dynamodb.put_item(
                TableName=self._table_name,
                Item={"lock_name": {"S": name}, "owner": {"S": owner}, "acquired_at": {"S": at.isoformat()}},
                ConditionExpression="attribute_not_exists(lock_name) OR #owner IN (:owner, :seen)",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": {"S": owner}, ":seen": {"S": holder or owner}},
            )
        except ClientError as error:
            if _refused(error):
                raise RunInProgressError(f"{name} was taken by another execution just now") from error
            raise

    def holder(self, name: str) -> str | None:
        key = {"lock_name": {"S": name}}
        item = self._dynamodb.get_item(TableName=self._table_name, Key=key, ConsistentRead=True).get("Item")
        return str(item["owner"]["S"]) if item else None

    def release(self, name: str, owner: str) -> None:
        """Give the lock back; nothing happens when somebody else holds it by now."""
        try:
            self._dynamodb.delete_item(
                TableName=self._table_name,
                Key={"lock_name": {"S": name}},
                ConditionExpression="attribute_not_exists(lock_name) OR #owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": {"S": owner}},
            )
        except ClientError as error:
            if not _refused(error):
                raise


class TaskTokens:
    """Which state waits for which job."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name
        self._dynamodb: Any = client("dynamodb")

    def put(self, job_id: str, waiting: Waiting, at: datetime) -> None:
        """Remember the newest token of a job: a retried state brings a new one."""
        self._dynamodb.put_item(
            TableName=self._table_name,
            Item={
                "job_id": {"S": job_id},
                "token": {"S": waiting.token},
                "service": {"S": waiting.service},
                "record": {"S": json.dumps(waiting.record, sort_keys=True, default=str)},
                "expires_at": {"N": str(int(at.timestamp()) + TOKEN_DAYS * 86400)},
            },
        )

    def get(self, job_id: str) -> Waiting | None:
        key = {"job_id": {"S": job_id}}
        item = self._dynamodb.get_item(TableName=self._table_name, Key=key, ConsistentRead=True).get("Item")
        if item is None:
            return None
        return Waiting(item["token"]["S"], item["service"]["S"], json.loads(item["record"]["S"]))

    def delete(self, job_id: str, token: str) -> None:
        """Forget a token that was answered; the newer one of a retried state stays."""
        try:
            self._dynamodb.delete_item(
                TableName=self._table_name,
                Key={"job_id": {"S": job_id}},
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={":token": {"S": token}},
            )
        except ClientError as error:
            if not _refused(error):
                raise


class Watermarks:
    """Up to where each source table has been landed and verified."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name
        self._dynamodb: Any = client("dynamodb")

    def all(self) -> dict[str, datetime]:
        """The committed high end, UTC, of each table that was ever landed."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table_name, ConsistentRead=True)
        items = (item for page in pages for item in page["Items"])
        return {item["table_name"]["S"]: datetime.fromisoformat(item["high"]["S"]) for item in items}

    def commit(self, table: str, high: datetime, run_id: str) -> None:
        """Move a watermark forward; a commit that would move it back changes nothing."""
        try:
            self._dynamodb.put_item(
                TableName=self._table_name,
                Item={"table_name": {"S": table}, "high": {"S": high.isoformat()}, "run_id": {"S": run_id}},
                ConditionExpression="attribute_not_exists(high) OR high < :high",
                ExpressionAttributeValues={":high": {"S": high.isoformat()}},
            )
        except ClientError as error:
            if not _refused(error):
                raise


class RunLedger:
    """What every step of every run did: rows, bytes, seconds, SQL hash, weeks."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name
        self._dynamodb: Any = client("dynamodb")

    def put(self, run_id: str, step: str, facts: Mapping[str, Any]) -> None:
        """Write, or write again, the facts of one step."""
        self._dynamodb.put_item(
            TableName=self._table_name,
            Item={
                "run_id": {"S": run_id},
                "step": {"S": step},
                "facts": {"S": json.dumps(facts, sort_keys=True, default=str)},
            },
        )

    def get(self, run_id: str, step: str) -> dict[str, Any] | None:
        """The facts of one step; None when it has not been started."""
        key = {"run_id": {"S": run_id}, "step": {"S": step}}
        item = self._dynamodb.get_item(TableName=self._table_name, Key=key, ConsistentRead=True).get("Item")
        return dict(json.loads(item["facts"]["S"])) if item else None

    def steps(self, run_id: str) -> dict[str, dict[str, Any]]:
        """The facts of each step of one run, by step."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table_name,
            KeyConditionExpression="run_id = :run_id",
            ExpressionAttributeValues={":run_id": {"S": run_id}},
            ConsistentRead=True,
        )
        items = (item for page in pages for item in page["Items"])
        return {item["step"]["S"]: json.loads(item["facts"]["S"]) for item in items}
