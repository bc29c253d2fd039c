"""The way from private subnets to a registry: the endpoints that it takes, and the least they must let through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from ecr_model.actions import LOGIN_ACTIONS, PULL_ACTIONS
from ecr_model.partitions import find_partition
from ecr_model.policy.conditions import Condition, Operator
from ecr_model.policy.document import PolicyDocument, render_policy
from ecr_model.policy.principals import read_principal
from ecr_model.policy.statements import Statement
from ecr_model.shapes import Text

Platform = Literal["ecs-ec2", "fargate", "eks", "lambda"]

PLATFORMS: tuple[Platform, ...] = ("ecs-ec2", "fargate", "eks", "lambda")


class Endpoint(NamedTuple):
    """
    One endpoint of a VPC.

    Attributes:
        service: The last part of its service's name, e.g. `ecr.dkr`.
        type: `Interface` has subnets, security groups and private DNS; `Gateway` has route tables.
        purpose: What comes to a stop without it.
        takes_policy: A policy can hold its callers to accounts without stopping anything.
    """

    service: str
    type: Literal["Interface", "Gateway"]
    purpose: str
    takes_policy: bool = True

    def service_name(self, region: str) -> str | None:
        """
        Return the whole name of the service in *region*, None where it has to be looked up.

        Outside the partitions aws and aws-us-gov some services put something else before the name.

        Source: PrivateLink guide, "AWS services that integrate with AWS PrivateLink".
        """
        partition = find_partition(region)
        known = partition is not None and partition.name in ("aws", "aws-us-gov")
        return f"com.amazonaws.{region}.{self.service}" if known else None

    def possible_service_names(self, region: str) -> tuple[str, ...]:
        """
        Return every name that the service may have in *region*: which one it has differs from service to service.

        In China it is `cn.com.amazonaws.cn-north-1.ecr.api`, but `com.amazonaws.cn-north-1.s3`.

        Source: EC2 API, `DescribeVpcEndpointServices` in cn-north-1, as aws/aws-cdk#25333 shows it.
        """
        partition = find_partition(region)
        suffixes = ["amazonaws.com", *([partition.dns_suffix] if partition else [])]
        prefixes = dict.fromkeys(".".join(reversed(suffix.split("."))) for suffix in suffixes)
        return tuple(f"{prefix}.{region}.{self.service}" for prefix in prefixes)


API = Endpoint("ecr.api", "Interface", "calls of the ECR API, the authorization token included")
DKR = Endpoint("ecr.dkr", "Interface", "docker login, push and pull; needs private DNS")
LAYERS = Endpoint("s3", "Gateway", "the layers of every image: ECR answers with an address in S3")
_ECS = Endpoint("ecs", "Interface", "the registration of container instances")
_AGENT = Endpoint("ecs-agent", "Interface", "the agent of ECS", takes_policy=False)
_TELEMETRY = Endpoint("ecs-telemetry", "Interface", "the metrics of ECS", takes_policy=False)
_LOGS = Endpoint("logs", "Interface", "the log driver awslogs, where it is used")
_STS = Endpoint("sts", "Interface", "roles of service accounts", takes_policy=False)

PULL_ENDPOINTS = (API, DKR, LAYERS)
"""Source: ECR user guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"."""

_ENDPOINTS: dict[Platform, tuple[Endpoint, ...]] = {
    "ecs-ec2": (*PULL_ENDPOINTS, _ECS, _AGENT, _TELEMETRY, _LOGS),
    "fargate": (*PULL_ENDPOINTS, _LOGS),
    "eks": (
        *PULL_ENDPOINTS,
        Endpoint("ec2", "Interface", "the network of nodes and pods"),
        Endpoint("eks", "Interface", "nodes that join the cluster"),
        _STS,
        _LOGS,
    ),
    "lambda": (),
}

COMPANIONS: Mapping[str, Endpoint] = {
    endpoint.service: endpoint
    for endpoint in (
        _LOGS,
        _STS,
        _ECS,
        _AGENT,
        _TELEMETRY,
        Endpoint("secretsmanager", "Interface", "secrets of a task definition, from Secrets Manager"),
        Endpoint("kms", "Interface", "calls of KMS by the workloads themselves"),
        Endpoint("ssm", "Interface", "secrets of a task definition, from the Parameter Store"),
    )
}
"""
What containers in private subnets call beside the registry, by the name of the service.

`sts` also takes requests that nobody has signed, AssumeRoleWithWebIdentity of service accounts; that the agent's two
endpoints take policies is documented nowhere.

Source: ECS developer guide, "Amazon ECS interface VPC endpoints"; STS API reference, `AssumeRoleWithWebIdentity`.
"""


BUCKET_NAME = Text(
    "bucket-name", "must be lower-case letters, digits, '.' and '-'", r"[a-z0-9][a-z0-9.-]*[a-z0-9]", 3, 63
)
"""Source: S3 user guide, "General purpose bucket naming rules"."""


def find_pull_endpoint(service_name: str) -> Endpoint | None:
    """
    Return which of PULL_ENDPOINTS has this *service_name*, in whatever Region and partition.

    Source: PrivateLink guide, "AWS services that integrate with AWS PrivateLink".
    """
    return next((endpoint for endpoint in PULL_ENDPOINTS if service_name.endswith(f".{endpoint.service}")), None)


