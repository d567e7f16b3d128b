"""Hands an event to a target: a function, a state machine, a queue, a topic, a log group or another bus."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.utilities.arns import parse_arn

from localcloud import bus, service
from localcloud.engines import stepfunctions

Target = Mapping[str, Any]


class DeliveryError(Exception):
    """Raised when a target cannot take the event; `code` is what the dead-letter queue is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def send(target: Target, text: str, delivery_id: str) -> None:
    """Delivers the text; DeliveryError when the target does not exist or refuses it."""
    try:
        _sender(str(target["Arn"]))(target, text, delivery_id)
    except (JsonRESTError, ServiceException) as error:
        code = getattr(error, "error_type", None) or getattr(error, "code", None) or type(error).__name__
        if code == "ExecutionAlreadyExists":
            return  # the same delivery, made again after a kill
        raise DeliveryError(str(code), str(getattr(error, "message", error))) from error


def supported(arn: str) -> bool:
    """Whether events can be delivered to this kind of target."""
    parts = arn.split(":")
    return len(parts) > 5 and parts[2] in _SENDERS


def dead_letter(queue_arn: str, text: str, attributes: Mapping[str, str]) -> None:
    """Puts what could not be delivered on the dead-letter queue, with the reason as message attributes."""
    marked = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    _to_queue(queue_arn, text, attributes=marked)


def _sender(arn: str) -> Callable[[Target, str, str], None]:
    name = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if name not in _SENDERS:
        raise DeliveryError("InvalidTarget", f"The embedded cloud cannot deliver events to {arn}.")
    return _SENDERS[name]


def _function(target: Target, text: str, _delivery_id: str) -> None:
    from localcloud.engines.stepfunctions.lambda_calls import invoke_later

    invoke_later(target["Arn"], text)


def _machine(target: Target, text: str, delivery_id: str) -> None:
    name = f"{uuid.uuid5(uuid.NAMESPACE_OID, delivery_id)}"
    stepfunctions.start(target["Arn"], name, text)


def _queue(target: Target, text: str, _delivery_id: str) -> None:
    _to_queue(target["Arn"], text, group_id=target.get("SqsParameters", {}).get("MessageGroupId"))


def _to_queue(arn: str, text: str, group_id: str | None = None, attributes: Mapping[str, Any] | None = None) -> None:
    parsed = parse_arn(arn)
    with service.mutating("sqs", parsed.region):
        service.backend("sqs", parsed.region).send_message(
            queue_name=parsed.resource_id, message_body=text, group_id=group_id, message_attributes=attributes or {}
        )


def _topic(target: Target, text: str, _delivery_id: str) -> None:
    region = parse_arn(target["Arn"]).region
    with service.mutating("sns", region), service.mutating("sqs", region):
        service.backend("sns", region).publish(message=text, arn=target["Arn"])


def _log_group(target: Target, text: str, delivery_id: str) -> None:
    parsed = parse_arn(target["Arn"])
    group = parsed.resource_id.removesuffix(":*")
    with service.mutating("logs", parsed.region):
        backend = service.backend("logs", parsed.region)
        backend.create_log_stream(group, delivery_id)
        backend.put_log_events(group, delivery_id, [{"timestamp": int(time.time() * 1000), "message": text}])


def _bus(target: Target, text: str, _delivery_id: str) -> None:
    name = parse_arn(target["Arn"]).resource_id.rpartition("/")[2]
    event = json.loads(text)
    bus.running().put(event, name)


_SENDERS: dict[str, Callable[[Target, str, str], None]] = {
    "lambda": _function,
    "states": _machine,
    "sqs": _queue,
    "sns": _topic,
    "logs": _log_group,
    "events": _bus,
}
