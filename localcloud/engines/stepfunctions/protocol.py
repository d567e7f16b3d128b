"""Puts the executions behind moto's Step Functions API: definitions are checked, executions really run.

moto keeps the state machines, their tags, versions and aliases; everything about executions is answered from here.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions import exceptions
from moto.stepfunctions.models import StateMachine, StepFunctionBackend
from moto.stepfunctions.responses import StepFunctionResponse
from moto.utilities.paginator import paginate

from localcloud import service
from localcloud.engines.stepfunctions import tokens
from localcloud.engines.stepfunctions.definition import InvalidDefinitionError, load
from localcloud.engines.stepfunctions.execution import Execution
from localcloud.engines.stepfunctions.executions import Executions
from localcloud.engines.stepfunctions.payload import MAX_PAYLOAD_BYTES

PAGES = {
    "list_executions": {
        "input_token": "next_token",
        "limit_key": "max_results",
        "limit_default": 100,
        "unique_attribute": "execution_arn",
    }
}
_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")
Current = Callable[[], Executions]


class InvalidDefinition(AWSError):  # noqa: N818 - the names are those of the API
    """A definition that is wrong or that the embedded cloud cannot run."""

    TYPE = "InvalidDefinition"
    STATUS = 400


class TaskTimedOut(AWSError):  # noqa: N818
    """An answer for a task that has ended."""

    TYPE = "TaskTimedOut"
    STATUS = 400


class InvalidOutput(AWSError):  # noqa: N818
    """A task's output that is not JSON."""

    TYPE = "InvalidOutput"
    STATUS = 400


class StateMachineTypeNotSupported(AWSError):  # noqa: N818
    """An EXPRESS machine."""

    TYPE = "StateMachineTypeNotSupported"
    STATUS = 400


def checked(definition: str) -> None:
    """Raises InvalidDefinition for what the interpreter would not honour."""
    try:
        load(definition)
    except InvalidDefinitionError as error:
        raise InvalidDefinition(f"Invalid State Machine Definition: '{error}'") from error


def patch(current: Current) -> None:
    """Replaces what moto only pretends to do."""
    _patch_machines(current)
    _patch_executions(current)
    _patch_responses(current)


def _patch_machines(current: Current) -> None:
    create, update = StepFunctionBackend.create_state_machine, StepFunctionBackend.update_state_machine
    delete = StepFunctionBackend.delete_state_machine

    def create_state_machine(self: Any, name: str, definition: str, *args: Any, **kwargs: Any) -> StateMachine:
        if kwargs.get("sm_type") == "EXPRESS":
            raise StateMachineTypeNotSupported("The embedded cloud runs STANDARD state machines only.")
        checked(definition)
        known = next((machine for machine in self.state_machines if machine.name == name), None)
        if known is not None and known.definition != definition:
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{known.arn}'")
        return create(self, name, definition, *args, **kwargs)

    def update_state_machine(self: Any, arn: str, definition: str | None = None, *args: Any, **kwargs: Any) -> Any:
        if definition is not None:
            checked(definition)
        return update(self, arn, definition, *args, **kwargs)

    def delete_state_machine(self: Any, arn: str) -> None:
        delete(self, arn)
        current().forget(arn)

    _replace(StepFunctionBackend, create_state_machine, update_state_machine, delete_state_machine)


class StateMachineAlreadyExists(AWSError):  # noqa: N818
    """A machine of the same name and another definition."""

    TYPE = "StateMachineAlreadyExists"
    STATUS = 400