def region_of_service(service_name: str) -> str | None:
    """Return the Region in the *service_name* of one of PULL_ENDPOINTS, None when it is none of theirs."""
    endpoint = find_pull_endpoint(service_name)
    return None if endpoint is None else service_name.removesuffix(f".{endpoint.service}").rpartition(".")[2]


def required_endpoints(platform: Platform) -> tuple[Endpoint, ...]:
    """
    Return the endpoints that workloads without a way to the internet need to pull and start.

    Lambda pulls before the function has a network, through none of the VPC's endpoints, so it needs none.

    Source: ECR user guide, "Considerations for Amazon ECR VPC endpoints" (Fargate from platform version 1.4.0,
    Windows 1.0.0); ECS developer guide, "Amazon ECS interface VPC endpoints"; EKS user guide, "Deploy private
    clusters with limited internet access".
    """
    return _ENDPOINTS[platform]


def layer_bucket_arn(region: str, partition: str) -> str:
    """
    Return the ARN of all layers that ECR keeps in *region*.

    Source: ECR user guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR".
    """
    return f"arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*"


def render_layer_endpoint_policy(
    *,
    region: str,
    partition: str,
    bucket_names: Collection[str] = (),
    account_ids: Collection[str] = (),
    organization_id: str | None = None,
) -> str:
    """
    Return the policy of a gateway endpoint for S3 that lets layers through, and nothing else unless it is named.

    It holds nobody who reads a layer to an account: the address of a layer is signed by ECR, not by the caller.

    Args:
        region: The Region of the endpoint.
        partition: The partition.
        bucket_names: Buckets that the clients use themselves.
        account_ids: The accounts whose principals may use those.
        organization_id: The organisation whose principals may use those, in place of accounts.

    Source: ECR user guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR".
    """
    layers = Statement(
        "Statement",
        "Allow",
        "ReadLayers",
        principals=_EVERYONE,
        actions=("s3:GetObject",),
        resources=(layer_bucket_arn(region, partition),),
    )
    buckets = Statement(
        "Statement",
        "Allow",
        "UseBuckets",
        principals=_EVERYONE,
        actions=("s3:*",),
        resources=tuple(f"arn:{partition}:s3:::{name}{below}" for name in bucket_names for below in ("", "/*")),
        conditions=_callers(account_ids, organization_id),
    )
    statements = (layers, buckets) if bucket_names else (layers,)
    return render_policy(PolicyDocument(statements), partition=partition)


def render_registry_endpoint_policy(
    account_ids: Collection[str] = (),
    *,
    organization_id: str | None = None,
    registry_ids: Collection[str] = (),
    pull_only: bool = False,
    region: str,
    partition: str,
) -> str:
    """
    Return the policy for both endpoints of ECR, `ecr.api` and `ecr.dkr`.

    It is a filter: IAM and the repositories still have to grant what passes. Settings of a registry, which are no
    repository's, do not pass.

    Args:
        account_ids: The accounts whose principals may come through.
        organization_id: The organisation whose principals may come through, in place of accounts.
        registry_ids: The accounts whose registries they may use; empty, those of the accounts or of the organisation.
            Images of AWS's own accounts (the add-ons of EKS, for instance) need theirs.
        pull_only: Let nothing but pulls through.
        region: The Region of the endpoints, which is the Region of the registries.
        partition: The partition.

    Source: ECR user guide, "Create an endpoint policy for your Amazon ECR VPC endpoints"; IAM user guide, "Data
    perimeters", for the organisation's own resources.
    """
    callers = _callers(account_ids, organization_id)
    owners = registry_ids or account_ids
    conditions = callers if owners else (*callers, _equals("aws:ResourceOrgID", [organization_id or ""]))
    login = Statement(
        "Statement",
        "Allow",
        "Login",
        principals=_EVERYONE,
        actions=LOGIN_ACTIONS,
        resources=("*",),
        conditions=callers,
    )
    use = Statement(
        "Statement",
        "Allow",
        "Pull" if pull_only else "UseRepositories",
        principals=_EVERYONE,
        actions=PULL_ACTIONS if pull_only else ("ecr:*",),
        resources=tuple(f"arn:{partition}:ecr:{region}:{owner}:repository/*" for owner in owners or "*"),
        conditions=conditions,
    )
    return render_policy(PolicyDocument((login, use)), partition=partition)


def render_companion_endpoint_policy(account_ids: Collection[str] = (), *, organization_id: str | None = None) -> str:
    """
    Return the policy for an endpoint of `COMPANIONS` whose requests are all signed: who may come through.

    Args:
        account_ids: The accounts whose principals may come through.
        organization_id: The organisation whose principals may come through, in place of accounts.

    Source: IAM user guide, "Data perimeters".
    """
    statement = Statement(
        "Statement",
        "Allow",
        "UseService",
        principals=_EVERYONE,
        actions=("*",),
        resources=("*",),
        conditions=_callers(account_ids, organization_id),
    )
    return render_policy(PolicyDocument((statement,)))


def _callers(account_ids: Collection[str], organization_id: str | None) -> tuple[Condition, ...]:
    if organization_id is None:
        return (_equals("aws:PrincipalAccount", account_ids),)
    return (_equals("aws:PrincipalOrgID", [organization_id]),)


def _equals(key: str, values: Collection[str]) -> Condition:
    return Condition(Operator("StringEquals"), key, tuple(values))


_EVERYONE = (read_principal("AWS", "*"),)
