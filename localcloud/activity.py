"""What goes on in the cloud, for progress displays and for knowing when it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


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
