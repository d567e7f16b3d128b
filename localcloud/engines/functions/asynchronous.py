"""Asynchronous invocations: stored when accepted, retried twice, then dead-lettered.

Lambda waits one and two minutes before its retries. Here it is seconds: nobody waits for minutes on a laptop.
"""

import base64
import json
import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import JsonRESTError

from localcloud import bus, service
from localcloud.engines.functions.environment import InvokeResult
from localcloud.errors import LocalCloudError
from localcloud.state import Journal

logger = logging.getLogger(__name__)
RETRY_SECONDS = (1.0, 2.0)
WORKERS = 8


@dataclass(frozen=True)
class Waiting:
    """One accepted invocation."""

    request_id: str
    function_arn: str
    payload: str  # base64
    attempts: int = 0


class AsynchronousInvocations:
    """Runs what was accepted. `run` answers the result and moto's record of the function."""

    def __init__(self, journal: Journal, run: Callable[[str, bytes], tuple[InvokeResult, Any]]) -> None:
        self._journal = journal
        self._run = run
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="async-invoke")
        self._timers: set[threading.Timer] = set()
        self._lock = threading.Lock()
        self._count = 0
        self._stopping = False

    def start(self) -> None:
        """Resumes what an earlier process accepted and did not finish."""
        for row in self._journal.pending():
            self._submit(Waiting(**json.loads(row)))

    def stop(self) -> None:
        """Begins nothing more; what is not done stays stored."""
        self._stopping = True
        for timer in list(self._timers):
            timer.cancel()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def accept(self, function_arn: str, payload: bytes) -> None:
        """Stores an invocation; it runs as soon as it is on disk."""
        waiting = Waiting(str(uuid.uuid4()), function_arn, base64.b64encode(payload).decode())
        self._journal.add(waiting.request_id, json.dumps(asdict(waiting)))
        with self._lock:
            self._count += 1
        service.after_commit(lambda: self._enqueue(waiting))

    def count(self) -> int:
        """How many are not done."""
        return self._count

    def _submit(self, waiting: Waiting) -> None:
        with self._lock:
            self._count += 1
        self._enqueue(waiting)

    def _enqueue(self, waiting: Waiting) -> None:
        if not self._stopping:
            performing = self._workers.submit(self._perform, waiting)
            performing.add_done_callback(lambda done: self._give_up(waiting, done.exception()))

    def _give_up(self, waiting: Waiting, error: BaseException | None) -> None:
        """What could not even be tried must not be waited for."""
        if error is not None:
            logger.error("not invoked", exc_info=error, extra={"function": waiting.function_arn})
            self._done(waiting)

    def _perform(self, waiting: Waiting) -> None:
        payload = base64.b64decode(waiting.payload)
        try:
            result, function = self._run(waiting.function_arn, payload)
        except (JsonRESTError, LocalCloudError):  # the function is gone or cannot be run: nothing to retry
            self._done(waiting)
            return
        if self._stopping:
            return
        tried = replace(waiting, attempts=waiting.attempts + 1)
        config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
        retries = config.get("MaximumRetryAttempts", len(RETRY_SECONDS))
        if result.function_error and tried.attempts <= retries:
            self._journal.add(tried.request_id, json.dumps(asdict(tried)))
            self._later(RETRY_SECONDS[min(tried.attempts, len(RETRY_SECONDS)) - 1], tried)
            return
        with service.transaction():
            self._settle(tried, function, result, config, payload)
            self._journal.remove(waiting.request_id)
        with self._lock:
            self._count -= 1

    def _later(self, seconds: float, waiting: Waiting) -> None:
        timer = threading.Timer(seconds, self._enqueue, [waiting])
        timer.daemon = True
        self._timers = {one for one in self._timers if one.is_alive()} | {timer}
        timer.start()

    def _done(self, waiting: Waiting) -> None:
        self._journal.remove(waiting.request_id)
        with self._lock:
            self._count -= 1

    def _settle(
        self, tried: Waiting, function: Any, result: InvokeResult, config: dict[str, Any], payload: bytes
    ) -> None:
        failed = result.function_error is not None
        chosen = config.get("DestinationConfig", {}).get("OnFailure" if failed else "OnSuccess") or {}
        if chosen.get("Destination"):
            deliver(chosen["Destination"], _record(tried, result, payload), failed=failed)
        letter = (function.__dict__.get("dead_letter_config") or {}).get("TargetArn")
        if failed and letter:
            reason = json.loads(result.payload).get("errorMessage", "")
            attributes = {"RequestID": tried.request_id, "ErrorCode": "200", "ErrorMessage": str(reason)[:1024]}
            deliver(letter, payload.decode(), attributes=attributes)


def deliver(arn: str, text: str, *, attributes: dict[str, str] | None = None, failed: bool = True) -> None:
    """Sends a record or a dead letter to a queue, topic, function or event bus."""
    kind, region, name = arn.split(":")[2], arn.split(":")[3], arn.split(":")[-1]
    marked = {key: {"DataType": "String", "StringValue": value} for key, value in (attributes or {}).items()}
    if kind == "sqs":
        with service.mutating("sqs"):
            service.backend("sqs", region).send_message(queue_name=name, message_body=text, message_attributes=marked)
    elif kind == "sns":
        with service.mutating("sns"), service.mutating("sqs"):
            service.backend("sns", region).publish(message=text, arn=arn)
    elif kind == "lambda":
        from localcloud.engines import functions

        functions.invoke(arn, text.encode(), invocation_type="Event")
    elif kind == "events":
        outcome = "Failure" if failed else "Success"
        bus.emit("lambda", f"Lambda Function Invocation Result - {outcome}", json.loads(text), region=region)


def _record(tried: Waiting, result: InvokeResult, payload: bytes) -> str:
    failed = result.function_error is not None
    context: dict[str, Any] = {"statusCode": 200, "executedVersion": result.executed_version}
    if failed:
        context["functionError"] = result.function_error
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "requestContext": {
                "requestId": tried.request_id,
                "functionArn": f"{tried.function_arn}:{result.executed_version}",
                "condition": "RetriesExhausted" if failed else "Success",
                "approximateInvokeCount": tried.attempts,
            },
            "requestPayload": json.loads(payload),
            "responseContext": context,
            "responsePayload": json.loads(result.payload) if result.payload else None,
        }
    )
