"""VPC endpoints: how a private subnet reaches a registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_policy
from sandbox.provider.partitions import arn
from sandbox.provider.resource import Change, Property, ResourceType, State
from sandbox.provider.table.ec2_tags import retag, specification
from sandbox.provider.tags import unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ec2"
_MISSING: Final = frozenset({"InvalidVpcEndpointId.NotFound"})
_ATTACHED: Final = {
    "routeTableIds": "RouteTableIds",
    "securityGroupIds": "SecurityGroupIds",
    "subnetIds": "SubnetIds",
}
# API shapes VpcEndpointType, IpAddressType and DnsRecordIpType.
_TYPES: Final = ("Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork")
_ADDRESS_TYPES: Final = ("ipv4", "dualstack", "ipv6")
_RECORD_TYPES: Final = (*_ADDRESS_TYPES, "service-defined")


# Endpoints


def _create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_vpc_endpoint",
        DnsOptions=_dns_options(inputs),
        IpAddressType=inputs.get("ipAddressType"),
        PolicyDocument=normalize(inputs["policy"]) if "policy" in inputs else None,
        PrivateDnsEnabled=inputs.get("privateDnsEnabled", False),
        ServiceName=inputs.get("serviceName"),
        TagSpecifications=specification("vpc-endpoint", inputs),
        VpcEndpointType=inputs["vpcEndpointType"],
        VpcId=inputs["vpcId"],
        **{api: inputs.get(name) or None for name, api in _ATTACHED.items()},
    )
    endpoint = answer["VpcEndpoint"]["VpcEndpointId"]
    return endpoint, _read(aws, endpoint) or {}


def _read(aws: Aws, endpoint: str) -> State | None:
    found = _found(aws, endpoint)
    if found is None:
        return None
    prefix_list, blocks = _prefix_list(aws, found["ServiceName"])
    return {
        "arn": arn(aws, f"vpc-endpoint/{endpoint}", found["OwnerId"]),
        "cidrBlocks": blocks,
        "dnsEntries": [
            {"dnsName": each["DnsName"], "hostedZoneId": each["HostedZoneId"]} for each in found.get("DnsEntries", [])
        ],
        "dnsOptions": _read_dns_options(found),
        "ipAddressType": found.get("IpAddressType"),
        "networkInterfaceIds": found.get("NetworkInterfaceIds", []),
        "ownerId": found["OwnerId"],
        "policy": found["PolicyDocument"],
        "prefixListId": prefix_list,
        "privateDnsEnabled": found.get("PrivateDnsEnabled", False),
        "requesterManaged": found.get("RequesterManaged", False),
        "routeTableIds": found.get("RouteTableIds", []),
        "securityGroupIds": [each["GroupId"] for each in found.get("Groups", [])],
        "serviceName": found["ServiceName"],
        "state": found["State"],
        "subnetIds": found.get("SubnetIds", []),
        "tagsAll": unlisted(found.get("Tags", [])),
        "vpcEndpointType": found["VpcEndpointType"],
        "vpcId": found["VpcId"],
    }


def _dns_options(inputs: Mapping[str, Any]) -> State | None:
    record_type = inputs.get("dnsOptions", {}).get("dnsRecordIpType")
    return {"DnsRecordIpType": record_type} if record_type else None


def _read_dns_options(found: Mapping[str, Any]) -> State | None:
    """Return what records an interface has; a gateway has none."""
    options = found.get("DnsOptions")
    return {"dnsRecordIpType": options["DnsRecordIpType"]} if options else None


def _found(aws: Aws, endpoint: str) -> State | None:
    found: State = aws.call("describe_vpc_endpoints", VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
    return None if found["State"] == "deleted" else found


def _prefix_list(aws: Aws, service: str) -> tuple[str | None, list[str]]:
    """Return the id and the blocks of the prefix list that is named after *service*; only a gateway's has one."""
    named = {"Name": "prefix-list-name", "Values": [service]}
    for found in aws.call("describe_managed_prefix_lists", Filters=[named])["PrefixLists"]:
        entries = aws.call("get_managed_prefix_list_entries", PrefixListId=found["PrefixListId"])["Entries"]
        return found["PrefixListId"], [each["Cidr"] for each in entries]
    return None, []