def _patch_executions(current: Current) -> None:
    def start_execution(self: Any, state_machine_arn: str, name: str | None, execution_input: str) -> Execution:
        machine = self.describe_state_machine(state_machine_arn)
        if name and not _NAME.fullmatch(name):
            raise exceptions.InvalidName(f"Invalid Name: '{name}'")
        try:
            json.loads(execution_input)
        except ValueError as error:
            raise exceptions.InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
        if len(execution_input.encode()) > MAX_PAYLOAD_BYTES:
            raise exceptions.InvalidExecutionInput(
                f"Invalid State Machine Execution Input: 'it has {len(execution_input.encode())} bytes, "
                f"of {MAX_PAYLOAD_BYTES} allowed'"
            )
        known = current().find(f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}") if name else None
        if known is None:
            return current().start(machine, name, execution_input)
        if known.status == "RUNNING" and known.execution_input == execution_input:
            return known
        raise exceptions.ExecutionAlreadyExists(f"Execution Already Exists: '{known.execution_arn}'")

    def describe_execution(self: Any, execution_arn: str) -> Execution:
        self._validate_execution_arn(execution_arn)
        found = current().find(execution_arn)
        if found is None:
            raise exceptions.ExecutionDoesNotExist(f"Execution Does Not Exist: '{execution_arn}'")
        return found

    @paginate(pagination_model=PAGES)
    def list_executions(self: Any, state_machine_arn: str, status_filter: str | None = None) -> list[Execution]:
        machine = self.describe_state_machine(state_machine_arn)
        found = current().of_machine(machine.arn)
        return [execution for execution in found if status_filter in (None, execution.status)]

    def get_execution_history(self: Any, execution_arn: str) -> dict[str, Any]:
        return {"events": current().history(self.describe_execution(execution_arn).execution_arn)}

    def describe_state_machine_for_execution(self: Any, execution_arn: str) -> Any:
        return self.describe_state_machine(self.describe_execution(execution_arn).state_machine_arn)

    _replace(
        StepFunctionBackend,
        start_execution,
        describe_execution,
        list_executions,
        get_execution_history,
        describe_state_machine_for_execution,
    )


def _patch_responses(current: Current) -> None:
    def describe_execution(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        return ActionResult(execution.describe())

    def list_executions(self: Any) -> ActionResult:
        results, next_token = self.stepfunction_backend.list_executions(
            self._get_param("stateMachineArn"),
            status_filter=self._get_param("statusFilter"),
            max_results=self._get_int_param("maxResults"),
            next_token=self._get_param("nextToken"),
        )
        fields = ("executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate")
        listed = [{name: value for name, value in item.describe().items() if name in fields} for item in results]
        return ActionResult({"executions": listed, "nextToken": next_token})

    def stop_execution(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        current().stop(execution.execution_arn, self._get_param("error"), self._get_param("cause"))
        return ActionResult({"stopDate": execution.stop_date})

    def get_execution_history(self: Any) -> ActionResult:
        events = self.stepfunction_backend.get_execution_history(self._get_param("executionArn"))["events"]
        if self._get_bool_param("reverseOrder", if_none=False):
            events = events[::-1]
        start, size = int(self._get_param("nextToken") or 0), self._get_int_param("maxResults") or 1000
        page = {"events": events[start : start + size]}
        if start + size < len(events):
            page["nextToken"] = str(start + size)
        return ActionResult(page)

    def send_task_success(self: Any) -> EmptyResult:
        try:
            output = json.loads(self._get_param("output"))
        except ValueError as error:
            raise InvalidOutput(f"Invalid Output: '{error}'") from error
        return _answer(lambda: tokens.succeed(self._get_param("taskToken"), output))

    def send_task_failure(self: Any) -> EmptyResult:
        error, cause = self._get_param("error"), self._get_param("cause")
        return _answer(lambda: tokens.fail(self._get_param("taskToken"), error, cause))

    def send_task_heartbeat(self: Any) -> EmptyResult:
        return _answer(lambda: tokens.beat(self._get_param("taskToken")))

    _replace(
        StepFunctionResponse,
        describe_execution,
        list_executions,
        stop_execution,
        get_execution_history,
        send_task_success,
        send_task_failure,
        send_task_heartbeat,
    )


def _answer(answer: Callable[[], None]) -> EmptyResult:
    try:
        answer()
    except tokens.TaskTimedOutError as error:
        raise TaskTimedOut(str(error)) from error
    except tokens.InvalidTokenError as error:
        raise exceptions.InvalidToken from error
    return EmptyResult()


def _replace(owner: type, *functions: Callable[..., Any]) -> None:
    for function in functions:
        setattr(owner, function.__name__, function)


def start(machine_arn: str, name: str | None, text: str) -> Execution:
    """StartExecution from within the process, for schedules and event rules."""
    backend = service.backend("stepfunctions", machine_arn.split(":")[3])
    started: Execution = backend.start_execution(machine_arn, name, text)
    return started
