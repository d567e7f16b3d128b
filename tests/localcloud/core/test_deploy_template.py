"""How a template is read: parameters, intrinsic functions, order, names."""

from pathlib import Path
from typing import Any

import pytest

from localcloud.deploy.check import check_template, checked_kind
from localcloud.deploy.errors import ParameterError, TemplateError, UnsupportedResourceError
from localcloud.deploy.graph import ordered
from localcloud.deploy.intrinsics import NO_VALUE, Scope
from localcloud.deploy.names import physical_name
from localcloud.deploy.parameters import checked
from localcloud.deploy.template import read, translate

PATH = Path("template.yaml")
SCOPE = Scope(
    names={"Stage": "dev", "AWS::Region": "us-east-1", "Bucket": "the-bucket", "Days": "7"},
    mappings={"Sizes": {"dev": {"memory": 128}}},
    conditions={
        "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
        "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
        "Any": {"Fn::Or": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
    },
    attributes={"Bucket": {"Arn": "arn:aws:s3:::the-bucket"}},
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Bucket"}, "the-bucket"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::the-bucket"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::the-bucket"),
        ({"Fn::Sub": "${Bucket.Arn}/${Stage}/${!literal}"}, "arn:aws:s3:::the-bucket/dev/${literal}"),
        ({"Fn::Sub": ["${x}-${Stage}", {"x": {"Ref": "Bucket"}}]}, "the-bucket-dev"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-dev"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 128),
        ({"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}, NO_VALUE),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"Fn::ToJsonString": {"a": {"Ref": "Stage"}}}, '{"a": "dev"}'),
    ],
)
def test_intrinsic_functions_resolve(value: Any, expected: Any):
    assert SCOPE.resolve(value) == expected


def test_conditions_combine():
    assert [SCOPE.holds(name) for name in ("IsDev", "IsProd", "Both", "Any")] == [True, False, False, True]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Ref": "Nothing"}, "Nothing"),
        ({"Fn::GetAtt": ["Bucket", "Colour"]}, "Colour"),
        ({"Fn::ImportValue": "x"}, "ImportValue"),
        ({"Fn::Whatever": 1}, "Whatever"),
    ],
)
def test_what_leads_nowhere_is_named(value: Any, named: str):
    with pytest.raises(TemplateError, match=named):
        SCOPE.resolve(value)


@pytest.mark.parametrize(
    ("spec", "given", "named"),
    [
        ({"Type": "String"}, {}, "must be given"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, {"P": "A1"}, "must match"),
        ({"Type": "String", "AllowedValues": ["x", "y"]}, {"P": "z"}, "one of"),
        ({"Type": "Number", "MinValue": 2}, {"P": "1"}, "within 2"),
        ({"Type": "Number"}, {"P": "many"}, "a number"),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, {"P": "/x"}, "SSM"),
        ({"Type": "String", "Default": ""}, {"Q": "1"}, "no parameter Q"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(spec: dict[str, Any], given: dict[str, str], named: str):
    with pytest.raises(ParameterError, match=named):
        checked({"P": spec}, given, PATH)


def test_the_value_of_a_secret_parameter_is_not_shown():
    with pytest.raises(ParameterError) as caught:
        checked({"P": {"Type": "String", "NoEcho": True, "MinLength": 9}}, {"P": "hunter2"}, PATH)
    assert "hunter2" not in str(caught.value)


def test_resources_come_after_what_they_mention_and_a_circle_is_named():
    resources: dict[str, Any] = {
        "C": {"Properties": {"x": {"Fn::Sub": "${B.Arn}"}}},
        "B": {"DependsOn": "A"},
        "A": {"Properties": {}},
    }
    assert ordered(resources) == ["A", "B", "C"]
    resources["A"] = {"Properties": {"y": {"Ref": "C"}}}
    with pytest.raises(TemplateError, match="Circular"):
        ordered(resources)


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ({"Type": "AWS::Neptune::DBCluster"}, "AWS::Neptune::DBCluster"),
        ({"Type": "AWS::S3::Bucket", "Properties": {"ReplicationConfiguration": {}}}, "ReplicationConfiguration"),
        ({"Type": "AWS::SQS::Queue", "CreationPolicy": {}}, "CreationPolicy"),
    ],
)
def test_an_unhandled_type_property_or_attribute_is_refused_with_its_place(resource: dict[str, Any], named: str):
    with pytest.raises(UnsupportedResourceError, match=rf"template.yaml: Thing .*{named}"):
        checked_kind(PATH, "Thing", resource)


def test_a_section_that_is_not_handled_is_refused():
    with pytest.raises(UnsupportedResourceError, match="Hooks"):
        check_template(PATH, {"Resources": {}, "Hooks": {}})


def test_physical_names_are_stable_and_fit_the_limit():
    name = physical_name("a-very-long-stack-name" * 3, "AVeryLongLogicalIdentifier" * 3, 63, lower=True)
    assert len(name) == 63
    assert name == name.lower()
    assert physical_name("s", "L") == physical_name("s", "L") != physical_name("s", "M")


def test_local_folders_survive_the_translation(tmp_path: Path):
    path = tmp_path / "template.yaml"
    path.write_text(
        """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, Handler: handler.handler}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: functions/f}}
"""
    )
    translated = translate(path, read(path), "us-east-1")
    assert translated["Resources"]["F"]["Properties"]["Code"]["S3Key"] == "functions/f"


def test_a_wrong_sam_template_is_refused_in_sams_words(tmp_path: Path):
    path = tmp_path / "template.yaml"
    path.write_text("Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function}}")
    with pytest.raises(TemplateError, match="F"):
        translate(path, read(path), "us-east-1")