def _update(aws: Aws, endpoint: str, change: Change) -> State | None:
    new = change.new
    wanted: State = {}
    for name, api in _ATTACHED.items():
        if change.of(name):
            before, after = set(change.old.get(name, [])), set(new.get(name, []))
            wanted |= {f"Add{api}": sorted(after - before) or None, f"Remove{api}": sorted(before - after) or None}
    if change.of("policy"):
        wanted["PolicyDocument"] = normalize(new["policy"])
    if change.of("privateDnsEnabled"):
        wanted["PrivateDnsEnabled"] = new["privateDnsEnabled"]
    if change.of("ipAddressType"):
        wanted["IpAddressType"] = new["ipAddressType"]
    if change.of("dnsOptions"):
        wanted["DnsOptions"] = _dns_options(new)
    if wanted:
        aws.call("modify_vpc_endpoint", VpcEndpointId=endpoint, **wanted)
    retag(aws, endpoint, change)
    return _read(aws, endpoint)


def _delete(aws: Aws, endpoint: str, _old: Mapping[str, Any]) -> None:
    if _found(aws, endpoint) is not None:
        aws.call("delete_vpc_endpoints", VpcEndpointIds=[endpoint])


_DNS_OPTIONS: Final = {
    "dnsRecordIpType": Property(kept=True, values=_RECORD_TYPES),
    "privateDnsOnlyForInboundResolverEndpoint": Property(kind="boolean", lacking=True),
    "privateDnsPreference": Property(kept=True, lacking=True),
    "privateDnsSpecifiedDomains": Property(kind="set", lacking=True),
}

ENDPOINT: Final = ResourceType(
    type_name="aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    inputs={
        "autoAccept": Property(kind="boolean"),
        "dnsOptions": Property(kind="object", kept=True, fields=_DNS_OPTIONS),
        "ipAddressType": Property(kept=True, values=_ADDRESS_TYPES),
        "policy": Property(kind="json", kept=True, same=same_policy),
        "privateDnsEnabled": Property(kind="boolean", kept=True),
        "resourceConfigurationArn": Property(lacking=True),
        "routeTableIds": Property(kind="set", kept=True),
        "securityGroupIds": Property(kind="set", kept=True),
        "serviceName": Property(replaces=True),
        "serviceNetworkArn": Property(lacking=True),
        "serviceRegion": Property(kept=True, lacking=True),
        "subnetConfigurations": Property(kind="set", kept=True, lacking=True),
        "subnetIds": Property(kind="set", kept=True),
        "vpcEndpointType": Property(default="Gateway", replaces=True, values=_TYPES),
        "vpcId": Property(required=True, replaces=True),
    },
    outputs=(
        "arn",
        "cidrBlocks",
        "dnsEntries",
        "networkInterfaceIds",
        "ownerId",
        "prefixListId",
        "requesterManaged",
        "state",
    ),
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    missing=_MISSING,
    import_id="the id of the endpoint",
    tagged=True,
    sources=(f"{_TERRAFORM}/vpc_endpoint.go", "pulumi_aws.ec2.VpcEndpoint"),
)


# Policies of endpoints as resources of their own


def _put_policy(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    endpoint = inputs["vpcEndpointId"]
    document = {"PolicyDocument": normalize(inputs["policy"])} if "policy" in inputs else {"ResetPolicy": True}
    aws.call("modify_vpc_endpoint", VpcEndpointId=endpoint, **document)
    return endpoint, _read_policy(aws, endpoint) or {}


def _update_policy(aws: Aws, _endpoint: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _read_policy(aws: Aws, endpoint: str) -> State | None:
    found = _found(aws, endpoint)
    return None if found is None else {"policy": found["PolicyDocument"], "vpcEndpointId": endpoint}


def _reset_policy(aws: Aws, endpoint: str, _old: Mapping[str, Any]) -> None:
    if _found(aws, endpoint) is not None:
        aws.call("modify_vpc_endpoint", VpcEndpointId=endpoint, ResetPolicy=True)


ENDPOINT_POLICY: Final = ResourceType(
    type_name="aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
    service="ec2",
    inputs={
        "policy": Property(kind="json", kept=True, same=same_policy),
        "vpcEndpointId": Property(required=True, replaces=True),
    },
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_reset_policy,
    missing=_MISSING,
    import_id="the id of the endpoint",
    identifier=("vpcEndpointId",),
    sources=(f"{_TERRAFORM}/vpc_endpoint_policy.go", "pulumi_aws.ec2.VpcEndpointPolicy"),
)

ENTRIES: Final = (ENDPOINT, ENDPOINT_POLICY)
