"""Decides a Choice state: which of its rules is the first that holds."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from localcloud.engines.stepfunctions.errors import runtime_error
from localcloud.engines.stepfunctions.jsonpath import exists, read

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _timestamp(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) and _RFC3339.fullmatch(value) else None


_KINDS: dict[str, Callable[[Any], Any]] = {
    "String": lambda value: value if isinstance(value, str) else None,
    "Numeric": _number,
    "Timestamp": _timestamp,
    "Boolean": lambda value: value if isinstance(value, bool) else None,
}
_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsString": lambda value: isinstance(value, str),
    "IsNumeric": lambda value: _number(value) is not None,
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: _timestamp(value) is not None,
}
_OPERATOR = re.compile(
    r"(?P<kind>String|Numeric|Timestamp|Boolean)(?P<comparison>(?:Less|Greater)Than(?:Equals)?|Equals)(?P<path>Path)?"
)
OTHER_OPERATORS = {*_TESTS, "IsPresent", "StringMatches"}


def is_operator(name: str) -> bool:
    """Whether the language has this comparison."""
    match = _OPERATOR.fullmatch(name)
    if match is None:
        return name in OTHER_OPERATORS
    return match["kind"] != "Boolean" or match["comparison"] == "Equals"


def holds(rule: Mapping[str, Any], data: Any, context: Any) -> bool:
    """Whether the rule is true of the data."""
    if "And" in rule:
        return all(holds(part, data, context) for part in rule["And"])
    if "Or" in rule:
        return any(holds(part, data, context) for part in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], data, context)
    name = next(key for key in rule if is_operator(key))
    expected, variable = rule[name], rule["Variable"]
    if name == "IsPresent":
        return exists(variable, data, context) is expected
    if name in _TESTS and not exists(variable, data, context):
        raise runtime_error(
            f"Invalid path '{variable}': The choice state's condition path references an invalid value."
        )
    value = read(variable, data, context)
    if name in _TESTS:
        return _TESTS[name](value) is expected
    if name == "StringMatches":
        return isinstance(value, str) and _wildcard(expected).fullmatch(value) is not None
    match = _OPERATOR.fullmatch(name)
    if match is None:
        raise runtime_error(f"Choice operator {name} does not exist.")
    if match["path"]:
        expected = read(expected, data, context)
    kind = _KINDS[match["kind"]]
    left, right = kind(value), kind(expected)
    return left is not None and right is not None and _COMPARISONS[match["comparison"]](left, right)


def _wildcard(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\\.|\*)", pattern)
    return re.compile("".join(".*" if part == "*" else re.escape(part.removeprefix("\\")) for part in parts), re.S)
