"""What a state can fail with: the names that Retry and Catch see.

StateError                 an error name and a cause
├── States.Runtime         a path or a function that cannot be evaluated; States.ALL does not catch it
├── States.DataLimitExceeded   more than 256 KiB; States.ALL does not catch it either
└── States.Timeout, States.HeartbeatTimeout, States.TaskFailed, a Lambda's errorType, ...
HaltedError                the execution was stopped or timed out, or a sibling branch failed: unwinds everything
"""

from collections.abc import Iterable

RUNTIME = "States.Runtime"
DATA_LIMIT = "States.DataLimitExceeded"
TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
_TIMEOUTS = {TIMEOUT, HEARTBEAT_TIMEOUT}
_NEVER_CAUGHT_BY_ALL = {RUNTIME, DATA_LIMIT}


class StateError(Exception):
    """Raised when a state fails; `error` is the name that Retry and Catch match."""

    def __init__(self, error: str | None, cause: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.state: str | None = None


class HaltedError(BaseException):
    """Raised inside a branch that must not go on; no state can catch it."""


def runtime_error(cause: str) -> StateError:
    """The error of an expression that cannot be evaluated."""
    return StateError(RUNTIME, cause)


def matches(error: str | None, error_equals: Iterable[str]) -> bool:
    """Whether a retrier's or catcher's ErrorEquals covers the error."""
    for name in error_equals:
        if name == error:
            return True
        if name == "States.ALL" and error not in _NEVER_CAUGHT_BY_ALL:
            return True
        if name == "States.TaskFailed" and error not in _TIMEOUTS | _NEVER_CAUGHT_BY_ALL:
            return True
        if name == TIMEOUT and error == HEARTBEAT_TIMEOUT:
            return True
    return False
