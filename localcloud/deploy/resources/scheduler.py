"""EventBridge Scheduler's schedules."""

from localcloud.deploy.kinds import Created, Resource, kind

_PROPERTIES = (
    "Description EndDate FlexibleTimeWindow GroupName KmsKeyArn ScheduleExpression ScheduleExpressionTimezone "
    "StartDate State Target"
)


def _create_schedule(schedule: Resource) -> Created:
    return _put(schedule, "create_schedule", schedule.name("Name"))


def _update_schedule(schedule: Resource) -> Created:
    return _put(schedule, "update_schedule", schedule.physical_id)


def _put(schedule: Resource, method: str, name: str) -> Created:
    given = {prop: schedule.properties[prop] for prop in _PROPERTIES.split() if prop in schedule.properties}
    answer = schedule.call("scheduler", method, Name=name, **given)
    return Created(name, {"Arn": answer["ScheduleArn"]})


def _delete_schedule(schedule: Resource) -> None:
    group = schedule.properties.get("GroupName")
    schedule.call("scheduler", "delete_schedule", Name=schedule.physical_id, GroupName=group)


KINDS = [
    kind(
        "Scheduler::Schedule",
        f"Name {_PROPERTIES}",
        _create_schedule,
        _delete_schedule,
        _update_schedule,
        replaced_by="Name GroupName",
    )
]
