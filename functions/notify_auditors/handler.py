"""Notify the auditors: how many timesheets of which weeks deserve a look; once per run, however often it is tried."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from hourglass.aws.notifications import Topic
from hourglass.notices import suspects_notice
from hourglass.settings import read_settings

logger = Logger()
ONE_WEEK_SECONDS = 7 * 86400


@dataclass(frozen=True)
class Settings:
    auditors_topic_arn: str
    idempotency_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    settings = read_settings(Settings, os.environ)
    config = IdempotencyConfig(
        event_key_jmespath="run_id", expires_after_seconds=ONE_WEEK_SECONDS, hash_function="sha256"
    )
    config.register_lambda_context(context)  # an attempt that died is in progress only until its own time is over

    def notify(run: dict[str, Any]) -> dict[str, Any]:
        notice = suspects_notice(run["run_id"], run["weeks"], run["suspects"])
        Topic(settings.auditors_topic_arn).publish(notice)
        logger.info("notified", extra={"run_id": run["run_id"], "suspects": run["suspects"]})
        return {"run_id": run["run_id"]}

    store = DynamoDBPersistenceLayer(table_name=settings.idempotency_table)
    once = idempotent_function(notify, data_keyword_argument="run", persistence_store=store, config=config)
    once(run=event)
