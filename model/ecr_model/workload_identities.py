"""
Who builds and runs images: the names by which CI systems and workloads are known to AWS, and what IAM compares.

A caller comes with a token of an OIDC provider (GitHub, GitLab, an EKS cluster), whose subject says what it is,
or through a service (CodeBuild, ECS, EKS Pod Identity, EC2), which says on whose behalf it asks.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecr_model.findings import Finding, echo
from ecr_model.shapes import Text

_LABEL = r"[a-z0-9]+(?:-+[a-z0-9]+)*"
_ARN = r"arn:aws(?:-[a-z]+)*"
_PLACE = r"[^\x00-\x20\x7f:*?]+"
_PLACE_REQUIREMENT = "must be a name without blanks, ':', '*' and '?'"

# --- Tokens of OIDC providers ---------------------------------------------------------------------------

GITHUB_REPOSITORY = Text(
    "github-repository",
    "must be 'owner/name', without wildcards",
    r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}",
    3,
    140,
)
"""Source: GitHub documentation, "Username considerations for external authentication" and "REST API: repositories"."""

GITHUB_PLACE = Text("github-place", _PLACE_REQUIREMENT, _PLACE, 1, 255)
"""
A branch or an environment, exactly one: the trust policy compares and knows no wildcards.

Source: `git check-ref-format`; GitHub documentation, "Managing environments for deployment".
"""

GITLAB_PROJECT = Text(
    "gitlab-project",
    "must be the full path of a project, 'group/project', without wildcards",
    r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+",
    3,
    255,
)
"""Source: GitLab documentation, "Reserved project and group names", "Rules for usernames, project and group names"."""

GITLAB_BRANCH = Text("gitlab-branch", _PLACE_REQUIREMENT, _PLACE, 1, 255)
"""Source: `git check-ref-format`."""

OIDC_URL = Text(
    "oidc-url",
    "must be 'https://' and a host, without a port and without '/' at the end",
    rf"https://{_LABEL}(?:\.{_LABEL})+(?:/[A-Za-z0-9_-]+)*",
    1,
    255,
)
"""Source: API shape `OpenIDConnectProviderUrlType` of IAM and the description of `CreateOpenIDConnectProvider`."""

OIDC_AUDIENCE = Text(
    "oidc-audience", "must be letters, digits, ':', '/', '.', '_' and '-'", r"[A-Za-z0-9:/._-]+", 1, 255
)
"""Source: API shape `clientIDType` of IAM; without '$', which begins a variable in a policy."""

OIDC_PROVIDER_ARN = Text(
    "oidc-provider",
    "must be 'arn:<partition>:iam::<account>:oidc-provider/<host>'",
    rf"{_ARN}:iam::[0-9]{{12}}:oidc-provider/[A-Za-z0-9._/-]+",
    1,
    320,
)
"""Source: Service Authorization Reference, "Resource types defined by AWS Identity and Access Management"."""

CLUSTER_PROVIDER_ARN = Text(
    "cluster-provider",
    "must be the ARN of an EKS cluster's OIDC provider, "
    "'arn:<partition>:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/<id>'",
    rf"{_ARN}:iam::[0-9]{{12}}:oidc-provider/oidc[.-]eks\.[a-z0-9-]+\.[a-z0-9.-]+/id/[0-9A-Za-z]+",
    1,
    320,
)
"""
Source: EKS user guide, "Create an IAM OIDC provider for your cluster"; "View Amazon EKS networking requirements for VPC
and subnets", IRSA OIDC Issuer URLs, for `oidc-eks.<region>.api.aws` of clusters that have IPv6.
"""

CLUSTER_AUDIENCE = "sts.amazonaws.com"
"""
For whom a cluster issues tokens to its pods, in China too.

