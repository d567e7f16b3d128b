"""Waits for the next due time of all schedules and fires; sleeps until then, and wakes when a schedule changes."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

logger = logging.getLogger(__name__)
_LONGEST_WAIT_SECONDS = 3600.0


@dataclass(frozen=True)
class Due:
    """A schedule and when it is due next."""

    at: datetime
    fire: Callable[[datetime], None]


class Clock:
    """One thread; `next_due(moment)` answers what is due after the moment."""

    def __init__(
        self,
        next_due: Callable[[datetime], Iterable[Due]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._next_due = next_due
        self._now = now
        self._changed = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="schedules")

    def start(self) -> None:
        """Begins to fire."""
        self._thread.start()

    def change(self) -> None:
        """Looks at the schedules again."""
        self._changed.set()

    def stop(self) -> None:
        """Fires no more."""
        self._stopped = True
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        fired_until = self._now()
        while not self._stopped:
            self._changed.clear()
            due = sorted(self._next_due(fired_until), key=lambda entry: entry.at)
            now = self._now()
            ready = [entry for entry in due if entry.at <= now]
            for entry in ready:
                entry.fire(entry.at)
            if ready:
                fired_until = max(entry.at for entry in ready)
                continue
            wait = min((due[0].at - now).total_seconds(), _LONGEST_WAIT_SECONDS) if due else None
            self._changed.wait(wait)
