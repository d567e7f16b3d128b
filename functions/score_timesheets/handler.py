"""Score the timesheets of some weeks: ask the endpoint for one score per timesheet and stage what it says."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from hourglass.aws.endpoint import EndpointModel
from hourglass.aws.files import Files
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.aws.store import RunLedger
from hourglass.lake import Lake
from hourglass.scoring import WeekScorer, score_weeks
from hourglass.settings import read_settings

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str
    ledger_table: str
    endpoint_name: str


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    settings = read_settings(Settings, os.environ)
    run_id, weeks, started_at = event["run_id"], event["weeks"], datetime.now(UTC)
    plan = Objects(settings.lake_bucket).get_json(event["plan_key"])
    scorer = WeekScorer(EndpointModel(settings.endpoint_name), plan["scores_columns"], run_id, started_at)
    rows = score_weeks(weeks, scorer, Lake(settings.lake_bucket), Files(), GlueCatalog(settings.database))
    seconds = (datetime.now(UTC) - started_at).total_seconds()
    facts = {"rows": rows, "seconds": seconds, "partitions": weeks, "error": None}
    RunLedger(settings.ledger_table).put(run_id, f"score.{weeks[0]}", facts)
    metrics.add_metric("TimesheetsScored", MetricUnit.Count, rows)
    logger.info("scored", extra={"run_id": run_id, "rows": rows, "weeks": len(weeks)})
    return {"rows": rows}
