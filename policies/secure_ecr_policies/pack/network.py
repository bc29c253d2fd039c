"""What a stack declares of the way to a registry: endpoints of a VPC, and what is attached to them."""

from __future__ import annotations

from ecr_model.endpoints import API, DKR, Endpoint, find_pull_endpoint

from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.values import Unknown

VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPC_ENDPOINT_POLICY = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
ROUTE_TABLE_ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
SECURITY_GROUP_ASSOCIATION = "aws:ec2/securityGroupAssociation:SecurityGroupAssociation"
PRIVATE_DNS = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"
VPCS = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")
SECURITY_GROUPS = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"

REGISTRY_ENDPOINTS = (API, DKR)
"""Those of ECR itself."""

DEFAULT_TYPE = "Gateway"
"""What the provider makes when `vpcEndpointType` is absent. Source: Pulumi registry, aws.ec2.VpcEndpoint."""


def service_of(endpoint: Resource) -> Endpoint | Unknown | None:
    """Return which of the endpoints that pulls need a VPC_ENDPOINT is for, whatever its type; None for another."""
    name = endpoint.props.get("serviceName")
    if isinstance(name, Unknown):
        return name
    return find_pull_endpoint(name) if isinstance(name, str) else None


def type_of(endpoint: Resource) -> object:
    """Return the type of a VPC_ENDPOINT."""
    return endpoint.props.get("vpcEndpointType") or DEFAULT_TYPE
