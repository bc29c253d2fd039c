"""The way from private subnets to a registry: the endpoints that it takes, and the least they must let through."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from ecr_model.actions import LOGIN_ACTIONS, PULL_ACTIONS, PUSH_ACTIONS
from ecr_model.partitions import find_partition
from ecr_model.policy.conditions import Condition, Operator
from ecr_model.policy.document import PolicyDocument, render_policy
from ecr_model.policy.principals import read_principal
from ecr_model.policy.statements import Statement

Platform = Literal["ecs-ec2", "fargate", "eks", "lambda"]

PLATFORMS: tuple[Platform, ...] = ("ecs-ec2", "fargate", "eks", "lambda")


class Endpoint(NamedTuple):
    """
    One endpoint of a VPC.

    Attributes:
        service: The last part of its service's name, e.g. `ecr.dkr`.
        type: `Interface` has subnets, security groups and private DNS; `Gateway` has route tables.
        purpose: What comes to a stop without it.
    """

    service: str
    type: Literal["Interface", "Gateway"]
    purpose: str

    def service_name(self, region: str) -> str | None:
        """
        Return the whole name of the service in *region*, None where it has to be looked up.

        Outside the partitions aws and aws-us-gov some services put something else before the name.

        Source: PrivateLink guide, "AWS services that integrate with AWS PrivateLink".
        """
        partition = find_partition(region)
        known = partition is not None and partition.name in ("aws", "aws-us-gov")
        return f"com.amazonaws.{region}.{self.service}" if known else None


API = Endpoint("ecr.api", "Interface", "calls of the ECR API, the authorization token included")
DKR = Endpoint("ecr.dkr", "Interface", "docker login, push and pull; needs private DNS")
LAYERS = Endpoint("s3", "Gateway", "the layers of every image: ECR answers with an address in S3")
_LOGS = Endpoint("logs", "Interface", "the log driver awslogs, where it is used")

PULL_ENDPOINTS = (API, DKR, LAYERS)
"""Source: ECR user guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"."""

_ENDPOINTS: dict[Platform, tuple[Endpoint, ...]] = {
    "ecs-ec2": (
        *PULL_ENDPOINTS,
        Endpoint("ecs", "Interface", "the registration of container instances"),
        Endpoint("ecs-agent", "Interface", "the agent of ECS"),
        Endpoint("ecs-telemetry", "Interface", "the metrics of ECS"),
        _LOGS,
    ),
    "fargate": (*PULL_ENDPOINTS, _LOGS),
    "eks": (
        *PULL_ENDPOINTS,
        Endpoint("ec2", "Interface", "the network of nodes and pods"),
        Endpoint("eks", "Interface", "nodes that join the cluster"),
        Endpoint("sts", "Interface", "roles of service accounts"),
        _LOGS,
    ),
    "lambda": (),
}


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


def render_layer_endpoint_policy(*, region: str, partition: str) -> str:
    """
    Return the policy of a gateway endpoint for S3 that lets layers through, and nothing else.

    It holds nobody to an account: the address of a layer is signed by ECR, not by the caller.

    Source: ECR user guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR".
    """
    statement = Statement(
        "Statement",
        "Allow",
        "ReadLayers",
        principals=_EVERYONE,
        actions=("s3:GetObject",),
        resources=(layer_bucket_arn(region, partition),),
    )
    return render_policy(PolicyDocument((statement,)), partition=partition)


def render_registry_endpoint_policy(
    account_ids: Collection[str],
    *,
    registry_ids: Collection[str] = (),
    push: bool = False,
    region: str,
    partition: str,
) -> str:
    """
    Return the policy for both endpoints of ECR, `ecr.api` and `ecr.dkr`.

    It is a filter: IAM and the repositories still have to grant what passes.

    Args:
        account_ids: The accounts whose principals may come through.
        registry_ids: The accounts from whose registries they may pull, the same ones when empty. Images of AWS's
            own accounts (the add-ons of EKS, for instance) need theirs.
        push: Let pushes through as well as pulls.
        region: The Region of the endpoints, which is the Region of the registries.
        partition: The partition.

    Source: ECR user guide, "Create an endpoint policy for your Amazon ECR VPC endpoints".
    """
    from_accounts = Condition(Operator("StringEquals"), "aws:PrincipalAccount", tuple(account_ids))
    repositories = tuple(
        f"arn:{partition}:ecr:{region}:{account_id}:repository/*" for account_id in registry_ids or account_ids
    )
    login = Statement(
        "Statement",
        "Allow",
        "Login",
        principals=_EVERYONE,
        actions=LOGIN_ACTIONS,
        resources=("*",),
        conditions=(from_accounts,),
    )
    use = Statement(
        "Statement",
        "Allow",
        "PullAndPush" if push else "Pull",
        principals=_EVERYONE,
        actions=(*PULL_ACTIONS, *PUSH_ACTIONS) if push else PULL_ACTIONS,
        resources=repositories,
        conditions=(from_accounts,),
    )
    return render_policy(PolicyDocument((login, use)), partition=partition)


_EVERYONE = (read_principal("AWS", "*"),)
