"""Find the model in service that learned from the features of today."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.endpoint import Endpoints
from hourglass.model_life import learned_from
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    endpoint_name: str
    model_prefix: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    model = Endpoints().model_in_service(settings.endpoint_name)
    usable = model is not None and learned_from(model, settings.model_prefix) == event["feature_schema"]
    logger.info("found", extra={"model": model, "usable": usable})
    return {"exists": usable, "model": model}
