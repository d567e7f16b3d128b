"""Does what EventBridge Scheduler, or a rule with a schedule, does at its time."""

import json
import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from localcloud import bus
from localcloud.engines.events.targets import DeliveryError, dead_letter, send

logger = logging.getLogger(__name__)


def fire_schedule(schedule: Any, at: datetime) -> None:
    """Sends the input of a moto schedule to its target; a refusal goes to its dead-letter queue."""
    execution_id = str(uuid.uuid4())
    target: Mapping[str, Any] = schedule.target
    text = with_context(target.get("Input") or "{}", schedule.arn, at, execution_id)
    try:
        if target["Arn"].split(":")[2] == "events":
            _put_event(target, text)
        else:
            send({key: value for key, value in target.items() if key != "Input"}, text, execution_id)
    except DeliveryError as error:
        queue = target.get("DeadLetterConfig", {}).get("Arn")
        logger.warning("schedule not delivered", extra={"schedule": schedule.name, "error": str(error)})
        if queue:
            reasons = {
                "ERROR_CODE": error.code,
                "ERROR_MESSAGE": error.message,
                "EXECUTION_ID": execution_id,
                "SCHEDULE_ARN": schedule.arn,
                "TARGET_ARN": target["Arn"],
                "SCHEDULED_TIME": _text(at),
                "RETRY_ATTEMPTS": "0",
            }
            dead_letter(queue, text, reasons)


def fire_rule(rule: Any, at: datetime) -> None:
    """Sends the scheduled event of a moto rule to its targets."""
    event = bus.new_event("aws.events", "Scheduled Event", {}, [rule.arn], region=rule.region_name, time=at)
    for target in rule.targets:
        bus.running().deliver(rule.arn, target, event)


def with_context(text: str, schedule_arn: str, at: datetime, execution_id: str) -> str:
    """The input with the context attributes that Scheduler fills in."""
    values = {
        "aws.scheduler.schedule-arn": schedule_arn,
        "aws.scheduler.scheduled-time": _text(at),
        "aws.scheduler.execution-id": execution_id,
        "aws.scheduler.attempt-number": "1",
    }
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text


def _put_event(target: Mapping[str, Any], text: str) -> None:
    parameters = target["EventBridgeParameters"]
    region = target["Arn"].split(":")[3]
    event = bus.new_event(parameters["Source"], parameters["DetailType"], json.loads(text), region=region)
    bus.running().put(event, target["Arn"].rpartition("/")[2])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
