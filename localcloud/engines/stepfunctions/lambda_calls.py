"""The one place where state machines and event rules meet the functions engine."""

import json
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException

from localcloud.engines.stepfunctions.errors import StateError
from localcloud.errors import LocalCloudError


def invoke(function: str, payload: Any) -> Any:
    """The function's answer; StateError named by the errorType of what it raised, or `Lambda.<code>` of the service."""
    from localcloud.engines import functions

    try:
        result = functions.invoke(function, json.dumps(payload).encode())
    except (JsonRESTError, ServiceException) as error:
        code = getattr(error, "error_type", None) or getattr(error, "code", None) or type(error).__name__
        raise StateError(f"Lambda.{code}", str(getattr(error, "message", error))) from error
    except LocalCloudError as error:
        raise StateError("Lambda.Unknown", str(error)) from error
    text = result.payload.decode()
    if not result.function_error:
        return json.loads(text) if text else None
    raised = json.loads(text)
    name = raised.get("errorType") if isinstance(raised, dict) else None
    raise StateError(name or "Lambda.Unknown", text)


def invoke_later(function: str, text: str) -> None:
    """An asynchronous invocation: accepted at once, with Lambda's own retries and dead-letter queue."""
    from localcloud.engines import functions

    functions.invoke(function, text.encode(), invocation_type="Event")
