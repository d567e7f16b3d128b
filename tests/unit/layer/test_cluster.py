from dataclasses import replace
from datetime import UTC, datetime

from hourglass.cluster import ClusterSettings, Extract, extract_steps, run_job_flow_request
from hourglass.commands import Access
from hourglass.engines import ENGINES
from hourglass.imports import Landing
from hourglass.lake import Lake
from hourglass.sources import load_source
from hourglass.windows import Window

SOURCE = load_source("timekeeping")
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
ACCESS = Access(
    connect="jdbc:postgresql://db/company",
    secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:source",
    region="us-east-1",
    scripts={name: f"s3://lake/jobs/abc/{name}" for name in SQOOP.scripts},
)
EXTRACT = Extract(
    engine=SQOOP,
    access=ACCESS,
    source=SOURCE,
    windows={t.name: Window(None, datetime(2026, 11, 23, tzinfo=UTC)) for t in SOURCE.tables},
    landing=Landing("run-1", "2026-11-23"),
    lake=Lake("lake"),
)
STEPS = extract_steps(EXTRACT)
REQUEST = run_job_flow_request(SETTINGS, SQOOP, "run-1", STEPS)


def test_control_totals_are_taken_around_the_tables_and_the_copy_comes_last():
    names = [step["Name"] for step in STEPS]
    assert names[:2] == ["Read the columns of the source", "Take control totals before"]
    assert names[2:-2] == [f"Import {table.name}" for table in SOURCE.tables]
    assert names[-2:] == ["Take control totals after", "Copy the landing to S3"]


def test_a_driver_in_the_lake_is_installed_before_anything_asks_the_source():
    access = replace(ACCESS, driver="s3://lake/jobs/jdbc/postgresql-42.7.4.jar")
    first, *others = extract_steps(replace(EXTRACT, access=access))
    installer = "s3://lake/jobs/abc/install_jdbc_driver.sh"
    assert first["HadoopJarStep"]["Args"] == [installer, access.driver]
    assert others == STEPS


def test_every_step_keeps_within_the_characters_that_emr_takes():
    assert max(sum(map(len, step["HadoopJarStep"]["Args"])) for step in STEPS) < 10_240


def test_every_failed_step_ends_the_cluster():
    assert {step["ActionOnFailure"] for step in STEPS} == {"TERMINATE_CLUSTER"}


def test_no_step_carries_a_password_or_a_user():
    words = [word for step in STEPS for word in step["HadoopJarStep"]["Args"]]
    assert not {"--password", "--username", "--password-file"} & set(words)


def test_the_cluster_ends_with_its_last_step_and_when_it_idles():
    assert REQUEST["Instances"]["KeepJobFlowAliveWhenNoSteps"] is False
    assert REQUEST["AutoTerminationPolicy"]["IdleTimeout"] > 0


def test_only_task_nodes_scale_because_hdfs_holds_the_landing():
    limits = REQUEST["ManagedScalingPolicy"]["ComputeLimits"]
    assert limits["MaximumCoreCapacityUnits"] == limits["MinimumCapacityUnits"] == 2
    assert limits["MaximumCapacityUnits"] == 8


def test_the_engine_picks_release_and_applications_unless_a_release_is_asked_for():
    assert REQUEST["ReleaseLabel"] == "emr-7.4.0"
    assert REQUEST["Applications"] == [{"Name": "Hadoop"}, {"Name": "Sqoop"}]
    older = run_job_flow_request(replace(SETTINGS, release_label="emr-6.15.0"), SQOOP, "run-1", STEPS)
    assert older["ReleaseLabel"] == "emr-6.15.0"
