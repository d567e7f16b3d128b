"""What goes on in the cloud, for progress displays and for knowing when it is done."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

UNANNOUNCED_SECONDS = 0.2  # how late a change that nobody announces may be noticed


@dataclass(frozen=True)
class Execution:
    """One execution of a state machine; `current_states` is empty once it has ended."""

    arn: str
    machine: str
    name: str
    status: str
    current_states: Sequence[str]
    started_at: datetime
    error: str | None = None
    cause: str | None = None
    failed_state: str | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Activity:
    """All executions, newest first, and whether nothing is left to do.

    `idle`: no running execution, undelivered event, running job or invocation under way. `busy` says what there is.
    """

    executions: Sequence[Execution]
    busy: dict[str, int]

    @property
    def idle(self) -> bool:
        return not any(self.busy.values()) and all(e.status != "RUNNING" for e in self.executions)

    @property
    def mark(self) -> str:
        """Differs when something has gone on: states entered, executions started or ended, idle or not."""
        running = [(e.arn, tuple(e.current_states)) for e in self.executions if e.status == "RUNNING"]
        return f"{hash((len(self.executions), self.idle, tuple(running))):x}"


class _Announcements:
    """Counts what was announced; nobody holds the condition while looking, because looking takes the state's lock."""

    def __init__(self) -> None:
        self.made = 0
        self.condition = threading.Condition()


_announcements = _Announcements()


def announce() -> None:
    """Wakes who waits for something to go on; called when the change can be seen."""
    with _announcements.condition:
        _announcements.made += 1
        _announcements.condition.notify_all()


def await_other(mark: str, look: Callable[[], Activity], seconds: float) -> Activity:
    """The first activity whose mark is another, or the last one looked at when the time is over."""
    end = monotonic() + seconds
    while True:
        made = _announcements.made
        found, remaining = look(), end - monotonic()
        if found.mark != mark or remaining <= 0:
            return found
        with _announcements.condition:
            _announcements.condition.wait_for(
                lambda made=made: _announcements.made != made, min(UNANNOUNCED_SECONDS, remaining)
            )
