"""Keeps the tasks that wait for their token to be answered."""

import base64
import binascii
import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any


class TokenError(Exception):
    """Base of the errors that answering a token can get."""


class InvalidTokenError(TokenError):
    """Raised when the token was never given out."""


class TaskTimedOutError(TokenError):
    """Raised when the task of the token has ended already."""


@dataclass
class Waiting:
    """One task that waits; `changed` is set by an answer and by a heartbeat."""

    changed: threading.Event = field(default_factory=threading.Event)
    output: Any = None
    error: str | None = None
    cause: str | None = None
    outcome: str | None = None
    beats: int = 0


_tasks: dict[str, Waiting] = {}
_lock = threading.Lock()


def open_task(execution_arn: str) -> tuple[str, Waiting]:
    """A new token and the task that waits for it."""
    token = base64.urlsafe_b64encode(json.dumps([execution_arn, str(uuid.uuid4())]).encode()).decode()
    waiting = Waiting()
    with _lock:
        _tasks[token] = waiting
    return token, waiting


def close_task(token: str) -> None:
    """The task has ended; whoever answers its token now is told so."""
    with _lock:
        _tasks.pop(token, None)


def succeed(token: str, output: Any) -> None:
    """SendTaskSuccess."""
    with _lock:
        waiting = _find(token)
        waiting.output, waiting.outcome = output, "success"
    waiting.changed.set()


def fail(token: str, error: str | None, cause: str | None) -> None:
    """SendTaskFailure."""
    with _lock:
        waiting = _find(token)
        waiting.error, waiting.cause, waiting.outcome = error, cause, "failure"
    waiting.changed.set()


def beat(token: str) -> None:
    """SendTaskHeartbeat."""
    with _lock:
        waiting = _find(token)
        waiting.beats += 1
    waiting.changed.set()


def _find(token: str) -> Waiting:
    waiting = _tasks.get(token)
    if waiting is not None and waiting.outcome is None:
        return waiting
    try:
        arn, _ = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidTokenError("Invalid Token: 'Invalid token'") from error
    raise TaskTimedOutError(f"Task Timed Out: 'Provided task of {arn} does not exist anymore'")
