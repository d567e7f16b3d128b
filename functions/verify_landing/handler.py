"""Verify the landing: each table lies between its control totals, or is left out of the manifest."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from hourglass.aws.athena import Queries
from hourglass.aws.store import RunLedger
from hourglass.failures import failed_imports, without
from hourglass.ingest import planned_windows
from hourglass.landing import check_landing
from hourglass.settings import read_settings

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True)
class Settings:
    workgroup: str
    database: str
    ledger_table: str


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    plan = without(event["plan"], failed_imports(event["imports"]))
    rows = Queries(settings.workgroup, settings.database).rows(event["totals"]["query_execution_id"])
    verified = check_landing(planned_windows(plan), rows)
    landed = {"tables": verified.as_json()["tables"], "failures": [*plan["failures"], *verified.failures]}
    RunLedger(settings.ledger_table).put(plan["run_id"], "Verify the landing", landed)
    landed_rows = sum(table.rows for table in verified.tables.values())
    metrics.add_metric("LandedRows", MetricUnit.Count, landed_rows)
    metrics.add_metric("FailedTables", MetricUnit.Count, len(landed["failures"]))
    logger.info("verified", extra={"run_id": plan["run_id"], "rows": landed_rows, "failed": len(landed["failures"])})
    return landed
