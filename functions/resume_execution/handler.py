"""Resume the execution that waits for a job whose state changed."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from hourglass.aws.jobs import service_of
from hourglass.aws.store import RunLedger, TaskTokens
from hourglass.aws.workflow import Workflow
from hourglass.errors import JobStillRunningError
from hourglass.events import job_of
from hourglass.jobs import Waits
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    ledger_table: str
    tokens_table: str


@logger.inject_lambda_context
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    job = job_of(event.source, event.detail_type, event.detail)
    if job is None or not job.says_ended:
        return {"resumed": False}
    waits = Waits(TaskTokens(settings.tokens_table), Workflow(), RunLedger(settings.ledger_table))
    resumed = waits.settle(job.job_id, service_of(job.service))
    if not resumed and waits.tokens.get(job.job_id) is not None:
        raise JobStillRunningError(f"{job.service} says that {job.job_id} has not ended")
    logger.info("resumed", extra={"service": job.service, "job_id": job.job_id, "resumed": resumed})
    return {"resumed": resumed}
