"""The state machines: valid for two validators, every state reachable, every name known."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
NAMES = sorted(file.name.removesuffix(".asl.yaml") for file in (ROOT / "statemachines").glob("*.asl.yaml"))


def every_level(machine):
    """The machine and the machines inside its Map states."""
    yield machine
    for state in machine["States"].values():
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner:
                yield from every_level(inner)


def targets(state):
    yield state.get("Next")
    yield state.get("Default")
    for rule in [*state.get("Catch", []), *state.get("Choices", [])]:
        yield rule.get("Next")


def substituted(name):
    text = (ROOT / "statemachines" / f"{name}.asl.yaml").read_text(encoding="utf-8")
    return re.sub(r"\$\{(\w+)\}", r"arn:aws:lambda:us-east-1:123456789012:function:\1", text)


def as_json(name, folder):
    import yaml

    file = folder / f"{name}.json"
    file.write_text(json.dumps(yaml.safe_load(substituted(name))), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", NAMES)
def test_statelint_accepts_the_machine(name, tmp_path):
    lint = subprocess.run([BIN / "statelint", as_json(name, tmp_path)], capture_output=True, text=True, check=False)
    assert lint.stdout + lint.stderr == ""


@pytest.mark.parametrize("name", NAMES)
def test_no_state_is_dangling_or_unreachable(name, machines):
    for level in every_level(machines[name]):
        states = level["States"]
        named = {target for state in states.values() for target in targets(state) if target}
        assert named <= states.keys(), f"dangling: {named - states.keys()}"
        assert states.keys() <= named | {level["StartAt"]}, f"unreachable: {states.keys() - named}"
        ends = [key for key, state in states.items() if state.get("End") or state["Type"] in ("Succeed", "Fail")]
        assert ends


@pytest.mark.parametrize("name", NAMES)
def test_every_function_that_a_machine_names_is_deployed_and_handed_to_it(name, machines, template):
    text = (ROOT / "statemachines" / f"{name}.asl.yaml").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{(\w+)\}", text))
    logical = "".join(word.title() for word in name.split("_")) + "StateMachine"
    substitutions = template["Resources"][logical]["Properties"]["DefinitionSubstitutions"]
    assert set(substitutions) == used
    for key, value in substitutions.items():
        if key.endswith("FunctionArn"):
            assert value["Fn::GetAtt"] in ([key.removesuffix("Arn"), "Arn"], f"{key.removesuffix('Arn')}.Arn")
            assert key.removesuffix("Arn") in template["Resources"]


@pytest.mark.parametrize("name", NAMES)
def test_every_task_has_a_time_out_and_names_what_it_retries(name, machines):
    for level in every_level(machines[name]):
        for key, state in level["States"].items():
            if state["Type"] == "Task":
                assert state["TimeoutSeconds"] > 0, key
                assert state["Retry"], key
            if state["Type"] == "Choice":
                assert key.endswith("?"), key


@pytest.mark.parametrize("name", NAMES)
def test_every_failure_is_reported_before_the_machine_fails(name, machines):
    states = machines[name]["States"]
    fails = [key for key, state in states.items() if state["Type"] == "Fail"]
    assert fails
    for key, state in states.items():
        if state["Type"] in ("Task", "Map", "Parallel"):
            caught = {error for rule in state.get("Catch", []) for error in rule["ErrorEquals"]}
            assert "States.ALL" in caught, f"{key} lets errors through"
        if any(target in fails for target in targets(state)):
            assert "Report the failure" in key or state["Type"] == "Choice", key
