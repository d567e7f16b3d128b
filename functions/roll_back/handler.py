"""Roll back: readers see what they saw before a run; what it and the later ones took in is new again."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.aws.store import Locks
from hourglass.aws.workflow import Workflow
from hourglass.rollback import RollbackRefusedError, roll_back
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str
    locks_table: str
    replaced_days: int


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    execution, now = event["execution"], datetime.now(UTC)
    locks = Locks(settings.locks_table, Workflow().is_running)
    locks.acquire("detect", execution, now)
    objects, catalog = Objects(settings.lake_bucket), GlueCatalog(settings.database)
    try:
        done = roll_back(event["run_id"], now, timedelta(days=settings.replaced_days), objects, catalog)
    except RollbackRefusedError:
        locks.release("detect", execution)
        raise
    locks.release("detect", execution)
    logger.info("rolled back", extra={"run_id": event["run_id"], "runs": done.runs})
    return {"runs": list(done.runs), "moves": done.moves}
