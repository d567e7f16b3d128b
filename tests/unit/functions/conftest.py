"""What the handlers of `detect` meet: a stack's stores and catalog on moto, and their environment."""

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from hourglass.aws import clients
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns import sns_backends

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "hourglass",
    "POWERTOOLS_METRICS_NAMESPACE": "Hourglass",
    "LAKE_BUCKET": "lake",
    "DATABASE": "timesheets",
    "WORKGROUP": "primary",
    "LOCKS_TABLE": "locks",
    "LEDGER_TABLE": "ledger",
    "TOKENS_TABLE": "tokens",
    "ENDPOINT_NAME": "hourglass-timesheets",
    "MODEL_PREFIX": "hourglass",
    "MODEL_IMAGE": f"{DEFAULT_ACCOUNT_ID}.dkr.ecr.us-east-1.amazonaws.com/hourglass-model:latest",
    "MODEL_ROLE_ARN": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/model",
    "TRAINING_INSTANCE_TYPE": "ml.m5.large",
    "TRAINING_MAX_SECONDS": "3600",
    "ENDPOINT_INSTANCE_TYPE": "ml.m5.large",
    "KEY_ARN": f"arn:aws:kms:us-east-1:{DEFAULT_ACCOUNT_ID}:key/1",
    "WEEKS_PER_SCORING": "8",
    "AUDITORS_TOPIC_ARN": f"arn:aws:sns:us-east-1:{DEFAULT_ACCOUNT_ID}:auditors",
    "IDEMPOTENCY_TABLE": "idempotency",
}
KEYS = {"locks": ["lock_name"], "tokens": ["job_id"], "ledger": ["run_id", "step"], "idempotency": ["id"]}


class Context:
    """What Lambda passes beside the event."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:1:function:function"
    aws_request_id = "request"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


class World:
    """The stack's stores, reached by plain boto3, and its handlers."""

    def __init__(self) -> None:
        self.s3, self.glue = boto3.client("s3"), boto3.client("glue")
        self.dynamodb, self.sagemaker = boto3.client("dynamodb"), boto3.client("sagemaker")
        self.s3.create_bucket(Bucket="lake")
        boto3.client("sns").create_topic(Name="auditors")
        self.glue.create_database(DatabaseInput={"Name": "timesheets"})
        for name, keys in KEYS.items():
            self.dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
            )

    def table(self, name: str, columns: dict[str, str], partition: str | None, location: str) -> None:
        self.glue.create_table(
            DatabaseName="timesheets",
            TableInput={
                "Name": name,
                "StorageDescriptor": {
                    "Columns": [{"Name": key, "Type": kind} for key, kind in columns.items()],
                    "Location": location,
                },
                "PartitionKeys": [{"Name": partition, "Type": "date"}] if partition else [],
            },
        )

    def partition(self, table: str, value: str, location: str) -> None:
        self.glue.create_partition(
            DatabaseName="timesheets",
            TableName=table,
            PartitionInput={"Values": [value], "StorageDescriptor": {"Location": location}},
        )

    def partitions(self, table: str) -> dict[str, str]:
        found = self.glue.get_partitions(DatabaseName="timesheets", TableName=table)["Partitions"]
        return {each["Values"][0]: each["StorageDescriptor"]["Location"] for each in found}

    def tables(self) -> list[str]:
        return [table["Name"] for table in self.glue.get_tables(DatabaseName="timesheets")["TableList"]]

    def put(self, key: str, document: Any) -> None:
        self.s3.put_object(Bucket="lake", Key=key, Body=json.dumps(document).encode())

    def get(self, key: str) -> Any:
        return json.loads(self.s3.get_object(Bucket="lake", Key=key)["Body"].read())

    def keys(self, prefix: str) -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket="lake", Prefix=prefix).get("Contents", [])]

    def lock_owner(self) -> str | None:
        item = self.dynamodb.get_item(TableName="locks", Key={"lock_name": {"S": "detect"}}).get("Item")
        return item["owner"]["S"] if item else None

    @staticmethod
    def notices() -> list[str]:
        (topic,) = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].topics.values()
        return [notice[1] for notice in topic.sent_notifications]

    def note(self, run_id: str, step: str, facts: dict[str, Any]) -> None:
        item = {"run_id": {"S": run_id}, "step": {"S": step}, "facts": {"S": json.dumps(facts)}}
        self.dynamodb.put_item(TableName="ledger", Item=item)

    @staticmethod
    def invoke(function: str, event: dict[str, Any]) -> Any:
        return load(function).handler(event, Context())


def load(function: str) -> ModuleType:
    """The handler's module under a name of its own: every file is called handler.py."""
    specification = importlib.util.spec_from_file_location(
        f"functions_{function}", ROOT / "functions" / function / "handler.py"
    )
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def world(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert "AWS_ENDPOINT_URL" not in os.environ
    clients.client.cache_clear()
    with mock_aws():
        yield World()
    clients.client.cache_clear()
