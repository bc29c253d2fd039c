"""A VPC and its subnets: where the endpoints of a registry stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.partitions import arn
from sandbox.provider.resource import Change, Property, ResourceType, State
from sandbox.provider.table.ec2_tags import retag, specification
from sandbox.provider.tags import unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ec2"
_LACKING: Final = Property(lacking=True)
_LACKING_SWITCH: Final = Property(kind="boolean", default=False, lacking=True)
_VPC_ATTRIBUTES: Final = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")


# VPCs


def _create_vpc(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_vpc",
        CidrBlock=inputs.get("cidrBlock"),
        InstanceTenancy=inputs.get("instanceTenancy"),
        TagSpecifications=specification("vpc", inputs),
    )
    vpc = answer["Vpc"]["VpcId"]
    for name in _VPC_ATTRIBUTES:
        if name in inputs:
            _set_attribute(aws, vpc, name, inputs[name])
    return vpc, read_vpc(aws, vpc)


def _set_attribute(aws: Aws, vpc: str, name: str, value: bool) -> None:  # noqa: FBT001  # the value of an input
    aws.call("modify_vpc_attribute", VpcId=vpc, **{name[0].upper() + name[1:]: {"Value": value}})


def read_vpc(aws: Aws, vpc: str) -> State:
    """Return what AWS has under the id *vpc*, its tags included."""
    found = aws.call("describe_vpcs", VpcIds=[vpc])["Vpcs"][0]
    of_vpc = {"Name": "vpc-id", "Values": [vpc]}
    default = {"Name": "default", "Values": ["true"]}
    main = {"Name": "association.main", "Values": ["true"]}
    tables = aws.call("describe_route_tables", Filters=[of_vpc, main])["RouteTables"]
    groups = aws.call("describe_security_groups", Filters=[of_vpc, {"Name": "group-name", "Values": ["default"]}])
    lists = aws.call("describe_network_acls", Filters=[of_vpc, default])["NetworkAcls"]
    table = tables[0]["RouteTableId"] if tables else None
    return {
        **{name: _attribute(aws, vpc, name) for name in _VPC_ATTRIBUTES},
        "arn": arn(aws, f"vpc/{vpc}", found["OwnerId"]),
        "cidrBlock": found["CidrBlock"],
        "defaultNetworkAclId": next((each["NetworkAclId"] for each in lists), None),
        "defaultRouteTableId": table,
        "defaultSecurityGroupId": next((each["GroupId"] for each in groups["SecurityGroups"]), None),
        "dhcpOptionsId": found["DhcpOptionsId"],
        "instanceTenancy": found["InstanceTenancy"],
        "mainRouteTableId": table,
        "ownerId": found["OwnerId"],
        "tagsAll": unlisted(found.get("Tags", [])),
    }


def _attribute(aws: Aws, vpc: str, name: str) -> bool:
    answer = aws.call("describe_vpc_attribute", VpcId=vpc, Attribute=name)
    return bool(answer[name[0].upper() + name[1:]]["Value"])


def _update_vpc(aws: Aws, vpc: str, change: Change) -> None:
    for name in _VPC_ATTRIBUTES:
        if change.of(name):
            _set_attribute(aws, vpc, name, change.new[name])
    retag(aws, vpc, change)


def _delete_vpc(aws: Aws, vpc: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_vpc", VpcId=vpc)


VPC: Final = ResourceType(
    type_name="aws:ec2/vpc:Vpc",
    service="ec2",
    inputs={
        "assignGeneratedIpv6CidrBlock": Property(kind="boolean", lacking=True),
        "cidrBlock": Property(kept=True, replaces=True),
        "enableDnsHostnames": Property(kind="boolean", kept=True),
        "enableDnsSupport": Property(kind="boolean", default=True),
        "enableNetworkAddressUsageMetrics": Property(kind="boolean", kept=True),
        "instanceTenancy": Property(default="default", replaces=True, values=("default", "dedicated")),
        "ipv4IpamPoolId": _LACKING,
        "ipv4NetmaskLength": _LACKING,
        "ipv6CidrBlock": _LACKING,
        "ipv6CidrBlockNetworkBorderGroup": _LACKING,
        "ipv6IpamPoolId": _LACKING,
        "ipv6NetmaskLength": _LACKING,
    },
    outputs=(
        "arn",
        "defaultNetworkAclId",
        "defaultRouteTableId",
        "defaultSecurityGroupId",
        "dhcpOptionsId",
        "ipv6AssociationId",
        "mainRouteTableId",
        "ownerId",
    ),
    create=_create_vpc,
    read=read_vpc,
    update=_update_vpc,
    delete=_delete_vpc,
    missing=frozenset({"InvalidVpcID.NotFound"}),
    import_id="the id of the VPC",
    tagged=True,
    sources=(
        f"{_TERRAFORM}/vpc_.go (there a change from dedicated to default tenancy alone is made in place)",
        "pulumi_aws.ec2.Vpc",
    ),
)


# Subnets


def _create_subnet(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_subnet",
        AvailabilityZone=inputs.get("availabilityZone"),
        AvailabilityZoneId=inputs.get("availabilityZoneId"),
        CidrBlock=inputs.get("cidrBlock"),
        VpcId=inputs["vpcId"],
        TagSpecifications=specification("subnet", inputs),
    )
    subnet = answer["Subnet"]["SubnetId"]
    state = read_subnet(aws, subnet)
    for name in _SUBNET_ATTRIBUTES:
        if state[name] != inputs[name]:
            _set_subnet_attribute(aws, subnet, name, inputs[name])
    return subnet, state | {name: inputs[name] for name in _SUBNET_ATTRIBUTES}


_SUBNET_ATTRIBUTES: Final = ("enableResourceNameDnsARecordOnLaunch", "mapPublicIpOnLaunch")


def _set_subnet_attribute(aws: Aws, subnet: str, name: str, value: bool) -> None:  # noqa: FBT001  # the value of an input
    aws.call("modify_subnet_attribute", SubnetId=subnet, **{name[0].upper() + name[1:]: {"Value": value}})


def read_subnet(aws: Aws, subnet: str) -> State:
    """Return what AWS has under the id *subnet*, its tags included."""
    found = aws.call("describe_subnets", SubnetIds=[subnet])["Subnets"][0]
    names = found.get("PrivateDnsNameOptionsOnLaunch", {})
    return {
        "arn": found["SubnetArn"],
        "availabilityZone": found["AvailabilityZone"],
        "availabilityZoneId": found.get("AvailabilityZoneId"),
        "cidrBlock": found["CidrBlock"],
        "enableResourceNameDnsARecordOnLaunch": names.get("EnableResourceNameDnsARecord", False),
        "mapPublicIpOnLaunch": found["MapPublicIpOnLaunch"],
        "ownerId": found["OwnerId"],
        "privateDnsHostnameTypeOnLaunch": names.get("HostnameType"),
        "tagsAll": unlisted(found.get("Tags", [])),
        "vpcId": found["VpcId"],
    }


def _update_subnet(aws: Aws, subnet: str, change: Change) -> None:
    for name in _SUBNET_ATTRIBUTES:
        if change.of(name):
            _set_subnet_attribute(aws, subnet, name, change.new[name])
    retag(aws, subnet, change)


def _delete_subnet(aws: Aws, subnet: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_subnet", SubnetId=subnet)


SUBNET: Final = ResourceType(
    type_name="aws:ec2/subnet:Subnet",
    service="ec2",
    inputs={
        "assignIpv6AddressOnCreation": _LACKING_SWITCH,
        "availabilityZone": Property(kept=True, replaces=True),
        "availabilityZoneId": Property(kept=True, replaces=True),
        "cidrBlock": Property(kept=True, replaces=True),
        "customerOwnedIpv4Pool": _LACKING,
        "enableDns64": _LACKING_SWITCH,
        "enableLniAtDeviceIndex": _LACKING,
        "enableResourceNameDnsARecordOnLaunch": Property(kind="boolean", default=False),
        "enableResourceNameDnsAaaaRecordOnLaunch": _LACKING_SWITCH,
        "ipv4IpamPoolId": _LACKING,
        "ipv4NetmaskLength": _LACKING,
        "ipv6CidrBlock": _LACKING,
        "ipv6IpamPoolId": _LACKING,
        "ipv6Native": _LACKING_SWITCH,
        "ipv6NetmaskLength": _LACKING,
        "mapCustomerOwnedIpOnLaunch": _LACKING,
        "mapPublicIpOnLaunch": Property(kind="boolean", default=False),
        "outpostArn": _LACKING,
        "privateDnsHostnameTypeOnLaunch": Property(kept=True, lacking=True),
        "vpcId": Property(required=True, replaces=True),
    },
    outputs=("arn", "ipv6CidrBlockAssociationId", "ownerId"),
    create=_create_subnet,
    read=read_subnet,
    update=_update_subnet,
    delete=_delete_subnet,
    missing=frozenset({"InvalidSubnetID.NotFound"}),
    import_id="the id of the subnet",
    tagged=True,
    sources=(f"{_TERRAFORM}/vpc_subnet.go", "pulumi_aws.ec2.Subnet"),
)

ENTRIES: Final = (VPC, SUBNET)
