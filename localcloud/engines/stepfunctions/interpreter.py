"""Runs the states of a machine: the order, Retry and Catch, Map and Parallel. Tasks are left to `tasks`.

Values are never changed in place, so that states and branches may share them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom
from typing import Any, ClassVar, Protocol

from localcloud.engines.stepfunctions.branches import run_all
from localcloud.engines.stepfunctions.choices import holds
from localcloud.engines.stepfunctions.errors import StateError, matches, runtime_error
from localcloud.engines.stepfunctions.halting import Halt
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.jsonpath import read, write
from localcloud.engines.stepfunctions.payload import expression, fill, narrowed, within_limit

MAX_INLINE_CONCURRENCY = 40
Json = Any
State = Mapping[str, Any]


class Tasks(Protocol):
    """What performs a Task state."""

    def perform(self, state: State, parameters: Json, frame: "Frame", timeout: float | None) -> Json:
        """The task's result; StateError when it failed."""

    def begin(self, state: State, frame: "Frame") -> None:
        """Called before the parameters are read, so that the context object can hold a token."""


class Observer(Protocol):
    """Who is told where an execution stands."""

    def entered(self, state: str) -> None: ...
    def left(self, state: str) -> None: ...


@dataclass
class Frame:
    """Where one branch of an execution stands; `event` is the history event it is at."""

    context: dict[str, Any]
    halt: Halt
    event: int

    def branch(self, halt: Halt, **context: Any) -> "Frame":
        """A frame for a branch of this one."""
        return Frame(self.context | context, halt, self.event)


