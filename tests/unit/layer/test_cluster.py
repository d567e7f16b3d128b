import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hourglass.budget import Budget, Prices, check_launch, load_prices
from hourglass.cluster import ClusterSettings, run_job_flow_request
from hourglass.engines import ENGINES
from hourglass.errors import LaunchRefusedError
from hourglass.reaping import LivingCluster, orphans

SETTINGS = ClusterSettings(
    region="us-east-1",
    release_label="",
    instance_type="m5.xlarge",
    core_instances=2,
    maximum_instances=8,
    subnet_id="subnet-1",
    job_flow_role="profile",
    service_role="role",
    security_configuration="encrypted",
    logs_bucket="logs",
    project_tag="hourglass",
)
SQOOP = ENGINES["sqoop"]
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:hourglass-ingest:5f0e6c1a"
REQUEST = run_job_flow_request(SETTINGS, SQOOP, "run-1", EXECUTION, [{"Name": "first"}])
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BUDGET = Budget(maximum_hours=6, maximum_dollars=25)


def test_the_cluster_waits_for_steps_but_never_for_long():
    assert REQUEST["Instances"]["KeepJobFlowAliveWhenNoSteps"] is True
    assert 60 <= REQUEST["AutoTerminationPolicy"]["IdleTimeout"] <= 900
    assert REQUEST["Instances"]["TerminationProtected"] is False


def test_the_first_steps_run_one_after_the_other():
    assert REQUEST["StepConcurrencyLevel"] == 1


def test_only_task_nodes_scale_because_hdfs_holds_the_landing_and_only_they_are_spot():
    limits = REQUEST["ManagedScalingPolicy"]["ComputeLimits"]
    assert limits["MaximumCoreCapacityUnits"] == limits["MinimumCapacityUnits"] == 2
    assert limits["MaximumCapacityUnits"] == 8
    markets = {group["InstanceRole"]: group["Market"] for group in REQUEST["Instances"]["InstanceGroups"]}
    assert markets == {"MASTER": "ON_DEMAND", "CORE": "ON_DEMAND", "TASK": "SPOT"}


def test_a_cluster_is_private_encrypted_logged_and_says_whose_it_is():
    assert REQUEST["Instances"]["Ec2SubnetId"] == "subnet-1"
    assert REQUEST["SecurityConfiguration"] == "encrypted"
    assert REQUEST["LogUri"] == "s3://logs/emr/"
    tags = {tag["Key"]: tag["Value"] for tag in REQUEST["Tags"]}
    assert tags == {
        "project": "hourglass",
        "run_id": "run-1",
        "execution": EXECUTION,
        "for-use-with-amazon-emr-managed-policies": "true",
    }
    assert max(map(len, tags.values())) <= 256


@pytest.mark.parametrize(("engine", "release"), [("sqoop", "emr-7.4.0"), ("spark", "emr-7.14.0")])
def test_the_engine_picks_release_and_applications_unless_a_release_is_asked_for(engine, release):
    request = run_job_flow_request(SETTINGS, ENGINES[engine], "run-1", EXECUTION, [])
    assert request["ReleaseLabel"] == release
    assert request["Applications"] == [{"Name": "Hadoop"}, {"Name": engine.capitalize()}]
    older = run_job_flow_request(changed(release_label="emr-6.15.0"), ENGINES[engine], "run-1", EXECUTION, [])
    assert older["ReleaseLabel"] == "emr-6.15.0"


def changed(**what) -> ClusterSettings:
    return dataclasses.replace(SETTINGS, **what)


def test_a_launch_within_the_budget_tells_what_it_costs_at_most():
    assert check_launch(SETTINGS, BUDGET, Prices({"m5.xlarge": 0.24}, 5.0, 10_000_000)) == pytest.approx(9 * 6 * 0.24)
    assert check_launch(SETTINGS, BUDGET, load_prices()) < 25


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (changed(maximum_instances=20), r"21 m5\.xlarge for 6 h cost up to 30\.24 dollars, more than the 25\.00 of"),
        (changed(maximum_instances=1), "EmrMaximumInstances is 1, which is less than the 2 of EmrCoreInstances"),
        (changed(instance_type="x9.huge"), r"prices\.json has no price for x9\.huge"),
    ],
)
def test_a_launch_that_is_too_dear_or_makes_no_sense_is_refused_with_the_numbers(settings, sentence):
    with pytest.raises(LaunchRefusedError, match=sentence):
        check_launch(settings, BUDGET, load_prices())


def living(cluster_id, execution, hours=1.0):
    return LivingCluster(cluster_id, "hourglass-ingest-run-1", NOW - timedelta(hours=hours), execution)


def test_the_reaper_ends_clusters_that_nobody_owns_and_those_that_are_too_old():
    clusters = [
        living("j-owned", "alive"),
        living("j-left", "dead"),
        living("j-nobody", None),
        living("j-stuck", "alive", hours=7),
    ]
    reaped = {
        cluster.cluster_id: why
        for cluster, why in orphans(clusters, lambda execution: execution == "alive", NOW, timedelta(hours=6))
    }
    assert reaped == {
        "j-left": "dead does not run any more",
        "j-nobody": "it names no execution",
        "j-stuck": "it is older than 6 hours",
    }
