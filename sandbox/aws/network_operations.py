"""
Operations of EC2 that moto has in part: endpoints, rules of security groups, associations of route tables.

Each takes the place of moto's own method or goes around it. They are apart from the other corrections because moto's
EC2 takes more than a second to load: the server applies them when it is asked for a network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.ec2.responses import EC2Response
from moto.ec2.utils import random_private_ip

_create_vpc_endpoint: Final = EC2Response.create_vpc_endpoint
_collect_default_endpoint_services: Final = VPCBackend._collect_default_endpoint_services  # noqa: SLF001  # as below
_filter_endpoint_services: Final = VPCBackend._filter_endpoint_services  # noqa: SLF001  # what a description goes through
_iterate_security_rules: Final = EC2Backend._iterate_security_rules  # noqa: SLF001  # what both authorizations go through
_modify_security_group_rules: Final = EC2Backend.modify_security_group_rules


_CHINESE: Final = ("ecr.api", "ecr.dkr", "sts")
"""
Services whose names begin with `cn.` in China, as far as the components have endpoints for them.

Source: API DescribeVpcEndpointServices in cn-north-1 and cn-northwest-1, as aws/aws-cdk#25333 shows its answers.
"""


def collect_default_endpoint_services(account_id: str, region: str) -> list[dict[str, Any]]:
    """Return the services of AWS; moto gives those of China the names of all others."""
    services: list[dict[str, Any]] = _collect_default_endpoint_services(account_id, region)
    names = {f"com.amazonaws.{region}.{service}" for service in _CHINESE if region.startswith("cn-")}
    return [
        each | {"ServiceName": f"cn.{each['ServiceName']}"} if each["ServiceName"] in names else each
        for each in services
    ]


def filter_endpoint_services(
    names: list[str], filters: list[dict[str, Any]], services: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the services that match; moto looks for the values of a filter elsewhere. Source: API shape Filter."""
    found: list[dict[str, Any]] = _filter_endpoint_services(
        names, [each | {"Value": each["Values"]} for each in filters], services
    )
    return found


def create_vpc_endpoint(response: EC2Response) -> ActionResult:
    """
    Make an endpoint; moto forgets its addresses, its records and, when the caller names none, the VPC's default group.

    Source: API CreateVpcEndpoint.
    """
    result = _create_vpc_endpoint(response)
    made: Any = result.result
    endpoint = made["VpcEndpoint"]
    given = response._get_params()  # noqa: SLF001  # how moto's own operations read their input
    endpoint.ip_address_type = given.get("IpAddressType", "ipv4")
    if endpoint.vpc_endpoint_type == "Interface":
        endpoint.dns_options = {"DnsRecordIpType": endpoint.ip_address_type} | given.get("DnsOptions", {})
        if not endpoint.security_group_ids:
            endpoint.security_group_ids = [response.ec2_backend.get_default_security_group(endpoint.vpc_id).id]
    return result


def modify_vpc_endpoint(response: EC2Response) -> ActionResult:
    """
    Change an endpoint; moto knows no reset of the policy, neither DNS nor addresses, neither routes nor interfaces.

    Source: API ModifyVpcEndpoint.
    """
    given = response._get_params()  # noqa: SLF001  # how moto's own operations read their input
    backend = response.ec2_backend
    endpoint = backend.describe_vpc_endpoints(vpc_end_point_ids=[given["VpcEndpointId"]])[0]
    if given.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    for name, attribute in (
        ("PolicyDocument", "policy_document"),
        ("PrivateDnsEnabled", "private_dns_enabled"),
        ("IpAddressType", "ip_address_type"),
        ("DnsOptions", "dns_options"),
    ):
        if name in given:
            setattr(endpoint, attribute, given[name])
    for name in ("route_table_ids", "security_group_ids", "subnet_ids"):
        member = "".join(word.title() for word in name.split("_"))
        gone, new = given.get(f"Remove{member}", []), given.get(f"Add{member}", [])
        here = [each for each in getattr(endpoint, name) or [] if each not in gone]
        setattr(endpoint, name, [*here, *(each for each in new if each not in here)])
    _route(backend, endpoint, given)
    _interface(backend, endpoint, given)
    return ActionResult({"Return": True})


