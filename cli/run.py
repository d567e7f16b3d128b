"""`hourglass run`: fire the schedule or load a period again, and wait until every execution of it has ended."""

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.cloud import Cloud, Execution, ServedCloud, deploy, open_cloud
from cli.errors import CommandError
from cli.progress import Progress, progress
from cli.source import deployed_mapping, parse_source_url

CANONICAL = "timekeeping"


@dataclass(frozen=True)
class RunResult:
    """The executions that one start has caused."""

    executions: tuple[Execution, ...]


@contextmanager
def run(
    source: str, state: Path, asked: Mapping[str, object] | None = None, mapping: str = CANONICAL, engine: str = "sqoop"
) -> Iterator[ServedCloud]:
    """Deploy if needed, fire the schedule, wait; the cloud serves until the block ends, for who reads the result.

    `asked` is the input of `ingest` for a run that the schedule would not start so.

    Raises:
        CommandError: an execution failed (names its state and the cause), another run is going on, or this machine
            lacks what the engine needs.
    """
    url, name = parse_source_url(source), deployed_mapping(mapping)
    with only_run(state), ExitStack() as until_read:
        with progress("Hourglass run") as shown:
            shown.show("Start the embedded cloud")
            cloud = until_read.enter_context(open_cloud(state))
            shown.show("Deploy the template")
            deploy(cloud, url, name, engine)
            start_and_wait(cloud, lambda: _start(cloud, asked), shown)
        yield cloud


def _start(cloud: Cloud, asked: Mapping[str, object] | None) -> None:
    if asked is None:
        cloud.fire_schedule(cloud.physical_id("IngestEvery"))
        return
    import boto3

    machine = cloud.physical_id("IngestStateMachine")
    boto3.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(asked))


def start_and_wait(cloud: Cloud, start: Callable[[], object], shown: Progress) -> RunResult:
    activity = cloud.activity()
    before = {execution.arn for execution in activity.executions}
    start()
    while True:
        activity = cloud.activity(other_than=activity.mark)
        mine = tuple(each for each in activity.executions if each.arn not in before)
        shown.show(_now(mine) or ("Finish" if mine else "Wait for the first state"))
        if mine and activity.idle:
            return _checked(mine)


def _now(executions: tuple[Execution, ...]) -> str:
    running = [each for each in executions if each.status == "RUNNING" and each.current_states]
    return "; ".join(f"{each.machine.rsplit('-', 1)[-1]}: {each.current_states[0]}" for each in running)


def _checked(executions: tuple[Execution, ...]) -> RunResult:
    failed = [each for each in executions if each.status != "SUCCEEDED"]
    if failed:
        first = failed[0]
        machine = first.machine.rsplit("-", 1)[-1]
        state = first_failed_state(first.arn)
        where = f" in the state “{state}”" if state else "" if first.error else f" with status {first.status}"
        raise CommandError(f"The {machine} failed{where}: {sentence(first)}")
    return RunResult(executions)


def first_failed_state(execution_arn: str) -> str | None:
    """The state whose failure led to the end, rather than the Fail state that reports it."""
    import boto3

    pages = boto3.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    events = {event["id"]: event for page in pages for event in page["events"]}
    for event in events.values():
        if event["type"] != "ExecutionFailed" and event["type"].endswith(("Failed", "TimedOut")):
            before = events.get(event["previousEventId"])
            while before and "stateEnteredEventDetails" not in before:
                before = events.get(before["previousEventId"])
            return str(before["stateEnteredEventDetails"]["name"]) if before else None
    return None


def sentence(execution: Execution) -> str:
    """The cause in one sentence: a Lambda error's message rather than its JSON."""
    cause = execution.cause or ""
    try:
        document = json.loads(cause)
    except ValueError:
        document = None
    if isinstance(document, dict) and "errorMessage" in document:
        cause = str(document["errorMessage"])
    return " ".join(part for part in (f"{execution.error}:" if execution.error else "", cause.strip()) if part)


@contextmanager
def only_run(state: Path) -> Iterator[None]:
    """One run at a time in a state folder."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"Another run is going on in {state}; wait until it has ended.") from error
        yield
