"""Who may assume a role: CI systems and workloads as a program declares them, and the trust policy for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

import pulumi
from ecr_model.documents import compact
from ecr_model.findings import Finding, join
from ecr_model.grants import account_of
from ecr_model.names import check_registry_id
from ecr_model.partitions import check_region
from ecr_model.shapes import Text, check_list, entries
from ecr_model.trust_policies import GITHUB, GITLAB
from ecr_model.workload_identities import (
    CLUSTER_ARN,
    CLUSTER_AUDIENCE,
    CLUSTER_PROVIDER_ARN,
    CODEBUILD,
    ECS_TASKS,
    EKS_PODS,
    GITHUB_PLACE,
    GITHUB_REPOSITORY,
    GITLAB_BRANCH,
    GITLAB_PROJECT,
    NAMESPACE,
    OIDC_AUDIENCE,
    OIDC_URL,
    SERVICE_ACCOUNT,
    check_provider_arn,
    ec2_service,
    ecs_source_arn,
    github_subjects,
    gitlab_subjects,
    provider_host,
    render_provider_arn,
    service_account_subject,
    sts_audience,
)

from secure_ecr.arguments import judged, one_of
from secure_ecr.locations import partition_of

PROFILE_NAME = Text("instance-profile", "must be letters, digits and '+=,.@_-'", r"[A-Za-z0-9+=,.@_-]+", 1, 128)
"""Source: API shape `instanceProfileNameType` of IAM."""

MAX_CALLERS = 20
"""Our own bound: a trust policy has 2048 characters. Source: IAM user guide, "IAM and AWS STS quotas"."""


def check_github_repositories(value: object, field: str = "repositories") -> tuple[Finding, ...]:
    """Return why *value* is no list of repositories on GitHub."""
    return _check_callers(value, GITHUB_REPOSITORY, field)


def check_gitlab_projects(value: object, field: str = "projects") -> tuple[Finding, ...]:
    """Return why *value* is no list of projects on GitLab."""
    return _check_callers(value, GITLAB_PROJECT, field)


def check_github_provider(value: object, field: str = "provider_arn") -> tuple[Finding, ...]:
    """Return why *value* is not the ARN of an OIDC provider for GitHub."""
    return check_provider_arn(value, GITHUB, field)


def _check_callers(value: object, name: Text, field: str) -> tuple[Finding, ...]:
    findings = [*check_list(value, field, name.rule, shortest=1, longest=MAX_CALLERS)]
    for index, caller in enumerate(entries(value)):
        findings += name.check(caller, join(field, f"[{index}]"))
    return tuple(findings)


@one_of("environment", "branch")
@judged(
    repositories=check_github_repositories,
    environment=GITHUB_PLACE.check,
    branch=GITHUB_PLACE.check,
    provider_arn=check_github_provider,
)
class GitHubTrustArgs(TypedDict):
    """Jobs of GitHub Actions that may assume the role; exactly one of `environment` and `branch`."""

    repositories: list[str]
    """Repositories on GitHub, `owner/name`."""

    environment: NotRequired[str]
    """Deployment environment that the job names; GitHub's own protection rules decide who gets into it."""

    branch: NotRequired[str]
    """Branch that the job runs on, for jobs without an environment."""

    provider_arn: NotRequired[pulumi.Input[str]]
    """The account's OIDC provider for GitHub, of which there can be one; absent, the component creates it."""


@judged(projects=check_gitlab_projects, branch=GITLAB_BRANCH.check, url=OIDC_URL.check, audience=OIDC_AUDIENCE.check)
class GitLabTrustArgs(TypedDict):
    """Jobs of GitLab CI/CD that may assume the role."""

    projects: list[str]
    """Full paths of projects, `group/project`."""

    branch: str
    """Branch that the job runs on; GitLab's protected branches decide who gets onto it."""

    url: NotRequired[str]
    """Instance of GitLab that AWS can reach, as its tokens name it; absent, `https://gitlab.com`."""

    audience: NotRequired[str]
    """What the job writes below `id_tokens` as `aud`; absent, the URL of the instance."""

    provider_arn: NotRequired[pulumi.Input[str]]
    """The account's OIDC provider for the instance, of which there can be one; absent, the component creates it."""


class CodeBuildTrustArgs(TypedDict):
    """Projects of AWS CodeBuild that may assume the role as their service role."""

    project_arns: list[pulumi.Input[str]]
    """ARNs of projects, 1 to 20, without wildcards."""


