"""
Look up the networks that programs name: VPCs, subnets, route tables and the services that an endpoint may reach.

Source: Terraform AWS provider, `internal/service/ec2` (`vpc_data_source.go` and its neighbours).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.errors import ProviderError
from sandbox.provider.partitions import partition
from sandbox.provider.table.ec2_vpc import read_subnet, read_vpc

_VPC_FILTERS: Final = {
    "cidrBlock": "cidr",
    "default": "isDefault",
    "dhcpOptionsId": "dhcp-options-id",
    "id": "vpc-id",
    "state": "state",
}
_SUBNET_FILTERS: Final = {
    "availabilityZone": "availability-zone",
    "availabilityZoneId": "availability-zone-id",
    "cidrBlock": "cidr-block",
    "defaultForAz": "default-for-az",
    "id": "subnet-id",
    "state": "state",
    "vpcId": "vpc-id",
}
_TABLE_FILTERS: Final = {
    "gatewayId": "association.gateway-id",
    "routeTableId": "route-table-id",
    "subnetId": "association.subnet-id",
    "vpcId": "vpc-id",
}


def vpc(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one VPC that *arguments* choose."""
    found = _one(aws.call("describe_vpcs", Filters=_filters(arguments, _VPC_FILTERS))["Vpcs"], "VPC", arguments)
    state = read_vpc(aws, found["VpcId"])
    blocks = found.get("CidrBlockAssociationSet", [])
    return {
        "arn": state["arn"],
        "cidrBlock": state["cidrBlock"],
        "cidrBlockAssociations": [
            {
                "associationId": each["AssociationId"],
                "cidrBlock": each["CidrBlock"],
                "state": each["CidrBlockState"]["State"],
            }
            for each in blocks
        ],
        "default": found["IsDefault"],
        "dhcpOptionsId": state["dhcpOptionsId"],
        "enableDnsHostnames": state["enableDnsHostnames"],
        "enableDnsSupport": state["enableDnsSupport"],
        "enableNetworkAddressUsageMetrics": state["enableNetworkAddressUsageMetrics"],
        "id": found["VpcId"],
        "instanceTenancy": state["instanceTenancy"],
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociations": [],
        "mainRouteTableId": state["mainRouteTableId"],
        "ownerId": state["ownerId"],
        "region": aws.region,
        "state": found["State"],
        "tags": state["tagsAll"],
    }


