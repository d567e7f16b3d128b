"""Query executions: their states and events, the threads that run them, stopping them, starting them only once."""

import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import duckdb

from localcloud.engines.athena.errors import SYSTEM_CATEGORY, AthenaQueryError, QueryCancelledError
from localcloud.engines.athena.runner import Outcome, Request

WORKERS = 4
KEPT = 300  # executions remembered; Athena keeps them for 45 days
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass
class Execution:
    """One query execution, as GetQueryExecution shows it. Plain data: it is stored with the service's state."""

    id: str
    query: str
    workgroup: str
    database: str | None
    catalog: str | None
    statement_type: str
    substatement_type: str
    output_location: str
    result_configuration: dict[str, Any]
    token: str | None
    fingerprint: str
    parameters: list[str] = field(default_factory=list)
    enforced: bool = False
    bytes_cutoff: int | None = None
    reuse_minutes: int | None = None
    reused: bool = False
    status: str = "QUEUED"
    sequence: int = 1
    reason: str | None = None
    error: dict[str, Any] | None = None
    submitted_at: float = field(default_factory=time.time)
    started_at: float | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None

    def as_dict(self) -> dict[str, Any]:
        status: dict[str, Any] = {"State": self.status, "SubmissionDateTime": self.submitted_at}
        if self.ended_at is not None:
            status["CompletionDateTime"] = self.ended_at
        if self.reason is not None:
            status["StateChangeReason"] = self.reason
        if self.error is not None:
            status["AthenaError"] = self.error
        context = {"Database": self.database, "Catalog": self.catalog}
        location = self.outcome.output_location if self.outcome else self.output_location
        return {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "SubstatementType": self.substatement_type,
            "ResultConfiguration": self.result_configuration | {"OutputLocation": location},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": self._reuse()},
            "QueryExecutionContext": {key: value for key, value in context.items() if value},
            "Status": status,
            "Statistics": self.statistics(),
            "WorkGroup": self.workgroup,
            "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
        } | ({"ExecutionParameters": self.parameters} if self.parameters else {})

    def _reuse(self) -> dict[str, Any]:
        if self.reuse_minutes is None:
            return {"Enabled": False}
        return {"Enabled": True, "MaxAgeInMinutes": self.reuse_minutes}

    def answers(self, other: "Execution", now: float) -> bool:
        """Whether this one's result may be given for another one that allows it: the same question, young enough."""
        return (
            other.reuse_minutes is not None
            and other.substatement_type in ("SELECT", "EXECUTE")
            and self.status == "SUCCEEDED"
            and not self.reused
            and now - (self.ended_at or 0) <= other.reuse_minutes * 60
            and self._question() == other._question()
        )

    def _question(self) -> tuple[object, ...]:
        return (self.query, self.workgroup, self.database, self.catalog, self.parameters, self.result_configuration)

    def reuse(self, other: "Execution") -> None:
        """Takes the result of another one, without reading anything."""
        if other.outcome is not None:
            self.outcome, self.reused = replace(other.outcome, scanned=0), True

    def statistics(self) -> dict[str, Any]:
        end = self.ended_at or time.time()
        running = int((end - self.started_at) * 1000) if self.started_at else 0
        queued = int(((self.started_at or end) - self.submitted_at) * 1000)
        result: dict[str, Any] = {
            "EngineExecutionTimeInMillis": running,
            "TotalExecutionTimeInMillis": running + queued,
            "QueryQueueTimeInMillis": queued,
            "ServicePreProcessingTimeInMillis": 0,
            "QueryPlanningTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "DataScannedInBytes": self.outcome.scanned if self.outcome else 0,
            "ResultReuseInformation": {"ReusedPreviousResult": self.reused},
        }
        if self.outcome is not None and self.outcome.manifest_location is not None:
            result["DataManifestLocation"] = self.outcome.manifest_location
        return result


class Surroundings(Protocol):
    """What an execution needs of the cloud around it: storing a change, and telling of it."""

    def changed(self, execution: Execution, change: Callable[[], None], detail: dict[str, Any]) -> None: ...
    def request(self, execution: Execution) -> Request: ...


class Runner(Protocol):
    def run(self, request: Request, on_connection: Callable[[duckdb.DuckDBPyConnection], None]) -> Outcome: ...


