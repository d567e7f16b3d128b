"""Carries an event from whoever noticed something to the targets of the rules that match it, as EventBridge does.

Engines call `emit`. Everything else here is the queue behind it: an event is stored before `emit` returns and
forgotten after its last delivery, so that a killed cloud delivers it after its restart (at least once).
"""

import json
import logging
import os
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from localcloud.activity import announce

logger = logging.getLogger(__name__)

ACCOUNT = "123456789012"
Event = dict[str, Any]


class BusStoppedError(RuntimeError):
    """Raised when something emits an event while no cloud is running."""


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target of one rule."""

    delivery_id: str
    rule_arn: str
    target: Mapping[str, Any]
    event: Event


class Journal(Protocol):
    """Where deliveries wait, so that they survive the process."""

    def add(self, key: str, value: str) -> None: ...
    def remove(self, key: str) -> None: ...
    def pending(self) -> list[str]: ...


class Bus:
    """Routes events and counts what is still on its way.

    `route` answers the deliveries an event asks for; `deliver` performs one and deals with its failure;
    `after_commit` postpones a call until the change that the event is part of is on disk.
    """

    def __init__(
        self,
        route: Callable[[Event, str], Sequence[tuple[str, Mapping[str, Any]]]],
        deliver: Callable[[Delivery], None],
        journal: Journal,
        after_commit: Callable[[Callable[[], None]], None] = lambda callback: callback(),
        workers: int = 4,
    ) -> None:
        self._after_commit = after_commit
        self._route = route
        self._perform_one = deliver
        self._journal = journal
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="bus")
        self._lock = threading.Lock()
        self._under_way = 0

    def put(self, event: Event, bus_name: str = "default") -> None:
        """Queues the event for every target of every rule that matches it."""
        for rule_arn, target in self._route(event, bus_name):
            self.deliver(rule_arn, target, event)

    def deliver(self, rule_arn: str, target: Mapping[str, Any], event: Event) -> None:
        """Queues the event for one target."""
        delivery = Delivery(str(uuid.uuid4()), rule_arn, target, event)
        self._journal.add(delivery.delivery_id, json.dumps(asdict(delivery)))
        self._submit(delivery)

    def redeliver_pending(self) -> int:
        """Queues again what a killed process had not delivered; answers how many."""
        rows = self._journal.pending()
        for row in rows:
            self._submit(Delivery(**json.loads(row)))
        return len(rows)

    @property
    def depth(self) -> int:
        """How many deliveries are not finished."""
        return self._under_way

    def close(self) -> None:
        """Stops after the deliveries that have begun; the others stay in the journal."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _submit(self, delivery: Delivery) -> None:
        with self._lock:
            self._under_way += 1
        self._after_commit(lambda: self._start(delivery))

    def _start(self, delivery: Delivery) -> None:
        try:
            self._workers.submit(self._perform, delivery)
        except RuntimeError:  # the bus is closing: the journal keeps the delivery for the next start
            with self._lock:
                self._under_way -= 1

    def _perform(self, delivery: Delivery) -> None:
        delivered = False
        try:
            self._perform_one(delivery)
            delivered = True
        finally:
            if not delivered:
                logger.error("delivery broke", extra={"rule": delivery.rule_arn, "event": delivery.event["id"]})
            self._journal.remove(delivery.delivery_id)
            with self._lock:
                self._under_way -= 1
            announce()


_running: Bus | None = None


def use(bus: Bus | None) -> None:
    """Makes this the bus that `emit` puts events on; None when the cloud stops."""
    global _running
    _running = bus


def running() -> Bus:
    """The bus of the running cloud."""
    if _running is None:
        raise BusStoppedError("No embedded cloud is running in this process, so no event can be emitted.")
    return _running


def depth() -> int:
    """Undelivered events; 0 when nothing is on its way (or no cloud runs)."""
    return _running.depth if _running else 0


def close() -> None:
    """Ends the running bus, if there is one."""
    global _running
    ending, _running = _running, None
    if ending:
        ending.close()


def emit(
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str] = (),
    *,
    region: str | None = None,
) -> str:
    """Puts a service's event on the default bus and answers its id; returns before it is delivered."""
    event = new_event(source, detail_type, detail, resources, region=region)
    running().put(event)
    return str(event["id"])


def new_event(
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str] = (),
    *,
    region: str | None = None,
    time: datetime | None = None,
) -> Event:
    """The envelope EventBridge gives every event."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": (time or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        "resources": list(resources),
        "detail": dict(detail),
    }
