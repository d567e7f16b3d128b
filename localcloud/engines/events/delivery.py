"""Performs one delivery: makes the target's input and, if the target refuses it, fills the dead-letter queue."""

import logging

from localcloud.bus import Delivery
from localcloud.engines.events.targets import DeliveryError, dead_letter, send
from localcloud.engines.events.transform import target_input

logger = logging.getLogger(__name__)


def deliver(delivery: Delivery) -> None:
    """Sends the event to its target.

    A refusal is final: inside one process there is no network to wait for, and what does not exist now would be missed
    for the 24 hours that EventBridge keeps trying.
    """
    target = delivery.target
    text = target_input(target, delivery.event, delivery.rule_arn)
    try:
        send(target, text, delivery.delivery_id)
    except DeliveryError as error:
        queue = target.get("DeadLetterConfig", {}).get("Arn")
        logger.warning(
            "event not delivered", extra={"rule": delivery.rule_arn, "target": target["Arn"], "error": str(error)}
        )
        if queue:
            reasons = {
                "RULE_ARN": delivery.rule_arn,
                "TARGET_ARN": target["Arn"],
                "ERROR_CODE": error.code,
                "ERROR_MESSAGE": error.message,
                "EXHAUSTED_RETRY_CONDITION": "NoRetry",
                "RETRY_ATTEMPTS": "0",
            }
            dead_letter(queue, text, reasons)
