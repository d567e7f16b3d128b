"""Stop the cluster: after a failure nothing keeps running and the next run may start."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.emr import Clusters
from hourglass.aws.store import Locks
from hourglass.aws.workflow import Workflow
from hourglass.cluster import cluster_name
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    locks_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    run_id = event["state"].get("plan", {}).get("run_id")
    if run_id:
        Clusters().terminate(cluster_name(run_id))
    Locks(settings.locks_table, Workflow().is_running).release("ingest", event["execution"])
    logger.info("stopped", extra={"run_id": run_id})
