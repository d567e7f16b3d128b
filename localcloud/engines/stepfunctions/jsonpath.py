"""Reads and writes JSON by path: plain paths by hand, because they are in every state, others through jsonpath_ng."""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from localcloud.engines.stepfunctions.errors import StateError, runtime_error

Steps = tuple[str | int, ...]
_STEP = re.compile(r"\.([^.\[\]\s()?*]+)|\[(\d+)\]|\[(?:'([^']*)'|\"([^\"]*)\")\]")


class InvalidPathError(ValueError):
    """Raised when a path of a definition cannot be understood."""


@lru_cache(maxsize=4096)
def plain_steps(path: str) -> Steps | None:
    """The names and indexes of a path to one place (a reference path); None when it can lead to several."""
    if not path.startswith("$"):
        raise InvalidPathError(f"The path {path!r} does not start with '$'.")
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            return None
        name, index, single, double = match.groups()
        steps.append(int(index) if index is not None else next(x for x in (name, single, double) if x is not None))
        position = match.end()
    return tuple(steps)


def read(path: str, data: Any, context: Any = None) -> Any:
    """The value at the path of the data, or of the context object for `$$`; States.Runtime when it is not there."""
    if path.startswith("$$"):
        path, data = path[1:], context
    steps = plain_steps(path)
    if steps is None:
        return _finder(path)(data)
    value = data
    for step in steps:
        in_list = isinstance(step, int) and isinstance(value, list) and step < len(value)
        if in_list or (isinstance(step, str) and isinstance(value, dict) and step in value):
            value = value[step]
        else:
            shown = json.dumps(data, default=str)[:1000]
            raise runtime_error(f"The JSONPath '{path}' could not be found in the input '{shown}'")
    return value


def exists(path: str, data: Any, context: Any = None) -> bool:
    """Whether the path leads anywhere."""
    try:
        return read(path, data, context) != [] or plain_steps(path.removeprefix("$")) is not None
    except (StateError, InvalidPathError):
        return False


def write(path: str, data: Any, value: Any) -> Any:
    """A copy of the data with the value at the reference path; only the containers on the way are copied."""
    steps = plain_steps(path)
    if steps is None:
        raise InvalidPathError(f"The ResultPath {path!r} is not a reference path.")
    return _write(steps, data, value, path)


def _write(steps: Steps, data: Any, value: Any, path: str) -> Any:
    if not steps:
        return value
    first, rest = steps[0], steps[1:]
    if isinstance(first, str) and isinstance(data, dict):
        return {**data, first: _write(rest, data.get(first, {}), value, path)}
    if isinstance(first, int) and isinstance(data, list) and first < len(data):
        return [*data[:first], _write(rest, data[first], value, path), *data[first + 1 :]]
    raise StateError(
        "States.ResultPathMatchFailure",
        f"Unable to apply ReferencePath {path} to input {json.dumps(data, default=str)[:1000]}",
    )


@lru_cache(maxsize=512)
def _finder(path: str) -> Callable[[Any], Any]:
    from jsonpath_ng.ext.parser import parse

    expression = parse(path)

    def find(data: Any) -> list[Any]:
        return [match.value for match in expression.find(data)]

    return find