@dataclass
class Interpreter:
    """Runs one execution."""

    tasks: Tasks
    history: History
    observer: Observer

    def run(self, machine: Mapping[str, Any], data: Json, frame: Frame) -> Json:
        """The output of the machine's last state; StateError when a state failed and nothing caught it."""
        name: str | None = machine["StartAt"]
        while name is not None:
            frame.halt.check()
            data, name = self._enter(name, machine["States"][name], data, frame)
        return data

    def _enter(self, name: str, state: State, data: Json, frame: Frame) -> tuple[Json, str | None]:
        kind = state["Type"]
        entered = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        frame.context = frame.context | {"State": {"Name": name, "EnteredTime": entered, "RetryCount": 0}}
        frame.event = self.history.add(
            f"{kind}StateEntered", frame.event, "stateEnteredEventDetails", name=name, input=within_limit(data, name)
        )
        self.observer.entered(name)
        try:
            output, following = self._KINDS[kind](self, state, data, frame)
            text = within_limit(output, name)
        except StateError as error:
            error.state = error.state or name
            raise
        finally:
            self.observer.left(name)
        frame.event = self.history.add(
            f"{kind}StateExited", frame.event, "stateExitedEventDetails", name=name, output=text
        )
        return output, following

    def _pass(self, state: State, raw: Json, frame: Frame) -> tuple[Json, str | None]:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        if "Parameters" in state:
            data = fill(state["Parameters"], data, frame.context)
        return self._output(state, raw, state.get("Result", data), frame), state.get("Next")

    def _succeed(self, state: State, raw: Json, frame: Frame) -> tuple[Json, str | None]:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        return narrowed(state.get("OutputPath", "$"), data, frame.context), None

    def _fail(self, state: State, raw: Json, frame: Frame) -> tuple[Json, str | None]:
        values = {}
        for field in ("Error", "Cause"):
            path = state.get(f"{field}Path")
            values[field] = expression(path, raw, frame.context) if path else state.get(field)
            if values[field] is not None and not isinstance(values[field], str):
                raise runtime_error(f"The {field}Path '{path}' does not lead to a string.")
        raise StateError(values["Error"], values["Cause"])

    def _wait(self, state: State, raw: Json, frame: Frame) -> tuple[Json, str | None]:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        if "Seconds" in state or "SecondsPath" in state:
            seconds = state.get("Seconds")
            seconds = read(state["SecondsPath"], data, frame.context) if seconds is None else seconds
        else:
            text = state.get("Timestamp") or read(state["TimestampPath"], data, frame.context)
            seconds = (datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds()
        frame.halt.sleep(max(0, seconds))
        return narrowed(state.get("OutputPath", "$"), data, frame.context), state.get("Next")

    def _choice(self, state: State, raw: Json, frame: Frame) -> tuple[Json, str | None]:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        chosen = next((rule["Next"] for rule in state["Choices"] if holds(rule, data, frame.context)), None)
        following = chosen or state.get("Default")
        if following is None:
            raise StateError(
                "States.NoChoiceMatched", f"No choice of the state '{frame.context['State']['Name']}' holds."
            )
        return narrowed(state.get("OutputPath", "$"), data, frame.context), following

    def _guarded(self, state: State, raw: Json, frame: Frame) -> tuple[Json, str | None]:
        attempts: dict[int, int] = {}
        while True:
            try:
                result = self._WORK[state["Type"]](self, state, raw, frame)
                if "ResultSelector" in state:
                    result = fill(state["ResultSelector"], result, frame.context)
                return self._output(state, raw, result, frame), state.get("Next")
            except StateError as error:
                delay = _retry_delay(state, error, attempts)
                if delay is None:
                    return self._catch(state, raw, error)
                frame.halt.sleep(delay)
                count = sum(attempts.values())
                frame.context = frame.context | {"State": frame.context["State"] | {"RetryCount": count}}

    def _catch(self, state: State, raw: Json, error: StateError) -> tuple[Json, str | None]:
        for catcher in state.get("Catch", []):
            if matches(error.error, catcher["ErrorEquals"]):
                caught = {"Error": error.error or "", "Cause": error.cause or ""}
                path = catcher.get("ResultPath", "$")
                return (raw if path is None else write(path, raw, caught)), catcher["Next"]
        raise error

    def _task(self, state: State, raw: Json, frame: Frame) -> Json:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        timeout = state.get("TimeoutSeconds")
        if "TimeoutSecondsPath" in state:
            timeout = read(state["TimeoutSecondsPath"], data, frame.context)
        self.tasks.begin(state, frame)
        parameters = fill(state["Parameters"], data, frame.context) if "Parameters" in state else data
        return self.tasks.perform(state, parameters, frame, timeout)

    def _parallel(self, state: State, raw: Json, frame: Frame) -> Json:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        if "Parameters" in state:
            data = fill(state["Parameters"], data, frame.context)
        frame.event = self.history.add("ParallelStateStarted", frame.event)

        def job(branch: State) -> Callable[[Halt], Json]:
            return lambda halt: self.run(branch, data, frame.branch(halt))

        result = run_all(frame.halt, [job(branch) for branch in state["Branches"]], len(state["Branches"]))
        frame.event = self.history.add("ParallelStateSucceeded", frame.event)
        return result

    def _map(self, state: State, raw: Json, frame: Frame) -> Json:
        data = narrowed(state.get("InputPath", "$"), raw, frame.context)
        items = read(state.get("ItemsPath", "$"), data, frame.context)
        if not isinstance(items, list):
            raise runtime_error(f"The ItemsPath '{state.get('ItemsPath', '$')}' does not lead to a list.")
        limit = state.get("MaxConcurrency", 0)
        if "MaxConcurrencyPath" in state:
            limit = read(state["MaxConcurrencyPath"], data, frame.context)
        frame.event = self.history.add("MapStateStarted", frame.event, "mapStateStartedEventDetails", length=len(items))
        jobs = [self._iteration(state, index, item, data, frame) for index, item in enumerate(items)]
        try:
            result = run_all(frame.halt, jobs, min(limit or MAX_INLINE_CONCURRENCY, MAX_INLINE_CONCURRENCY))
        except StateError:
            frame.event = self.history.add("MapStateFailed", frame.event)
            raise
        frame.event = self.history.add("MapStateSucceeded", frame.event)
        return result

    def _iteration(self, state: State, index: int, item: Json, data: Json, frame: Frame) -> Callable[[Halt], Json]:
        name = frame.context["State"]["Name"]

        def run(halt: Halt) -> Json:
            branch = frame.branch(halt, Map={"Item": {"Index": index, "Value": item}})
            branch.event = self._note("Started", branch, name, index)
            selector = state.get("ItemSelector", state.get("Parameters"))
            value = item if selector is None else fill(selector, data, branch.context)
            try:
                output = self.run(state.get("ItemProcessor") or state["Iterator"], value, branch)
            except StateError:
                self._note("Failed", branch, name, index)
                raise
            self._note("Succeeded", branch, name, index)
            return output

        return run

    def _note(self, what: str, frame: Frame, name: str, index: int) -> int:
        detail_name = f"mapIteration{what}EventDetails"
        return self.history.add(f"MapIteration{what}", frame.event, detail_name, name=name, index=index)

    def _output(self, state: State, raw: Json, result: Json, frame: Frame) -> Json:
        path = state.get("ResultPath", "$")
        combined = raw if path is None else write(path, raw, result)
        return narrowed(state.get("OutputPath", "$"), combined, frame.context)

    _KINDS: ClassVar[dict[str, Callable[..., tuple[Json, str | None]]]] = {
        "Pass": _pass,
        "Succeed": _succeed,
        "Fail": _fail,
        "Wait": _wait,
        "Choice": _choice,
        "Task": _guarded,
        "Parallel": _guarded,
        "Map": _guarded,
    }
    _WORK: ClassVar[dict[str, Callable[..., Json]]] = {"Task": _task, "Parallel": _parallel, "Map": _map}


def _retry_delay(state: State, error: StateError, attempts: dict[int, int]) -> float | None:
    """Seconds until the next attempt; None when there is none. Counts the attempt."""
    for number, retrier in enumerate(state.get("Retry", [])):
        if not matches(error.error, retrier["ErrorEquals"]):
            continue
        done = attempts.get(number, 0)
        if done >= retrier.get("MaxAttempts", 3):
            return None
        attempts[number] = done + 1
        delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** done
        delay = min(delay, retrier.get("MaxDelaySeconds", delay))
        return float(SystemRandom().uniform(0, delay) if retrier.get("JitterStrategy") == "FULL" else delay)
    return None
