"""InvokeEndpoint: the request's bytes go to the variant's server and its bytes come back."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from localcloud import service
from localcloud.engines.sagemaker.endpoints import Fleet
from localcloud.engines.sagemaker.serving import (
    ServerGoneError,
    ServerNotListeningError,
    ServerStartError,
    ServerTimeoutError,
)
from localcloud.errors import LocalCloudError

logger = logging.getLogger(__name__)

MOST_BYTES = 6_291_456
PATH = re.compile(r"/endpoints/([^/]+)/invocations")
REGION = re.compile(r"Credential=[^/]+/\d+/([^/]+)/")
Response = tuple[int, dict[str, str], bytes | str]


def invoke(fleet: Fleet, path: str, headers: Mapping[str, str], body: bytes) -> Response:
    """Answers one InvokeEndpoint request."""
    match = PATH.fullmatch(path)
    if match is None:
        return _error(400, "UnsupportedError", f"The embedded SageMaker runtime has no {path}.")
    if len(body) > MOST_BYTES:
        return _error(
            400, "ValidationError", f"1 validation error detected: Value at 'body' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST_BYTES}",
        )  # fmt: skip
    signed = REGION.search(headers.get("Authorization", ""))
    region = signed[1] if signed else "us-east-1"
    endpoint = service.backend("sagemaker", region).endpoints.get(match[1])
    if endpoint is None:
        return _error(400, "ValidationError", f"Endpoint {match[1]} of account {service.ACCOUNT} not found.")
    if endpoint.endpoint_status not in ("InService", "Updating"):
        return _error(429, "ModelNotReadyException", f"Endpoint {match[1]} is {endpoint.endpoint_status}.")
    try:
        variant_name = headers.get("X-Amzn-SageMaker-Target-Variant")
        server = fleet.server_for(endpoint, variant_name)
        try:
            answer = server.invoke(body, _forwarded(headers))
        except ServerNotListeningError:
            server = fleet.server_for(endpoint, variant_name)
            answer = server.invoke(body, _forwarded(headers))
    except ServerStartError as error:
        return _error(429, "ModelNotReadyException", str(error))
    except ServerTimeoutError:
        message = f"Your invocation timed out while waiting for a response from container {match[1]}."
        return _model_error(0, message)
    except ServerGoneError as error:
        return _model_error(500, str(error))
    except LocalCloudError as error:
        return _error(400, "ValidationError", str(error))
    variant = {"x-Amzn-Invoked-Production-Variant": server.variant.name}
    if answer.status != 200:
        text = answer.body.decode(errors="replace")
        return _model_error(answer.status, text)
    attributes = {"X-Amzn-SageMaker-Custom-Attributes": answer.custom_attributes} if answer.custom_attributes else {}
    return 200, {"Content-Type": answer.content_type, **variant, **attributes}, answer.body


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    passed = {"Content-Type": headers.get("Content-Type") or "application/octet-stream"}
    accept = headers.get("Accept")
    if accept:
        passed["Accept"] = accept
    for name in ("X-Amzn-SageMaker-Custom-Attributes", "X-Amzn-SageMaker-Inference-Id"):
        if headers.get(name):
            passed[name] = headers[name]
    return passed


def _model_error(status: int, message: str) -> Response:
    side = "client" if 400 <= status < 500 else "server"
    full = f'Received {side} error ({status}) from primary with message "{message}".'
    return _error(424, "ModelError", full, OriginalStatusCode=status, OriginalMessage=message)


def _error(status: int, code: str, message: str, **more: Any) -> Response:
    body = json.dumps({"Code": code, "Message": message, "message": message, **more})
    return status, {"Content-Type": "application/json", "x-amzn-ErrorType": code}, body
