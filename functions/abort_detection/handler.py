"""Abandon the run: after a failure nothing keeps running, readers see what they saw before, the next run may start.

The state machine calls it, and EventBridge when somebody has stopped the execution.
"""

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
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    execution, started_at = _execution(event)
    run_id = detection_run_id(execution, started_at)
    objects, catalog = Objects(settings.lake_bucket), GlueCatalog(settings.database)
    services: dict[str, Jobs] = {"athena": Queries(), "training": TrainingJobs()}
    unfinished = Unfinished(objects, catalog, RunLedger(settings.ledger_table), services)
    locks = Locks(settings.locks_table, Workflow().is_running)
    if locks.holder("detect") != execution:  # another one has cleared up after it, or it never had the lock
        unfinished.stop(run_id)
        return
    unfinished.abandon(run_id, catalog.tables())
    locks.release("detect", execution)
    logger.info("abandoned", extra={"run_id": run_id})


def _execution(event: dict[str, Any]) -> tuple[str, datetime]:
    """The execution and its start, from the state machine's words or from those of its status change."""
    if "detail" in event:
        started = datetime.fromtimestamp(event["detail"]["startDate"] / 1000, UTC)
        return event["detail"]["executionArn"], started
    return event["execution"], datetime.fromisoformat(event["started_at"])
