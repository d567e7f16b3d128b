"""Remembers in the state database what was deployed, so that a second deployment knows what has changed."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from localcloud import service
from localcloud.state import Journal

_NAMESPACE = "stack"


@dataclass(frozen=True)
class Stack:
    """A deployed stack."""

    name: str
    physical_ids: dict[str, str]
    outputs: dict[str, str]


@dataclass
class DeployedResource:
    """One resource as it was last created or updated."""

    type: str
    physical_id: str
    attributes: dict[str, Any]
    properties: dict[str, Any]
    depends_on: list[str]
    retained: bool = False


@dataclass
class StackRecord:
    """All of a stack; `digest` covers the template, the parameters and every local file it names."""

    name: str
    digest: str = ""
    resources: dict[str, DeployedResource] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    local_paths: list[str] = field(default_factory=list)

    @property
    def stack(self) -> Stack:
        """What callers of `deploy` get."""
        return Stack(self.name, {name: held.physical_id for name, held in self.resources.items()}, dict(self.outputs))

    def save(self) -> None:
        """Stores the record."""
        with service.transaction():
            _journal().add(self.name, json.dumps(asdict(self), default=str))

    def remove(self) -> None:
        """Forgets the stack."""
        with service.transaction():
            _journal().remove(self.name)


def find(name: str) -> StackRecord:
    """The record of a stack; an empty one if it was never deployed."""
    for key, row in _journal().items():
        if key == name:
            return _record(row)
    return StackRecord(name)


def physical_ids(logical_id: str) -> list[str]:
    """The physical ids that a logical id has in the deployed stacks."""
    records = [_record(row) for row in _journal().pending()]
    return [record.resources[logical_id].physical_id for record in records if logical_id in record.resources]


def _record(row: str) -> StackRecord:
    held = json.loads(row)
    held["resources"] = {name: DeployedResource(**resource) for name, resource in held["resources"].items()}
    return StackRecord(**held)


def _journal() -> Journal:
    return service.store().journal(_NAMESPACE)
