"""S3 buckets and their policies."""

import json
from typing import Any

from localcloud.deploy.errors import ResourceFailedError
from localcloud.deploy.kinds import Created, Resource, kind


def _put_bucket(bucket: Resource) -> Created:
    name = bucket.physical_id or bucket.name("BucketName", 63, lower=True)
    if not bucket.physical_id:
        region = bucket.deployment.region
        where = None if region == "us-east-1" else {"LocationConstraint": region}
        bucket.call("s3", "create_bucket", Bucket=name, CreateBucketConfiguration=where)
    for prop, apply in _SETTINGS.items():
        if prop in bucket.properties or prop in bucket.previous:
            apply(bucket, name, bucket.properties.get(prop))
    region = bucket.deployment.region
    attributes = {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
    }
    return Created(name, attributes)


def _encryption(bucket: Resource, name: str, value: Any) -> None:
    if value is None:
        bucket.call("s3", "delete_bucket_encryption", Bucket=name)
        return
    rules = [
        {
            ("ApplyServerSideEncryptionByDefault" if key == "ServerSideEncryptionByDefault" else key): setting
            for key, setting in rule.items()
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    bucket.call("s3", "put_bucket_encryption", Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})


def _versioning(bucket: Resource, name: str, value: Any) -> None:
    status = (value or {"Status": "Suspended"})["Status"]
    bucket.call("s3", "put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": status})


def _public_access(bucket: Resource, name: str, value: Any) -> None:
    if value is None:
        bucket.call("s3", "delete_public_access_block", Bucket=name)
        return
    bucket.call("s3", "put_public_access_block", Bucket=name, PublicAccessBlockConfiguration=value)


def _ownership(bucket: Resource, name: str, value: Any) -> None:
    if value is None:
        bucket.call("s3", "delete_bucket_ownership_controls", Bucket=name)
        return
    bucket.call("s3", "put_bucket_ownership_controls", Bucket=name, OwnershipControls=value)


def _lifecycle(bucket: Resource, name: str, value: Any) -> None:
    if not value or not value.get("Rules"):
        bucket.call("s3", "delete_bucket_lifecycle", Bucket=name)
        return
    rules = [_lifecycle_rule(rule, number) for number, rule in enumerate(value["Rules"])]
    bucket.call("s3", "put_bucket_lifecycle_configuration", Bucket=name, LifecycleConfiguration={"Rules": rules})


def _lifecycle_rule(rule: dict[str, Any], number: int) -> dict[str, Any]:
    converted: dict[str, Any] = {"ID": rule.get("Id", f"rule-{number}"), "Status": rule["Status"]}
    expiration = {}
    for key, value in rule.items():
        if key == "ExpirationInDays":
            expiration["Days"] = value
        elif key == "ExpirationDate":
            expiration["Date"] = value
        elif key == "ExpiredObjectDeleteMarker":
            expiration["ExpiredObjectDeleteMarker"] = value
        elif key == "Transitions":
            converted["Transitions"] = [_transition(step) for step in value]
        elif key == "NoncurrentVersionTransitions":
            converted[key] = [{**step, "NoncurrentDays": step["TransitionInDays"]} for step in value]
            for step in converted[key]:
                step.pop("TransitionInDays")
        elif key not in ("Id", "Status", "Prefix", "TagFilters"):
            converted[key] = value
    if expiration:
        converted["Expiration"] = expiration
    converted["Filter"] = _filter(rule)
    return converted


def _transition(step: dict[str, Any]) -> dict[str, Any]:
    names = {"TransitionInDays": "Days", "TransitionDate": "Date"}
    return {names.get(key, key): value for key, value in step.items()}


def _filter(rule: dict[str, Any]) -> dict[str, Any]:
    tags, prefix = rule.get("TagFilters", []), rule.get("Prefix", "")
    if not tags:
        return {"Prefix": prefix}
    if len(tags) == 1 and not prefix:
        return {"Tag": tags[0]}
    return {"And": {"Prefix": prefix, "Tags": tags}}


def _notification(bucket: Resource, name: str, value: Any) -> None:
    value = dict(value or {})
    configuration: dict[str, Any] = {}
    bridge = value.pop("EventBridgeConfiguration", None)
    if bridge is not None and str(bridge.get("EventBridgeEnabled", True)).lower() == "true":
        configuration["EventBridgeConfiguration"] = {}
    for prop, (key, target, api_target) in _NOTIFIED.items():
        for entry in value.pop(prop, []):
            configuration.setdefault(key, []).append(_notified(entry, target, api_target))
    if value:
        raise ResourceFailedError(f"NotificationConfiguration.{next(iter(value))} is not supported.")
    bucket.call("s3", "put_bucket_notification_configuration", Bucket=name, NotificationConfiguration=configuration)


_NOTIFIED = {
    "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
    "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
}


def _notified(entry: dict[str, Any], target: str, api_target: str) -> dict[str, Any]:
    converted: dict[str, Any] = {api_target: entry[target], "Events": [entry["Event"]]}
    if "Filter" in entry:
        converted["Filter"] = {"Key": {"FilterRules": entry["Filter"]["S3Key"]["Rules"]}}
    return converted


def _logging(bucket: Resource, name: str, value: Any) -> None:
    status: dict[str, Any] = {}
    if value:
        target = value.get("DestinationBucketName", name)
        status = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": value.get("LogFilePrefix", "")}}
        _allow_log_delivery(bucket, target)
    bucket.call("s3", "put_bucket_logging", Bucket=name, BucketLoggingStatus=status)


def _allow_log_delivery(bucket: Resource, target: str) -> None:
    """moto asks for the log-delivery group's ACL, which AWS replaced by the bucket policy of the template."""
    client = bucket.client("s3")
    owner = client.get_bucket_acl(Bucket=target)["Owner"]
    uri = "http://acs.amazonaws.com/groups/s3/LogDelivery"
    grants = [
        {"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission} for permission in ("WRITE", "READ_ACP")
    ]
    client.put_bucket_acl(Bucket=target, AccessControlPolicy={"Owner": owner, "Grants": grants})


def _tagging(bucket: Resource, name: str, value: Any) -> None:
    if not value:
        bucket.call("s3", "delete_bucket_tagging", Bucket=name)
        return
    bucket.call("s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": bucket.tags()})


_SETTINGS = {
    "BucketEncryption": _encryption,
    "VersioningConfiguration": _versioning,
    "PublicAccessBlockConfiguration": _public_access,
    "OwnershipControls": _ownership,
    "LifecycleConfiguration": _lifecycle,
    "NotificationConfiguration": _notification,
    "LoggingConfiguration": _logging,
    "Tags": _tagging,
}


def _delete_bucket(bucket: Resource) -> None:
    bucket.client("s3").delete_bucket(Bucket=bucket.physical_id)


def _put_policy(policy: Resource) -> Created:
    name = policy.properties["Bucket"]
    document = json.dumps(policy.properties["PolicyDocument"])
    policy.call("s3", "put_bucket_policy", Bucket=name, Policy=document)
    return Created(name)


def _delete_policy(policy: Resource) -> None:
    policy.client("s3").delete_bucket_policy(Bucket=policy.physical_id)


KINDS = [
    kind(
        "S3::Bucket",
        "BucketName " + " ".join(_SETTINGS),
        _put_bucket,
        _delete_bucket,
        _put_bucket,
        replaced_by="BucketName",
    ),
    kind("S3::BucketPolicy", "Bucket PolicyDocument", _put_policy, _delete_policy, _put_policy, replaced_by="Bucket"),
]
