"""EC2 security groups: recorded, because no traffic of the laptop passes through them."""

from typing import Any

from localcloud.deploy.kinds import Created, Resource, kind


def _create_group(group: Resource) -> Created:
    given = group.properties
    answer = group.call(
        "ec2",
        "create_security_group",
        GroupName=group.name("GroupName", 255),
        Description=given["GroupDescription"],
        VpcId=given.get("VpcId"),
    )
    group_id = answer["GroupId"]
    if group.tags():
        group.call("ec2", "create_tags", Resources=[group_id], Tags=group.tags())
    if given.get("SecurityGroupEgress"):
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        group.call("ec2", "revoke_security_group_egress", GroupId=group_id, IpPermissions=everything)
        rules = [_rule(rule, "Destination") for rule in given["SecurityGroupEgress"]]
        group.call("ec2", "authorize_security_group_egress", GroupId=group_id, IpPermissions=rules)
    if given.get("SecurityGroupIngress"):
        rules = [_rule(rule, "Source") for rule in given["SecurityGroupIngress"]]
        group.call("ec2", "authorize_security_group_ingress", GroupId=group_id, IpPermissions=rules)
    return Created(group_id, {"GroupId": group_id, "VpcId": given.get("VpcId", "")})


def _rule(rule: dict[str, Any], other: str) -> dict[str, Any]:
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    converted: dict[str, Any] = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
    if "CidrIp" in rule:
        converted["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "CidrIpv6" in rule:
        converted["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    if f"{other}SecurityGroupId" in rule:
        converted["UserIdGroupPairs"] = [{"GroupId": rule[f"{other}SecurityGroupId"], **described}]
    if f"{other}PrefixListId" in rule:
        converted["PrefixListIds"] = [{"PrefixListId": rule[f"{other}PrefixListId"], **described}]
    return converted


def _delete_group(group: Resource) -> None:
    group.client("ec2").delete_security_group(GroupId=group.physical_id)


KINDS = [
    kind(
        "EC2::SecurityGroup",
        "GroupName GroupDescription VpcId SecurityGroupEgress SecurityGroupIngress Tags",
        _create_group,
        _delete_group,
    )
]
