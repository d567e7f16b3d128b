"""EventBridge Scheduler and rules with a schedule: they fire while the cloud is up, and when somebody asks for it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from localcloud import service
from localcloud.engines.schedule.clock import Clock, Due
from localcloud.engines.schedule.expressions import InvalidExpressionError, Rate, parse
from localcloud.engines.schedule.firing import fire_rule, fire_schedule
from localcloud.errors import LocalCloudError
from localcloud.state import LOCK

_clock: Clock | None = None


class ScheduleNotFoundError(LocalCloudError):
    """Raised when there is no schedule or scheduled rule of that name."""


def install(cloud: Any) -> None:
    """Fires what is due while the cloud is up, and notices every change of a schedule."""
    service.when_loaded("scheduler", _patch_scheduler)
    service.when_loaded("events", _patch_rules)
    cloud.on_ready(_start)
    cloud.on_stop(_stop)


def _start() -> None:
    global _clock
    _clock = Clock(_next_due)
    _clock.start()


def _stop() -> None:
    global _clock
    stopping, _clock = _clock, None
    if stopping:
        stopping.stop()


def fire(name: str) -> None:
    """Fires the schedule (or scheduled rule) of that name, ARN or logical id now, whatever its state.

    ScheduleNotFoundError if there is none.
    """
    from localcloud.deploy.records import physical_ids

    now = datetime.now(UTC).replace(microsecond=0)
    names = {name, *physical_ids(name)}
    for schedule in _schedules():
        if {schedule.name, schedule.arn} & names:
            fire_schedule(schedule, now)
            return
    for rule in _rules():
        if {rule.name, rule.arn} & names:
            fire_rule(rule, now)
            return
    raise ScheduleNotFoundError(f"There is no schedule named {name}.")


def _next_due(moment: datetime) -> list[Due]:
    due = []
    with LOCK:
        for schedule in _schedules():
            at = _schedule_time(schedule, moment) if schedule.state == "ENABLED" else None
            if at:
                due.append(Due(at, lambda at, schedule=schedule: _fire_and_forget(schedule, at)))  # type: ignore[misc]
        for rule in _rules():
            at = parse(rule.scheduled_expression).after(moment, _EPOCH) if rule.state == "ENABLED" else None
            if at:
                due.append(Due(at, lambda at, rule=rule: fire_rule(rule, at)))  # type: ignore[misc]
    return due


_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def _schedule_time(schedule: Any, moment: datetime) -> datetime | None:
    """As AWS, but a rate without a start date waits one interval instead of firing when it is created.

    Whoever deploys to a laptop fires by hand; a second run at the same moment would only be in the way.
    """
    start = datetime.fromtimestamp(float(schedule.start_date or schedule.creation_date), UTC)
    expression = parse(schedule.schedule_expression, schedule.schedule_expression_timezone)
    if isinstance(expression, Rate) and not schedule.start_date:
        start += timedelta(seconds=expression.seconds)
    at = expression.after(moment, start)
    if at and schedule.end_date and at.timestamp() > float(schedule.end_date):
        return None
    return at


def _fire_and_forget(schedule: Any, at: datetime) -> None:
    fire_schedule(schedule, at)
    if schedule.schedule_expression.startswith("at(") and schedule.action_after_completion == "DELETE":
        with service.mutating("scheduler"):
            service.backend("scheduler", schedule.arn.split(":")[3]).delete_schedule(schedule.group_name, schedule.name)


def _schedules() -> Iterator[Any]:
    for backend in _backends("scheduler"):
        for group in list(backend.schedule_groups.values()):
            yield from list(group.schedules.values())


def _rules() -> Iterator[Any]:
    for backend in _backends("events"):
        for event_bus in list(backend.event_buses.values()):
            yield from [rule for rule in list(event_bus.rules.values()) if rule.scheduled_expression]


def _backends(module: str) -> list[Any]:
    """A service's backends in every region; one without state need not be imported to be asked."""
    if module not in service.store().modules():
        return []
    return [backend for _, _, backend in list(service.backends(module).iter_backends())]


def _patch_scheduler() -> None:
    from moto.scheduler.exceptions import ValidationException
    from moto.scheduler.models import EventBridgeSchedulerBackend as Backend

    from localcloud.engines.events.targets import supported

    def check(**arguments: Any) -> None:
        try:
            parse(arguments["schedule_expression"], arguments.get("schedule_expression_timezone") or "UTC")
        except InvalidExpressionError as error:
            raise ValidationException(str(error)) from error
        if not supported(arguments["target"]["Arn"]) or ":aws-sdk:" in arguments["target"]["Arn"]:
            raise ValidationException(f"The embedded cloud has no schedule target {arguments['target']['Arn']}.")

    Backend.create_schedule = _noticed(Backend.create_schedule, check)  # type: ignore[method-assign]
    Backend.update_schedule = _noticed(Backend.update_schedule, check)  # type: ignore[method-assign]
    Backend.delete_schedule = _noticed(Backend.delete_schedule)  # type: ignore[method-assign]


def _patch_rules() -> None:
    from moto.events.exceptions import ValidationException
    from moto.events.models import EventsBackend as Backend

    def check(**arguments: Any) -> None:
        if arguments.get("scheduled_expression"):
            try:
                parse(arguments["scheduled_expression"])
            except InvalidExpressionError as error:
                raise ValidationException("Parameter ScheduleExpression is not valid.") from error

    Backend.put_rule = _noticed(Backend.put_rule, check)  # type: ignore[method-assign]
    for name in ("delete_rule", "enable_rule", "disable_rule"):
        setattr(Backend, name, _noticed(getattr(Backend, name)))


def _noticed(method: Callable[..., Any], check: Callable[..., None] | None = None) -> Callable[..., Any]:
    @wraps(method)
    def changed(self: Any, *args: Any, **kwargs: Any) -> Any:
        if check:
            check(**kwargs)
        result = method(self, *args, **kwargs)
        service.after_commit(_wake)
        return result

    return changed


def _wake() -> None:
    if _clock:
        _clock.change()
