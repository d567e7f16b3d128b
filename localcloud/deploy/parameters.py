"""Checks the parameters of a stack against what its template declares."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localcloud.deploy.errors import ParameterError

_FIELDS = {
    "Type",
    "Default",
    "Description",
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
    "NoEcho",
}


def checked(declared: Mapping[str, Any], given: Mapping[str, str], path: Path) -> dict[str, Any]:
    """Every parameter's value: text, or a list for the list types."""
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ParameterError(f"{path} has no parameter {unknown[0]}.")
    return {name: _value(name, spec, given.get(name), path) for name, spec in declared.items()}


def _value(name: str, spec: Mapping[str, Any], given: str | None, path: Path) -> Any:
    unknown = sorted(set(spec) - _FIELDS)
    if unknown:
        raise ParameterError(f"{path}: parameter {name} has the field {unknown[0]}, which is not supported.")
    kind = spec.get("Type", "String")
    if kind.startswith("AWS::SSM::"):
        raise ParameterError(f"{path}: parameter {name} has the type {kind}; the embedded cloud has no SSM parameters.")
    if given is None and "Default" not in spec:
        raise ParameterError(f"{path}: parameter {name} has no default, so it must be given.")
    text = str(spec["Default"] if given is None else given)
    shown = "****" if spec.get("NoEcho") in (True, "true") else repr(text)
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    for value in text.split(",") if is_list else [text]:
        problem = _problem(value, spec, kind)
        if problem:
            raise ParameterError(f"{path}: parameter {name} is {shown}, but {problem}.")
    return [part.strip() for part in text.split(",")] if is_list else text


def _problem(value: str, spec: Mapping[str, Any], kind: str) -> str | None:
    if "Number" in kind:
        try:
            number = float(value)
        except ValueError:
            return "it must be a number"
        if number < float(spec.get("MinValue", number)) or number > float(spec.get("MaxValue", number)):
            return f"it must lie within {spec.get('MinValue', '-∞')} and {spec.get('MaxValue', '∞')}"
    if "AllowedValues" in spec and value not in [str(allowed) for allowed in spec["AllowedValues"]]:
        return f"it must be one of {spec['AllowedValues']}"
    if "AllowedPattern" in spec and not re.fullmatch(spec["AllowedPattern"], value):
        return str(spec.get("ConstraintDescription") or f"it must match {spec['AllowedPattern']}")
    if len(value) < int(spec.get("MinLength", 0)) or len(value) > int(spec.get("MaxLength", len(value))):
        return f"its length must lie within {spec.get('MinLength', 0)} and {spec.get('MaxLength', '∞')}"
    return None