@judged(name=PROFILE_NAME.check)
class InstanceProfileTrustArgs(TypedDict):
    """Amazon EC2 instances with the role's instance profile, and everything that runs on them."""

    name: NotRequired[str]
    """Name of the instance profile in IAM; absent, the name of the role or, without one, one that is unique."""


@judged(provider_arn=CLUSTER_PROVIDER_ARN.check, namespace=NAMESPACE.check, service_account=SERVICE_ACCOUNT.check)
class ServiceAccountTrustArgs(TypedDict):
    """Pods of an Amazon EKS cluster that run as one service account, by the cluster's tokens (IRSA)."""

    provider_arn: pulumi.Input[str]
    """The account's OIDC provider for the cluster."""

    namespace: str
    """Kubernetes namespace of the service account."""

    service_account: str
    """Name of the Kubernetes service account."""


@judged(cluster_arn=CLUSTER_ARN.check, namespace=NAMESPACE.check, service_account=SERVICE_ACCOUNT.check)
class PodIdentityTrustArgs(TypedDict):
    """Pods of an Amazon EKS cluster that run as one service account, by EKS Pod Identity with its session tags."""

    cluster_arn: pulumi.Input[str]
    """ARN of the cluster."""

    namespace: str
    """Kubernetes namespace of the service account."""

    service_account: str
    """Name of the Kubernetes service account."""


@judged(account_id=check_registry_id, region=check_region)
class EcsTrustArgs(TypedDict):
    """Amazon ECS tasks that name the role as their execution role; ECS can tell accounts apart, not clusters."""

    account_id: str
    """Account of the tasks, 12 digits in quotes."""

    region: NotRequired[str]
    """Region of the tasks; absent, any."""


class Issuer(NamedTuple):
    """
    Whose tokens a role takes, through an OIDC provider that the account may not have yet.

    Attributes:
        url: What the tokens name as their issuer.
        audience: For whom they are issued.
        provider_arn: The provider that the account has; None when it is to be created.
    """

    url: str
    audience: str
    provider_arn: pulumi.Input[str] | None


def issuer_of(trust: Mapping[str, Any], partition: str) -> Issuer | None:
    """Return whose tokens *trust* takes; None when no OIDC provider is the component's to create."""
    if "github" in trust:
        return Issuer(f"https://{GITHUB}", sts_audience(partition), trust["github"].get("provider_arn"))
    if "gitlab" in trust:
        url = gitlab_url(trust["gitlab"])
        return Issuer(url, trust["gitlab"].get("audience", url), trust["gitlab"].get("provider_arn"))
    return None


def gitlab_url(jobs: Mapping[str, Any]) -> str:
    """Return the instance of GitLab whose *jobs* are declared."""
    url: str = jobs.get("url", f"https://{GITLAB}")
    return url


def known(arns: Iterable[pulumi.Input[str]]) -> list[str]:
    """Return the *arns* that come from no resource."""
    return [arn for arn in arns if isinstance(arn, str)]


def role_partition(repository_arns: Iterable[pulumi.Input[str]]) -> str:
    """Return the partition of a role for repositories: theirs, the stack's when no ARN is known."""
    return next((arn.split(":")[1] for arn in known(repository_arns)), None) or partition_of(None)


def provider_beside(repository_arns: Iterable[pulumi.Input[str]], url: str) -> str | None:
    """Return the ARN of the OIDC provider for *url* in the account of the repositories; None when that is not known."""
    for arn in known(repository_arns):
        return render_provider_arn(url, partition=arn.split(":")[1], account_id=account_of(arn))
    return None


def describe_callers(trust: Mapping[str, Any]) -> str:
    """Return who assumes the role, for its description."""
    return _CALLERS[next(iter(trust))].name


def render_trust(trust: Mapping[str, Any], *, partition: str, provider_arn: str = "") -> str:
    """
    Return the trust policy of a role.

    Args:
        trust: Its one key says who may assume the role; every value is known.
        partition: Partition of the role.
        provider_arn: The OIDC provider for `issuer_of`.
    """
    [(kind, callers)] = trust.items()
    statement = _CALLERS[kind].statement(callers, partition, provider_arn)
    return compact({"Version": "2012-10-17", "Statement": [statement]})


def _github(jobs: Mapping[str, Any], partition: str, provider_arn: str) -> Mapping[str, object]:
    """
    Return the statement for jobs with exactly these subjects.

    Source: IAM user guide, "Create a role for OpenID Connect federation: Configuring a role for GitHub OIDC
    identity provider".
    """
    subjects = github_subjects(jobs["repositories"], environment=jobs.get("environment"), branch=jobs.get("branch"))
    return _by_token("AssumeFromGitHub", provider_arn, sts_audience(partition), subjects)


