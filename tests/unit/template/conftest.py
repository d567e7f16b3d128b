"""The template as SAM translates it, once for all tests."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def translated(template: dict[str, Any], monkeypatch_session: pytest.MonkeyPatch) -> dict[str, Any]:
    """What CloudFormation gets; code lies where `sam package` would put it."""
    monkeypatch_session.setenv("AWS_DEFAULT_REGION", "us-east-1")
    packaged = copy.deepcopy(template)
    where = {"Function": "CodeUri", "LayerVersion": "ContentUri", "StateMachine": "DefinitionUri"}
    for resource in packaged["Resources"].values():
        service, _, kind = resource["Type"].rpartition("::")
        if service == "AWS::Serverless" and kind in where:
            resource["Properties"][where[kind]] = "s3://packaged-code/key"
    return Translator({}, Parser()).translate(packaged, {})


@pytest.fixture(scope="session")
def monkeypatch_session():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="session")
def machines() -> dict[str, dict[str, Any]]:
    files = sorted((ROOT / "statemachines").glob("*.asl.yaml"))
    return {file.name.removesuffix(".asl.yaml"): yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}
