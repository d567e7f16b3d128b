"""What a target receives of an event."""

import json
from typing import Any

import pytest

from localcloud.engines.events.paths import InvalidEventPathError, read
from localcloud.engines.events.transform import fill, target_input

EVENT = {
    "id": "1",
    "detail-type": "Object Created",
    "time": "2026-01-05T06:00:00Z",
    "detail": {"bucket": {"name": "lake"}, "size": 3, "tags": ["a", "b"], "text": 'say "hi"'},
}
RULE = "arn:aws:events:us-east-1:123456789012:rule/manifest"


def test_a_target_gets_the_whole_event_unless_it_says_otherwise():
    assert json.loads(target_input({}, EVENT, RULE)) == EVENT


def test_an_input_path_narrows_the_event():
    assert json.loads(target_input({"InputPath": "$.detail.bucket"}, EVENT, RULE)) == {"name": "lake"}


def test_a_constant_input_replaces_the_event():
    assert target_input({"Input": '{"a": 1}'}, EVENT, RULE) == '{"a": 1}'


def test_a_template_takes_values_with_and_without_quotes():
    transformer = {
        "InputPathsMap": {
            "bucket": "$.detail.bucket.name",
            "size": "$.detail.size",
            "tags": "$.detail.tags",
            "no": "$.no",
        },
        "InputTemplate": '{"uri": "s3://<bucket>/x", "name": <bucket>, "size": <size>, "tags": <tags>, "no": <no>}',
    }
    assert json.loads(target_input({"InputTransformer": transformer}, EVENT, RULE)) == {
        "uri": "s3://lake/x",
        "name": "lake",
        "size": 3,
        "tags": ["a", "b"],
        "no": None,
    }


def test_quotes_in_a_value_are_escaped_within_quotes():
    assert json.loads(fill('"<text>"', {"text": 'say "hi"'})) == 'say "hi"'


def test_a_template_knows_the_reserved_names():
    transformer = {"InputTemplate": '{"rule": <aws.events.rule-name>, "event": <aws.events.event.json>}'}
    filled = json.loads(target_input({"InputTransformer": transformer}, EVENT, RULE))
    assert filled == {"rule": "manifest", "event": EVENT}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("$", EVENT), ("$.detail-type", "Object Created"), ("$.detail.tags[1]", "b"), ("$['detail']['size']", 3)],
)
def test_a_path_reads_names_indexes_and_brackets(path: str, expected: Any):
    assert read(EVENT, path) == expected


def test_a_path_that_is_not_plain_is_refused():
    with pytest.raises(InvalidEventPathError, match="plain"):
        read(EVENT, "$.detail.tags[*]")