def _gitlab(jobs: Mapping[str, Any], _: str, provider_arn: str) -> Mapping[str, object]:
    """Source: GitLab documentation, "Configure OpenID Connect in AWS to retrieve temporary credentials"."""
    subjects = gitlab_subjects(jobs["projects"], branch=jobs["branch"])
    return _by_token("AssumeFromGitLab", provider_arn, jobs.get("audience", gitlab_url(jobs)), subjects)


def _service_account(pods: Mapping[str, Any], *_: str) -> Mapping[str, object]:
    """Source: EKS user guide, "Assign IAM roles to Kubernetes service accounts"."""
    subject = service_account_subject(pods["namespace"], pods["service_account"])
    return _by_token("AssumeFromServiceAccount", pods["provider_arn"], CLUSTER_AUDIENCE, subject)


def _codebuild(builds: Mapping[str, Any], *_: str) -> Mapping[str, object]:
    """Source: CodeBuild user guide, "Allow CodeBuild to interact with other AWS services"."""
    arns = sorted(set(builds["project_arns"]))
    condition = {
        "ArnEquals": {"aws:SourceArn": arns},
        "StringEquals": {"aws:SourceAccount": sorted(set(map(account_of, arns)))},
    }
    return _by_service("AssumeFromCodeBuild", CODEBUILD, condition=condition)


def _ec2(_: Mapping[str, Any], partition: str, __: str) -> Mapping[str, object]:
    """
    Return the statement for instances; EC2 says of nobody on whose behalf it asks, and takes no other account's role.

    Source: IAM user guide, "Use an IAM role to grant permissions to applications running on Amazon EC2 instances".
    """
    return _by_service("AssumeFromEc2", ec2_service(partition))


def _pod_identity(pods: Mapping[str, Any], *_: str) -> Mapping[str, object]:
    """
    Return the statement for the pods of one service account, which EKS names in tags of their session.

    Source: EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity" and "Grant pods access to
    AWS resources based on tags".
    """
    tags = {
        "aws:RequestTag/eks-cluster-arn": pods["cluster_arn"],
        "aws:RequestTag/kubernetes-namespace": pods["namespace"],
        "aws:RequestTag/kubernetes-service-account": pods["service_account"],
    }
    actions = ("sts:AssumeRole", "sts:TagSession")
    return _by_service("AssumeFromPodIdentity", EKS_PODS, actions=actions, condition={"StringEquals": tags})


def _ecs(tasks: Mapping[str, Any], partition: str, _: str) -> Mapping[str, object]:
    """Source: ECS developer guide, "Amazon ECS task IAM role"."""
    source = ecs_source_arn(tasks["account_id"], partition=partition, region=tasks.get("region"))
    condition = {"ArnLike": {"aws:SourceArn": source}, "StringEquals": {"aws:SourceAccount": tasks["account_id"]}}
    return _by_service("AssumeFromEcs", ECS_TASKS, condition=condition)


def _by_token(sid: str, provider_arn: str, audience: str, subjects: str | Sequence[str]) -> Mapping[str, object]:
    host = provider_host(provider_arn)
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Federated": provider_arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{host}:aud": audience, f"{host}:sub": subjects}},
    }


def _by_service(
    sid: str,
    service: str,
    *,
    actions: str | Sequence[str] = "sts:AssumeRole",
    condition: Mapping[str, object] | None = None,
) -> Mapping[str, object]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
    return {**statement, "Condition": condition} if condition else statement


class _Callers(NamedTuple):
    """
    One kind of those who assume a role.

    Attributes:
        name: What the role's description calls them.
        statement: Makes the statement that lets them, of their declaration, the partition, and the ARN of the OIDC
            provider for their issuer.
    """

    name: str
    statement: Callable[[Mapping[str, Any], str, str], Mapping[str, object]]


_CALLERS: Mapping[str, _Callers] = {
    "github": _Callers("GitHub Actions", _github),
    "gitlab": _Callers("GitLab CI/CD", _gitlab),
    "codebuild": _Callers("AWS CodeBuild", _codebuild),
    "instance_profile": _Callers("Amazon EC2 instances", _ec2),
    "service_account": _Callers("pods of Amazon EKS", _service_account),
    "pod_identity": _Callers("pods of Amazon EKS", _pod_identity),
    "ecs": _Callers("Amazon ECS tasks", _ecs),
}
