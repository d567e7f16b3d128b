"""Gives moto's Lambda the engine and what it drops. Patched: LambdaBackend.invoke, .create_event_source_mapping,
.update_event_source_mapping, .delete_event_source_mapping, .put_function_event_invoke_config;
LambdaFunction.__init__, .update_configuration, .get_configuration, .invoke.
"""

import base64
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction

from localcloud import service
from localcloud.engines import functions
from localcloud.engines.functions.environment import InvokeResult

MAX_SYNCHRONOUS_BYTES = 6 * 1024 * 1024
MAX_ASYNCHRONOUS_BYTES = 1024 * 1024
_KEPT = {"DeadLetterConfig": "dead_letter_config", "LoggingConfig": "logging_config"}


def install() -> None:
    """Replaces the symbols; called once, when moto.awslambda is first loaded."""
    LambdaBackend.invoke = _invoke  # type: ignore[method-assign]
    LambdaFunction.invoke = _invoke_latest  # type: ignore[method-assign]
    _wrap(LambdaFunction, "__init__", _init)
    _wrap(LambdaFunction, "update_configuration", _update_configuration)
    _wrap(LambdaFunction, "get_configuration", _get_configuration)
    _wrap(LambdaBackend, "put_function_event_invoke_config", _replace_invoke_config)
    for name in ("create", "update", "delete"):
        _wrap(LambdaBackend, f"{name}_event_source_mapping", _then_refresh)


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    plain = getattr(owner, name)

    @wraps(plain)
    def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
        return around(plain, self, *arguments, **named)

    setattr(owner, name, wrapped)


def _invoke(
    self: Any, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
) -> bytes:
    payload = body.encode() if isinstance(body, str) else bytes(body or b"")
    kind = headers.get("X-Amz-Invocation-Type") or "RequestResponse"
    with service.reading("lambda"):
        arn = self.get_function(function_name, qualifier).function_arn
    _require_json(payload)
    _require_size(payload, MAX_ASYNCHRONOUS_BYTES if kind == "Event" else MAX_SYNCHRONOUS_BYTES)
    if kind == "DryRun":
        return b""
    if kind == "Event":
        functions.invoke(arn, payload, invocation_type="Event")
        return b""
    return _answered(functions.engine().invoke(arn, payload), response_headers)


def _invoke_latest(self: Any, body: str, request_headers: Any, response_headers: Any) -> bytes:
    """How moto's other services reach a function: they do not wait for it."""
    functions.invoke(self.function_arn, (body or "{}").encode(), invocation_type="Event")
    return b""


def _answered(result: InvokeResult, response_headers: Any) -> bytes:
    if result.function_error:
        response_headers["x-amz-function-error"] = result.function_error
    response_headers["x-amz-log-result"] = base64.b64encode(result.log_tail).decode()
    response_headers["x-amz-executed-version"] = result.executed_version
    response_headers["Content-Length"] = str(len(result.payload))
    return result.payload


def _require_json(payload: bytes) -> None:
    from moto.awslambda.exceptions import LambdaClientError

    try:
        json.loads(payload or b"null")
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise LambdaClientError("InvalidRequestContentException", message) from error


def _require_size(payload: bytes, limit: int) -> None:
    from moto.awslambda.exceptions import LambdaClientError

    if len(payload) > limit:
        message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation, not {len(payload)}."
        raised = LambdaClientError("RequestTooLargeException", message)
        raised.code = 413
        raise raised


def _init(
    plain: Callable[..., None], self: Any, account_id: str, spec: dict[str, Any], *args: Any, **named: Any
) -> None:
    plain(self, account_id, spec, *args, **named)
    for name, attribute in _KEPT.items():
        setattr(self, attribute, spec.get(name) or {})


def _update_configuration(plain: Callable[..., Any], self: Any, updates: dict[str, Any]) -> Any:
    for name, attribute in _KEPT.items():
        if name in updates:
            setattr(self, attribute, updates[name] or {})
    return plain(self, updates)


def _get_configuration(plain: Callable[..., Any], self: Any, *args: Any, **named: Any) -> Any:
    configuration = plain(self, *args, **named)
    letter = self.__dict__.get("dead_letter_config")
    if letter:
        configuration["DeadLetterConfig"] = letter
    configuration["LoggingConfig"] = {
        "LogFormat": "Text",
        "LogGroup": f"/aws/lambda/{self.function_name}",
        **(self.__dict__.get("logging_config") or {}),
    }
    return configuration


def _replace_invoke_config(plain: Callable[..., Any], self: Any, function_name: str, config: dict[str, Any]) -> Any:
    self.get_function(function_name).event_invoke_config.clear()
    return plain(self, function_name, config)


def _then_refresh(plain: Callable[..., Any], self: Any, *args: Any, **named: Any) -> Any:
    answer = plain(self, *args, **named)
    service.after_commit(functions.engine().refresh_event_sources)
    return answer
