"""The extract cluster of one ingest run, as a RunJobFlow request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hourglass.engines import Engine

IDLE_SECONDS = 900
EXECUTION_TAG = "execution"


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


def cluster_name(run_id: str) -> str:
    """Deterministic, so that a retried launch finds the cluster it has started already."""
    return f"hourglass-ingest-{run_id}"


def run_job_flow_request(
    settings: ClusterSettings, engine: Engine, run_id: str, execution: str, steps: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """A cluster that waits for further steps after its first ones, and ends when it idles.

    The first steps run one after the other. Core nodes are fixed, because HDFS holds the landing until it is copied;
    only spot task nodes scale.
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
        "KeepJobFlowAliveWhenNoSteps": True,
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
        EXECUTION_TAG: execution,
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
