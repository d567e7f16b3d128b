"""AWS Lambda: runs the real handlers in child processes of AWS's own runtime client.

result = functions.invoke("measure", b"{}")                          # waits
functions.invoke("notify", b"{}", invocation_type="Event")           # accepted; retried, then dead-lettered
"""

from typing import TYPE_CHECKING

from localcloud import s3_events, service
from localcloud.engines.functions.engine import Engine
from localcloud.engines.functions.environment import InvokeResult
from localcloud.errors import CloudNotRunningError

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud

__all__ = ["InvokeResult", "install", "invoke"]

_running: list[Engine] = []


def install(cloud: "LocalCloud") -> None:
    """Serves the functions of this cloud."""
    engine = Engine(cloud)
    _running[:] = [engine]
    service.when_loaded("lambda", _patch_lambda)
    service.when_loaded("sqs", _patch_sqs)
    s3_events.use_functions(engine.invoke_later)
    cloud.watch("invocations", engine.count_invocations)
    cloud.watch("asynchronous invocations", engine.count_waiting)
    cloud.on_ready(engine.start)
    cloud.on_stop(_stop)


def engine() -> Engine:
    """The engine of the running cloud."""
    if not _running:
        raise CloudNotRunningError("No embedded cloud runs functions in this process.")
    return _running[0]


def invoke(function_name: str, payload: bytes, invocation_type: str = "RequestResponse") -> InvokeResult:
    """Invokes a function by name or ARN, with or without a qualifier.

    RequestResponse waits for the answer; Event stores the invocation and answers an empty payload at once. An unknown
    function raises moto's UnknownFunctionException, one at its limit TooManyRequestsException.
    """
    if invocation_type == "Event":
        engine().invoke_later(function_name, payload)
        return InvokeResult(b"", None, b"")
    return engine().invoke(function_name, payload)


def _stop() -> None:
    for stopped in _running:
        stopped.stop()
    _running.clear()


def _patch_lambda() -> None:
    from localcloud.engines.functions import lambda_patches

    lambda_patches.install()


def _patch_sqs() -> None:
    from localcloud.engines.functions import sqs_patches

    sqs_patches.install()
