"""Crawl the landing: let Glue find the new partitions and columns, for the state that waits for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.crawler import Crawler
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.jobs import Waiting, Waits
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    crawler_name: str
    ledger_table: str
    tokens_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    crawler, name = Crawler(), settings.crawler_name
    crawler.start(name)
    logger.info("crawling", extra={"run_id": event["plan"]["run_id"], "crawler": name})
    record = {"run_id": event["plan"]["run_id"], "step": "Crawl the landing"}
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    waits.wait_for(name, Waiting(event["token"], "glue", record), crawler, datetime.now(UTC))
