"""A crawler runs, ends and says so, through Glue's API and its events."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud.cloud import LocalCloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with pytest.MonkeyPatch.context() as patch, LocalCloud(Path(tmp_path_factory.mktemp("cloud"))) as running:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        boto3.setup_default_session()
        boto3.client("s3").create_bucket(Bucket="lake")
        boto3.client("s3").put_object(Bucket="lake", Key="raw/t/x.csv", Body=b"a,b\n1,x\n2,y\n")
        boto3.client("glue").create_database(DatabaseInput={"Name": "ts"})
        yield running


def crawled(name: str, path: str = "s3://lake/raw/") -> dict[str, Any]:
    glue = boto3.client("glue")
    glue.create_crawler(Name=name, Role="r", DatabaseName="ts", Targets={"S3Targets": [{"Path": path}]})
    glue.start_crawler(Name=name)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        crawler = glue.get_crawler(Name=name)["Crawler"]
        if crawler["State"] == "READY":
            return dict(crawler)
        time.sleep(0.01)
    raise TimeoutError(name)


def test_a_crawl_ends_ready_and_succeeded(cloud: LocalCloud) -> None:
    crawler = crawled("good")

    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert boto3.client("glue").get_table(DatabaseName="ts", Name="t")["Table"]["Parameters"]["classification"] == "csv"
    assert boto3.client("glue").list_crawls(CrawlerName="good")["Crawls"][0]["State"] == "COMPLETED"
    assert boto3.client("glue").get_crawler_metrics(CrawlerNameList=["good"])["CrawlerMetricsList"]


def test_a_crawl_of_a_bucket_that_is_not_there_fails_with_its_name(cloud: LocalCloud) -> None:
    last = crawled("bad", "s3://nowhere/raw/")["LastCrawl"]

    assert last["Status"] == "FAILED"
    assert "nowhere" in last["ErrorMessage"]


def test_new_folders_only_wants_both_behaviours_to_be_log(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="InvalidInputException"):
        boto3.client("glue").create_crawler(
            Name="x",
            Role="r",
            DatabaseName="ts",
            Targets={"S3Targets": [{"Path": "s3://lake/raw/"}]},
            RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        )


def test_a_crawl_and_a_query_tell_eventbridge_how_they_went(cloud: LocalCloud) -> None:
    queue = boto3.client("sqs").create_queue(QueueName="seen")["QueueUrl"]
    attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    boto3.client("events").put_rule(Name="seen", EventPattern=json.dumps({"source": ["aws.glue", "aws.athena"]}))
    boto3.client("events").put_targets(Rule="seen", Targets=[{"Id": "1", "Arn": attributes["QueueArn"]}])

    crawled("told")
    query = boto3.client("athena").start_query_execution(QueryString="select 1")["QueryExecutionId"]

    details = received(queue, 5)
    assert {d["state"] for d in details if d.get("crawlerName") == "told"} == {"Started", "Succeeded"}
    states = sorted((d["sequenceNumber"], d["currentState"]) for d in details if d.get("queryExecutionId") == query)
    assert states == [("1", "QUEUED"), ("2", "RUNNING"), ("3", "SUCCEEDED")]


def received(queue: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline:
        answer = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(message["Body"])["detail"] for message in answer.get("Messages", [])]
    return found
