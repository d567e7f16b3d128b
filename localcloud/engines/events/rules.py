"""Finds the targets of the rules that match an event, among moto's rules and with moto's matcher."""

from collections.abc import Mapping
from typing import Any

from localcloud import bus, service
from localcloud.state import LOCK


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether the event pattern covers the event."""
    from moto.events.models import EventPattern

    matcher = EventPattern(None, dict(pattern))
    return bool(matcher._does_event_match(EventPattern._flatten_dict(dict(event)), dict(pattern)))


def route(event: bus.Event, bus_name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """ARN of the rule and target, for every target the event goes to; rules with only a schedule match nothing."""
    from moto.events.models import EventPattern

    with LOCK:
        backend = service.backend("events", event["region"])
        found = backend.event_buses.get(bus_name)
        rules = list(found.rules.values()) if found else []
        if not rules:
            return []
        flat = EventPattern._flatten_dict(event)
        routed: list[tuple[str, Mapping[str, Any]]] = []
        for rule in rules:
            pattern = rule.event_pattern.get_pattern()
            if rule.state == "DISABLED" or not pattern:
                continue
            if rule.event_pattern._does_event_match(flat, pattern):
                routed += [(rule.arn, target) for target in rule.targets]
        return routed
