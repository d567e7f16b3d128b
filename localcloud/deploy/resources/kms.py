"""KMS keys and aliases: policy and rotation are recorded; the laptop's disk is not encrypted with them."""

import json

from localcloud.deploy.kinds import Created, Resource, kind, truth


def _create_key(key: Resource) -> Created:
    answer = key.call(
        "kms",
        "create_key",
        Description=key.properties.get("Description"),
        KeyUsage=key.properties.get("KeyUsage"),
        KeySpec=key.properties.get("KeySpec"),
        Policy=_policy(key),
        Tags=key.tags("TagKey", "TagValue"),
    )["KeyMetadata"]
    _rotate(key, answer["KeyId"])
    return Created(answer["KeyId"], {"Arn": answer["Arn"], "KeyId": answer["KeyId"]})


def _update_key(key: Resource) -> Created:
    key_id = key.physical_id
    key.call("kms", "update_key_description", KeyId=key_id, Description=key.properties.get("Description", ""))
    if "KeyPolicy" in key.properties:
        key.call("kms", "put_key_policy", KeyId=key_id, PolicyName="default", Policy=_policy(key))
    _rotate(key, key_id)
    return Created(key_id, {"Arn": key.deployment.arn("kms", f"key/{key_id}"), "KeyId": key_id})


def _policy(key: Resource) -> str | None:
    return json.dumps(key.properties["KeyPolicy"]) if "KeyPolicy" in key.properties else None


def _rotate(key: Resource, key_id: str) -> None:
    rotating = truth(key.properties.get("EnableKeyRotation", False))
    key.call("kms", "enable_key_rotation" if rotating else "disable_key_rotation", KeyId=key_id)


def _delete_key(key: Resource) -> None:
    days = key.properties.get("PendingWindowInDays", 30)
    key.call("kms", "schedule_key_deletion", KeyId=key.physical_id, PendingWindowInDays=days)


def _create_alias(alias: Resource) -> Created:
    name = alias.properties["AliasName"]
    alias.call("kms", "create_alias", AliasName=name, TargetKeyId=alias.properties["TargetKeyId"])
    return Created(name)


def _update_alias(alias: Resource) -> Created:
    name = alias.physical_id
    alias.call("kms", "update_alias", AliasName=name, TargetKeyId=alias.properties["TargetKeyId"])
    return Created(name)


def _delete_alias(alias: Resource) -> None:
    alias.client("kms").delete_alias(AliasName=alias.physical_id)


KINDS = [
    kind(
        "KMS::Key",
        "Description KeyUsage KeySpec KeyPolicy EnableKeyRotation PendingWindowInDays Tags",
        _create_key,
        _delete_key,
        _update_key,
        replaced_by="KeyUsage KeySpec",
        without_effect={"RotationPeriodInDays": "nothing is encrypted with the key, so nothing needs rotating"},
    ),
    kind("KMS::Alias", "AliasName TargetKeyId", _create_alias, _delete_alias, _update_alias, replaced_by="AliasName"),
]
