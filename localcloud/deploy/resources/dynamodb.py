"""DynamoDB tables."""

from typing import Any

from localcloud.deploy.kinds import Created, Resource, kind, truth

_INDEXES = "GlobalSecondaryIndexes LocalSecondaryIndexes"


def _create_table(table: Resource) -> Created:
    given = table.properties
    billing = given.get("BillingMode", "PROVISIONED")
    stream = given.get("StreamSpecification")
    table.call(
        "dynamodb",
        "create_table",
        TableName=table.name("TableName", 255),
        AttributeDefinitions=given["AttributeDefinitions"],
        KeySchema=given["KeySchema"],
        BillingMode=billing,
        ProvisionedThroughput=given.get("ProvisionedThroughput"),
        GlobalSecondaryIndexes=given.get("GlobalSecondaryIndexes"),
        LocalSecondaryIndexes=given.get("LocalSecondaryIndexes"),
        StreamSpecification={**stream, "StreamEnabled": True} if stream else None,
        SSESpecification=_encryption(given.get("SSESpecification")),
        DeletionProtectionEnabled=given.get("DeletionProtectionEnabled"),
        Tags=table.tags(),
    )
    return _settings(table, table.name("TableName", 255))


def _update_table(table: Resource) -> Created:
    given = table.properties
    if given.get("SSESpecification") != table.previous.get("SSESpecification"):
        encryption = _encryption(given.get("SSESpecification")) or {"Enabled": False}
        table.call("dynamodb", "update_table", TableName=table.physical_id, SSESpecification=encryption)
    return _settings(table, table.physical_id)


def _settings(table: Resource, name: str) -> Created:
    given, client = table.properties, table.client("dynamodb")
    ttl = given.get("TimeToLiveSpecification")
    if ttl != table.previous.get("TimeToLiveSpecification"):
        ttl = ttl or {**table.previous["TimeToLiveSpecification"], "Enabled": False}
        table.call("dynamodb", "update_time_to_live", TableName=name, TimeToLiveSpecification=ttl)
    recovery = given.get("PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False})
    if truth(recovery.get("PointInTimeRecoveryEnabled", False)) or table.previous:
        table.call("dynamodb", "update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=recovery)
    held = client.describe_table(TableName=name)["Table"]
    attributes = {"Arn": held["TableArn"]}
    if held.get("LatestStreamArn"):
        attributes["StreamArn"] = held["LatestStreamArn"]
    return Created(name, attributes)


def _encryption(value: Any) -> Any:
    if not value:
        return None
    names = {"SSEEnabled": "Enabled", "SSEType": "SSEType", "KMSMasterKeyId": "KMSMasterKeyId"}
    return {names.get(key, key): setting for key, setting in value.items()}


def _delete_table(table: Resource) -> None:
    table.client("dynamodb").delete_table(TableName=table.physical_id)


_FIXED = (
    f"TableName AttributeDefinitions KeySchema BillingMode ProvisionedThroughput StreamSpecification Tags {_INDEXES}"
)

KINDS = [
    kind(
        "DynamoDB::Table",
        f"{_FIXED} SSESpecification TimeToLiveSpecification PointInTimeRecoverySpecification DeletionProtectionEnabled",
        _create_table,
        _delete_table,
        _update_table,
        replaced_by=f"{_FIXED} DeletionProtectionEnabled",
    )
]
