"""Verify the landing: it lies between the control totals, and the source has the columns that we expect."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from hourglass.aws.athena import Queries
from hourglass.aws.store import RunLedger
from hourglass.ingest import planned_windows
from hourglass.landing import check_landing
from hourglass.settings import read_settings
from hourglass.sources import load_source

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True)
class Settings:
    source_mapping: str
    workgroup: str
    database: str
    ledger_table: str


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    plan, source = event["plan"], load_source(settings.source_mapping)
    rows = Queries(settings.workgroup, settings.database).rows(event["totals"]["query_execution_id"])
    landed = check_landing(source, planned_windows(plan), rows)
    RunLedger(settings.ledger_table).put(plan["run_id"], "Verify the landing", {"tables": landed})
    landed_rows = sum(table["rows"] for table in landed.values())
    metrics.add_metric("LandedRows", MetricUnit.Count, landed_rows)
    logger.info("verified", extra={"run_id": plan["run_id"], "rows": landed_rows})
    return landed
