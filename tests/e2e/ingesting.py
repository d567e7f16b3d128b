"""A cloud with `ingest` alone: no detection starts."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from hourglass.sweeps import swept_table

from cli.cloud import IMAGES, LAPTOP_PARAMETERS, TEMPLATE
from cli.source import parse_source_url
from localcloud.cloud import LocalCloud


@dataclass
class Ingest:
    """The state machine, its source, and what it leaves."""

    state: Path
    source: str
    ids: dict[str, str]

    def start(self, **asked: Any) -> str:
        machine = self.ids["IngestStateMachine"]
        return boto3.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(asked))[
            "executionArn"
        ]

    def ended(self, arn: str) -> dict[str, Any]:
        """The execution when it and its cluster have ended, however it went; nothing may hold the lock by then."""
        states = boto3.client("stepfunctions")
        while (found := states.describe_execution(executionArn=arn))["status"] == "RUNNING" or self.living():
            time.sleep(0.1)
        return found

    def run(self, **asked: Any) -> dict[str, Any]:
        found = self.ended(self.start(**asked))
        assert self.items("LocksTable") == []
        return found

    def entered(self, arn: str) -> list[str]:
        """The states that an execution has come to."""
        events = boto3.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)["events"]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def must_run(self, **asked: Any) -> dict[str, Any]:
        """The manifest of a run that lands every table."""
        found = self.run(**asked)
        assert found["status"] == "SUCCEEDED", (found.get("error"), found.get("cause"))
        return self.manifests()[-1]

    def living(self) -> list[str]:
        alive = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]
        return [cluster["Id"] for cluster in boto3.client("emr").list_clusters(ClusterStates=alive)["Clusters"]]

    def manifests(self) -> list[dict[str, Any]]:
        s3, bucket = boto3.client("s3"), self.ids["LakeBucket"]
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix="raw/_manifests/").get("Contents", [])]
        found = [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
        return sorted(found, key=lambda each: each["verified_at"])

    def watermarks(self) -> dict[str, datetime]:
        """Those of windows; when keys were swept is kept beside them."""
        items = self.items("WatermarksTable")
        marks = {item["table_name"]["S"]: datetime.fromisoformat(item["high"]["S"]) for item in items}
        return {name: mark for name, mark in marks.items() if not swept_table(name)}

    def items(self, table: str) -> list[dict[str, Any]]:
        return boto3.client("dynamodb").scan(TableName=self.ids[table], ConsistentRead=True)["Items"]

    def give_secret(self, password: str) -> None:
        url = parse_source_url(self.source)
        text = json.dumps({"username": url.username, "password": password})
        boto3.client("secretsmanager").put_secret_value(SecretId=self.ids["SourceSecret"], SecretString=text)

    @property
    def password(self) -> str:
        return parse_source_url(self.source).password

    def value(self, sql: str) -> Any:
        with psycopg.connect(self.source) as connection:
            return connection.execute(sql).fetchone()[0]


@contextmanager
def deployed(state: Path, source: str, **parameters: str) -> Iterator[Ingest]:
    """A cloud in `state` whose `ingest` reads `source`, until the block ends."""
    with LocalCloud(state, None, IMAGES) as cloud, pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environment.items():
            patch.setitem(os.environ, name, value)
        asked = {**LAPTOP_PARAMETERS, "SourceJdbcUrl": parse_source_url(source).jdbc_url, **parameters}
        ids = cloud.deploy(TEMPLATE, stack="ingest", parameters=asked).physical_ids
        boto3.client("events").disable_rule(Name=ids["DetectOnManifest"])
        made = Ingest(state, source, ids)
        made.give_secret(made.password)
        yield made
