"""Report the failure: tell operations which execution failed and why."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.notifications import Topic
from hourglass.notices import failure_notice, sentence_of
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    operations_topic_arn: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    settings = read_settings(Settings, os.environ)
    error, cause = event["error"]["Error"], sentence_of(event["error"].get("Cause", ""))
    Topic(settings.operations_topic_arn).publish(failure_notice(event["execution"], error, cause))
    logger.error("failed", extra={"execution": event["execution"], "error": error})
    return {"Error": error, "Cause": cause}
