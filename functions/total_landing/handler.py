"""Total the landing: one query over what has just landed, for the state that waits for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.athena import Queries, request_token
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.failures import failed_imports, without
from hourglass.ingest import planned_windows
from hourglass.jobs import Waiting, Waits
from hourglass.landing import totals_query
from hourglass.settings import read_settings
from hourglass.sources import load_source
from hourglass.sweeps import with_sweeps

logger = Logger()


@dataclass(frozen=True)
class Settings:
    source_mapping: str
    workgroup: str
    database: str
    ledger_table: str
    tokens_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    plan, step = without(event["plan"], failed_imports(event["imports"])), "Total the landing"
    run_id = plan["run_id"]
    tables = GlueCatalog(settings.database).tables()
    source = with_sweeps(load_source(settings.source_mapping))
    sql = totals_query(source, run_id, plan["ingest_date"], planned_windows(plan), tables)
    queries = Queries(settings.workgroup, settings.database)
    query_id = queries.start(sql, request_token(run_id, step, event["attempt"], sql))
    logger.info("totalling", extra={"run_id": run_id, "query_execution_id": query_id})
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    record = {"run_id": run_id, "step": step}
    waits.wait_for(query_id, Waiting(event["token"], "athena", record), queries, datetime.now(UTC))
