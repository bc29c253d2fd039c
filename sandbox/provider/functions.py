"""
Answer the functions of the package that programs call: who am I, where am I, what is there.

Source: the tokens, arguments and results of `pulumi_aws` (`get_*.py`); Terraform AWS provider, `internal/service/meta`,
`internal/service/sts` and `internal/service/ecr`; for networks see `network.py`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.errors import ProviderError
from sandbox.provider.partitions import partition
from sandbox.provider.policy_document import policy_document
from sandbox.provider.table.ecr_repository import read_repository


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it answers to its arguments, the names of both, and the service it asks."""

    answer: Callable[[Aws, Mapping[str, Any]], Mapping[str, Any]]
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    service: str = "sts"


def _caller_identity(aws: Aws, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    identity = aws.clients.identity
    account = identity["Account"]
    return {"accountId": account, "arn": identity["Arn"], "id": account, "userId": identity["UserId"]}


def _region(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    endpoint = arguments.get("endpoint", "")
    region = endpoint.removeprefix("ec2.").partition(".")[0] or arguments.get("name") or aws.region
    suffix = partition(region).dns_suffix
    return {
        "description": region,
        "endpoint": endpoint or f"ec2.{region}.{suffix}",
        "id": region,
        "name": region,
        "region": region,
    }


def _partition(aws: Aws, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    found = partition(aws.region)
    return {
        "dnsSuffix": found.dns_suffix,
        "id": found.name,
        "partition": found.name,
        "reverseDnsPrefix": found.reverse_dns_prefix,
    }


def _policy_document(_aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    text, minified = policy_document(arguments)
    return {**arguments, "id": str(_checksum(text)), "json": text, "minifiedJson": minified}


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode())


def _network(name: str) -> Callable[[Aws, Mapping[str, Any]], Mapping[str, Any]]:
    def answer(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        from sandbox.provider import network  # noqa: PLC0415  # most deployments ask for no network

        found: Mapping[str, Any] = getattr(network, name)(aws, arguments)
        return found

    return answer


def _repository(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    found = read_repository(aws, arguments["name"])
    images = aws.call("describe_images", repositoryName=arguments["name"])["imageDetails"]
    newest: Mapping[str, Any] = max(images, key=lambda image: image["imagePushedAt"], default={})
    return {
        "arn": found["arn"],
        "encryptionConfigurations": found["encryptionConfigurations"],
        "id": arguments["name"],
        "imageScanningConfigurations": [found["imageScanningConfiguration"]],
        "imageTagMutability": found["imageTagMutability"],
        "imageTagMutabilityExclusionFilters": found["imageTagMutabilityExclusionFilters"] or [],
        "mostRecentImageTags": newest.get("imageTags", []),
        "name": found["name"],
        "region": aws.region,
        "registryId": found["registryId"],
        "repositoryUrl": found["repositoryUrl"],
        "tags": found["tagsAll"],
    }


_REPOSITORY: Final = (
    "arn",
    "encryptionConfigurations",
    "id",
    "imageScanningConfigurations",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "mostRecentImageTags",
    "name",
    "region",
    "registryId",
    "repositoryUrl",
    "tags",
)
_DOCUMENT: Final = (
    "overrideJson",
    "overridePolicyDocuments",
    "policyId",
    "sourceJson",
    "sourcePolicyDocuments",
    "statements",
    "version",
)

FUNCTIONS: Final[Mapping[str, Function]] = {
    "aws:ec2/getRouteTable:getRouteTable": Function(
        _network("route_table"),
        ("filters", "gatewayId", "region", "routeTableId", "subnetId", "tags", "vpcId"),
        (
            "arn",
            "associations",
            "filters",
            "gatewayId",
            "id",
            "ownerId",
            "region",
            "routeTableId",
            "routes",
            "subnetId",
            "tags",
            "vpcId",
        ),
        service="ec2",
    ),
    "aws:ec2/getSubnet:getSubnet": Function(
        _network("subnet"),
        (
            "availabilityZone",
            "availabilityZoneId",
            "cidrBlock",
            "defaultForAz",
            "filters",
            "id",
            "ipv6CidrBlock",
            "region",
            "state",
            "tags",
            "vpcId",
        ),
        (
            "arn",
            "assignIpv6AddressOnCreation",
            "availabilityZone",
            "availabilityZoneId",
            "availableIpAddressCount",
            "cidrBlock",
            "customerOwnedIpv4Pool",
            "defaultForAz",
            "enableDns64",
            "enableLniAtDeviceIndex",
            "enableResourceNameDnsARecordOnLaunch",
            "enableResourceNameDnsAaaaRecordOnLaunch",
            "filters",
            "id",
            "ipv6CidrBlock",
            "ipv6CidrBlockAssociationId",
            "ipv6Native",
            "mapCustomerOwnedIpOnLaunch",
            "mapPublicIpOnLaunch",
            "outpostArn",
            "ownerId",
            "privateDnsHostnameTypeOnLaunch",
            "region",
            "state",
            "tags",
            "vpcId",
        ),
        service="ec2",
    ),
    "aws:ec2/getSubnets:getSubnets": Function(
        _network("subnets"),
        ("filters", "region", "tags"),
        ("filters", "id", "ids", "region", "tags"),
        service="ec2",
    ),
    "aws:ec2/getVpc:getVpc": Function(
        _network("vpc"),
        ("cidrBlock", "default", "dhcpOptionsId", "filters", "id", "region", "state", "tags"),
        (
            "arn",
            "cidrBlock",
            "cidrBlockAssociations",
            "default",
            "dhcpOptionsId",
            "enableDnsHostnames",
            "enableDnsSupport",
            "enableNetworkAddressUsageMetrics",
            "filters",
            "id",
            "instanceTenancy",
            "ipv6AssociationId",
            "ipv6CidrBlock",
            "ipv6CidrBlockAssociations",
            "mainRouteTableId",
            "ownerId",
            "region",
            "state",
            "tags",
        ),
        service="ec2",
    ),
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": Function(
        _network("endpoint_service"),
        ("filters", "service", "serviceName", "serviceRegions", "serviceType", "tags"),
        (
            "acceptanceRequired",
            "arn",
            "availabilityZones",
            "baseEndpointDnsNames",
            "filters",
            "id",
            "managesVpcEndpoints",
            "owner",
            "privateDnsName",
            "privateDnsNames",
            "region",
            "service",
            "serviceId",
            "serviceName",
            "serviceRegion",
            "serviceRegions",
            "serviceType",
            "supportedIpAddressTypes",
            "tags",
            "vpcEndpointPolicySupported",
        ),
        service="ec2",
    ),
    "aws:ecr/getRepository:getRepository": Function(
        _repository, ("name", "region", "registryId", "tags"), _REPOSITORY, service="ecr"
    ),
    "aws:iam/getPolicyDocument:getPolicyDocument": Function(
        _policy_document, _DOCUMENT, (*_DOCUMENT, "id", "json", "minifiedJson")
    ),
    "aws:index/getCallerIdentity:getCallerIdentity": Function(
        _caller_identity, ("id",), ("accountId", "arn", "id", "userId")
    ),
    "aws:index/getPartition:getPartition": Function(
        _partition, ("id",), ("dnsSuffix", "id", "partition", "reverseDnsPrefix")
    ),
    "aws:index/getRegion:getRegion": Function(
        _region, ("endpoint", "id", "name", "region"), ("description", "endpoint", "id", "name", "region")
    ),
}
"""Every function by its token."""


def lookup(token: str) -> Function:
    """
    Return the function of *token*.

    Raises:
        ProviderError: The stand-in does not know it; the message says where one is added.
    """
    if token not in FUNCTIONS:
        raise ProviderError(
            f"{token}: must be a function that the sandbox's stand-in for the aws provider knows, got a stranger; "
            "add it to sandbox/provider/functions.py, or use the official plugin"
        )
    return FUNCTIONS[token]
