"""Notify the auditors: how many timesheets of which weeks deserve a look."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.notifications import Topic
from hourglass.notices import suspects_notice
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    auditors_topic_arn: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    notice = suspects_notice(event["run_id"], event["weeks"], event["suspects"])
    Topic(settings.auditors_topic_arn).publish(notice)
    logger.info("notified", extra={"run_id": event["run_id"], "suspects": event["suspects"]})
