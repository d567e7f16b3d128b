"""The extract cluster of one ingest run, as a RunJobFlow request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hourglass.lake import Lake
from hourglass.sources import Source
from hourglass.sqoop import Landing, columns_import, control_import, table_import
from hourglass.windows import Window

IDLE_SECONDS = 900


@dataclass(frozen=True)
class ClusterSettings:
    """What the template decides about extract clusters."""

    region: str
    release_label: str
    instance_type: str
    core_instances: int
    maximum_instances: int
    subnet_id: str
    job_flow_role: str
    service_role: str
    security_configuration: str
    logs_bucket: str
    project_tag: str


@dataclass(frozen=True)
class Driver:
    """The source's JDBC driver, and the script that gives it to Sqoop; both `s3://` URIs."""

    jar: str
    installer: str


@dataclass(frozen=True)
class Extract:
    """What one run extracts: from where, which windows, to where. Without a driver Sqoop uses its own."""

    connect: str
    secret_arn: str
    source: Source
    windows: Mapping[str, Window]
    landing: Landing
    lake: Lake
    wrapper: str
    driver: Driver | None = None


def cluster_name(run_id: str) -> str:
    """Deterministic, so that a retried launch finds the cluster it has started already."""
    return f"hourglass-ingest-{run_id}"


def extract_steps(extract: Extract, region: str) -> list[dict[str, Any]]:
    """Control totals, every table, control totals again, then everything to S3; any failure ends the cluster."""
    source, windows, landing = extract.source, extract.windows, extract.landing
    runner = f"s3://{region}.elasticmapreduce/libs/script-runner/script-runner.jar"

    def sqoop(name: str, arguments: Sequence[str]) -> dict[str, Any]:
        return _step(name, runner, [extract.wrapper, extract.secret_arn, *arguments])

    driver = extract.driver
    install = [_step("Install the JDBC driver", runner, [driver.installer, driver.jar])] if driver else []
    tables = [
        sqoop(
            f"Import {table.name}",
            table_import(extract.connect, source, table, windows[table.name], landing),
        )
        for table in source.tables
    ]
    copy = [
        "s3-dist-cp",
        f"--src={landing.root}",
        f"--dest={extract.lake.raw_location()}",
        r"--srcPattern=.*\.avro",
    ]
    return [
        *install,
        sqoop("Read the columns of the source", columns_import(extract.connect, source, landing)),
        sqoop("Take control totals before", control_import(extract.connect, source, windows, landing, "before")),
        *tables,
        sqoop("Take control totals after", control_import(extract.connect, source, windows, landing, "after")),
        _step("Copy the landing to S3", "command-runner.jar", copy),
    ]


def _step(name: str, jar: str, arguments: Sequence[str]) -> dict[str, Any]:
    return {
        "Name": name,
        "ActionOnFailure": "TERMINATE_CLUSTER",
        "HadoopJarStep": {"Jar": jar, "Args": list(arguments)},
    }


def run_job_flow_request(settings: ClusterSettings, run_id: str, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A transient cluster that ends with its last step.

    Core nodes are fixed, because HDFS holds the landing until it is copied; only spot task nodes scale.
    """
    market = {"InstanceType": settings.instance_type, "InstanceCount": 1}
    instances = {
        "InstanceGroups": [
            {**market, "Name": "primary", "InstanceRole": "MASTER", "Market": "ON_DEMAND"},
            {
                **market,
                "Name": "core",
                "InstanceRole": "CORE",
                "Market": "ON_DEMAND",
                "InstanceCount": settings.core_instances,
            },
            {**market, "Name": "task", "InstanceRole": "TASK", "Market": "SPOT"},
        ],
        "Ec2SubnetId": settings.subnet_id,
        "KeepJobFlowAliveWhenNoSteps": False,
        "TerminationProtected": False,
    }
    limits = {
        "UnitType": "Instances",
        "MinimumCapacityUnits": settings.core_instances,
        "MaximumCapacityUnits": settings.maximum_instances,
        "MaximumCoreCapacityUnits": settings.core_instances,
        "MaximumOnDemandCapacityUnits": settings.core_instances,
    }
    tags = {
        "project": settings.project_tag,
        "run_id": run_id,
        "for-use-with-amazon-emr-managed-policies": "true",
    }
    return {
        "Name": cluster_name(run_id),
        "ReleaseLabel": settings.release_label,
        "Applications": [{"Name": "Hadoop"}, {"Name": "Sqoop"}],
        "LogUri": f"s3://{settings.logs_bucket}/emr/",
        "Instances": instances,
        "Steps": list(steps),
        "StepConcurrencyLevel": 1,
        "ManagedScalingPolicy": {"ComputeLimits": limits},
        "AutoTerminationPolicy": {"IdleTimeout": IDLE_SECONDS},
        "JobFlowRole": settings.job_flow_role,
        "ServiceRole": settings.service_role,
        "SecurityConfiguration": settings.security_configuration,
        "VisibleToAllUsers": True,
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
