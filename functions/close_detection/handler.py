"""Close the run: its landings need no further detection, its staging tables go, the next run may start."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.aws.store import Locks
from hourglass.aws.workflow import Workflow
from hourglass.plans import typing_key
from hourglass.settings import read_settings
from hourglass.unfinished import drop_staging, mark_detected

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str
    locks_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    run_id, objects, catalog = event["run_id"], Objects(settings.lake_bucket), GlueCatalog(settings.database)
    landings = objects.get_json(typing_key(run_id))["ingest_runs"]
    mark_detected(landings, run_id, objects)
    dropped = drop_staging(catalog.tables(), catalog)
    Locks(settings.locks_table, Workflow().is_running).release("detect", event["execution"])
    logger.info("closed", extra={"run_id": run_id, "landings": len(landings), "dropped": len(dropped)})
    return {"run_id": run_id, "landings": len(landings)}
