"""Performs Task states: calls of a Lambda function, with or without waiting for a task token."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.engines.stepfunctions import tokens
from localcloud.engines.stepfunctions.definition import INVOKE_WITH_TOKEN, LAMBDA_ARN
from localcloud.engines.stepfunctions.errors import HEARTBEAT_TIMEOUT, TIMEOUT, StateError
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.interpreter import Frame, Json, State
from localcloud.engines.stepfunctions.jsonpath import read
from localcloud.engines.stepfunctions.payload import within_limit

Invoke = Callable[[str, Json], Json]  # function name or ARN, payload → its answer; StateError if it failed


class LambdaTasks:
    """The tasks of one execution."""

    def __init__(self, invoke: Invoke, history: History, execution_arn: str, region: str) -> None:
        self._invoke = invoke
        self._history = history
        self._execution_arn = execution_arn
        self._region = region
        self._waiting: dict[str, tokens.Waiting] = {}

    def begin(self, state: State, frame: Frame) -> None:
        """Gives the context object a fresh token for every attempt of a task that waits for it."""
        if state["Resource"] == INVOKE_WITH_TOKEN:
            token, waiting = tokens.open_task(self._execution_arn)
            self._waiting[token] = waiting
            frame.context = frame.context | {"Task": {"Token": token}}

    def perform(self, state: State, parameters: Json, frame: Frame, timeout: float | None) -> Json:
        """The answer of the function, or what the token was answered with."""
        token = frame.context.get("Task", {}).get("Token")
        try:
            if LAMBDA_ARN.fullmatch(state["Resource"]):
                return self._direct(state, parameters, frame, timeout)
            return self._integrated(state, parameters, frame, timeout, token)
        finally:
            if token:
                tokens.close_task(token)
                self._waiting.pop(token, None)
                frame.context = {name: value for name, value in frame.context.items() if name != "Task"}

    def _direct(self, state: State, payload: Json, frame: Frame, timeout: float | None) -> Json:
        function = state["Resource"]
        text = within_limit(payload, function)
        self._note(frame, "LambdaFunctionScheduled", resource=function, input=text, timeoutInSeconds=timeout)
        self._note(frame, "LambdaFunctionStarted")
        call = _Call(self._invoke, function, payload)
        try:
            if not frame.halt.wait(call.ended, timeout):
                raise StateError(TIMEOUT)
            result = call.result()
            output = within_limit(result, function)
        except StateError as error:
            if error.error == TIMEOUT:
                self._note(frame, "LambdaFunctionTimedOut", error=error.error, cause=error.cause)
            else:
                self._note(frame, "LambdaFunctionFailed", error=error.error, cause=error.cause)
            raise
        self._note(frame, "LambdaFunctionSucceeded", output=output)
        return result

    def _integrated(
        self, state: State, parameters: Mapping[str, Any], frame: Frame, timeout: float | None, token: str | None
    ) -> Json:
        resource = {"resourceType": "lambda", "resource": state["Resource"].rpartition(":")[2]}
        heartbeat = state.get("HeartbeatSeconds")
        if "HeartbeatSecondsPath" in state:
            heartbeat = read(state["HeartbeatSecondsPath"], parameters, frame.context)
        self._note(
            frame,
            "TaskScheduled",
            **resource,
            region=self._region,
            parameters=within_limit(parameters, state["Resource"]),
            timeoutInSeconds=timeout,
            heartbeatInSeconds=heartbeat,
        )
        self._note(frame, "TaskStarted", **resource)
        function = str(parameters["FunctionName"])
        if "Qualifier" in parameters:
            function = f"{function}:{parameters['Qualifier']}"
        try:
            if token is None:
                call = _Call(self._invoke, function, parameters.get("Payload", {}))
                if not frame.halt.wait(call.ended, timeout):
                    raise StateError(TIMEOUT)
                result: Json = {"ExecutedVersion": "$LATEST", "Payload": call.result(), "StatusCode": 200}
            else:
                result = self._await_token(function, parameters, frame, timeout, heartbeat, token, resource)
            output = within_limit(result, state["Resource"])
        except StateError as error:
            kind = "TaskTimedOut" if error.error in (TIMEOUT, HEARTBEAT_TIMEOUT) else "TaskFailed"
            self._note(frame, kind, **resource, error=error.error, cause=error.cause)
            raise
        self._note(frame, "TaskSucceeded", **resource, output=output)
        return result

    def _await_token(
        self,
        function: str,
        parameters: Mapping[str, Any],
        frame: Frame,
        timeout: float | None,
        heartbeat: float | None,
        token: str,
        resource: Mapping[str, str],
    ) -> Json:
        waiting = self._waiting[token]
        call: _Call | None = _Call(self._invoke, function, parameters.get("Payload", {}), also=waiting.changed)
        deadline = None if timeout is None else time.monotonic() + timeout
        beats, last_beat = 0, time.monotonic()
        while True:
            waiting.changed.clear()
            if call and call.ended.is_set():
                answer = {"ExecutedVersion": "$LATEST", "Payload": call.result(), "StatusCode": 200}
                self._note(frame, "TaskSubmitted", **resource, output=within_limit(answer, function))
                call = None
            if waiting.outcome == "success":
                return waiting.output
            if waiting.outcome == "failure":
                raise StateError(waiting.error or "", waiting.cause)
            now = time.monotonic()
            if waiting.beats > beats:
                beats, last_beat = waiting.beats, now
            limits = [(deadline, TIMEOUT), (heartbeat and last_beat + heartbeat, HEARTBEAT_TIMEOUT)]
            for limit, name in limits:
                if limit is not None and now >= limit:
                    raise StateError(name)
            nearest = min((limit for limit, _ in limits if limit is not None), default=None)
            frame.halt.wait(waiting.changed, None if nearest is None else nearest - now)

    def _note(self, frame: Frame, kind: str, **details: Any) -> None:
        name = f"{kind[0].lower()}{kind[1:]}EventDetails" if details else None
        frame.event = self._history.add(kind, frame.event, name, **details)


class _Call:
    """A call in a thread of its own, so that time-outs and stops need not wait for its end."""

    def __init__(self, invoke: Invoke, function: str, payload: Json, also: threading.Event | None = None) -> None:
        self.ended = threading.Event()
        self._also = also
        self._value: Json = None
        self._error: StateError | None = StateError("Lambda.Unknown", f"The call of {function} broke off.")
        threading.Thread(target=self._run, args=(invoke, function, payload), daemon=True, name="states-call").start()

    def result(self) -> Json:
        """What the function answered; StateError if it failed."""
        if self._error:
            raise self._error
        return self._value

    def _run(self, invoke: Invoke, function: str, payload: Json) -> None:
        try:
            self._value = invoke(function, payload)
            self._error = None
        except StateError as error:
            self._error = error
        finally:
            self.ended.set()
            if self._also:
                self._also.set()
