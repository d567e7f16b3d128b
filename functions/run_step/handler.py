"""Run one step on the cluster: an import, control totals or the copy to S3, for the state that waits for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.emr import Clusters
from hourglass.aws.objects import Objects
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.commands import Access
from hourglass.dialects import dialect_of
from hourglass.engines import ENGINES
from hourglass.failures import failed_imports
from hourglass.imports import Landing
from hourglass.ingest import planned_windows, windows_of_oldest
from hourglass.jobs import Waiting, Waits
from hourglass.lake import JDBC_DRIVERS, Lake
from hourglass.scripts import driver_uri, script_uris
from hourglass.settings import read_settings
from hourglass.sources import load_source
from hourglass.steps import Extract, step_of
from hourglass.sweeps import with_sweeps

logger = Logger()


@dataclass(frozen=True)
class Settings:
    aws_region: str
    lake_bucket: str
    ledger_table: str
    tokens_table: str
    source_mapping: str
    source_jdbc_url: str
    source_secret_arn: str
    ingest_engine: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    plan, lake, engine = event["plan"], Lake(settings.lake_bucket), ENGINES[settings.ingest_engine]
    access = Access(
        connect=settings.source_jdbc_url,
        secret_arn=settings.source_secret_arn,
        region=settings.aws_region,
        scripts=script_uris(lake, engine.scripts),
        driver=driver_uri(lake, Objects(settings.lake_bucket).keys(JDBC_DRIVERS)) if engine.names_driver else None,
    )
    source = with_sweeps(load_source(settings.source_mapping, dialect_of(settings.source_jdbc_url)))
    landing = Landing(plan["run_id"], plan["ingest_date"])
    failures = failed_imports(event["imports"])
    windows = windows_of_oldest(plan) if "oldest" in event["do"] else planned_windows(plan)
    step = step_of(Extract(engine, access, source, windows, landing, lake), event["do"], failures)
    clusters = Clusters()
    job_id = clusters.add_step(event["cluster_id"], step)
    logger.info("running", extra={"run_id": plan["run_id"], "step": step["Name"], "job_id": job_id})
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    waiting = Waiting(event["token"], "emr", {"run_id": plan["run_id"], "step": step["Name"]})
    waits.wait_for(job_id, waiting, clusters, datetime.now(UTC))
