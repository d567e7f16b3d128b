"""Orders resources so that each comes after what it refers to."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from localcloud.deploy.errors import TemplateError
from localcloud.deploy.intrinsics import references


def ordered(resources: Mapping[str, Any]) -> list[str]:
    """Logical ids, dependencies first; TemplateError names a circle."""
    graph = {name: sorted(dependencies(resource) & set(resources)) for name, resource in resources.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise TemplateError(f"Circular dependency between resources: {' → '.join(error.args[1])}.") from error


def dependencies(resource: Mapping[str, Any]) -> set[str]:
    """Every name a resource refers to, in its properties and DependsOn."""
    explicit: Iterable[str] | str = resource.get("DependsOn", [])
    named = {explicit} if isinstance(explicit, str) else set(explicit)
    return references(resource.get("Properties", {})) | named
