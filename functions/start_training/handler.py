"""Train the model: start a training job, for the state that waits for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.training import TrainingJobs
from hourglass.aws.workflow import Workflow
from hourglass.jobs import Waiting, Waits
from hourglass.lake import Lake
from hourglass.model_life import Training, model_name, training_request
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    ledger_table: str
    tokens_table: str
    model_prefix: str
    model_image: str
    model_role_arn: str
    training_instance_type: str
    training_max_seconds: int
    key_arn: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    settings = read_settings(Settings, os.environ)
    run_id, jobs, ledger = event["run_id"], TrainingJobs(), RunLedger(settings.ledger_table)
    lake, name = Lake(settings.lake_bucket), model_name(settings.model_prefix, event["feature_schema"], run_id)
    training = Training(
        settings.model_image,
        settings.model_role_arn,
        settings.training_instance_type,
        settings.key_arn,
        settings.training_max_seconds,
    )
    jobs.start(training_request(name, training, event["manifest"], lake.uri("models/artefacts/")))
    logger.info("training", extra={"run_id": run_id, "training_job": name})
    record = {"service": "training", "files": event["files"]}
    ledger.put(run_id, "Train the model", {**record, "job_id": name})
    waiting = Waiting(event["token"], "training", {**record, "run_id": run_id, "step": "Train the model"})
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), ledger)
    waits.wait_for(name, waiting, jobs, datetime.now(UTC))
