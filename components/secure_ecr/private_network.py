"""A VPC of private subnets that reaches the registry and nothing else; the estate's own, for trying."""

from typing import NamedTuple

import pulumi
from pulumi_aws import ec2

from secure_ecr.estate_declarations import NetworkDeclaration


class PrivateNetwork(NamedTuple):
    """What endpoints need to know of the VPC."""

    vpc_id: pulumi.Output[str]
    subnet_ids: list[pulumi.Input[str]]
    route_table_ids: list[pulumi.Input[str]]


def build_network(
    name: str, declaration: NetworkDeclaration, region: str, options: pulumi.ResourceOptions
) -> PrivateNetwork:
    """
    Register a VPC with names from AWS's own DNS, its subnets and their route table, which has no way out.

    Resources: `<name>` (Vpc), `<name>-private` (RouteTable), and for each Availability Zone `<name>-<zone>` (Subnet)
    and `<name>-<zone>-routes` (RouteTableAssociation).
    """
    network = ec2.Vpc(
        name,
        cidr_block=declaration["cidr_block"],
        enable_dns_support=True,  # private DNS of the endpoints needs both
        enable_dns_hostnames=True,
        region=region,
        opts=options,
    )
    table = ec2.RouteTable(f"{name}-private", vpc_id=network.id, region=region, opts=options)
    subnets = []
    for zone, cidr_block in sorted(declaration["subnets"].items()):
        subnet = ec2.Subnet(
            f"{name}-{zone}",
            vpc_id=network.id,
            availability_zone=zone,
            cidr_block=cidr_block,
            map_public_ip_on_launch=False,
            region=region,
            opts=options,
        )
        ec2.RouteTableAssociation(
            f"{name}-{zone}-routes", subnet_id=subnet.id, route_table_id=table.id, region=region, opts=options
        )
        subnets.append(subnet)
    return PrivateNetwork(network.id, [subnet.id for subnet in subnets], [table.id])
