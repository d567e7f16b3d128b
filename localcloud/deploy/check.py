"""Refuses, before anything is created, every type and property that would not be honoured."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localcloud.deploy.errors import UnsupportedResourceError
from localcloud.deploy.kinds import Kind
from localcloud.deploy.resources import find

_RESOURCE_FIELDS = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
}
_TEMPLATE_FIELDS = {
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Parameters",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
    "Metadata",
    "Globals",
}


def check_template(path: Path, template: Mapping[str, Any]) -> None:
    """UnsupportedResourceError for a section of the template that is not handled, such as Rules."""
    unknown = sorted(set(template) - _TEMPLATE_FIELDS)
    if unknown:
        raise UnsupportedResourceError(f"{path}: the section {unknown[0]} is not supported by the embedded cloud.")


def checked_kind(path: Path, logical_id: str, resource: Mapping[str, Any]) -> Kind:
    """What handles the resource; UnsupportedResourceError names path, type and property otherwise."""
    place, type_name = f"{path}: {logical_id}", str(resource.get("Type"))
    kind = find(type_name)
    if kind is None:
        raise UnsupportedResourceError(f"{place} has the type {type_name}, which the embedded cloud does not handle.")
    unknown = sorted(set(resource) - _RESOURCE_FIELDS)
    if unknown:
        raise UnsupportedResourceError(f"{place} ({type_name}) has the attribute {unknown[0]}, which is not handled.")
    for name in sorted(resource.get("Properties") or {}):
        if name not in kind.known:
            raise UnsupportedResourceError(
                f"{place} ({type_name}) has the property {name}, which the embedded cloud does not handle."
            )
    return kind
