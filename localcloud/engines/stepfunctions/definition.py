"""Reads a state machine's definition and refuses, at its creation, whatever the interpreter would not honour."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from localcloud.engines.stepfunctions.choices import is_operator
from localcloud.engines.stepfunctions.intrinsics import parse
from localcloud.engines.stepfunctions.jsonpath import InvalidPathError, plain_steps

LAMBDA_ARN = re.compile(r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")
INVOKE = "arn:aws:states:::lambda:invoke"
INVOKE_WITH_TOKEN = INVOKE + ".waitForTaskToken"
_COMMON = {"Type", "Comment", "InputPath", "OutputPath", "QueryLanguage"}
_FLOW = {"Next", "End"}
_RESULT = {"ResultPath", "ResultSelector", "Parameters"}
_GUARDED = {"Retry", "Catch"}
_FIELDS = {
    "Pass": _COMMON | _FLOW | {"Result", "ResultPath", "Parameters"},
    "Task": _COMMON
    | _FLOW
    | _RESULT
    | _GUARDED
    | {"Resource", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"},
    "Choice": _COMMON | {"Choices", "Default"},
    "Wait": _COMMON | _FLOW | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Succeed": _COMMON,
    "Fail": {"Type", "Comment", "QueryLanguage", "Error", "ErrorPath", "Cause", "CausePath"},
    "Parallel": _COMMON | _FLOW | _RESULT | _GUARDED | {"Branches"},
    "Map": _COMMON
    | _FLOW
    | _RESULT
    | _GUARDED
    | {"ItemsPath", "ItemSelector", "ItemProcessor", "Iterator", "MaxConcurrency", "MaxConcurrencyPath"},
}
_RETRIER = {
    "ErrorEquals",
    "Comment",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
}
_CATCHER = {"ErrorEquals", "Comment", "Next", "ResultPath"}
_MACHINE = {"StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"}
_INVOKE_PARAMETERS = {"FunctionName", "Payload", "Qualifier", "ClientContext", "InvocationType"}


class InvalidDefinitionError(ValueError):
    """Raised when a definition is not valid or asks for what the embedded cloud cannot do."""


@lru_cache(maxsize=256)
def load(definition: str) -> dict[str, Any]:
    """The machine as a dict, checked; the text is JSON, as the API takes it."""
    try:
        machine = json.loads(definition)
    except json.JSONDecodeError as error:
        raise InvalidDefinitionError(f"INVALID_JSON_DESCRIPTION: {error} at /") from error
    if not isinstance(machine, dict):
        raise InvalidDefinitionError("SCHEMA_VALIDATION_FAILED: The definition is not an object at /")
    _only(machine, _MACHINE, "/")
    _jsonpath_only(machine, "/")
    _check_states(machine, "")
    return machine


def _fail(problem: str, place: str) -> InvalidDefinitionError:
    return InvalidDefinitionError(f"SCHEMA_VALIDATION_FAILED: {problem} at {place}")


def _only(part: Mapping[str, Any], allowed: set[str], place: str) -> None:
    unknown = sorted(set(part) - allowed)
    if unknown:
        raise _fail(f"Field '{unknown[0]}' is not supported", place)


def _jsonpath_only(part: Mapping[str, Any], place: str) -> None:
    if part.get("QueryLanguage", "JSONPath") != "JSONPath":
        raise _fail("QueryLanguage JSONata is not supported by the embedded cloud", place)


def _check_states(machine: Mapping[str, Any], place: str) -> None:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        raise _fail("States is missing or empty", f"{place}/States")
    if machine.get("StartAt") not in states:
        raise _fail(f"MISSING_TRANSITION_TARGET: StartAt '{machine.get('StartAt')}' is not a state", f"{place}/StartAt")
    for name, state in states.items():
        where = f"{place}/States/{name}"
        if len(name) > 80:
            raise _fail("A state name has more than 80 characters", where)
        if not isinstance(state, dict):
            raise _fail("A state is not an object", where)
        _check_state(state, states, where)


def _check_state(state: Mapping[str, Any], states: Mapping[str, Any], place: str) -> None:
    kind = state.get("Type")
    if kind not in _FIELDS:
        raise _fail(f"The state type {kind!r} does not exist", f"{place}/Type")
    _jsonpath_only(state, place)
    _only(state, _FIELDS[kind], place)
    if "Next" in _FIELDS[kind] and ("Next" in state) == (state.get("End") is True):
        raise _fail("A state needs either Next or End", place)
    for target in _targets(state):
        if target not in states:
            raise _fail(f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {target}", place)
    for field in ("InputPath", "OutputPath", "ItemsPath"):
        if state.get(field) is not None:
            _check_expression(state[field], f"{place}/{field}")
    if isinstance(state.get("ResultPath"), str) and _steps(state["ResultPath"], f"{place}/ResultPath") is None:
        raise _fail("ResultPath is not a reference path", f"{place}/ResultPath")
    for field in ("Parameters", "ResultSelector", "ItemSelector"):
        _check_template(state.get(field), f"{place}/{field}")
    _check_guards(state, place)
    _CHECKS.get(kind, _nothing)(state, place)


def _targets(state: Mapping[str, Any]) -> list[str]:
    guarded = [*state.get("Catch", []), *state.get("Choices", [])]
    named = [state[field] for field in ("Next", "Default") if field in state]
    return named + [part["Next"] for part in guarded if "Next" in part]


def _check_guards(state: Mapping[str, Any], place: str) -> None:
    for field, allowed in (("Retry", _RETRIER), ("Catch", _CATCHER)):
        for number, guard in enumerate(state.get(field, [])):
            where = f"{place}/{field}[{number}]"
            _only(guard, allowed, where)
            if not guard.get("ErrorEquals"):
                raise _fail("ErrorEquals is missing or empty", where)
            if "States.ALL" in guard["ErrorEquals"] and (
                len(guard["ErrorEquals"]) > 1 or number + 1 < len(state[field])
            ):
                raise _fail("States.ALL must stand alone and last", where)
            if field == "Catch" and "Next" not in guard:
                raise _fail("A catcher needs Next", where)
            if guard.get("JitterStrategy", "NONE") not in ("NONE", "FULL"):
                raise _fail("JitterStrategy is FULL or NONE", where)


def _check_task(state: Mapping[str, Any], place: str) -> None:
    resource = state.get("Resource", "")
    invoke = resource in (INVOKE, INVOKE_WITH_TOKEN)
    if not invoke and not LAMBDA_ARN.fullmatch(resource):
        raise _fail(f"The resource '{resource}' is not supported by the embedded cloud", f"{place}/Resource")
    if invoke:
        parameters = state.get("Parameters", {})
        _only({name.removesuffix(".$"): None for name in parameters}, _INVOKE_PARAMETERS, f"{place}/Parameters")
        if not {"FunctionName", "FunctionName.$"} & set(parameters):
            raise _fail("FunctionName is missing", f"{place}/Parameters")
    timeout, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if timeout is not None and heartbeat is not None and heartbeat >= timeout:
        raise _fail("HeartbeatSeconds is not smaller than TimeoutSeconds", place)


def _check_choice(state: Mapping[str, Any], place: str) -> None:
    if not state.get("Choices"):
        raise _fail("Choices is missing or empty", place)
    for number, rule in enumerate(state["Choices"]):
        if "Next" not in rule:
            raise _fail("A choice needs Next", f"{place}/Choices[{number}]")
        _check_rule(rule, f"{place}/Choices[{number}]")


def _check_rule(rule: Mapping[str, Any], place: str) -> None:
    names = set(rule) - {"Next", "Comment", "Variable"}
    if len(names) != 1:
        raise _fail(f"A rule has one comparison, not {len(names)}", place)
    name = names.pop()
    if name in ("And", "Or"):
        for part in rule[name]:
            _check_rule(part, place)
    elif name == "Not":
        _check_rule(rule[name], place)
    elif not is_operator(name):
        raise _fail(f"The comparison '{name}' does not exist", place)
    else:
        _check_expression(rule.get("Variable", ""), place)


def _check_map(state: Mapping[str, Any], place: str) -> None:
    field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    processor = state.get(field)
    if not isinstance(processor, dict):
        raise _fail("ItemProcessor is missing", place)
    _only(processor, {"StartAt", "States", "ProcessorConfig", "Comment"}, f"{place}/{field}")
    config = processor.get("ProcessorConfig", {})
    if config.get("Mode", "INLINE") != "INLINE":
        raise _fail("A DISTRIBUTED Map is not supported by the embedded cloud", f"{place}/{field}/ProcessorConfig")
    _check_states(processor, f"{place}/{field}")


def _check_parallel(state: Mapping[str, Any], place: str) -> None:
    if not state.get("Branches"):
        raise _fail("Branches is missing or empty", place)
    for number, branch in enumerate(state["Branches"]):
        _check_states(branch, f"{place}/Branches[{number}]")


def _check_wait(state: Mapping[str, Any], place: str) -> None:
    if len({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"} & set(state)) != 1:
        raise _fail("A Wait needs one of Seconds, SecondsPath, Timestamp and TimestampPath", place)


def _nothing(_state: Mapping[str, Any], _place: str) -> None:
    """Kinds of state whose fields need no further check."""


_CHECKS = {
    "Task": _check_task,
    "Choice": _check_choice,
    "Map": _check_map,
    "Parallel": _check_parallel,
    "Wait": _check_wait,
}


def _check_template(template: Any, place: str) -> None:
    if isinstance(template, list):
        for item in template:
            _check_template(item, place)
    elif isinstance(template, dict):
        for key, value in template.items():
            if key.endswith(".$"):
                _check_expression(value, f"{place}/{key}")
            else:
                _check_template(value, f"{place}/{key}")


def _check_expression(text: Any, place: str) -> None:
    if not isinstance(text, str):
        raise _fail("The value of a field that ends in '.$' must be a path", place)
    try:
        parse(text) if text.startswith("States.") else plain_steps(text.removeprefix("$") if text[:2] == "$$" else text)
    except InvalidPathError as error:
        raise _fail(str(error), place) from error


def _steps(path: str, place: str) -> tuple[str | int, ...] | None:
    try:
        return plain_steps(path)
    except InvalidPathError as error:
        raise _fail(str(error), place) from error
