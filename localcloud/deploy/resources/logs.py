"""Log groups."""

from botocore.exceptions import ClientError

from localcloud.deploy.kinds import Created, Resource, kind


def _put_group(group: Resource) -> Created:
    name = group.name("LogGroupName", 512)
    try:
        group.call("logs", "create_log_group", logGroupName=name, tags=group.tag_map() or None)
    except ClientError as error:  # the first invocation of a function makes its group, as on AWS
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
    if "RetentionInDays" in group.properties:
        days = group.properties["RetentionInDays"]
        group.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=days)
    elif "RetentionInDays" in group.previous:
        group.call("logs", "delete_retention_policy", logGroupName=name)
    return Created(name, {"Arn": group.deployment.arn("logs", f"log-group:{name}:*")})


def _delete_group(group: Resource) -> None:
    group.client("logs").delete_log_group(logGroupName=group.physical_id)


KINDS = [
    kind(
        "Logs::LogGroup",
        "LogGroupName RetentionInDays Tags",
        _put_group,
        _delete_group,
        _put_group,
        replaced_by="LogGroupName",
        without_effect={"KmsKeyId": "logs lie unencrypted in the state folder, like everything else"},
    )
]
