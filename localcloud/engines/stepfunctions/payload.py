"""Fills the payload templates of a state (Parameters, ResultSelector, ItemSelector) and applies its paths."""

import json
from typing import Any

from localcloud.engines.stepfunctions.errors import DATA_LIMIT, StateError
from localcloud.engines.stepfunctions.intrinsics import evaluate
from localcloud.engines.stepfunctions.jsonpath import read

MAX_PAYLOAD_BYTES = 256 * 1024


def expression(text: str, data: Any, context: Any) -> Any:
    """The value of a path or an intrinsic function."""
    if text.startswith("States."):
        return evaluate(text, data, context)
    return read(text, data, context)


def fill(template: Any, data: Any, context: Any) -> Any:
    """The template with every `name.$` replaced by the value its expression has."""
    if isinstance(template, dict):
        filled = {}
        for key, value in template.items():
            if key.endswith(".$"):
                filled[key[:-2]] = expression(value, data, context)
            else:
                filled[key] = fill(value, data, context)
        return filled
    if isinstance(template, list):
        return [fill(item, data, context) for item in template]
    return template


def narrowed(path: str | None, data: Any, context: Any) -> Any:
    """What InputPath or OutputPath leaves of the data; null leaves an empty object."""
    if path is None:
        return {}
    return data if path == "$" else read(path, data, context)


def within_limit(value: Any, what: str) -> str:
    """The value as JSON text; States.DataLimitExceeded above 256 KiB."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if len(text) > MAX_PAYLOAD_BYTES // 4 and len(text.encode()) > MAX_PAYLOAD_BYTES:
        raise StateError(
            DATA_LIMIT,
            f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes "
            f"service limit.",
        )
    return text
