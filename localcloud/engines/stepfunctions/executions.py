"""All executions of the running cloud: started, stopped, found again, and stored so that a kill loses none.

Rows: `execution` (one per execution, written at start and end), `execution_states` (where it stands, written at each
state's entry) and `execution_history` (its events, written at the end and compressed).
"""

import base64
import json
import threading
import uuid
import zlib
from datetime import UTC, datetime
from typing import Any, Protocol

from localcloud import bus, service
from localcloud.activity import announce
from localcloud.engines.stepfunctions.definition import load
from localcloud.engines.stepfunctions.execution import RUNNING, Execution, Run
from localcloud.engines.stepfunctions.tasks import Invoke

HISTORY = "execution_history"
ABORTED_BY_STOP = "The embedded cloud stopped while this execution was running."


class Machine(Protocol):
    """What is needed of moto's state machine."""

    arn: str
    definition: str
    roleArn: str  # noqa: N815


class Executions:
    """The executions of one running cloud."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._lock = threading.Lock()
        self._known: dict[str, Execution] = {}
        self._runs: dict[str, Run] = {}
        store = service.store()
        self._rows = store.journal("execution")
        self._states = store.journal("execution_states")
        self._histories = store.journal(HISTORY)

    def recover(self) -> None:
        """Reads the rows; what was running when the cloud ended is ABORTED now."""
        states = dict(self._states.items())
        for row in self._rows.pending():
            execution = Execution.from_json(row)
            self._known[execution.execution_arn] = execution
            if execution.status == RUNNING:
                current = json.loads(states.get(execution.execution_arn, "[]"))
                execution.failed_state = current[0] if current else None
                execution.status, execution.stop_date = "ABORTED", datetime.now(UTC)
                execution.cause = ABORTED_BY_STOP
                self._store(execution, None)

    def start(self, machine: Machine, name: str | None, text: str) -> Execution:
        """Starts an execution once the change is on disk; the caller has checked name and input."""
        name = name or str(uuid.uuid4())
        arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
        execution = Execution(arn, machine.arn, name, text, datetime.now(UTC), machine.roleArn)
        run = Run(execution, load(machine.definition), self._invoke, self._changed)
        with service.transaction():
            with self._lock:
                self._known[arn] = execution
                self._runs[arn] = run
            self._rows.add(arn, execution.to_json())
            self._announce(execution)
            service.after_commit(run.start)
        return execution

    def find(self, arn: str) -> Execution | None:
        """The execution of an ARN."""
        return self._known.get(arn)

    def of_machine(self, machine_arn: str) -> list[Execution]:
        """The executions of a machine, newest first."""
        with self._lock:
            found = [item for item in self._known.values() if item.state_machine_arn == machine_arn]
        return sorted(found, key=lambda execution: execution.start_date, reverse=True)

    def all(self) -> list[Execution]:
        """Every execution, oldest first."""
        with self._lock:
            return sorted(self._known.values(), key=lambda execution: execution.start_date)

    def running(self) -> int:
        """How many executions have not ended."""
        return len(self._runs)

    def stop(self, arn: str, error: str | None, cause: str | None) -> None:
        """StopExecution; nothing happens to one that has ended."""
        run = self._runs.get(arn)
        if run:
            run.stop(error, cause)

    def history(self, arn: str) -> list[dict[str, Any]]:
        """The events of an execution so far."""
        run = self._runs.get(arn)
        if run:
            return list(run.history.events)
        found = service.store().read("select value from journal where namespace = ? and key = ?", [HISTORY, arn])
        return _unpacked(found[0][0]) if found else []

    def forget(self, machine_arn: str) -> None:
        """Removes the executions of a deleted machine; those that run are stopped."""
        for execution in self.of_machine(machine_arn):
            self.stop(execution.execution_arn, None, "The state machine was deleted.")
            with self._lock:
                self._known.pop(execution.execution_arn, None)
            for rows in (self._rows, self._states, self._histories):
                rows.remove(execution.execution_arn)

    def close(self) -> None:
        """Ends the threads; what runs is ABORTED at the next start."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.abandon()

    def _changed(self, run: Run, what: str) -> None:
        execution = run.execution
        if what == "entered":
            self._states.add(execution.execution_arn, json.dumps(execution.current_states))
            announce()
            return
        with service.transaction():
            execution.status = what
            self._store(execution, run.history.events)
            self._announce(execution)
            with self._lock:
                self._runs.pop(execution.execution_arn, None)
        announce()

    def _store(self, execution: Execution, events: list[dict[str, Any]] | None) -> None:
        with service.transaction():
            self._rows.add(execution.execution_arn, execution.to_json())
            self._states.remove(execution.execution_arn)
            if events is not None:
                self._histories.add(execution.execution_arn, _packed(events))

    def _announce(self, execution: Execution) -> None:
        bus.emit(
            "aws.states",
            "Step Functions Execution Status Change",
            execution.status_change(),
            [execution.execution_arn],
            region=execution.execution_arn.split(":")[3],
        )


def _packed(events: list[dict[str, Any]]) -> str:
    text = json.dumps(events, default=lambda moment: moment.isoformat())
    return base64.b85encode(zlib.compress(text.encode(), 1)).decode()


def _unpacked(row: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(zlib.decompress(base64.b85decode(row)))
    return [event | {"timestamp": datetime.fromisoformat(event["timestamp"])} for event in events]
