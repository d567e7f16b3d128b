"""Lets moto's SQS wait without holding the state, and leaves polling for functions to the pollers.

Patched: SQSBackend.receive_message, Queue.add_message.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from localcloud import service

CHECK_SECONDS = 1.0  # how late a message that becomes visible again may be noticed by a waiting receiver


def install() -> None:
    """Replaces the symbols; called once, when moto.sqs is first loaded."""
    plain_receive = SQSBackend.receive_message
    plain_add = Queue.add_message

    @wraps(plain_receive)
    def receive_message(
        self: Any,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
        stopping: threading.Event | None = None,
    ) -> list[Any]:
        return _receive(
            plain_receive,
            *(self, queue_name, count, wait_seconds_timeout, visibility_timeout, message_attribute_names, stopping),
        )

    @wraps(plain_add)
    def add_message(self: Any, message: Any) -> None:
        mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
        try:
            plain_add(self, message)
        finally:
            self.lambda_event_source_mappings = mappings

    SQSBackend.receive_message = receive_message  # type: ignore[method-assign]
    Queue.add_message = add_message  # type: ignore[method-assign]


def _receive(
    plain: Callable[..., list[Any]],
    backend: Any,
    queue_name: str,
    count: int,
    wait_seconds: int,
    visibility_timeout: int,
    names: list[str] | None,
    stopping: threading.Event | None,
) -> list[Any]:
    end = time.monotonic() + wait_seconds
    while True:
        with service.reading("sqs"):
            queue = backend.get_queue(queue_name)
            if queue.messages:
                with service.mutating("sqs"):
                    received = plain(backend, queue_name, count, 0, visibility_timeout, names)
                if received:
                    return received
        remaining = end - time.monotonic()
        if remaining <= 0 or (stopping and stopping.is_set()):
            return []
        queue.wait_for_messages(min(CHECK_SECONDS, remaining))
