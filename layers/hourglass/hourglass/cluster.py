"""The extract cluster of one ingest run, as a RunJobFlow request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hourglass.commands import COMMAND_RUNNER, Access, Command
from hourglass.engines import Engine
from hourglass.imports import Landing, columns_import, control_import, table_import
from hourglass.lake import Lake
from hourglass.sources import Source
from hourglass.windows import Window

IDLE_SECONDS = 900


@dataclass(frozen=True)
class ClusterSettings:
    """What the template decides about extract clusters; without a release label the engine's own is taken."""

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
class Extract:
    """What one run extracts: by which engine, from where, which windows, to where."""

    engine: Engine
    access: Access
    source: Source
    windows: Mapping[str, Window]
    landing: Landing
    lake: Lake


def cluster_name(run_id: str) -> str:
    """Deterministic, so that a retried launch finds the cluster it has started already."""
    return f"hourglass-ingest-{run_id}"


def extract_steps(extract: Extract) -> list[dict[str, Any]]:
    """Control totals, every table, control totals again, then everything to S3; any failure ends the cluster."""
    engine, access, source, landing = extract.engine, extract.access, extract.source, extract.landing
    imports = {
        "Read the columns of the source": columns_import(source, landing),
        "Take control totals before": control_import(source, extract.windows, landing, "before"),
        **{
            f"Import {table.name}": table_import(source, table, extract.windows[table.name], landing)
            for table in source.tables
        },
        "Take control totals after": control_import(source, extract.windows, landing, "after"),
    }
    commands = {
        **engine.preparation(access),
        **{name: engine.command(access, wanted) for name, wanted in imports.items()},
        "Copy the landing to S3": copy_command(landing, extract.lake),
    }
    return [_step(name, command) for name, command in commands.items()]


def copy_command(landing: Landing, lake: Lake) -> Command:
    """Everything that landed goes to `raw/`; files that are no Avro stay."""
    names = (f"--src={landing.root}", f"--dest={lake.raw_location()}", r"--srcPattern=.*\.avro")
    return Command(COMMAND_RUNNER, ("s3-dist-cp", *names))


def _step(name: str, command: Command) -> dict[str, Any]:
    return {
        "Name": name,
        "ActionOnFailure": "TERMINATE_CLUSTER",
        "HadoopJarStep": {"Jar": command.jar, "Args": list(command.arguments)},
    }


def run_job_flow_request(
    settings: ClusterSettings, engine: Engine, run_id: str, steps: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
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
        "ReleaseLabel": settings.release_label or engine.release_label,
        "Applications": [{"Name": name} for name in engine.applications],
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
