"""The way from private subnets to a registry: no address of the internet, nobody else's principals."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.access import ORGANIZATION_ID
from ecr_model.endpoints import (
    API,
    BUCKET_NAME,
    COMPANIONS,
    DKR,
    LAYERS,
    Endpoint,
    render_companion_endpoint_policy,
    render_layer_endpoint_policy,
    render_registry_endpoint_policy,
)
from ecr_model.findings import Finding, echo, join
from ecr_model.names import check_registry_id
from ecr_model.network import (
    IP_ADDRESS_TYPES,
    MAX_CLIENTS,
    ROUTE_TABLE_ID,
    SECURITY_GROUP_ID,
    SUBNET_ID,
    VPC_ID,
    check_client_cidr,
    is_ipv6,
)
from ecr_model.partitions import check_region
from ecr_model.shapes import alternatives, check_choice, check_list, entries
from pulumi_aws import ec2, vpc

from secure_ecr.arguments import Check, at, check_each, judged, one_of, read
from secure_ecr.errors import refuse
from secure_ecr.locations import partition_of, region_of
from secure_ecr.repository_settings import check_resource_tags
from secure_ecr.wire import wire

_RULE = "registry-endpoints"

_DNS = {"vpc_dns_support": "enableDnsSupport", "vpc_dns_hostnames": "enableDnsHostnames"}
"""
What private DNS needs of the VPC.

Source: PrivateLink guide, "Access an AWS service using an interface VPC endpoint", prerequisites.
"""

MAX_ACCOUNTS = 100
"""Our own bound: an endpoint policy has 20,480 characters. Source: Amazon VPC user guide, "Amazon VPC quotas"."""


def check_ip_address_type(value: object, field: str = "ip_address_type") -> tuple[Finding, ...]:
    """Return why the endpoints cannot have addresses of the type *value*."""
    return check_choice(value, IP_ADDRESS_TYPES, field, "ip-address-type")


def check_service(value: object, field: str = "services[0]") -> tuple[Finding, ...]:
    """Return why *value* is no service that has an endpoint beside those of the registry."""
    return check_choice(value, COMPANIONS, field, "endpoint-service")


def _each(check: Check, *, longest: int) -> Check:
    """Return the rule for a list of one entry or more, which *check* judges and each of which stands in it once."""

    def check_list_of(value: object, field: str) -> tuple[Finding, ...]:
        found = [*check_list(value, field, _RULE, shortest=1, longest=longest)]
        for index, entry in enumerate(entries(value)):
            found += check(entry, join(field, f"[{index}]"))
        return (*found, *_check_repeated(entries(value), field))

    return check_list_of


def _check_repeated(values: Sequence[object], field: str) -> Iterator[Finding]:
    for index, value in enumerate(values):
        if isinstance(value, str) and value in values[:index]:
            yield Finding(join(field, f"[{index}]"), _RULE, "must be named once", echo(value))


RULES: Mapping[str, Check] = {
    "vpc_id": VPC_ID.check,
    "allowed_account_ids": _each(check_registry_id, longest=MAX_ACCOUNTS),
    "organization_id": ORGANIZATION_ID.check,
    "registry_ids": _each(check_registry_id, longest=MAX_ACCOUNTS),
    "bucket_names": _each(BUCKET_NAME.check, longest=MAX_ACCOUNTS),
    "services": _each(check_service, longest=len(COMPANIONS)),
    "ip_address_type": check_ip_address_type,
    "region": check_region,
}
"""What each argument means to AWS; `check_settings` judges them together, and the lists that may have outputs."""


@one_of("allowed_account_ids", "organization_id")
@judged(**RULES)
class RegistryEndpointsArgs(TypedDict):
    """What the caller of RegistryEndpoints decides; exactly one of `allowed_account_ids` and `organization_id`."""

    vpc_id: pulumi.Input[str]
    """The VPC, one without an S3 gateway endpoint in these route tables: a route table takes one."""

    subnet_ids: pulumi.Input[list[pulumi.Input[str]]]
    """Subnets in which the endpoints have addresses, 2 or more, each in an Availability Zone of its own."""

    route_table_ids: pulumi.Input[list[pulumi.Input[str]]]
    """Route tables of the subnets that pull, 1 or more: their way to the layers in S3."""

    client_cidrs: NotRequired[list[pulumi.Input[str]]]
    """Address ranges that may connect, such as `10.0.0.0/16`; absent, those in `client_security_group_ids` alone."""

    client_security_group_ids: NotRequired[list[pulumi.Input[str]]]
    """Security groups whose members may connect; absent, those in `client_cidrs` alone."""

    allowed_account_ids: NotRequired[list[str]]
    """Accounts whose principals come through, 12 digits each, in quotes."""

    organization_id: NotRequired[str]
    """The organisation whose principals come through, in place of single accounts."""

    registry_ids: NotRequired[list[str]]
    """Accounts whose registries are reached; absent, those of the accounts or the organisation that come through."""

    pull_only: NotRequired[bool]
    """Whether pulls alone come through, no first one by a cache rule; absent, all that concerns repositories does."""

    bucket_names: NotRequired[list[str]]
    """Buckets that the route tables' subnets use: all their S3 traffic takes the gateway; absent, the layers alone."""

    services: NotRequired[list[str]]
    """More endpoints: logs, sts, ecs, ecs-agent, ecs-telemetry, secretsmanager, kms, ssm; absent, none."""

    ip_address_type: NotRequired[str]
    """`ipv4` or `dualstack`, which the subnets must have; absent, `ipv4`."""

    single_subnet: NotRequired[bool]
    """Whether one subnet is meant: the way to the registry then ends with its Availability Zone; absent, it is not."""

    vpc_dns_support: NotRequired[bool]
    """What `enableDnsSupport` of the VPC is; false is refused, as private DNS needs it. Absent, nobody has looked."""

    vpc_dns_hostnames: NotRequired[bool]
    """What `enableDnsHostnames` of the VPC is; false is refused, as private DNS needs it. Absent, nobody has looked."""

    region: NotRequired[str]
    """Region of the VPC and of the registries; absent, the provider is asked for its own."""

    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """AWS tags of everything here, beside the default tags of the provider; absent, those alone."""


class RegistryEndpoints(pulumi.ComponentResource):
    """
    The endpoints by which private subnets reach ECR: its API, its registries, and the layers in S3.

    Children: `<name>-ecr-api`, `<name>-ecr-dkr`, `<name>-s3` and `<name>-<service>` (VpcEndpoint),
    `<name>-security-group` (SecurityGroup) and `<name>-from-<client>` (SecurityGroupIngressRule), which names the
    address range or the security group, or its place in the list when it is an output. None of them holds state.

    Whether the VPC resolves names is not looked up: the VPC may belong to the same program, and a mistake has to
    be found before anything is registered. `vpc_dns_support` and `vpc_dns_hostnames` say it.
    """

    api_endpoint_id: pulumi.Output[str]
    """Id of the endpoint for ECR's API."""

    dkr_endpoint_id: pulumi.Output[str]
    """Id of the endpoint for the registries, for a condition on `aws:SourceVpce`."""

    layer_endpoint_id: pulumi.Output[str]
    """Id of the gateway endpoint for S3."""

    service_endpoint_ids: pulumi.Output[dict[str, str]]
    """From each of `services` to the id of its endpoint."""

    security_group_id: pulumi.Output[str]
    """Id of the security group that the endpoints share."""

    def __init__(self, name: str, args: RegistryEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field, written = at("", name), args
        args, findings = read(RegistryEndpointsArgs, written, field)
        refuse((*findings, *check_clients(written, field), *check_settings(args, field)))

        super().__init__("secure-ecr:index:RegistryEndpoints", name, wire(RegistryEndpointsArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        group = ec2.SecurityGroup(
            f"{name}-security-group",
            description="Endpoints of Amazon ECR: HTTPS from their clients",
            vpc_id=args["vpc_id"],
            # With no egress given the provider takes away the rule that lets everything out
            region=args.get("region"),
            tags=args.get("tags"),
            opts=child,
        )
        for client, source in _clients(args, field).items():
            vpc.SecurityGroupIngressRule(
                f"{name}-from-{client}",
                security_group_id=group.id,
                **source,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                description="HTTPS from clients of the registry",
                region=args.get("region"),
                tags=args.get("tags"),
                opts=child,
            )
        region = region_of(self, args.get("region"))
        policies = _policies(args, region)
        endpoints = {
            endpoint.service: ec2.VpcEndpoint(
                f"{name}-{endpoint.service.replace('.', '-')}",
                vpc_id=args["vpc_id"],
                service_name=_service_name(endpoint, region, child),
                vpc_endpoint_type=endpoint.type,
                **_place(endpoint, args, group.id),
                policy=policies[endpoint.service],
                region=args.get("region"),
                tags=args.get("tags"),
                opts=child,
            )
            for endpoint in (API, DKR, LAYERS, *(COMPANIONS[service] for service in args.get("services", [])))
        }

        self.api_endpoint_id = endpoints[API.service].id
        self.dkr_endpoint_id = endpoints[DKR.service].id
        self.layer_endpoint_id = endpoints[LAYERS.service].id
        self.service_endpoint_ids = pulumi.Output.all(
            **{service: endpoints[service].id for service in args.get("services", [])}
        ).apply(dict)
        self.security_group_id = group.id
        self.register_outputs(
            {
                "apiEndpointId": self.api_endpoint_id,
                "dkrEndpointId": self.dkr_endpoint_id,
                "layerEndpointId": self.layer_endpoint_id,
                "serviceEndpointIds": self.service_endpoint_ids,
                "securityGroupId": self.security_group_id,
            }
        )


def _clients(args: RegistryEndpointsArgs, field: str) -> dict[str, dict[str, Any]]:
    """Return the source of each ingress rule by the client's part of its logical name."""
    cidrs = {
        cidr.replace("/", "-") if isinstance(cidr, str) else f"cidr-{index}": _range(
            cidr, join(field, f"client_cidrs[{index}]")
        )
        for index, cidr in enumerate(args.get("client_cidrs", []))
    }
    groups = {
        group if isinstance(group, str) else f"group-{index}": {"referenced_security_group_id": group}
        for index, group in enumerate(args.get("client_security_group_ids", []))
    }
    return {**cidrs, **groups}


def _range(cidr: pulumi.Input[str], field: str) -> dict[str, pulumi.Input[str | None]]:
    """Return the source of a rule for an address range; one that is an output is judged as soon as it is known."""
    if isinstance(cidr, str):
        return {"cidr_ipv6" if is_ipv6(cidr) else "cidr_ipv4": cidr}

    def judge(known: str) -> str:
        refuse(check_client_cidr(known, field))
        return known

    judged_range = pulumi.Output.all(cidr).apply(lambda known: judge(known[0]))
    return {
        "cidr_ipv4": judged_range.apply(lambda known: None if is_ipv6(known) else known),
        "cidr_ipv6": judged_range.apply(lambda known: known if is_ipv6(known) else None),
    }


def _service_name(endpoint: Endpoint, region: pulumi.Output[str], child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    def find(home: str) -> pulumi.Input[str]:
        if known := endpoint.service_name(home):
            return known
        # With `service` the AWS provider would ask for one of the names alone, and in China not for that of ECR
        found = ec2.get_vpc_endpoint_service_output(
            filters=[{"name": "service-name", "values": [*endpoint.possible_service_names(home)]}],
            service_type=endpoint.type,
            service_regions=[home],
            opts=pulumi.InvokeOutputOptions(parent=child.parent),
        )
        name: pulumi.Output[str] = found.service_name
        return name

    return region.apply(find)


def _place(endpoint: Endpoint, args: RegistryEndpointsArgs, group_id: pulumi.Output[str]) -> dict[str, Any]:
    """Return what an endpoint of its type is attached to, and how it is found there."""
    if endpoint.type == "Gateway":
        return {"route_table_ids": args["route_table_ids"], "ip_address_type": args.get("ip_address_type")}
    # Written out, or an endpoint would keep the addresses that it had under an earlier declaration
    addresses = args.get("ip_address_type", "ipv4")
    return {
        "subnet_ids": args["subnet_ids"],
        "security_group_ids": [group_id],
        "private_dns_enabled": True,
        "ip_address_type": addresses,
        "dns_options": {"dns_record_ip_type": addresses},
    }


def _policies(args: RegistryEndpointsArgs, region: pulumi.Output[str]) -> dict[str, pulumi.Input[str] | None]:
    """Return the policy of every endpoint by its service, None for one that takes none."""
    callers: dict[str, Any] = {
        "account_ids": args.get("allowed_account_ids", ()),
        "organization_id": args.get("organization_id"),
    }
    registry = region.apply(
        lambda home: render_registry_endpoint_policy(
            **callers,
            registry_ids=args.get("registry_ids", ()),
            pull_only=args.get("pull_only", False),
            region=home,
            partition=partition_of(home),
        )
    )
    layers = region.apply(
        lambda home: render_layer_endpoint_policy(
            **callers, bucket_names=args.get("bucket_names", ()), region=home, partition=partition_of(home)
        )
    )
    companion = render_companion_endpoint_policy(**callers)
    return {
        API.service: registry,
        DKR.service: registry,
        LAYERS.service: layers,
        **{service: companion if endpoint.takes_policy else None for service, endpoint in COMPANIONS.items()},
    }


def check_clients(args: object, field: str) -> tuple[Finding, ...]:
    """Return that *args*, as they were written, name no client: nobody could connect."""
    keys = ("client_cidrs", "client_security_group_ids")
    if not isinstance(args, Mapping) or any(args.get(key) is not None for key in keys):
        return ()
    return (Finding(field, _RULE, f"must have one of {alternatives(keys)}, or both", "none"),)


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with arguments that are right one by one; a wrong one is absent here."""
    cidrs, groups = args.get("client_cidrs", []), args.get("client_security_group_ids", [])
    findings = [
        *_check_known(args, "client_cidrs", check_client_cidr, field),
        *_check_known(args, "subnet_ids", SUBNET_ID.check, field),
        *_check_known(args, "route_table_ids", ROUTE_TABLE_ID.check, field),
        *_check_known(args, "client_security_group_ids", SECURITY_GROUP_ID.check, field),
        *check_resource_tags(args.get("tags", {}), join(field, "tags")),
    ]
    subnets = args.get("subnet_ids")
    if isinstance(subnets, list) and len(subnets) == 1 and not args.get("single_subnet"):
        fix = "add one in another Availability Zone, or set single_subnet if one is meant"
        findings.append(Finding(join(field, "subnet_ids"), _RULE, "must have at least 2 entries", "1", fix))
    if len(cidrs) + len(groups) > MAX_CLIENTS:
        requirement = f"must have at most {MAX_CLIENTS} clients, which a security group has rules for"
        findings.append(Finding(field, _RULE, requirement, str(len(cidrs) + len(groups))))
    for index, cidr in enumerate(cidrs):
        if isinstance(cidr, str) and is_ipv6(cidr) and args.get("ip_address_type") != "dualstack":
            path, fix = join(field, f"client_cidrs[{index}]"), "set ip_address_type to 'dualstack'"
            findings.append(Finding(path, _RULE, "must be of IPv4, as the endpoints are", echo(cidr), fix))
    for key, attribute in _DNS.items():
        if args.get(key) is False:
            requirement, fix = "must be true: private DNS needs it", f"set {attribute} of the VPC"
            findings.append(Finding(join(field, key), "private-dns", requirement, "false", fix))
    return tuple(findings)


def _check_known(args: Mapping[str, Any], key: str, check: Check, field: str) -> tuple[Finding, ...]:
    """Return what is wrong with a list as far as it is known; an output may become anything."""
    values, path = args.get(key), join(field, key)
    if not isinstance(values, list):
        return ()
    return (*check_each(values, path, check, rule=_RULE, longest=MAX_CLIENTS), *_check_repeated(values, path))
