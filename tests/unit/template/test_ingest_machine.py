"""The state machine `ingest`, run by the interpreter with functions that are plain callables, and clocks that hurry."""

import json
import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from localcloud.engines.stepfunctions import tokens
from localcloud.engines.stepfunctions.definition import load
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.execution import Execution, Run

FILE = Path(__file__).parents[3] / "statemachines" / "ingest.asl.yaml"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
PLAN = {
    "run_id": "r1", "round": 1, "any_long": False, "more": False, "imports": ["travel", "client"],
    "imports_at_a_time": 2, "failures": [], "windows": {},
}  # fmt: skip
COMMITTED = {"complete": True, "failed": None, "more": False}


def hurry(part):
    """A state that waits for an event looks again after 0.3 seconds; no pause before another attempt."""
    if isinstance(part, dict):
        waits = str(part.get("Resource")).endswith(".waitForTaskToken")
        faster = {"TimeoutSeconds": 0.3 if waits else 10, "IntervalSeconds": 0.01}
        return {key: faster[key] if key in faster else hurry(value) for key, value in part.items()}
    return [hurry(each) for each in part] if isinstance(part, list) else part


class World:
    """The functions of the machine. One that a state waits for answers its token unless it is told to keep silent."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.answers = {"PlanIngest": PLAN, "CheckColumns": PLAN, "CommitIngest": COMMITTED}
        self.silent: dict[str, int] = {}  # how often a function loses its event
        self.broken: dict[str, StateError] = {}
        self.reported = None

    def invoke(self, function, payload):
        name = re.sub("Function(Arn)?$", "", function.rpartition(":")[2])
        what = name if name != "RunStep" else " ".join(next(iter(payload["do"].items())))
        self.called.append(what)
        token = payload.get("token")
        if name == "ReportFailure":
            self.reported = payload["error"]
            return payload["error"]
        error = self.broken.get(what)
        if token is None and error:
            raise error
        if token and self.silent.get(what, 0):
            self.silent[what] -= 1
        elif token and error:
            tokens.fail(token, error.error, error.cause)
        elif token:
            tokens.succeed(token, {"cluster_id": "j-1", "step_id": "s-1"})
        answer = self.answers.get(name)
        return answer.pop(0) if isinstance(answer, list) else answer

    def run(self):
        text = re.sub(r"\$\{(\w+)\}", rf"{ARN}\1", FILE.read_text(encoding="utf-8"))
        definition = load(json.dumps(hurry(yaml.safe_load(text))))
        execution = Execution("arn:aws:states:us-east-1:1:execution:ingest:e", "arn", "e", "{}", datetime.now(UTC), "r")
        ended = threading.Event()

        def changed(run, what):
            if what != "entered":
                run.execution.status = what
                ended.set()

        Run(execution, definition, self.invoke, changed).start()
        assert ended.wait(20)
        return execution


@pytest.fixture
def world():
    return World()


def test_a_run_goes_through_its_phases_in_order(world):
    assert world.run().status == "SUCCEEDED"
    assert world.called[:4] == ["PlanIngest", "LaunchCluster", "CheckColumns", "totals before"]
    assert sorted(world.called[4:6]) == ["import client", "import travel"]
    assert sorted(world.called[6:8]) == ["copy landing", "totals after"]
    assert world.called[8:] == ["EndCluster", "StartCrawler", "TotalLanding", "VerifyLanding", "CommitIngest"]


def test_an_event_that_never_comes_costs_one_more_attempt(world):
    world.silent = {"LaunchCluster": 1, "import travel": 2, "totals after": 1, "copy landing": 1}
    assert world.run().status == "SUCCEEDED"
    assert (world.called.count("LaunchCluster"), world.called.count("import travel")) == (2, 3)


@pytest.mark.parametrize("step", ["oldest rows", "totals before", "import travel", "totals after", "copy landing"])
def test_a_step_may_run_as_long_as_its_cluster_however_often_it_is_looked_at(world, step):
    world.answers["CheckColumns"], world.answers["CutWindows"] = {**PLAN, "any_long": True}, PLAN
    world.silent = {step: 10}
    assert world.run().status == "SUCCEEDED"
    assert world.called.count(step) == 11
    assert world.called.count("StopCluster") == 0


def test_a_cluster_that_never_runs_is_given_up_and_ended(world):
    world.silent = {"LaunchCluster": 99}
    execution = world.run()
    assert (execution.status, execution.error) == ("FAILED", "ClusterFailedError")
    assert "within an hour and was ended" in execution.cause
    assert world.called[-2:] == ["StopCluster", "ReportFailure"]


@pytest.mark.parametrize(
    "where",
    [
        "CheckColumns", "totals before", "copy landing", "totals after", "EndCluster", "StartCrawler", "TotalLanding",
        "VerifyLanding", "CommitIngest",
    ],
)  # fmt: skip
def test_a_failure_of_everything_ends_the_cluster_and_is_told_as_it_is(world, where):
    world.broken = {where: StateError("SomeError", "a sentence")}
    execution = world.run()
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "SomeError", "a sentence")
    ends = [name for name in world.called if name in ("StopCluster", "ReportFailure")]
    assert ends == ["StopCluster", "ReportFailure"]  # a step that ran beside the one that failed may be heard of later


def test_a_cluster_that_dies_during_an_import_fails_the_run(world):
    world.broken = {"import travel": StateError("ClusterFailedError", "cluster j-1 ended: INSTANCE_FAILURE")}
    assert world.run().cause == "cluster j-1 ended: INSTANCE_FAILURE"
    assert "copy landing" not in world.called
    assert {"StopCluster", "ReportFailure"} < set(world.called)


def test_a_table_that_fails_alone_lets_the_others_be_committed_and_the_run_end_failed(world):
    world.broken = {"import travel": StateError("StepFailedError", "Import travel: connection lost")}
    failed = {"Error": "StepFailedError", "Cause": "Import travel: connection lost"}
    world.answers["CommitIngest"] = {"complete": False, "failed": failed, "more": False}
    execution = world.run()
    assert (execution.status, execution.cause) == ("FAILED", failed["Cause"])
    assert world.called[-2:] == ["CommitIngest", "ReportFailure"]
    assert world.reported == failed


def test_a_long_load_goes_round_until_nothing_is_left(world):
    world.answers["CheckColumns"] = {**PLAN, "any_long": True}
    world.answers["CutWindows"] = PLAN
    world.answers["CommitIngest"] = [{**COMMITTED, "more": True}, {**COMMITTED, "more": True}, COMMITTED]
    assert world.run().status == "SUCCEEDED"
    assert world.called.count("LaunchCluster") == world.called.count("oldest rows") == 3
    assert "StopCluster" not in world.called


def test_a_run_beside_another_one_does_not_touch_its_cluster(world):
    world.broken = {"PlanIngest": StateError("RunInProgressError", "ingest is held by another")}
    assert world.run().error == "RunInProgressError"
    assert world.called == ["PlanIngest", "ReportFailure"]