def _route(backend: EC2Backend, endpoint: VPCEndPoint, given: dict[str, Any]) -> None:
    prefix_list = endpoint.destination_prefix_list_id
    if prefix_list:
        for table in given.get("RemoveRouteTableIds", []):
            backend.delete_route(table, prefix_list)
        for table in given.get("AddRouteTableIds", []):
            backend.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list)


def _interface(backend: EC2Backend, endpoint: VPCEndPoint, given: dict[str, Any]) -> None:
    for interface in list(endpoint.network_interface_ids):
        if backend.enis[interface].subnet.id in given.get("RemoveSubnetIds", []):
            backend.enis.pop(interface)
            endpoint.network_interface_ids.remove(interface)
    for subnet in given.get("AddSubnetIds", []):
        endpoint.network_interface_ids.append(backend.create_network_interface(subnet, random_private_ip()).id)


def replace_route_table_association(backend: EC2Backend, association_id: str, route_table_id: str) -> str:
    """
    Move an association to another table, and keep its id.

    AWS gives it another id, for which the engine's protocol has no place in an update: the official plugin's state
    keeps the old one. Source: API ReplaceRouteTableAssociation.
    """
    target: Any = backend.disassociate_route_table(association_id)
    backend.get_route_table(route_table_id)._associations[association_id] = target  # noqa: SLF001  # moto has no other way
    return association_id


def iterate_security_rules(backend: EC2Backend, *arguments: Any, **named: Any) -> Iterator[SecurityGroupRule]:
    """Make rules; moto drops the description of a prefix list. Source: API shape PrefixListId."""
    lists = next((each for each in arguments[6:7]), named.get("prefix_list_ids")) or []
    descriptions = {each["PrefixListId"]: each.get("Description") for each in lists}
    rule: Any
    for rule in _iterate_security_rules(backend, *arguments, **named):
        rule.prefix_list_description = descriptions.get(rule.prefix_list_id)
        yield rule


def rule_description(rule: Any) -> str | None:
    """Return the description of a rule, which belongs to its one source. Source: API shape SecurityGroupRule."""
    sources = (rule.ip_range.get("Description"), rule.source_group.get("Description"), rule.prefix_list_description)
    return next(filter(None, sources), None)


def modify_security_group_rules(backend: EC2Backend, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    """
    Replace rules as wholes; moto keeps all sources but IPv4, and asks for the ports of a rule that has none.

    Source: API ModifySecurityGroupRules, shape SecurityGroupRuleRequest.
    """
    ports = {"FromPort": -1, "ToPort": -1}
    _modify_security_group_rules(backend, group_id, {name: ports | rule for name, rule in rules.items()})
    group: Any = backend.get_security_group_by_name_or_id(group_id)
    for rule_id, wanted in rules.items():
        rule = group.get_rule(rule_id)
        described = {"Description": wanted["Description"]} if wanted.get("Description") else {}
        rule.from_port, rule.to_port = wanted.get("FromPort"), wanted.get("ToPort")
        rule.prefix_list_id = wanted.get("PrefixListId")
        rule.prefix_list_description = described.get("Description") if rule.prefix_list_id else None
        ranges = {"CidrIp": wanted.get("CidrIpv4"), "CidrIpv6": wanted.get("CidrIpv6")}
        rule.ip_range = {name: value for name, value in ranges.items() if value}
        rule.ip_range |= described if rule.ip_range else {}
        owner, _, referenced = wanted.get("ReferencedGroupId", "").rpartition("/")
        groups = {"GroupId": referenced, "UserId": owner or backend.account_id}
        rule.source_group = groups | described if referenced else {}


def apply() -> None:
    """Change the imported moto; a second call changes nothing more."""
    for owner, methods in METHODS.items():
        for name, method in methods.items():
            setattr(owner, name, method)


METHODS: Final[dict[type, dict[str, Any]]] = {
    EC2Backend: {
        "_iterate_security_rules": iterate_security_rules,
        "modify_security_group_rules": modify_security_group_rules,
        "replace_route_table_association": replace_route_table_association,
    },
    EC2Response: {"create_vpc_endpoint": create_vpc_endpoint, "modify_vpc_endpoint": modify_vpc_endpoint},
    VPCBackend: {
        "_collect_default_endpoint_services": staticmethod(collect_default_endpoint_services),
        "_filter_endpoint_services": staticmethod(filter_endpoint_services),
    },
    SecurityGroupRule: {"description": property(rule_description), "prefix_list_description": None},
}
"""What takes the place of moto's own methods, or stands beside them."""
