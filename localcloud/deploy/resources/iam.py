"""IAM roles, policies and instance profiles: recorded, but the embedded cloud trusts every caller."""

import json
from typing import Any

from localcloud.deploy.kinds import Created, Resource, kind

_AWS_MANAGED = "arn:aws:iam::aws:policy/"  # not part of moto, and nothing here evaluates them


def _create_role(role: Resource) -> Created:
    name = role.name("RoleName")
    held = role.call(
        "iam",
        "create_role",
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(role.properties["AssumeRolePolicyDocument"]),
        Description=role.properties.get("Description"),
        Path=role.properties.get("Path"),
        MaxSessionDuration=role.properties.get("MaxSessionDuration"),
        PermissionsBoundary=role.properties.get("PermissionsBoundary"),
        Tags=role.tags(),
    )["Role"]
    _fill_role(role, name)
    return Created(name, {"Arn": held["Arn"], "RoleId": held["RoleId"]})


def _document(document: dict[str, Any]) -> str:
    """The policy as text; IAM takes one without a version, moto does not."""
    return json.dumps({"Version": "2012-10-17", **document})


def _update_role(role: Resource) -> Created:
    name = role.physical_id
    document = json.dumps(role.properties["AssumeRolePolicyDocument"])
    role.call("iam", "update_assume_role_policy", RoleName=name, PolicyDocument=document)
    _empty_role(role)
    _fill_role(role, name)
    held = role.client("iam").get_role(RoleName=name)["Role"]
    return Created(name, {"Arn": held["Arn"], "RoleId": held["RoleId"]})


def _fill_role(role: Resource, name: str) -> None:
    for policy in role.properties.get("Policies", []):
        document = _document(policy["PolicyDocument"])
        role.call("iam", "put_role_policy", RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=document)
    for arn in role.properties.get("ManagedPolicyArns", []):
        if not arn.startswith(_AWS_MANAGED):
            role.call("iam", "attach_role_policy", RoleName=name, PolicyArn=arn)


def _empty_role(role: Resource) -> None:
    client, name = role.client("iam"), role.physical_id
    for policy in client.list_role_policies(RoleName=name)["PolicyNames"]:
        client.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        client.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])


def _delete_role(role: Resource) -> None:
    _empty_role(role)
    role.client("iam").delete_role(RoleName=role.physical_id)


def _create_policy(policy: Resource) -> Created:
    answer = policy.call(
        "iam",
        "create_policy",
        PolicyName=policy.name("ManagedPolicyName", 128),
        Path=policy.properties.get("Path"),
        Description=policy.properties.get("Description"),
        PolicyDocument=_document(policy.properties["PolicyDocument"]),
    )
    arn = answer["Policy"]["Arn"]
    for role in policy.properties.get("Roles", []):
        policy.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)
    return Created(arn, {"PolicyArn": arn})


def _delete_policy(policy: Resource) -> None:
    client = policy.client("iam")
    for role in client.list_entities_for_policy(PolicyArn=policy.physical_id)["PolicyRoles"]:
        client.detach_role_policy(RoleName=role["RoleName"], PolicyArn=policy.physical_id)
    client.delete_policy(PolicyArn=policy.physical_id)


def _create_profile(profile: Resource) -> Created:
    name = profile.name("InstanceProfileName")
    path = profile.properties.get("Path")
    answer = profile.call("iam", "create_instance_profile", InstanceProfileName=name, Path=path)
    for role in profile.properties["Roles"]:
        profile.call("iam", "add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)
    return Created(name, {"Arn": answer["InstanceProfile"]["Arn"]})


def _delete_profile(profile: Resource) -> None:
    client, name = profile.client("iam"), profile.physical_id
    for role in client.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]:
        client.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])
    client.delete_instance_profile(InstanceProfileName=name)


KINDS = [
    kind(
        "IAM::Role",
        "RoleName AssumeRolePolicyDocument Policies ManagedPolicyArns Description Path MaxSessionDuration "
        "PermissionsBoundary Tags",
        _create_role,
        _delete_role,
        _update_role,
        replaced_by="RoleName Path Description MaxSessionDuration PermissionsBoundary Tags",
    ),
    kind(
        "IAM::ManagedPolicy",
        "ManagedPolicyName Description Path PolicyDocument Roles",
        _create_policy,
        _delete_policy,
    ),
    kind("IAM::InstanceProfile", "InstanceProfileName Path Roles", _create_profile, _delete_profile),
]
