"""The states of the language, run with functions that are plain callables."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from localcloud.engines.stepfunctions import tokens
from localcloud.engines.stepfunctions.definition import InvalidDefinitionError, load
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.execution import Execution, Run

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
MACHINE_ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
EXECUTION_ARN = "arn:aws:states:us-east-1:123456789012:execution:m:e"
TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"
Function = Callable[[Any], Any]


def begin(
    states: dict[str, Any], data: Any, functions: dict[str, Function], **machine: Any
) -> tuple[Run, threading.Event]:
    definition = load(json.dumps({"StartAt": next(iter(states)), "States": states, **machine}))
    execution = Execution(EXECUTION_ARN, MACHINE_ARN, "e", json.dumps(data), datetime.now(UTC), "arn:aws:iam::1:role/r")
    ended = threading.Event()

    def changed(run: Run, what: str) -> None:
        if what != "entered":
            run.execution.status = what
            ended.set()

    def invoke(function: str, payload: Any) -> Any:
        return functions[function.rpartition(":")[2]](payload)

    run = Run(execution, definition, invoke, changed)
    run.start()
    return run, ended


def execute(
    states: dict[str, Any], data: Any = None, functions: dict[str, Function] | None = None, **machine: Any
) -> Execution:
    run, ended = begin(states, {} if data is None else data, functions or {}, **machine)
    assert ended.wait(10)
    return run.execution


def output(execution: Execution) -> Any:
    assert execution.status == "SUCCEEDED", (execution.error, execution.cause)
    return json.loads(execution.output or "null")


def task(function: str, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": FUNCTION + function,
        **({"End": True} if "Next" not in fields else {}),
        **fields,
    }


def failing(*errors: str) -> Function:
    left = list(errors)

    def function(payload: Any) -> Any:
        if left:
            raise StateError(left.pop(0), '{"errorMessage":"no"}')
        return payload

    return function


def test_parameters_result_selector_and_result_path_shape_what_goes_in_and_out():
    state = task(
        "double",
        Parameters={"n.$": "$.n", "name.$": "$$.Execution.Name", "text.$": "States.Format('{} of {}', $.n, 5)"},
        ResultSelector={"twice.$": "$.value"},
        ResultPath="$.out",
    )
    seen: list[Any] = []

    def double(payload: Any) -> Any:
        seen.append(payload)
        return {"value": payload["n"] * 2, "other": 1}

    assert output(execute({"Double": state}, {"n": 2, "keep": 1}, {"double": double})) == {
        "n": 2,
        "keep": 1,
        "out": {"twice": 4},
    }
    assert seen == [{"n": 2, "name": "e", "text": "2 of 5"}]


def test_a_retry_matches_the_error_type_of_the_function_and_counts_its_attempts():
    retry = [{"ErrorEquals": ["BusyError"], "IntervalSeconds": 1, "MaxAttempts": 2, "JitterStrategy": "FULL"}]
    state = task("f", Retry=retry, Parameters={"count.$": "$$.State.RetryCount"})
    execution = execute({"Call": state}, {}, {"f": failing("BusyError", "BusyError")})
    assert output(execution) == {"count": 2}


def test_an_error_that_no_retrier_names_fails_at_once_with_its_name_cause_and_state():
    state = task("f", Retry=[{"ErrorEquals": ["BusyError"], "MaxAttempts": 2}])
    execution = execute({"Call": state}, {}, {"f": failing("OtherError")})
    assert (execution.status, execution.error, execution.failed_state) == ("FAILED", "OtherError", "Call")
    assert execution.cause == '{"errorMessage":"no"}'


def test_a_catch_keeps_the_input_beside_the_error():
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Report"}]
    states = {"Call": task("f", Catch=catch), "Report": {"Type": "Pass", "End": True}}
    assert output(execute(states, {"a": 1}, {"f": failing("WrongError")})) == {
        "a": 1,
        "error": {"Error": "WrongError", "Cause": '{"errorMessage":"no"}'},
    }


def test_a_fail_state_takes_error_and_cause_from_the_data():
    state = {"Type": "Fail", "ErrorPath": "$.e.Error", "CausePath": "States.Format('because {}', $.e.Cause)"}
    execution = execute({"Give up": state}, {"e": {"Error": "X", "Cause": "y"}})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "X", "because y")


def test_nested_maps_keep_their_order_and_see_item_and_outer_data():
    inner = {
        "Type": "Map",
        "ItemsPath": "$.statements",
        "ItemSelector": {"level.$": "$.level", "statement.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index"},
        "ItemProcessor": {"StartAt": "Run", "States": {"Run": task("run")}},
        "End": True,
    }
    outer = {
        "Type": "Map",
        "MaxConcurrency": 1,
        "ItemsPath": "$.levels",
        "ItemSelector": {"level.$": "$$.Map.Item.Index", "statements.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"StartAt": "Level", "States": {"Level": inner}},
        "End": True,
    }
    functions = {"run": lambda p: f"{p['level']}{p['at']}{p['statement']}"}
    assert output(execute({"Build": outer}, {"levels": [["a", "b"], ["c"]]}, functions)) == [["00a", "01b"], ["10c"]]


def test_a_task_within_a_map_reads_its_item_from_the_context_object():
    state = {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "Run", "States": {"Run": task("run", Parameters={"v.$": "$$.Map.Item.Value"})}},
        "End": True,
    }
    assert output(execute({"All": state}, [1, 2], {"run": lambda p: p["v"] + 1})) == [2, 3]


def test_a_thousand_map_iterations_cost_little():
    state = {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "Run", "States": {"Run": task("run")}},
        "End": True,
    }
    begun = time.perf_counter()
    assert output(execute({"All": state}, list(range(1000)), {"run": lambda p: p})) == list(range(1000))
    assert time.perf_counter() - begun < 3


def test_a_failed_iteration_stops_its_siblings_and_can_be_caught():
    started: list[int] = []

    def run(number: int) -> int:
        started.append(number)
        if number == 0:
            raise StateError("BadError", "zero")
        time.sleep(0.05)
        return number

    state = {
        "Type": "Map",
        "MaxConcurrency": 2,
        "ItemProcessor": {"StartAt": "Run", "States": {"Run": task("run")}},
        "Catch": [{"ErrorEquals": ["BadError"], "Next": "Done"}],
        "Next": "Done",
    }
    states = {"All": state, "Done": {"Type": "Pass", "End": True}}
    assert output(execute(states, list(range(50)), {"run": run}))["Error"] == "BadError"
    assert len(started) < 10


def test_parallel_branches_answer_in_their_order():
    branches = [{"StartAt": name, "States": {name: task(name)}} for name in ("a", "b")]
    functions = {"a": lambda p: time.sleep(0.05) or "A", "b": lambda p: "B"}
    assert output(execute({"Both": {"Type": "Parallel", "Branches": branches, "End": True}}, {}, functions)) == [
        "A",
        "B",
    ]


@pytest.mark.parametrize(
    ("rule", "data", "expected"),
    [
        ({"Variable": "$.n", "NumericGreaterThan": 3}, {"n": 4}, True),
        ({"Variable": "$.n", "NumericEquals": 3}, {"n": "3"}, False),
        ({"Variable": "$.s", "StringMatches": "log-*.txt"}, {"s": "log-1.txt"}, True),
        ({"Variable": "$.x", "IsPresent": False}, {}, True),
        ({"Variable": "$.x", "IsNull": True}, {"x": None}, True),
        ({"Not": {"Variable": "$.b", "BooleanEquals": True}}, {"b": False}, True),
        ({"And": [{"Variable": "$.a", "IsPresent": True}, {"Variable": "$.a", "StringEquals": "x"}]}, {}, False),
        ({"Variable": "$.t", "TimestampLessThan": "2026-01-01T00:00:00Z"}, {"t": "2025-12-31T00:00:00Z"}, True),
        ({"Variable": "$.a", "NumericLessThanPath": "$.b"}, {"a": 1, "b": 2}, True),
    ],
)
def test_a_choice_compares_as_the_language_says(rule: dict[str, Any], data: Any, expected: bool):
    choice = {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"}
    states = {
        "Which?": choice,
        "Yes": {"Type": "Pass", "Result": True, "End": True},
        "No": {"Type": "Pass", "Result": False, "End": True},
    }
    assert output(execute(states, data)) is expected


def test_a_task_with_a_token_waits_for_its_answer():
    parameters = {"FunctionName": FUNCTION + "start", "Payload": {"token.$": "$$.Task.Token", "id.$": "$.id"}}
    state = {"Type": "Task", "Resource": TOKEN, "Parameters": parameters, "TimeoutSeconds": 5, "End": True}

    def start(payload: Any) -> None:
        threading.Timer(0.05, tokens.succeed, (payload["token"], {"done": payload["id"]})).start()

    assert output(execute({"Start": state}, {"id": 7}, {"start": start})) == {"done": 7}


def test_a_failed_token_is_an_error_by_its_name():
    parameters = {"FunctionName": FUNCTION + "start", "Payload": {"token.$": "$$.Task.Token"}}
    state = {"Type": "Task", "Resource": TOKEN, "Parameters": parameters, "End": True}
    execution = execute({"Start": state}, {}, {"start": lambda p: tokens.fail(p["token"], "ClusterError", "gone")})
    assert (execution.error, execution.cause) == ("ClusterError", "gone")


def test_a_missing_heartbeat_and_a_passed_time_out_have_their_names():
    parameters = {"FunctionName": FUNCTION + "start", "Payload": {"token.$": "$$.Task.Token"}}
    state = {"Type": "Task", "Resource": TOKEN, "Parameters": parameters, "End": True}
    late = execute({"Start": {**state, "TimeoutSeconds": 1}}, {}, {"start": lambda p: None})
    silent = execute({"Start": {**state, "TimeoutSeconds": 9, "HeartbeatSeconds": 1}}, {}, {"start": lambda p: None})
    assert (late.error, silent.error) == ("States.Timeout", "States.HeartbeatTimeout")


def test_heartbeats_keep_a_task_waiting_and_a_late_answer_is_told_so():
    parameters = {"FunctionName": FUNCTION + "start", "Payload": {"token.$": "$$.Task.Token"}}
    state = {
        "Type": "Task",
        "Resource": TOKEN,
        "Parameters": parameters,
        "TimeoutSeconds": 9,
        "HeartbeatSeconds": 1,
        "End": True,
    }
    given: list[str] = []

    def start(payload: Any) -> None:
        given.append(payload["token"])
        threading.Timer(0.6, tokens.beat, (payload["token"],)).start()
        threading.Timer(1.3, tokens.succeed, (payload["token"], 1)).start()

    assert output(execute({"Start": state}, {}, {"start": start})) == 1
    with pytest.raises(tokens.TaskTimedOutError):
        tokens.succeed(given[0], 2)
    with pytest.raises(tokens.InvalidTokenError):
        tokens.succeed("garbage", 2)


def test_a_slow_function_ends_in_a_time_out_that_can_be_retried():
    calls: list[int] = []

    def slow_once(payload: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            time.sleep(3)
        return "ok"

    state = task("f", TimeoutSeconds=1, Retry=[{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1}])
    assert output(execute({"Call": state}, {}, {"f": slow_once})) == "ok"


def test_stopping_ends_an_execution_whatever_it_waits_for():
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}]
    run, ended = begin({"Call": task("f", Retry=retry)}, {}, {"f": failing("A", "B")})
    time.sleep(0.1)
    run.stop("Why", "because")
    assert ended.wait(1)
    assert (run.execution.status, run.execution.error, run.execution.failed_state) == ("ABORTED", "Why", "Call")


def test_a_machine_with_a_time_limit_times_out():
    execution = execute({"Rest": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=1)
    assert execution.status == "TIMED_OUT"


def test_more_than_256_kib_is_an_error_that_states_all_does_not_catch():
    state = task("f", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Done"}], Next="Done")
    states = {"Call": state, "Done": {"Type": "Pass", "End": True}}
    execution = execute(states, {}, {"f": lambda p: "x" * 300_000})
    assert execution.error == "States.DataLimitExceeded"


def test_a_path_that_leads_nowhere_is_a_runtime_error_that_names_it():
    execution = execute({"Call": task("f", Parameters={"a.$": "$.missing"})}, {"b": 1}, {"f": lambda p: p})
    assert execution.error == "States.Runtime"
    assert "$.missing" in str(execution.cause)
    assert "'Call'" in str(execution.cause)


def test_the_history_tells_what_happened():
    run, ended = begin({"Call": task("f")}, {}, {"f": lambda p: 1})
    assert ended.wait(5)
    assert [event["type"] for event in run.history.events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


@pytest.mark.parametrize(
    ("states", "named"),
    [
        ({"A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": True}}, "JSONata"),
        ({"A": {"Type": "Pass", "Assign": {"x": 1}, "End": True}}, "Assign"),
        (
            {"A": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": True}},
            "glue:startJobRun",
        ),
        ({"A": {"Type": "Pass", "Next": "B"}}, "Missing 'Next' target: B"),
        ({"A": {"Type": "Pass"}}, "Next or End"),
        ({"A": {"Type": "Pass", "Parameters": {"x.$": "States.Nope($)"}, "End": True}}, "States.Nope"),
        ({"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "StringIs": 1, "Next": "A"}]}}, "StringIs"),
    ],
)
def test_a_definition_the_interpreter_would_not_honour_is_refused(states: dict[str, Any], named: str):
    with pytest.raises(InvalidDefinitionError, match=named.replace("(", r"\(")):
        load(json.dumps({"StartAt": "A", "States": states}))
