"""Gather the landings that no detection has taken in, clear up after dead runs, and plan the typing of the new rows."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.athena import Queries
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.aws.store import Locks, RunLedger
from hourglass.aws.training import TrainingJobs
from hourglass.aws.workflow import Workflow
from hourglass.gathering import Gathering
from hourglass.lake import Lake
from hourglass.plans import detection_run_id
from hourglass.settings import read_settings
from hourglass.unfinished import Jobs, Unfinished

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str
    locks_table: str
    ledger_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    execution = event["execution"]
    run_id = detection_run_id(execution, datetime.fromisoformat(event["started_at"]))
    locks = Locks(settings.locks_table, Workflow().is_running)
    locks.acquire("detect", execution, datetime.now(UTC))
    objects, catalog = Objects(settings.lake_bucket), GlueCatalog(settings.database)
    services: dict[str, Jobs] = {"athena": Queries(), "training": TrainingJobs()}
    unfinished = Unfinished(objects, catalog, RunLedger(settings.ledger_table), services)
    gathering = Gathering(objects, unfinished, Lake(settings.lake_bucket), settings.database)
    plan = gathering.plan(run_id, catalog.tables())
    if not plan["anything_to_do"]:
        locks.release("detect", execution)
    logger.info("gathered", extra={"run_id": run_id, "landings": plan["landings"], "new_rows": plan["new_rows"]})
    return plan
