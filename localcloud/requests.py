"""Reads from a request which service it is for and whether it changes state, before moto parses it."""

import io
from typing import Any
from urllib.parse import parse_qs

Environ = dict[str, Any]

_READING_VERBS = (
    "Get",
    "List",
    "Describe",
    "BatchGet",
    "Head",
    "Query",
    "Scan",
    "Search",
    "Lookup",
    "Filter",
    "Select",
)
_READING_VERBS += ("Check", "Validate", "Verify", "Lookup", "Estimate", "Simulate")
_CHANGING_DESPITE_ITS_VERB = {("stepfunctions", "GetActivityTask"), ("secretsmanager", "GetRandomPassword")}
# These wait for something that itself needs the state, so they may not hold its lock.
_UNLOCKED = {
    ("awslambda", "Invoke"),
    ("sagemakerruntime", "InvokeEndpoint"),
    ("stepfunctions", "StartSyncExecution"),
    ("stepfunctions", "GetActivityTask"),
    ("sqs", "ReceiveMessage"),
}


def take_body(environ: Environ) -> None:
    """Reads the whole body, so that the connection can be used again whatever becomes of the request."""
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    if length is None and not environ.get("wsgi.input_terminated"):
        length = 0
    body = stream.read() if length is None else stream.read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def action_of(module: str, environ: Environ) -> str | None:
    """The API action, if the protocol names it: from the target header, the query or the form."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return str(target).rsplit(".", 1)[-1]
    if module == "s3":
        return None
    path = environ.get("PATH_INFO", "")
    if module == "awslambda" and path.endswith(("/invocations", "/invoke-async", "/invoke-async/")):
        return "Invoke"
    if module == "sagemakerruntime":
        return "InvokeEndpoint"
    if "Action=" in environ.get("QUERY_STRING", ""):
        return parse_qs(environ["QUERY_STRING"]).get("Action", [None])[0]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form = environ["wsgi.input"].getvalue()
        return parse_qs(form.decode("utf-8", "replace")).get("Action", [None])[0]
    return None


def is_unlocked(module: str, action: str | None) -> bool:
    """Whether the request waits for something that needs the state."""
    return (module, action) in _UNLOCKED


def changes_state(module: str, action: str | None, environ: Environ) -> bool:
    """Whether the request may change state."""
    if action:
        return not action.startswith(_READING_VERBS) or (module, action) in _CHANGING_DESPITE_ITS_VERB
    return environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS")


def changes_only_an_object(module: str, environ: Environ) -> bool:
    """Whether an S3 request changes one object's rows and nothing of its bucket, tags or uploads."""
    return (
        module == "s3"
        and environ["REQUEST_METHOD"] in ("PUT", "DELETE")
        and "/" in environ.get("PATH_INFO", "").strip("/")
        and environ.get("QUERY_STRING", "") in ("", "x-id=PutObject", "x-id=DeleteObject")
        and "HTTP_X_AMZ_TAGGING" not in environ
        and "HTTP_X_AMZ_COPY_SOURCE" not in environ
    )
