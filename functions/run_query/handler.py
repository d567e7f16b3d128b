"""Run one query: one statement of a plan, for the state that waits for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.attempts import start_statement
from hourglass.aws.athena import Queries, request_token
from hourglass.aws.leftovers import Leftovers
from hourglass.aws.objects import Objects
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.jobs import Waiting, Waits
from hourglass.plans import statement_of
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    workgroup: str
    database: str
    ledger_table: str
    tokens_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    run_id, step = event["run_id"], event["statement"]
    statement = statement_of(Objects(settings.lake_bucket).get_json(event["plan_key"]), step)
    queries, ledger = Queries(settings.workgroup, settings.database), RunLedger(settings.ledger_table)
    leftovers = Leftovers(settings.database)
    query_id, record = start_statement(run_id, statement, queries, ledger, leftovers, request_token)
    logger.info("started", extra={"run_id": run_id, "step": step, "query_execution_id": query_id})
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), ledger)
    waiting = Waiting(event["token"], "athena", {**record, "run_id": run_id, "step": step})
    waits.wait_for(query_id, waiting, queries, datetime.now(UTC))
