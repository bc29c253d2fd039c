"""An IAM role with which containers' images are pulled, and nothing else is done."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.findings import Finding, echo, join
from ecr_model.references import check_repository_arn
from ecr_model.workload_identities import VPC_ENDPOINT_ID
from pulumi_aws import iam

from secure_ecr.arguments import at, check_each, judged, one_of, read
from secure_ecr.errors import refuse
from secure_ecr.push_role import ROLE_NAME, SESSION_SECONDS
from secure_ecr.role_checks import MAX_REPOSITORIES, check_length, check_partition
from secure_ecr.role_policies import render_pull_permissions
from secure_ecr.role_trust import (
    EcsTrustArgs,
    InstanceProfileTrustArgs,
    PodIdentityTrustArgs,
    ServiceAccountTrustArgs,
    describe_callers,
    known,
    render_trust,
    role_partition,
)
from secure_ecr.wire import wire

MAX_VPC_ENDPOINTS = 50
"""Our own bound: interface endpoints of a VPC. Source: Amazon VPC user guide, "Amazon VPC quotas"."""


@one_of("ecs", "instance_profile", "service_account", "pod_identity")
class PullTrustArgs(TypedDict):
    """The workload that may assume the role; exactly one. Lambda assumes none: grant it `access.pull`."""

    ecs: NotRequired[EcsTrustArgs]
    """Amazon ECS tasks, on Fargate and elsewhere: the role is their execution role."""

    instance_profile: NotRequired[InstanceProfileTrustArgs]
    """Nodes of Amazon EKS, whose kubelet pulls for every pod, and other instances, by an instance profile."""

    service_account: NotRequired[ServiceAccountTrustArgs]
    """Pods of Amazon EKS that read images themselves, such as scanners, by an IAM role for a service account."""

    pod_identity: NotRequired[PodIdentityTrustArgs]
    """Pods of Amazon EKS that read images themselves, such as scanners, by EKS Pod Identity."""


@judged(role_name=ROLE_NAME.check)
class PullRoleArgs(TypedDict):
    """What the caller of PullRole decides."""

    repository_arns: list[pulumi.Input[str]]
    """ARNs of the repositories to pull from, without wildcards; 1 or more, or none beside `cache_repository_arns`."""

    trust: PullTrustArgs
    """Who may assume the role."""

    role_name: NotRequired[str]
    """Name of the role in IAM; absent, Pulumi makes one that is unique."""

    cache_repository_arns: NotRequired[list[pulumi.Input[str]]]
    """ARNs of repositories that a pull through the cache fills and creates; `/*` at the end is all below a prefix.
    Absent, the role fills no cache."""

    vpc_endpoint_ids: NotRequired[list[pulumi.Input[str]]]
    """Endpoints for `ecr.dkr` and `ecr.api` through which alone the role pulls; absent, it pulls from anywhere."""


class PullRole(pulumi.ComponentResource):
    """
    An IAM role that pulls from some repositories.

    It is for Amazon ECS, for the nodes of Amazon EKS and for pods that read images. AWS Lambda pulls by the policy of
    the repository and by no role: `access.pull` of SecureRepository grants it to `lambda.amazonaws.com`.

    Repositories of another account must grant the pull to this one as well. A node takes more than a pull; attach
    that to the role by its name.

    Children: `<name>` (Role), `<name>-policy` (RolePolicy) and, for instances, `<name>-profile` (InstanceProfile).
    None of them holds state.
    """

    role_arn: pulumi.Output[str]
    """ARN of the role, for the task definition, the node group or the service account."""

    role_name: pulumi.Output[str]
    """Name of the role in IAM."""

    instance_profile_name: pulumi.Output[str]
    """Name of the instance profile; empty without a trust in one."""

    def __init__(self, name: str, args: PullRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(PullRoleArgs, args, field)
        findings = (*explain_lambda(findings, field), *check_settings(args, field))
        refuse((*findings, *check_policies(args, field, findings)))
        arns, cached = args["repository_arns"], args.get("cache_repository_arns", [])
        trust, partition = args["trust"], role_partition([*arns, *cached])

        super().__init__("secure-ecr:index:PullRole", name, wire(PullRoleArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            name,
            name=args.get("role_name"),
            description=f"Pulls images from Amazon ECR for {describe_callers(trust)}",
            assume_role_policy=pulumi.Output.from_input(trust).apply(
                lambda said: render_trust(said, partition=partition)
            ),
            max_session_duration=SESSION_SECONDS,
            opts=child,
        )
        iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.all(arns, cached, args.get("vpc_endpoint_ids", [])).apply(
                lambda said: render_pull_permissions(said[0], cache_repository_arns=said[1], vpc_endpoint_ids=said[2])
            ),
            opts=child,
        )
        profile_name: pulumi.Input[str] = ""
        if "instance_profile" in trust:
            asked = trust["instance_profile"].get("name", args.get("role_name"))
            profile_name = iam.InstanceProfile(f"{name}-profile", name=asked, role=role.name, opts=child).name

        self.role_arn = role.arn
        self.role_name = role.name
        self.instance_profile_name = pulumi.Output.from_input(profile_name)
        self.register_outputs(
            {
                "roleArn": self.role_arn,
                "roleName": self.role_name,
                "instanceProfileName": self.instance_profile_name,
            }
        )


def check_cache_arn(value: object, field: str) -> tuple[Finding, ...]:
    """Return why *value* is no ARN of a repository, nor of all repositories below a prefix."""
    if isinstance(value, str) and value.endswith(":repository/*"):
        requirement = "must name the prefix of a cache's rule: on every repository it would create any"
        return (Finding(field, "pull-cache", requirement, echo(value)),)
    return check_repository_arn(value.removesuffix("/*") if isinstance(value, str) else value, field)


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with arguments that are right one by one; a wrong one is absent here."""
    findings: list[Finding] = []
    lists = {
        "repository_arns": (
            check_repository_arn,
            "pull-repositories",
            0 if args.get("cache_repository_arns") else 1,
            MAX_REPOSITORIES,
        ),
        "cache_repository_arns": (check_cache_arn, "pull-cache", 1, MAX_REPOSITORIES),
        "vpc_endpoint_ids": (VPC_ENDPOINT_ID.check, "vpc-endpoints", 1, MAX_VPC_ENDPOINTS),
    }
    for key, (check, rule, shortest, longest) in lists.items():
        if key in args:
            path = join(field, key)
            findings += check_each(args[key], path, check, rule=rule, shortest=shortest, longest=longest)
    return tuple(findings)


def check_policies(args: Mapping[str, Any], field: str, found: Collection[Finding]) -> tuple[Finding, ...]:
    """Return what is wrong with the policies of the role as a whole, as far as *found* leaves them to be judged."""
    arns, cached = known(args.get("repository_arns", [])), known(args.get("cache_repository_arns", []))
    right = [arn for arn in (*arns, *cached) if not check_cache_arn(arn, "")]
    permissions = render_pull_permissions(
        arns, cache_repository_arns=cached, vpc_endpoint_ids=known(args.get("vpc_endpoint_ids", []))
    )
    return (
        *check_partition(args, right, field, found),
        *check_length(permissions, field),
    )


def explain_lambda(findings: Iterable[Finding], field: str) -> Iterator[Finding]:
    """Yield *findings*, the one about a trust of Lambda with what to declare instead."""
    for finding in findings:
        if finding.field == join(field, "trust.lambda"):
            requirement = "must be absent: Lambda pulls by the policy of the repository, and by no role"
            fix = "declare access.pull: [{service: lambda.amazonaws.com, source: <account id>}] at the repository"
            yield replace(finding, requirement=requirement, got=None, fix=fix)
        else:
            yield finding
