"""Check the tables: a check that found a row stops the run."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.athena import Queries
from hourglass.checking import require_no_violations
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    workgroup: str
    database: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    settings = read_settings(Settings, os.environ)
    queries = Queries(settings.workgroup, settings.database)
    results = (row for check in event["checks"] for row in queries.rows(check["query_execution_id"]))
    passed = require_no_violations(results)
    logger.info("checked", extra={"run_id": event["run_id"], "checks": passed})
    return {"passed": passed}
