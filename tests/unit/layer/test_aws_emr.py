"""Extract clusters on moto: one per run however often it is launched, and gone when it is to be."""

from datetime import UTC, datetime, timedelta

import pytest
from hourglass.aws import clients
from hourglass.aws.emr import Clusters
from hourglass.aws.jobs import jobs_of
from hourglass.events import JobEvent
from moto import mock_aws

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
REQUEST = {
    "Name": "hourglass-ingest-run-1",
    "ReleaseLabel": "emr-7.4.0",
    "Instances": {"MasterInstanceType": "m5.xlarge", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True},
    "JobFlowRole": "profile",
    "ServiceRole": "role",
}


def step(name):
    return {
        "Name": name,
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["true"]},
    }


@pytest.fixture
def clusters(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    clients.client.cache_clear()
    with mock_aws():
        yield Clusters()
    clients.client.cache_clear()


def test_a_launch_that_is_tried_again_finds_its_cluster(clusters):
    assert clusters.launch(REQUEST, YESTERDAY) == clusters.launch(REQUEST, YESTERDAY)
    assert clusters.launch({**REQUEST, "Name": "another"}, YESTERDAY) != clusters.launch(REQUEST, YESTERDAY)


def test_a_launch_that_is_tried_again_after_a_lost_event_finds_the_cluster_that_has_ended(clusters):
    cluster_id = clusters.launch(REQUEST, YESTERDAY)
    clusters.terminate(REQUEST["Name"])
    assert clusters.launch(REQUEST, YESTERDAY) == cluster_id


def test_a_step_that_is_added_again_is_found_by_its_name(clusters):
    cluster_id = clusters.launch(REQUEST, YESTERDAY)
    first = clusters.add_step(cluster_id, step("Import travel"))
    assert clusters.add_step(cluster_id, step("Import travel")) == first
    assert clusters.add_step(cluster_id, step("Import client")) != first
    assert clusters.find_step(cluster_id, "Import travel") == first
    assert clusters.find_step(cluster_id, "Import nothing") is None
    assert len(clusters.jobs(cluster_id)) == 2


def test_a_step_is_waited_for_as_long_as_its_cluster_lives_and_fails_with_it(clusters):
    cluster_id = clusters.launch(REQUEST, YESTERDAY)
    job = clusters.add_step(cluster_id, step("Import travel"))
    assert not clusters.outcome(job).ended
    clusters.end(cluster_id)
    gone = clusters.outcome(job)
    assert (gone.ended, gone.error) == (True, "ClusterFailedError")
    assert gone.cause.startswith(f"cluster {cluster_id} ended: ")


def test_the_end_of_a_cluster_is_news_of_every_step_of_it(clusters):
    cluster_id = clusters.launch(REQUEST, YESTERDAY)
    steps = {clusters.add_step(cluster_id, step(f"Import {table}")) for table in ("travel", "client")}
    service, jobs = jobs_of(JobEvent("emr cluster", cluster_id, True))
    assert (service, set(jobs)) == ("emr", steps)


def test_only_living_clusters_of_the_project_are_listed_with_the_run_that_owns_them(clusters):
    tags = [{"Key": "project", "Value": "hourglass"}, {"Key": "execution", "Value": "arn:run-1"}]
    ours = clusters.launch({**REQUEST, "Tags": tags}, YESTERDAY)
    clusters.launch({**REQUEST, "Name": "theirs", "Tags": [{"Key": "project", "Value": "theirs"}]}, YESTERDAY)
    gone = clusters.launch({**REQUEST, "Name": "gone", "Tags": tags}, YESTERDAY)
    clusters.end(gone)
    assert [(each.cluster_id, each.execution) for each in clusters.living("hourglass")] == [(ours, "arn:run-1")]


def test_ending_a_cluster_that_never_was_does_no_harm(clusters):
    clusters.terminate("nobody")
