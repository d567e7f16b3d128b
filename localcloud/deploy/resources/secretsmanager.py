"""Secrets."""

import json
from typing import Any

from localcloud.deploy.kinds import Created, Resource, kind


def _create_secret(secret: Resource) -> Created:
    answer = secret.call(
        "secretsmanager",
        "create_secret",
        Name=secret.name("Name", 256),
        Description=secret.properties.get("Description"),
        KmsKeyId=secret.properties.get("KmsKeyId"),
        SecretString=_value(secret),
        Tags=secret.tags(),
    )
    return Created(answer["ARN"], {"Id": answer["ARN"]})


def _update_secret(secret: Resource) -> Created:
    """Sets a new value only if the template's has changed: what was put in after the deployment stays."""
    fields = ("SecretString", "GenerateSecretString")
    is_new = any(secret.properties.get(name) != secret.previous.get(name) for name in fields)
    secret.call(
        "secretsmanager",
        "update_secret",
        SecretId=secret.physical_id,
        Description=secret.properties.get("Description"),
        KmsKeyId=secret.properties.get("KmsKeyId"),
        SecretString=_value(secret) if is_new else None,
    )
    return Created(secret.physical_id, {"Id": secret.physical_id})


def _value(secret: Resource) -> str | None:
    if "SecretString" in secret.properties:
        return str(secret.properties["SecretString"])
    if "GenerateSecretString" not in secret.properties:
        return None
    given: dict[str, Any] = dict(secret.properties["GenerateSecretString"])
    template, key = given.pop("SecretStringTemplate", None), given.pop("GenerateStringKey", None)
    generated = str(secret.call("secretsmanager", "get_random_password", **given)["RandomPassword"])
    return json.dumps({**json.loads(template), key: generated}) if template else generated


def _delete_secret(secret: Resource) -> None:
    client = secret.client("secretsmanager")
    client.delete_secret(SecretId=secret.physical_id, ForceDeleteWithoutRecovery=True)


KINDS = [
    kind(
        "SecretsManager::Secret",
        "Name Description KmsKeyId SecretString GenerateSecretString Tags",
        _create_secret,
        _delete_secret,
        _update_secret,
        replaced_by="Name Tags",
    )
]
