"""The parts of a VPC that an endpoint stands in: their ids, and the address ranges of its clients."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network
from typing import Literal

from ecr_model.documents import member
from ecr_model.findings import Finding, echo
from ecr_model.shapes import Text

IpAddressType = Literal["ipv4", "dualstack"]
"""
Source: API shape `IpAddressType` of EC2, which has `ipv6` as well; the endpoints of ECR have had IPv6 beside IPv4
since November 2025, by the ECR user guide, "Making requests to Amazon ECR registries".
"""

IP_ADDRESS_TYPES: tuple[IpAddressType, ...] = ("ipv4", "dualstack")

_DIGITS = "[0-9a-f]{8}(?:[0-9a-f]{9})?"
VPC_ID = Text("vpc-id", "must be the id of a VPC, as vpc-0123456789abcdef0", f"vpc-{_DIGITS}", 1, 32)
SUBNET_ID = Text("subnet-id", "must be the id of a subnet, as subnet-0123456789abcdef0", f"subnet-{_DIGITS}", 1, 32)
ROUTE_TABLE_ID = Text(
    "route-table-id", "must be the id of a route table, as rtb-0123456789abcdef0", f"rtb-{_DIGITS}", 1, 32
)
SECURITY_GROUP_ID = Text(
    "security-group-id", "must be the id of a security group, as sg-0123456789abcdef0", f"sg-{_DIGITS}", 1, 32
)
"""Source: EC2 user guide, "Resource IDs": 17 digits, 8 for what is older than 2018. The lengths are our own bound."""

MAX_CLIENTS = 60
"""Inbound rules of a security group. Source: Amazon VPC user guide, "Amazon VPC quotas"; AWS raises it on request."""

SHORTEST_CLIENT_PREFIX = {4: 8, 6: 32}
"""
Bits that the address range of clients has at least, by IP version: 10.0.0.0/8 is the largest private range.

Source: RFC 1918, "Private Address Space"; for IPv6 S3 user guide, 'The meaning of "public"'.
"""


BLOCK_PREFIXES = range(16, 29)
"""Bits of the address range of a VPC and of a subnet. Source: Amazon VPC user guide, "VPC CIDR blocks"."""

FEWEST_SUBNETS = 2
"""Our own bound: endpoints in one zone end with it."""

_SUBNETS = "vpc-subnets"
_LONGEST_ZONE = 80  # characters of a zone that are looked at


def check_client_cidr(value: object, field: str = "client_cidr") -> tuple[Finding, ...]:
    """
    Return why *value* is no address range of clients.

    EC2 also takes a range with host bits and stores it without them, which a program then takes for a change.

    Source: EC2 API reference, `AuthorizeSecurityGroupIngress`, `CidrIp`; shape `IpRange`.
    """
    if findings := check_client_width(value, field):
        return findings
    stored = str(ip_network(str(value), strict=False))
    if stored == value:
        return ()
    return (Finding(field, _CIDR, "must be written as EC2 stores it", echo(value), f"write '{stored}'"),)


def check_client_width(value: object, field: str) -> tuple[Finding, ...]:
    """Return why the addresses in *value* are not those of somebody's own clients."""
    try:
        network = ip_network(value, strict=False) if isinstance(value, str) and "/" in value else None
    except ValueError:
        network = None
    if network is None:
        return (Finding(field, _CIDR, "must be an address range, as 10.0.0.0/16", echo(value)),)
    shortest = SHORTEST_CLIENT_PREFIX[network.version]
    if network.prefixlen >= shortest:
        return ()
    requirement = f"must name clients, by a prefix of at least /{shortest}"
    return (Finding(field, _CIDR, requirement, echo(value), "write the ranges of the subnets that pull"),)


_CIDR = "client-cidr"


def check_subnets(
    cidr_block: object,
    subnets: Mapping[str, object],
    region: str | None,
    *,
    cidr_field: str = "cidr_block",
    field: str = "subnets",
) -> tuple[Finding, ...]:
    """
    Return why a VPC cannot have these addresses, and these subnets in these Availability Zones.

    Args:
        cidr_block: Addresses of the VPC.
        subnets: From Availability Zone to the addresses of the subnet in it.
        region: Region of the VPC; None leaves the zones unjudged.
        cidr_field: Path of *cidr_block*.
        field: Path of *subnets*.

    Source: Amazon VPC user guide, "VPC CIDR blocks" and "Subnet CIDR blocks": /16 to /28, a subnet inside its VPC
    and apart from every other. Two zones: Security Hub control EC2.55 and its like ask for endpoints in more than one.
    """
    block, findings = _read_block(cidr_block, cidr_field)
    if len(subnets) < FEWEST_SUBNETS:
        requirement = f"must have at least {FEWEST_SUBNETS} entries, each in an Availability Zone of its own"
        findings += (Finding(field, _SUBNETS, requirement, str(len(subnets))),)
    seen: list[IPv4Network] = []
    for zone, addresses in subnets.items():
        here = member(field, zone)
        if region and not re.fullmatch(rf"{re.escape(region)}[a-z]", zone[:_LONGEST_ZONE]):
            fix = f"write '{region}a' or the like"
            findings += (Finding(here, _SUBNETS, f"must be an Availability Zone of {region!r}", echo(zone), fix),)
        subnet, wrong = _read_block(addresses, here)
        findings += wrong
        if subnet and block and not subnet.subnet_of(block):
            findings += (Finding(here, _SUBNETS, f"must be inside the VPC's {str(block)!r}", echo(addresses)),)
        if subnet and any(subnet.overlaps(other) for other in seen):
            findings += (Finding(here, _SUBNETS, "must not overlap another subnet", echo(addresses)),)
        seen += [subnet] if subnet else []
    return findings


def _read_block(value: object, field: str) -> tuple[IPv4Network | None, tuple[Finding, ...]]:
    try:
        block = IPv4Network(value) if isinstance(value, str) and "/" in value else None
    except ValueError:
        block = None
    if block and block.prefixlen in BLOCK_PREFIXES:
        return block, ()
    requirement = f"must be a range of addresses of /{BLOCK_PREFIXES[0]} to /{BLOCK_PREFIXES[-1]}, as 10.0.0.0/24"
    return None, (Finding(field, "vpc-addresses", requirement, echo(value)),)


def is_ipv6(cidr: str) -> bool:
    """Tell whether *cidr*, an address range, is one of IPv6."""
    return ":" in cidr
