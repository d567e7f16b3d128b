"""Puts the operations of `api` behind moto's EMR protocol; the only module that changes moto."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.emr.api import PAGED, REFUSED, Operations, page
from localcloud.errors import UnsupportedError

_operations: list[Operations] = []


def use(operations: Operations) -> None:
    """Makes these the operations of the running cloud."""
    _operations[:] = [operations]


def apply() -> None:
    """Replaces moto's operations by ours; `use` says whose."""
    from moto.emr.responses import ElasticMapReduceResponse as Response

    for name in vars(Operations):
        if not name.startswith("_"):
            setattr(Response, name, _answer(name))
    for name in REFUSED:
        setattr(Response, name, _refuse(name))


def _answer(name: str) -> Callable[[Any], Any]:
    def operation(self: Any) -> Any:
        from moto.core.responses import ActionResult

        request = self.params.original_dict() if hasattr(self.params, "original_dict") else dict(self.params)
        answer = getattr(_operations[0], name)(self.backend, request)
        return ActionResult(page(name, request, answer) if name in PAGED else answer)

    operation.__name__ = name
    return operation


def _refuse(name: str) -> Callable[[Any], Any]:
    def operation(_self: Any) -> Any:
        raise UnsupportedError(f"The embedded EMR does not support {name.replace('_', ' ').title().replace(' ', '')}.")

    operation.__name__ = name
    return operation
