"""Polls queues for functions: batches in, deletions on success, poison messages to the dead-letter queue.

A failed batch becomes visible again after the queue's visibility time-out; SQS itself moves a message to the
dead-letter queue when it has been received too often.
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException

from localcloud import service
from localcloud.engines.functions.environment import InvokeResult

WAIT_SECONDS = 20

Invoke = Callable[[str, bytes], InvokeResult]


class QueuePollers:
    """One thread per enabled mapping of a queue to a function."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._running: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Begins and ends polling as the mappings now say."""
        with service.reading("lambda"):
            mappings = {
                mapping.uuid: mapping
                for backend in service.stored("lambda")
                for mapping in backend._event_source_mappings.values()
                if mapping.enabled and ":sqs:" in mapping.event_source_arn
            }
        with self._lock:
            for uuid in [uuid for uuid in self._running if uuid not in mappings]:
                self._running.pop(uuid).set()
            for uuid, mapping in mappings.items():
                if uuid not in self._running:
                    stopping = self._running[uuid] = threading.Event()
                    threading.Thread(
                        target=self._poll, args=[mapping, stopping], name=f"queue-{uuid}", daemon=True
                    ).start()

    def stop(self) -> None:
        """Ends all polling."""
        with self._lock:
            for stopping in self._running.values():
                stopping.set()
            self._running.clear()

    def _poll(self, mapping: Any, stopping: threading.Event) -> None:
        region, queue_name = mapping.event_source_arn.split(":")[3], mapping.event_source_arn.split(":")[-1]
        while not stopping.is_set():
            try:
                with service.reading("sqs"):
                    backend = service.backend("sqs", region)
                    visibility = int(backend.get_queue(queue_name).visibility_timeout)
                messages = backend.receive_message(
                    queue_name, min(mapping.batch_size, 10), WAIT_SECONDS, visibility, ["All"], stopping=stopping
                )
            except (JsonRESTError, ServiceException):  # the queue is gone
                return
            if messages and not stopping.is_set():
                self._run(mapping, region, queue_name, messages)

    def _run(self, mapping: Any, region: str, queue_name: str, messages: list[Any]) -> None:
        records = {"Records": [_record(message, mapping.event_source_arn, region) for message in messages]}
        try:
            result = self._invoke(mapping.function_arn, json.dumps(records).encode())
        except JsonRESTError:  # the function is gone: its messages come back
            return
        if result.function_error:
            return
        kept = _failures(result.payload) if "ReportBatchItemFailures" in (mapping.function_response_types or []) else []
        if kept is None:
            return
        with service.mutating("sqs"):
            backend = service.backend("sqs", region)
            for message in messages:
                if message.id not in kept:
                    backend.delete_message(queue_name, message.receipt_handle)


def _failures(payload: bytes) -> list[str] | None:
    """The ids of the messages that failed; None when the answer says that all of them did."""
    answer = json.loads(payload or b"null")
    if not answer:
        return []
    failures = answer.get("batchItemFailures") or []
    ids = [failure.get("itemIdentifier") for failure in failures]
    return None if not all(ids) else ids


def _record(message: Any, queue_arn: str, region: str) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": service.ACCOUNT,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id:
        attributes |= {"MessageGroupId": message.group_id, "MessageDeduplicationId": message.deduplication_id}
    marked = {
        name: {"dataType": value.get("data_type"), "stringValue": value.get("string_value")}
        for name, value in (message.message_attributes or {}).items()
    }
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": marked,
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }
