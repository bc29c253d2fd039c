"""A pull takes three endpoints; without one of them it fails, or leaves the network for the internet."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ecr_model.endpoints import LAYERS, PULL_ENDPOINTS, Endpoint
from ecr_model.findings import Finding, echo
from ecr_model.shapes import entries

from secure_ecr_policies.pack.attachments import IDS, find_bare, is_given
from secure_ecr_policies.pack.context import ADVICE, CONTEXT, context_at
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, StackRemarks, Unevaluated
from secure_ecr_policies.pack.network import (
    PRIVATE_DNS,
    REGISTRY_ENDPOINTS,
    ROUTE_TABLE_ASSOCIATION,
    VPC_ENDPOINT,
    VPCS,
    service_of,
    type_of,
)
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, refer
from secure_ecr_policies.pack.values import UNKNOWN

_DNS = "privateDnsEnabled"
_ROUTES = "routeTableIds"
_REGISTRY = frozenset(endpoint.service for endpoint in REGISTRY_ENDPOINTS)


class _Network(NamedTuple):
    """
    One VPC, as far as the stack has endpoints for pulls in it.

    Attributes:
        endpoints: Those endpoints.
        services: What it has endpoints for, here or in another stack.
        is_certain: Whether it is known which VPC that is.
    """

    endpoints: Sequence[Resource]
    services: frozenset[str]
    is_certain: bool


def _judge(stack: Stack, settings: Settings) -> StackRemarks:
    unnamed = [endpoint for endpoint in stack.of(VPC_ENDPOINT) if service_of(endpoint) is UNKNOWN]
    seen = list(_networks(stack, settings))
    networks = [network for network in seen if not network.services.isdisjoint(_REGISTRY)]
    if not networks and not unnamed:
        raise NotApplicableError
    for endpoint in unnamed:
        yield endpoint, Unevaluated("serviceName")
    are_certain = not unnamed and all(network.is_certain for network in seen)
    for network in networks:
        yield from _judge_services(network, are_certain=are_certain)
        yield from _judge_private_dns([each for each in network.endpoints if _is(each, *REGISTRY_ENDPOINTS)], stack)
        yield from _judge_routes([each for each in network.endpoints if _is(each, LAYERS)], stack)


def _networks(stack: Stack, settings: Settings) -> Iterator[_Network]:
    groups: dict[tuple[str, bool], list[Resource]] = {}
    for endpoint in stack.of(VPC_ENDPOINT):
        if _is(endpoint, *PULL_ENDPOINTS):
            groups.setdefault(_vpc_of(endpoint, stack), []).append(endpoint)
    for (vpc, is_certain), endpoints in groups.items():
        here = {each.service for each in PULL_ENDPOINTS if any(_is(endpoint, each) for endpoint in endpoints)}
        elsewhere = {
            str(service)
            for entry in context_at(settings, "vpc_endpoints", endpoints[0])
            if entry.get("vpc_id") == vpc
            for service in entries(entry.get("services"))
        }
        yield _Network(endpoints, frozenset(here | elsewhere), is_certain)


def _is(endpoint: Resource, *wanted: Endpoint) -> bool:
    """Tell whether *endpoint* is one of those *wanted*, of the type that it takes."""
    service = service_of(endpoint)
    return isinstance(service, Endpoint) and service in wanted and type_of(endpoint) in (service.type, UNKNOWN)


def _vpc_of(endpoint: Resource, stack: Stack) -> tuple[str, bool]:
    """Return a name for the VPC of *endpoint*, its id where that is known, and whether it is no other VPC's."""
    reference = refer(endpoint, "vpcId", stack.of(*VPCS), IDS)
    for vpc in reference.targets:
        return str(vpc.props["id"] if isinstance(vpc.props.get("id"), str) else vpc.urn), True
    if reference.outside:
        return reference.outside[0], True
    return " ".join(endpoint.dependencies.get("vpcId", ())), False


def _judge_services(network: _Network, *, are_certain: bool) -> StackRemarks:
    first = network.endpoints[0]
    for endpoint in PULL_ENDPOINTS:
        if endpoint.service in network.services:
            continue
        if are_certain:
            requirement = f"needs an endpoint for {endpoint.service} in its VPC as well: {endpoint.purpose}"
            fix = f"declare one of type {endpoint.type}; {ADVICE}"
            yield first, Finding("vpcId", "endpoint-complete", requirement, None, fix)
        else:
            why = f"whether its VPC has an endpoint for {endpoint.service} is known at the update only"
            yield first, Unevaluated("vpcId", why)


def _judge_private_dns(endpoints: Sequence[Resource], stack: Stack) -> StackRemarks:
    switches = [each for each in stack.of(PRIVATE_DNS) if each.props.get(_DNS) is not False]
    dark = [each for each in endpoints if each.props.get(_DNS) is not True]
    for endpoint, adrift in find_bare(dark, switches, "vpcEndpointId"):
        flag = endpoint.props.get(_DNS)
        if adrift:
            yield endpoint, Unevaluated(_DNS, f"{adrift.name} is for an endpoint that is known at the update only")
        elif flag is UNKNOWN and is_given(endpoint, _DNS):
            yield endpoint, Unevaluated(_DNS)
        else:
            got = echo(flag) if isinstance(flag, bool) else "nothing, which means false"
            requirement = "must be true: without it the names of the registry lead to the internet"
            yield endpoint, Finding(_DNS, "endpoint-dns", requirement, got, "write true")


def _judge_routes(endpoints: Sequence[Resource], stack: Stack) -> StackRemarks:
    bare = [endpoint for endpoint in endpoints if not is_given(endpoint, _ROUTES)]
    for endpoint, adrift in find_bare(bare, stack.of(ROUTE_TABLE_ASSOCIATION), "vpcEndpointId"):
        if adrift:
            yield endpoint, Unevaluated(_ROUTES, f"{adrift.name} is for an endpoint that is known at the update only")
        else:
            requirement = "must name the route tables of the subnets that pull: no other traffic takes the gateway"
            yield endpoint, Finding(_ROUTES, "endpoint-routes", requirement, None, "name them")


CONTROL = Control(
    name="vpc-endpoint-complete",
    description="A VPC with an endpoint for ECR must have all that a pull takes, with private DNS and routes.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Declare endpoints for ecr.api and ecr.dkr with private DNS, and a gateway for s3 with route tables.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    also_known_as=("AWS Security Hub EC2.55", "AWS Security Hub EC2.56"),
    settings={"context": CONTEXT},
    types=(VPC_ENDPOINT, PRIVATE_DNS, ROUTE_TABLE_ASSOCIATION, *VPCS),
    judge_stack=_judge,
)
