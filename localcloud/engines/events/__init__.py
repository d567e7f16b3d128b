"""EventBridge: events that are put reach the targets of the rules that match them."""

import json
from datetime import UTC, datetime
from typing import Any

from localcloud import bus, service
from localcloud.engines.events.delivery import deliver
from localcloud.engines.events.rules import route


def install(cloud: Any) -> None:
    """Opens the bus, routes PutEvents through it, and delivers what a killed cloud had not."""
    service.when_loaded("events", _patch)
    opened = bus.Bus(route, deliver, service.store().journal("delivery"), service.after_commit)
    bus.use(opened)
    cloud.on_ready(lambda: opened.redeliver_pending())
    cloud.on_stop(bus.close)
    cloud.watch("undelivered events", bus.depth)


def _patch() -> None:
    from moto.events.exceptions import ValidationException
    from moto.events.models import EventsBackend, Rule

    put_targets = EventsBackend.put_targets

    def send_to_targets(self: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:
        """Called by moto's PutEvents once per rule of the bus."""
        if self.state == "DISABLED" or not self.event_pattern.get_pattern():
            return
        if not self.event_pattern.matches_event(original_event):
            return
        event = {name: value for name, value in original_event.items() if name != "ingestion-time"}
        moment = event.get("time")
        if isinstance(moment, int | float):
            event["time"] = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for target in self.targets:
            bus.running().deliver(self.arn, target, json.loads(json.dumps(event)))

    def checked_put_targets(self: Any, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
        from localcloud.engines.events.targets import supported

        for target in targets:
            if not supported(target["Arn"]):
                raise ValidationException(f"The embedded cloud cannot deliver events to {target['Arn']}.")
        put_targets(self, name, event_bus_arn, targets)

    for owner, name, function in (
        (Rule, "send_to_targets", send_to_targets),
        (EventsBackend, "put_targets", checked_put_targets),
    ):
        setattr(owner, name, function)
