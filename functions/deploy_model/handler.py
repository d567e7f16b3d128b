"""Deploy the model: bring it into service behind the endpoint, for the state that waits for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.endpoint import Endpoints
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.jobs import Waiting, Waits
from hourglass.model_life import config_request, model_request
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    ledger_table: str
    tokens_table: str
    endpoint_name: str
    model_image: str
    model_role_arn: str
    endpoint_instance_type: str
    key_arn: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    run_id, name, endpoints = event["run_id"], event["model"], Endpoints()
    model = model_request(name, settings.model_image, settings.model_role_arn, event["artefact"])
    config = config_request(name, settings.endpoint_instance_type, settings.key_arn)
    endpoints.deploy(settings.endpoint_name, model, config)
    logger.info("deploying", extra={"run_id": run_id, "model": name})
    record = {"run_id": run_id, "step": "Deploy the model", "service": "endpoint"}
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    waiting = Waiting(event["token"], "endpoint", record)
    waits.wait_for(settings.endpoint_name, waiting, endpoints, datetime.now(UTC))