Source: EKS user guide, "Assign IAM roles to Kubernetes service accounts"; eksctl-io/eksctl#1910.
"""

NAMESPACE = Text(
    "kubernetes-namespace", "must be lower-case letters and digits, with hyphens between them", _LABEL, 1, 63
)
"""Source: Kubernetes documentation, "Namespaces" and "Object Names and IDs: RFC 1123 Label Names"."""

SERVICE_ACCOUNT = Text(
    "kubernetes-service-account",
    "must be lower-case letters and digits, with hyphens and dots between them",
    rf"{_LABEL}(?:\.{_LABEL})*",
    1,
    253,
)
"""Source: Kubernetes documentation, "Service Accounts" and "Object Names and IDs: DNS Subdomain Names"."""


def sts_audience(partition: str) -> str:
    """
    Return the audience for which GitHub issues tokens to AWS.

    Source: github.com/aws-actions/configure-aws-credentials, input `audience`.
    """
    return "sts.amazonaws.com.cn" if partition == "aws-cn" else "sts.amazonaws.com"


def github_subjects(repositories: Iterable[str], *, environment: str | None, branch: str | None) -> list[str]:
    """
    Return the subjects of the tokens of jobs that deploy to *environment* or, without one, run on *branch*.

    Source: GitHub documentation, "OpenID Connect reference", "Example subject claims".
    """
    place = f"environment:{environment}" if environment is not None else f"ref:refs/heads/{branch}"
    return sorted({f"repo:{repository}:{place}" for repository in repositories})


def gitlab_subjects(projects: Iterable[str], *, branch: str) -> list[str]:
    """
    Return the subjects of the tokens of jobs that run on *branch*.

    Source: GitLab documentation, "OpenID Connect (OIDC) Authentication Using ID Tokens", claim `sub`.
    """
    return sorted({f"project_path:{project}:ref_type:branch:ref:{branch}" for project in projects})


def service_account_subject(namespace: str, service_account: str) -> str:
    """
    Return the subject of the tokens of pods that run as *service_account*.

    Source: EKS user guide, "Assign IAM roles to Kubernetes service accounts".
    """
    return f"system:serviceaccount:{namespace}:{service_account}"


def render_provider_arn(url: str, *, partition: str, account_id: str) -> str:
    """Return the ARN of the OIDC provider for *url*, of which an account can have one."""
    return f"arn:{partition}:iam::{account_id}:oidc-provider/{url.removeprefix('https://')}"


def provider_host(provider_arn: str) -> str:
    """
    Return with what the condition keys of a provider's tokens begin: its host, and its path if it has one.

    Source: IAM user guide, "Available keys for AWS OIDC federation".
    """
    return provider_arn.partition(":oidc-provider/")[2]


def check_provider_arn(value: object, issuer: str, field: str = "provider_arn") -> tuple[Finding, ...]:
    """
    Return why *value* is no ARN of an OIDC provider for *issuer*, the host whose tokens it takes.

    A path may follow the host: GitHub gives an enterprise an issuer of its own.

    Source: GitHub documentation, "OpenID Connect reference", "Customizing the issuer value for an enterprise".
    """
    if findings := OIDC_PROVIDER_ARN.check(value, field):
        return findings
    host = provider_host(str(value))
    if f"{host}/".startswith(f"{issuer}/"):
        return ()
    return (Finding(field, OIDC_PROVIDER_ARN.rule, f"must be the OIDC provider for {issuer!r}", echo(host)),)


# --- Services of AWS ------------------------------------------------------------------------------------

CODEBUILD = "codebuild.amazonaws.com"
ECS_TASKS = "ecs-tasks.amazonaws.com"
EKS_PODS = "pods.eks.amazonaws.com"

CODEBUILD_PROJECT_ARN = Text(
    "codebuild-project",
    "must be 'arn:<partition>:codebuild:<region>:<account>:project/<name>', without wildcards",
    rf"{_ARN}:codebuild:[a-z0-9-]+:[0-9]{{12}}:project/[A-Za-z0-9][A-Za-z0-9_-]{{1,149}}",
    1,
    256,
)
"""Source: CodeBuild user guide, "AWS CodeBuild resources and operations"; API shape `ProjectName` of CodeBuild."""

CLUSTER_ARN = Text(
    "eks-cluster",
    "must be 'arn:<partition>:eks:<region>:<account>:cluster/<name>', without wildcards",
    rf"{_ARN}:eks:[a-z0-9-]+:[0-9]{{12}}:cluster/[0-9A-Za-z][A-Za-z0-9_-]{{0,99}}",
    1,
    256,
)
"""
Source: Service Authorization Reference, "Resource types defined by Amazon Elastic Kubernetes Service"; API shape
`ClusterName` of EKS.
"""

VPC_ENDPOINT_ID = Text(
    "vpc-endpoint",
    "must be the id of a VPC endpoint, as vpce-0123456789abcdef0",
    r"vpce-[0-9a-f]{8}(?:[0-9a-f]{9})?",
    1,
    32,
)
"""Source: EC2 user guide, "Resource IDs": 17 digits, 8 for what is older than 2018. The lengths are our own bound."""


def ec2_service(partition: str) -> str:
    """
    Return the service that hands a role to an instance.

    Source: Amazon Web Services in China, "AWS Identity and Access Management"; EKS refuses a node's role without
    the suffix there (awslabs/cdk-eks-blueprints#558).
    """
    return "ec2.amazonaws.com.cn" if partition == "aws-cn" else "ec2.amazonaws.com"


def ecs_source_arn(account_id: str, *, partition: str, region: str | None = None) -> str:
    """
    Return on whose behalf ECS asks for the role of a task: an account's clusters, a single one cannot be named.

    Source: ECS developer guide, "Amazon ECS task IAM role".
    """
    return f"arn:{partition}:ecs:{region or '*'}:{account_id}:*"