def subnet(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one subnet that *arguments* choose."""
    answer = aws.call("describe_subnets", Filters=_filters(arguments, _SUBNET_FILTERS))
    found = _one(answer["Subnets"], "subnet", arguments)
    state = read_subnet(aws, found["SubnetId"])
    return {
        **{name: value for name, value in state.items() if name != "tagsAll"},
        "assignIpv6AddressOnCreation": found["AssignIpv6AddressOnCreation"],
        "availableIpAddressCount": found["AvailableIpAddressCount"],
        "customerOwnedIpv4Pool": "",
        "defaultForAz": found["DefaultForAz"],
        "enableDns64": False,
        "enableLniAtDeviceIndex": 0,
        "enableResourceNameDnsAaaaRecordOnLaunch": False,
        "id": found["SubnetId"],
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociationId": "",
        "ipv6Native": found.get("Ipv6Native", False),
        "mapCustomerOwnedIpOnLaunch": False,
        "outpostArn": "",
        "region": aws.region,
        "state": found["State"],
        "tags": state["tagsAll"],
    }


def subnets(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the ids of every subnet that *arguments* choose."""
    found = aws.call("describe_subnets", Filters=_filters(arguments, {}))["Subnets"]
    return {
        "filters": arguments.get("filters", []),
        "id": aws.region,
        "ids": [each["SubnetId"] for each in found],
        "region": aws.region,
        "tags": arguments.get("tags", {}),
    }


def route_table(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one route table that *arguments* choose."""
    answer = aws.call("describe_route_tables", Filters=_filters(arguments, _TABLE_FILTERS))
    found = _one(answer["RouteTables"], "route table", arguments)
    table, owner = found["RouteTableId"], found["OwnerId"]
    routes = {"cidrBlock": "DestinationCidrBlock", "destinationPrefixListId": "DestinationPrefixListId"}
    targets = {"gatewayId": "GatewayId", "natGatewayId": "NatGatewayId", "networkInterfaceId": "NetworkInterfaceId"}
    return {
        "arn": f"arn:{partition(aws.region).name}:ec2:{aws.region}:{owner}:route-table/{table}",
        "associations": [
            {
                "gatewayId": each.get("GatewayId", ""),
                "main": each["Main"],
                "routeTableAssociationId": each["RouteTableAssociationId"],
                "routeTableId": table,
                "subnetId": each.get("SubnetId", ""),
            }
            for each in found["Associations"]
        ],
        "gatewayId": arguments.get("gatewayId", ""),
        "id": table,
        "ownerId": owner,
        "region": aws.region,
        "routeTableId": table,
        "routes": [
            {name: each.get(api, "") for name, api in (routes | targets).items()}
            for each in found["Routes"]
            if each.get("GatewayId") != "local"
        ],
        "subnetId": arguments.get("subnetId", ""),
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
        "vpcId": found["VpcId"],
    }


def endpoint_service(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one service, of AWS by `service` (`ecr.api`) or any by `serviceName`, that *arguments* choose."""
    name = arguments.get("serviceName")
    if not name and arguments.get("service"):
        name = f"com.amazonaws.{aws.region}.{arguments['service']}"  # in every partition: others go by their whole name
    chosen = _filters(arguments, {"serviceType": "service-type"})
    answer = aws.call("describe_vpc_endpoint_services", Filters=chosen, ServiceNames=[name] if name else None)
    found = _one(answer["ServiceDetails"], "endpoint service", arguments)
    return {
        "acceptanceRequired": found["AcceptanceRequired"],
        "arn": f"arn:{partition(aws.region).name}:ec2:{aws.region}:{found['Owner']}:vpc-endpoint-service/"
        f"{found['ServiceId']}",
        "availabilityZones": found["AvailabilityZones"],
        "baseEndpointDnsNames": found["BaseEndpointDnsNames"],
        "filters": arguments.get("filters", []),
        "id": found["ServiceId"],
        "managesVpcEndpoints": found["ManagesVpcEndpoints"],
        "owner": found["Owner"],
        "privateDnsName": found.get("PrivateDnsName", ""),
        "privateDnsNames": [each["PrivateDnsName"] for each in found.get("PrivateDnsNames", [])],
        "region": aws.region,
        "service": arguments.get("service", ""),
        "serviceId": found["ServiceId"],
        "serviceName": found["ServiceName"],
        "serviceRegion": aws.region,
        "serviceRegions": arguments.get("serviceRegions", []),
        "serviceType": found["ServiceType"][0]["ServiceType"],
        "supportedIpAddressTypes": found.get("SupportedIpAddressTypes", ["ipv4"]),
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
        "vpcEndpointPolicySupported": found["VpcEndpointPolicySupported"],
    }


def _filters(arguments: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """Return what *arguments* choose by as the API takes it: its *names*, `tags`, and `filters` as they are."""
    own = [{"Name": api, "Values": [_text(arguments[name])]} for name, api in names.items() if arguments.get(name)]
    tags = [{"Name": f"tag:{key}", "Values": [value]} for key, value in arguments.get("tags", {}).items()]
    given = [{"Name": each["name"], "Values": list(each["values"])} for each in arguments.get("filters", [])]
    return [*own, *tags, *given] or None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one(found: Sequence[dict[str, Any]], what: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    if len(found) != 1:
        chosen = ", ".join(f"{name} {value!r}" for name, value in sorted(arguments.items()))
        raise ProviderError(
            f"{what}: one must match {chosen or 'no argument'}, got {len(found)}; choose by its id, or create it first"
        )
    return found[0]
