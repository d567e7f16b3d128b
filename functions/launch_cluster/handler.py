"""Launch the cluster: EMR starts it and reads the source's columns, for the state that waits until they are there."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.emr import Clusters
from hourglass.aws.objects import Objects
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.budget import Budget, check_launch, load_prices
from hourglass.cluster import ClusterSettings, run_job_flow_request
from hourglass.commands import Access
from hourglass.dialects import dialect_of
from hourglass.engines import ENGINES
from hourglass.errors import ClusterFailedError
from hourglass.imports import Landing
from hourglass.ingest import planned_windows
from hourglass.jobs import Waiting, Waits
from hourglass.lake import JDBC_DRIVERS, Lake
from hourglass.scripts import driver_uri, script_body, script_key, script_uris
from hourglass.settings import read_settings
from hourglass.sources import load_source
from hourglass.steps import READ_COLUMNS, Extract, first_steps

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
    maximum_hours: float
    maximum_dollars: float
    subnet_id: str
    job_flow_role: str
    service_role: str
    security_configuration: str
    project_tag: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    sizes, budget = cluster_settings(settings), Budget(settings.maximum_hours, settings.maximum_dollars)
    dollars = check_launch(sizes, budget, load_prices())
    plan, lake, objects = event["plan"], Lake(settings.lake_bucket), Objects(settings.lake_bucket)
    engine, run_id = ENGINES[settings.ingest_engine], plan["run_id"]
    for name in engine.scripts:
        objects.put_once(script_key(name), script_body(name))
    access = Access(
        connect=settings.source_jdbc_url,
        secret_arn=settings.source_secret_arn,
        region=settings.aws_region,
        scripts=script_uris(lake, engine.scripts),
        driver=driver_uri(lake, objects.keys(JDBC_DRIVERS)),
    )
    source = load_source(settings.source_mapping, dialect_of(settings.source_jdbc_url))
    landing = Landing(run_id, plan["ingest_date"])
    steps = first_steps(Extract(engine, access, source, planned_windows(plan), landing, lake))
    clusters, now = Clusters(), datetime.now(UTC)
    request = run_job_flow_request(sizes, engine, run_id, plan["execution"], steps)
    cluster_id = clusters.launch(request, since=now - LONGEST_RUN)
    logger.info("launched", extra={"run_id": run_id, "cluster_id": cluster_id, "dollars_at_most": dollars})
    step = clusters.find_step(cluster_id, READ_COLUMNS)
    if step is None:
        raise ClusterFailedError(f"cluster {cluster_id} was given no step {READ_COLUMNS!r}")
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    waits.wait_for(
        step, Waiting(event["token"], "emr", {"run_id": run_id, "step": "Launch the cluster"}), clusters, now
    )


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
