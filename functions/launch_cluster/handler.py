"""Launch the cluster: a transient EMR cluster whose steps land every table, for the state that waits for its end."""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.emr import Clusters
from hourglass.aws.objects import Objects
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.cluster import ClusterSettings, Extract, extract_steps, run_job_flow_request
from hourglass.commands import Access
from hourglass.dialects import dialect_of
from hourglass.engines import ENGINES
from hourglass.imports import Landing
from hourglass.ingest import planned_windows
from hourglass.jobs import Waiting, Waits
from hourglass.lake import JDBC_DRIVERS, Lake, job_key
from hourglass.settings import read_settings
from hourglass.sources import load_source

logger = Logger()
LONGEST_RUN = timedelta(days=1)


@dataclass(frozen=True)
class Settings:
    aws_region: str
    lake_bucket: str
    logs_bucket: str
    ledger_table: str
    tokens_table: str
    source_mapping: str
    source_jdbc_url: str
    source_secret_arn: str
    ingest_engine: str
    release_label: str
    instance_type: str
    core_instances: int
    maximum_instances: int
    subnet_id: str
    job_flow_role: str
    service_role: str
    security_configuration: str
    project_tag: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    plan, lake, objects = event["plan"], Lake(settings.lake_bucket), Objects(settings.lake_bucket)
    run_id = plan["run_id"]
    engine = ENGINES[settings.ingest_engine]
    access = Access(
        connect=settings.source_jdbc_url,
        secret_arn=settings.source_secret_arn,
        region=settings.aws_region,
        scripts={name: lake.uri(publish_script(objects, name)) for name in engine.scripts},
        driver=driver_of(objects, lake),
    )
    source = load_source(settings.source_mapping, dialect_of(settings.source_jdbc_url))
    landing = Landing(run_id, plan["ingest_date"])
    steps = extract_steps(Extract(engine, access, source, planned_windows(plan), landing, lake))
    clusters, now = Clusters(), datetime.now(UTC)
    request = run_job_flow_request(cluster_settings(settings), engine, run_id, steps)
    cluster_id = clusters.launch(request, since=now - LONGEST_RUN)
    logger.info("launched", extra={"run_id": run_id, "cluster_id": cluster_id, "steps": len(steps)})
    record = {"run_id": run_id, "step": "Launch the cluster"}
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    waits.wait_for(cluster_id, Waiting(event["token"], "emr", record), clusters, now)


def publish_script(objects: Objects, name: str) -> str:
    """Put a script of the steps beside the lake under the hash of its text; its key."""
    body = (files("hourglass") / "jobs" / name).read_bytes()
    key = job_key(hashlib.sha256(body).hexdigest(), name)
    objects.put_once(key, body)
    return key


def driver_of(objects: Objects, lake: Lake) -> str | None:
    """The URI of the JDBC driver that operations put into the lake bucket, if they did."""
    jar = max((key for key in objects.keys(JDBC_DRIVERS) if key.endswith(".jar")), default=None)
    return lake.uri(jar) if jar else None


def cluster_settings(settings: Settings) -> ClusterSettings:
    return ClusterSettings(
        region=settings.aws_region,
        release_label=settings.release_label,
        instance_type=settings.instance_type,
        core_instances=settings.core_instances,
        maximum_instances=settings.maximum_instances,
        subnet_id=settings.subnet_id,
        job_flow_role=settings.job_flow_role,
        service_role=settings.service_role,
        security_configuration=settings.security_configuration,
        logs_bucket=settings.logs_bucket,
        project_tag=settings.project_tag,
    )
