"""The one place where state machines and event rules meet the functions engine."""

import json
from typing import Any

from localcloud.engines.stepfunctions.errors import StateError


def invoke(function: str, payload: Any) -> Any:
    """The function's answer; StateError named by the errorType of what it raised, or `Lambda.<code>` of the service."""
    from localcloud.engines import functions

    result = functions.invoke(function, json.dumps(payload).encode())
    text = result.payload.decode()
    if not result.function_error:
        return json.loads(text) if text else None
    raised = json.loads(text)
    error = raised.get("errorType") if isinstance(raised, dict) else None
    raise StateError(error or "Lambda.Unknown", text)


def invoke_later(function: str, text: str) -> None:
    """An asynchronous invocation: accepted at once, with Lambda's own retries and dead-letter queue."""
    from localcloud.engines import functions

    functions.invoke(function, text.encode(), invocation_type="Event")
