"""Makes the text a target receives out of an event: whole, Input, InputPath or InputTransformer."""

import json
import re
from collections.abc import Mapping
from typing import Any

from localcloud.engines.events.paths import MISSING, read

_PLACEHOLDER = re.compile(r"<([\w.-]+)>")


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str) -> str:
    """The JSON text for the target, as EventBridge would make it."""
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        value = read(event, target["InputPath"])
        return json.dumps(None if value is MISSING else value)
    if target.get("InputTransformer"):
        transformer = target["InputTransformer"]
        paths = transformer.get("InputPathsMap", {})
        values = {name: read(event, path) for name, path in paths.items()}
        return fill(transformer["InputTemplate"], values | _reserved(event, rule_arn))
    return json.dumps(event)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Puts the values in their `<places>`: JSON outside of quotes, escaped text within them.

    A value the event does not have becomes null outside of quotes and nothing within them.
    """
    parts: list[str] = []
    position, quoted = 0, False
    for match in _PLACEHOLDER.finditer(template):
        if match.group(1) not in values:
            continue
        literal = template[position : match.start()]
        quoted = _quoted_after(literal, quoted)
        value = values[match.group(1)]
        parts += [literal, _within_quotes(value) if quoted else json.dumps(None if value is MISSING else value)]
        position = match.end()
    return "".join([*parts, template[position:]])


def _quoted_after(text: str, quoted: bool) -> bool:
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
    return quoted


def _within_quotes(value: Any) -> str:
    if value is MISSING:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]


def _reserved(event: Mapping[str, Any], rule_arn: str) -> dict[str, Any]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": event.get("time", MISSING),
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": dict(event),
    }
