"""Publish the weeks: let readers see what this run has built, all tables in the order of the chain."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.aws.store import RunLedger
from hourglass.plans import chain_key, rows_built
from hourglass.publication import publish
from hourglass.settings import read_settings

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str
    ledger_table: str


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    run_id, objects, catalog = event["run_id"], Objects(settings.lake_bucket), GlueCatalog(settings.database)
    plan = objects.get_json(chain_key(run_id))
    moves = publish(plan, catalog.tables(), objects, catalog, datetime.now(UTC))
    suspects = rows_built(RunLedger(settings.ledger_table).steps(run_id), "suspect_timesheets")
    metrics.add_metric("TimesheetsSuspected", MetricUnit.Count, suspects)
    logger.info("published", extra={"run_id": run_id, "moves": len(moves), "suspects": suspects})
    weeks = [week for chunk in plan["score"] for week in chunk]
    return {"run_id": run_id, "weeks": weeks, "suspects": suspects}
