"""Puts our operations behind moto's SageMaker protocols; the only module that changes moto."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.sagemaker.api import REFUSED, Operations
from localcloud.engines.sagemaker.endpoints import Fleet
from localcloud.engines.sagemaker.runtime import invoke
from localcloud.errors import UnsupportedError

_running: list[tuple[Operations, Fleet]] = []


def use(operations: Operations, fleet: Fleet) -> None:
    """Makes these the operations of the running cloud."""
    _running[:] = [(operations, fleet)]


def apply() -> None:
    """Replaces moto's operations on jobs and endpoints."""
    from moto.sagemaker.responses import SageMakerResponse as Response

    for name in vars(Operations):
        if not name.startswith("_"):
            setattr(Response, name, _answer(name))
    for name in REFUSED:
        setattr(Response, name, _refuse(name))


def apply_runtime() -> None:
    """Lets invocations bypass moto's parsing: bodies are up to 6 MB of bytes."""
    from moto.sagemakerruntime.responses import SageMakerRuntimeResponse as Response

    def dispatch(_self: Any, request: Any, _full_url: str, headers: Any) -> Any:
        return invoke(_running[0][1], request.path, headers, request.get_data())

    setattr(Response, "_dispatch", dispatch)  # noqa: B010 - mypy rightly minds an assignment


def _answer(name: str) -> Callable[[Any], Any]:
    def operation(self: Any) -> Any:
        from moto.core.responses import ActionResult

        return ActionResult(getattr(_running[0][0], name)(self.sagemaker_backend, dict(self.params)))

    operation.__name__ = name
    return operation


def _refuse(name: str) -> Callable[[Any], Any]:
    def operation(_self: Any) -> Any:
        words = name.replace("_", " ").title().replace(" ", "")
        raise UnsupportedError(f"The embedded SageMaker does not support {words}.")

    operation.__name__ = name
    return operation
