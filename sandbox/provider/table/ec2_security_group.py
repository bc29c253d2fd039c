"""Security groups, and their rules as resources of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.errors import ProviderError
from sandbox.provider.partitions import arn
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.ec2_tags import retag, specification
from sandbox.provider.table.names import unique
from sandbox.provider.tags import unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ec2"
_MISSING: Final = frozenset({"InvalidGroup.NotFound"})
_EVERYWHERE: Final = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_DIRECTIONS: Final = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


# Groups


def _create_group(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_security_group",
        Description=inputs["description"],
        GroupName=inputs.get("name") or unique(inputs["namePrefix"]),
        TagSpecifications=specification("security-group", inputs),
        VpcId=inputs.get("vpcId"),
    )
    group = answer["GroupId"]
    # AWS lets a new group send everywhere; the official plugin takes that away, so that nobody has it unaware.
    aws.call("revoke_security_group_egress", GroupId=group, IpPermissions=[_EVERYWHERE])
    for direction in _DIRECTIONS:
        _authorize(aws, direction, group, inputs.get(direction, []))
    return group, _read_group(aws, group)


def _authorize(aws: Aws, direction: str, group: str, rules: list[Mapping[str, Any]]) -> None:
    if rules:
        permissions = [_permission(group, rule) for rule in rules]
        aws.call(f"authorize_security_group_{direction}", GroupId=group, IpPermissions=permissions)


def _permission(group: str, rule: Mapping[str, Any]) -> State:
    described = {"Description": rule["description"]} if rule.get("description") else {}
    groups = [*rule.get("securityGroups", []), *([group] if rule.get("self") else [])]
    sources = {
        "IpRanges": [{"CidrIp": each, **described} for each in rule.get("cidrBlocks", [])],
        "Ipv6Ranges": [{"CidrIpv6": each, **described} for each in rule.get("ipv6CidrBlocks", [])],
        "PrefixListIds": [{"PrefixListId": each, **described} for each in rule.get("prefixListIds", [])],
        "UserIdGroupPairs": [{"GroupId": each, **described} for each in groups],
    }
    ports = {"IpProtocol": rule["protocol"], "FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    return ports | {name: each for name, each in sources.items() if each}


def _read_group(aws: Aws, group: str) -> State:
    found = aws.call("describe_security_groups", GroupIds=[group])["SecurityGroups"][0]
    return {
        **{name: _rules(group, found.get(api, [])) for name, api in _DIRECTIONS.items()},
        "arn": arn(aws, f"security-group/{group}", found["OwnerId"]),
        "description": found["Description"],
        "name": found["GroupName"],
        "ownerId": found["OwnerId"],
        "tagsAll": unlisted(found.get("Tags", [])),
        "vpcId": found["VpcId"],
    }


def _rules(group: str, permissions: list[Mapping[str, Any]]) -> list[State]:
    """Return *permissions* as rules: AWS keeps a description for each source, a rule has one for all of its own."""
    rules: dict[tuple[Any, ...], State] = {}
    for said in permissions:
        for place, name, member in (
            ("IpRanges", "cidrBlocks", "CidrIp"),
            ("Ipv6Ranges", "ipv6CidrBlocks", "CidrIpv6"),
            ("PrefixListIds", "prefixListIds", "PrefixListId"),
            ("UserIdGroupPairs", "securityGroups", "GroupId"),
        ):
            for source in said.get(place, []):
                # The ports of a rule for every protocol are zero, where the API leaves them out.
                ports = (said["IpProtocol"], said.get("FromPort", 0), said.get("ToPort", 0))
                key = (*ports, source.get("Description", ""))
                names = ("protocol", "fromPort", "toPort", "description")
                rule = rules.setdefault(key, dict(zip(names, key, strict=True)) | {"self": False})
                if source[member] == group:
                    rule["self"] = True
                else:
                    rule.setdefault(name, []).append(source[member])
    return [{name: value for name, value in rule.items() if value != ""} for rule in rules.values()]


def _update_group(aws: Aws, group: str, change: Change) -> State:
    for direction in _DIRECTIONS:
        if change.of(direction):
            # First what goes: a rule of another description is one and the same to AWS.
            before = [_permission(group, rule) for rule in change.old.get(direction, [])]
            if before:
                aws.call(f"revoke_security_group_{direction}", GroupId=group, IpPermissions=before)
            _authorize(aws, direction, group, change.new.get(direction, []))
    retag(aws, group, change)
    return _read_group(aws, group)


def _delete_group(aws: Aws, group: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_security_group", GroupId=group)


_RULE_FIELDS: Final[Mapping[str, Property]] = {
    "cidrBlocks": Property(kind="list"),
    "description": Property(),
    "fromPort": Property(kind="integer", required=True),
    "ipv6CidrBlocks": Property(kind="list"),
    "prefixListIds": Property(kind="list"),
    "protocol": Property(required=True),
    "securityGroups": Property(kind="set"),
    "self": Property(kind="boolean", default=False),
    "toPort": Property(kind="integer", required=True),
}

SECURITY_GROUP: Final = ResourceType(
    type_name="aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    inputs={
        "description": Property(default="Managed by Pulumi", replaces=True),
        "egress": Property(kind="set", kept=True, fields=_RULE_FIELDS),
        "ingress": Property(kind="set", kept=True, fields=_RULE_FIELDS),
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "revokeRulesOnDelete": Property(kind="boolean", default=False),
        "vpcId": Property(kept=True, replaces=True),
    },
    outputs=("arn", "ownerId"),
    create=_create_group,
    read=_read_group,
    update=_update_group,
    delete=_delete_group,
    missing=_MISSING,
    import_id="the id of the group",
    autoname=Autoname(),
    tagged=True,
    sources=(
        f"{_TERRAFORM}/vpc_security_group.go",
        "pulumi-aws, provider/resource_overrides.go (description) and provider/autonaming.go",
        "pulumi_aws.ec2.SecurityGroup",
    ),
)


# Rules

_SOURCES: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


def _rule(direction: str, type_name: str, source: str) -> ResourceType:
    """Return the type of the rules of one *direction*: both are one shape behind two pairs of operations."""

    def create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
        answer = aws.call(
            f"authorize_security_group_{direction}",
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_rule_permission(inputs)],
            TagSpecifications=specification("security-group-rule", inputs),
        )
        rule = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return rule, _read_rule(aws, rule)

    def delete(aws: Aws, rule: str, old: Mapping[str, Any]) -> None:
        group = old["securityGroupId"]
        aws.call(f"revoke_security_group_{direction}", GroupId=group, SecurityGroupRuleIds=[rule])

    return ResourceType(
        type_name=type_name,
        service="ec2",
        inputs={
            "cidrIpv4": Property(switches=True),
            "cidrIpv6": Property(switches=True),
            "description": Property(),
            "fromPort": Property(kind="integer", between=(-1, 65535)),
            "ipProtocol": Property(required=True),
            "prefixListId": Property(switches=True),
            "referencedSecurityGroupId": Property(switches=True),
            "securityGroupId": Property(required=True, replaces=True),
            "toPort": Property(kind="integer", between=(-1, 65535)),
        },
        outputs=("arn", "securityGroupRuleId"),
        create=create,
        read=_read_rule,
        update=_update_rule,
        delete=delete,
        missing=_MISSING | {"InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"},
        import_id="the id of the rule",
        tagged=True,
        sources=(f"{_TERRAFORM}/vpc_security_group_{direction}_rule.go", source),
    )


def _rule_permission(inputs: Mapping[str, Any]) -> State:
    if sum(1 for name in _SOURCES if inputs.get(name)) != 1:
        raise ProviderError(f"a rule must have one of {', '.join(_SOURCES)}, got none or several; set exactly one")
    owner, _, group = inputs.get("referencedSecurityGroupId", "").rpartition("/")
    described = {"Description": inputs["description"]} if inputs.get("description") else {}
    sources = {
        "IpRanges": {"CidrIp": inputs.get("cidrIpv4")},
        "Ipv6Ranges": {"CidrIpv6": inputs.get("cidrIpv6")},
        "PrefixListIds": {"PrefixListId": inputs.get("prefixListId")},
        "UserIdGroupPairs": {"GroupId": group} | ({"UserId": owner} if owner else {}),
    }
    return _ports(inputs) | {place: [each | described] for place, each in sources.items() if any(each.values())}


def _ports(inputs: Mapping[str, Any]) -> State:
    names = {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"}
    return {api: inputs[name] for name, api in names.items() if name in inputs}


def _read_rule(aws: Aws, rule: str) -> State:
    found = aws.call("describe_security_group_rules", SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
    ports = found["IpProtocol"] != "-1"  # for every protocol the API answers -1, where a program says nothing
    referenced = found.get("ReferencedGroupInfo", {})
    owner = referenced.get("UserId", aws.account)
    group = referenced.get("GroupId")
    return {
        "arn": arn(aws, f"security-group-rule/{rule}", found.get("GroupOwnerId", aws.account)),
        "cidrIpv4": found.get("CidrIpv4"),
        "cidrIpv6": found.get("CidrIpv6"),
        "description": found.get("Description"),
        "fromPort": found.get("FromPort") if ports else None,
        "ipProtocol": found["IpProtocol"],
        "prefixListId": found.get("PrefixListId"),
        "referencedSecurityGroupId": group if owner == aws.account else f"{owner}/{group}",
        "securityGroupId": found["GroupId"],
        "securityGroupRuleId": rule,
        "tagsAll": unlisted(found.get("Tags", [])),
        "toPort": found.get("ToPort") if ports else None,
    }


def _update_rule(aws: Aws, rule: str, change: Change) -> None:
    new = change.new
    if change.names - {"tags", "tagsAll"}:
        names = {
            "cidrIpv4": "CidrIpv4",
            "cidrIpv6": "CidrIpv6",
            "description": "Description",
            "prefixListId": "PrefixListId",
            "referencedSecurityGroupId": "ReferencedGroupId",
        }
        wanted = _ports(new) | {api: new[name] for name, api in names.items() if name in new}
        aws.call(
            "modify_security_group_rules",
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}],
        )
    retag(aws, rule, change)


INGRESS_RULE: Final = _rule(
    "ingress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "pulumi_aws.vpc.SecurityGroupIngressRule",
)
EGRESS_RULE: Final = _rule(
    "egress",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "pulumi_aws.vpc.SecurityGroupEgressRule",
)

ENTRIES: Final = (SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE)
