"""Reads a value out of an event by the small part of JSONPath that EventBridge accepts: `$.detail.items[0].name`."""

import re
from typing import Any

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']+)'\]")


class InvalidEventPathError(ValueError):
    """Raised when a path of a target is not one that EventBridge accepts."""


class MissingType:
    """The type of MISSING, which a path answers when the event has no such field."""


MISSING = MissingType()


def steps(path: str) -> list[str | int]:
    """The names and indexes a path walks through."""
    if not path.startswith("$"):
        raise InvalidEventPathError(f"The path {path!r} does not start with '$'.")
    rest, found = path[1:], []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise InvalidEventPathError(f"The path {path!r} is not a plain JSONPath from {rest!r} on.")
        name, index, quoted = match.groups()
        found.append(int(index) if index is not None else name or quoted)
        rest = rest[match.end() :]
    return found


def read(event: Any, path: str) -> Any:
    """The value at the path, or MISSING."""
    value = event
    for step in steps(path):
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return MISSING
    return value