@dataclass
class _Active:
    """An execution under way in this process."""

    finished: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    connection: duckdb.DuckDBPyConnection | None = None


class Executor:
    """Runs executions in threads of this process, several at a time."""

    def __init__(self, runner: Callable[[], Runner], surroundings: Surroundings, workers: int = WORKERS) -> None:
        self._runner = runner
        self._surroundings = surroundings
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="athena")
        self._active: dict[str, _Active] = {}

    @property
    def running(self) -> int:
        return len(self._active)

    def reserve(self, execution: Execution) -> None:
        """Counts an execution as running from the moment it is recorded."""
        self._active[execution.id] = _Active()

    def submit(self, execution: Execution) -> None:
        """Queues a reserved execution; it runs when a thread is free."""
        self._pool.submit(self._run, execution)

    def cancel(self, execution_id: str) -> None:
        """Stops an execution: before it starts, or by interrupting the engine until it has ended."""
        active = self._active.get(execution_id)
        if active is None or active.cancelled.is_set():
            return
        active.cancelled.set()
        threading.Thread(target=_interrupt, args=(active,), daemon=True).start()

    def close(self) -> None:
        """Stops everything and waits until it has stopped."""
        for execution_id in list(self._active):
            self.cancel(execution_id)
        self._pool.shutdown(wait=True)

    def _run(self, execution: Execution) -> None:
        active = self._active[execution.id]
        try:
            if active.cancelled.is_set():
                raise QueryCancelledError("Query cancelled by user")
            self._move(execution, "RUNNING")
            if not execution.reused:
                outcome = self._runner().run(self._surroundings.request(execution), lambda c: _connected(active, c))
                if active.cancelled.is_set():
                    raise QueryCancelledError("Query cancelled by user")
                execution.outcome = outcome
            self._move(execution, "SUCCEEDED")
        except QueryCancelledError as error:
            self._move(execution, "CANCELLED", error)
        except AthenaQueryError as error:
            self._move(execution, "FAILED", error)
        finally:
            if execution.status not in ENDED:  # whatever it was, nobody may wait for ever
                self._move(execution, "FAILED", _internal(sys.exc_info()[1]))
            active.finished.set()
            self._active.pop(execution.id, None)

    def _move(self, execution: Execution, status: str, error: AthenaQueryError | None = None) -> None:
        previous = execution.status

        def change() -> None:
            execution.status = status
            execution.sequence += 1
            if status == "RUNNING":
                execution.started_at = time.time()
            else:
                execution.ended_at = time.time()
            if error is not None:
                execution.reason = error.message
                if status == "FAILED":
                    execution.error = {
                        "ErrorCategory": error.category,
                        "ErrorType": error.error_type,
                        "Retryable": error.retryable,
                        "ErrorMessage": error.message,
                    }

        detail = state_change(execution, status, previous, execution.sequence + 1)
        if error is not None and status == "FAILED":
            detail["athenaError"] = {
                "errorCategory": error.category,
                "errorType": error.error_type,
                "retryable": error.retryable,
                "errorMessage": error.message,
            }
        self._surroundings.changed(execution, change, detail)


def _internal(error: BaseException | None) -> AthenaQueryError:
    found = AthenaQueryError(f"the embedded engine failed: {type(error).__name__}: {error}", "GENERIC_INTERNAL_ERROR")
    found.category, found.error_type = SYSTEM_CATEGORY, 0
    return found


def _connected(active: _Active, connection: duckdb.DuckDBPyConnection) -> None:
    active.connection = connection
    if active.cancelled.is_set():
        raise QueryCancelledError("Query cancelled by user")


def _interrupt(active: _Active) -> None:
    """An interrupt that comes between two calls of the engine is lost, so it is repeated until the end."""
    while not active.finished.wait(0.05):
        if active.connection is not None:
            with suppress(duckdb.ConnectionException):  # it was closed just now
                active.connection.interrupt()


def state_change(execution: Execution, current: str, previous: str | None, sequence: int) -> dict[str, Any]:
    """The detail of an "Athena Query State Change" event."""
    detail = {
        "versionId": "0",
        "currentState": current,
        "statementType": execution.statement_type,
        "queryExecutionId": execution.id,
        "workgroupName": execution.workgroup,
        "sequenceNumber": str(sequence),
    }
    return detail | ({"previousState": previous} if previous else {})


def new_id() -> str:
    return str(uuid.uuid4())
