"""One execution of a state machine: what is known of it, and its life from start to end."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localcloud.engines.stepfunctions.errors import DATA_LIMIT, RUNTIME, HaltedError, StateError
from localcloud.engines.stepfunctions.halting import Halt
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.interpreter import Frame, Interpreter, Json
from localcloud.engines.stepfunctions.tasks import Invoke, LambdaTasks

RUNNING = "RUNNING"


@dataclass
class Execution:
    """What the API and the state database know; moto's responses read these names."""

    execution_arn: str
    state_machine_arn: str
    name: str
    execution_input: str
    start_date: datetime
    role_arn: str
    status: str = RUNNING
    stop_date: datetime | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    failed_state: str | None = None
    current_states: list[str] = field(default_factory=list)

    @property
    def machine(self) -> str:
        """The name of its state machine."""
        return self.state_machine_arn.rpartition(":")[2]

    def describe(self) -> dict[str, Any]:
        """The answer of DescribeExecution."""
        described = {
            "executionArn": self.execution_arn,
            "stateMachineArn": self.state_machine_arn,
            "name": self.name,
            "status": self.status,
            "startDate": self.start_date,
            "stopDate": self.stop_date,
            "input": self.execution_input,
            "inputDetails": {"included": True},
            "output": self.output,
            "outputDetails": {"included": True} if self.output is not None else None,
            "error": self.error,
            "cause": self.cause,
        }
        return {name: value for name, value in described.items() if value is not None}

    def to_json(self) -> str:
        """The row of the state database."""
        return json.dumps(self.__dict__, default=lambda moment: moment.isoformat())

    @classmethod
    def from_json(cls, text: str) -> "Execution":
        """The execution of a row."""
        row = json.loads(text)
        stopped = row["stop_date"]
        row["start_date"] = datetime.fromisoformat(row["start_date"])
        row["stop_date"] = datetime.fromisoformat(stopped) if stopped else None
        return cls(**row)

    def status_change(self) -> dict[str, Any]:
        """The detail of the event 'Step Functions Execution Status Change'."""
        return {
            "executionArn": self.execution_arn,
            "stateMachineArn": self.state_machine_arn,
            "name": self.name,
            "status": self.status,
            "startDate": int(self.start_date.timestamp() * 1000),
            "stopDate": int(self.stop_date.timestamp() * 1000) if self.stop_date else None,
            "input": self.execution_input,
            "output": self.output,
            "inputDetails": {"included": True},
            "outputDetails": {"included": True} if self.output is not None else None,
            "error": self.error,
            "cause": self.cause,
        }


class Run:
    """Carries an execution through its states in a thread of its own.

    `changed` is called at the start, at each state's entry ("entered") and once at the end ("ended").
    """

    def __init__(
        self,
        execution: Execution,
        machine: Mapping[str, Any],
        invoke: Invoke,
        changed: Callable[["Run", str], None],
    ) -> None:
        self.execution = execution
        self.history = History()
        self._machine = machine
        self._invoke = invoke
        self._changed = changed
        self._halt = Halt()
        self._lock = threading.Lock()
        self._states: Counter[str] = Counter()
        self._ended = False
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        """Begins with the first state; returns at once."""
        timeout = self._machine.get("TimeoutSeconds")
        if timeout is not None:
            self._timer = threading.Timer(timeout, self._time_out)
            self._timer.daemon = True
            self._timer.start()
        threading.Thread(target=self._run, daemon=True, name=f"execution-{self.execution.name}").start()

    def stop(self, error: str | None, cause: str | None) -> None:
        """Ends the execution as StopExecution does: at once, whatever its tasks do."""
        self._end("ABORTED", "ExecutionAborted", "executionAbortedEventDetails", error=error, cause=cause)

    def abandon(self) -> None:
        """Stops the threads without a word: the cloud is going down."""
        with self._lock:
            self._ended = True
        self._halt.set()

    def entered(self, state: str) -> None:
        """Called by the interpreter."""
        with self._lock:
            self._states[state] += 1
            self.execution.current_states = [name for name, count in self._states.items() if count > 0]
        if not self._ended:
            self._changed(self, "entered")

    def left(self, state: str) -> None:
        """Called by the interpreter."""
        with self._lock:
            self._states[state] -= 1

    def _time_out(self) -> None:
        self._end("TIMED_OUT", "ExecutionTimedOut", "executionTimedOutEventDetails", error="States.Timeout", cause=None)

    def _run(self) -> None:
        region = self.execution.execution_arn.split(":")[3]
        event = self.history.add(
            "ExecutionStarted",
            0,
            "executionStartedEventDetails",
            input=self.execution.execution_input,
            roleArn=self.execution.role_arn,
        )
        tasks = LambdaTasks(self._invoke, self.history, self.execution.execution_arn, region)
        interpreter = Interpreter(tasks, self.history, self)
        data: Json = json.loads(self.execution.execution_input)
        failure: StateError | None = StateError(RUNTIME, "The interpreter broke off; its log says why.")
        output: Json = None
        try:
            output = interpreter.run(self._machine, data, Frame(self._context(data), self._halt, event))
            failure = None
        except StateError as error:
            failure = error
        except HaltedError:
            return
        finally:
            self._conclude(output, failure)

    def _conclude(self, output: Json, failure: StateError | None) -> None:
        if failure is None:
            text = json.dumps(output, separators=(",", ":"), ensure_ascii=False)
            self._end("SUCCEEDED", "ExecutionSucceeded", "executionSucceededEventDetails", output=text)
            return
        cause = failure.cause
        if failure.error in (RUNTIME, DATA_LIMIT) and failure.state:
            cause = f"An error occurred while executing the state '{failure.state}'. {cause}"
        self.execution.failed_state = self.execution.failed_state or failure.state
        self._end("FAILED", "ExecutionFailed", "executionFailedEventDetails", error=failure.error, cause=cause)

    def _end(self, status: str, kind: str, detail_name: str, **details: str | None) -> None:
        with self._lock:
            if self._ended:
                return
            self._ended = True
            execution = self.execution
            if status != "SUCCEEDED" and execution.failed_state is None and execution.current_states:
                execution.failed_state = next(iter([n for n, count in self._states.items() if count > 0]), None)
            execution.output, execution.error = details.get("output"), details.get("error")
            execution.cause = details.get("cause")
            execution.current_states = []
            execution.stop_date = datetime.now(UTC)
            self.history.add(kind, len(self.history.events), detail_name, **details)
        if self._timer:
            self._timer.cancel()
        self._changed(self, status)
        self._halt.set()

    def _context(self, data: Json) -> dict[str, Any]:
        execution = self.execution
        started = execution.start_date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "Execution": {
                "Id": execution.execution_arn,
                "Input": data,
                "Name": execution.name,
                "RoleArn": execution.role_arn,
                "StartTime": started,
            },
            "StateMachine": {"Id": execution.state_machine_arn, "Name": execution.machine},
        }
