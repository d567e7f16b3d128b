"""Records what an execution did, in the shape of GetExecutionHistory."""

import threading
from datetime import UTC, datetime
from typing import Any

MAX_EVENTS = 25_000
_WHOLE = {"truncated": False}


class History:
    """The events of one execution, numbered from 1; `previous` is the event a new one follows."""

    def __init__(self, events: list[dict[str, Any]] | None = None) -> None:
        self._lock = threading.Lock()
        self.events = events if events is not None else []

    def add(self, kind: str, previous: int = 0, detail_name: str | None = None, **details: Any) -> int:
        """Appends an event and answers its number."""
        event: dict[str, Any] = {"timestamp": datetime.now(UTC), "type": kind, "previousEventId": previous}
        if detail_name:
            kept = {key: value for key, value in details.items() if value is not None}
            event[detail_name] = kept | {f"{key}Details": _WHOLE for key in ("input", "output") if key in kept}
        with self._lock:
            event["id"] = len(self.events) + 1
            self.events.append(event)
            return len(self.events)
