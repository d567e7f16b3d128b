"""EventBridge rules with their targets."""

import json

from localcloud.deploy.kinds import Created, Resource, kind


def _put_rule(rule: Resource) -> Created:
    given = rule.properties
    name = rule.physical_id or rule.name("Name")
    bus = given.get("EventBusName")
    rule.call(
        "events",
        "put_rule",
        Name=name,
        Description=given.get("Description"),
        EventBusName=bus,
        EventPattern=json.dumps(given["EventPattern"]) if "EventPattern" in given else None,
        ScheduleExpression=given.get("ScheduleExpression"),
        State=given.get("State"),
        RoleArn=given.get("RoleArn"),
    )
    kept = {target["Id"] for target in given.get("Targets", [])}
    gone = [target["Id"] for target in rule.previous.get("Targets", []) if target["Id"] not in kept]
    if gone:
        rule.call("events", "remove_targets", Rule=name, EventBusName=bus, Ids=gone)
    if given.get("Targets"):
        rule.call("events", "put_targets", Rule=name, EventBusName=bus, Targets=given["Targets"])
    place = name if bus in (None, "default") else f"{bus}/{name}"
    return Created(name, {"Arn": rule.deployment.arn("events", f"rule/{place}")})


def _delete_rule(rule: Resource) -> None:
    bus = rule.properties.get("EventBusName")
    ids = [target["Id"] for target in rule.properties.get("Targets", [])]
    if ids:
        rule.call("events", "remove_targets", Rule=rule.physical_id, EventBusName=bus, Ids=ids)
    rule.call("events", "delete_rule", Name=rule.physical_id, EventBusName=bus)


KINDS = [
    kind(
        "Events::Rule",
        "Name Description EventBusName EventPattern ScheduleExpression State RoleArn Targets",
        _put_rule,
        _delete_rule,
        _put_rule,
        replaced_by="Name EventBusName",
    )
]
