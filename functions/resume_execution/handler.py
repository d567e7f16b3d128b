"""Resume the execution that waits for a job whose state changed."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from hourglass.aws.jobs import jobs_of, service_of
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
    name, job_ids = jobs_of(job)
    service = service_of(name)
    resumed = [job_id for job_id in job_ids if waits.settle(job_id, service)]
    if waiting := [job_id for job_id in set(job_ids).difference(resumed) if waits.tokens.get(job_id)]:
        raise JobStillRunningError(f"{name} says that {', '.join(waiting)} has not ended")
    logger.info("resumed", extra={"service": job.service, "job_id": job.job_id, "resumed": len(resumed)})
    return {"resumed": bool(resumed)}
