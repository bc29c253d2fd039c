"""An IAM role with which a CI system pushes images, and can do nothing else."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.findings import Finding, join
from ecr_model.references import check_repository_arn
from ecr_model.shapes import Text, check_list, entries
from pulumi_aws import iam

from secure_ecr.arguments import at, judged, one_of, read
from secure_ecr.errors import refuse
from secure_ecr.locations import partition_of
from secure_ecr.role_policies import (
    GITHUB_ISSUER,
    github_provider_arn,
    github_subjects,
    render_github_trust,
    render_push_permissions,
    sts_audience,
)
from secure_ecr.wire import wire

ROLE_NAME = Text("role-name", "must be letters, digits and '+=,.@_-'", r"[A-Za-z0-9+=,.@_-]+", 1, 64)
"""Source: API shape `roleNameType` of IAM."""

GITHUB_REPOSITORY = Text(
    "github-repository",
    "must be 'owner/name', without wildcards",
    r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}",
    3,
    140,
)
"""Source: GitHub documentation, "Username considerations for external authentication" and "REST API: repositories"."""

GITHUB_PLACE = Text("github-place", "must be a name without blanks, ':', '*' and '?'", r"[^\x00-\x20\x7f:*?]+", 1, 255)
"""
A branch or an environment, exactly one: the trust policy compares and knows no wildcards.

Source: `git check-ref-format`; GitHub documentation, "Managing environments for deployment".
"""

MAX_GITHUB_REPOSITORIES = 20
"""Our own bound: a trust policy has 2048 characters. Source: IAM user guide, "IAM and AWS STS quotas"."""

MAX_REPOSITORIES = 100
"""Our own bound: an inline policy has 10,240 characters. Source: IAM user guide, "IAM and AWS STS quotas"."""

SESSION_SECONDS = 3600
"""How long the credentials of one job last. Source: IAM API, `CreateRole`, `MaxSessionDuration`: the least."""


def check_github_repositories(value: object, field: str = "repositories") -> tuple[Finding, ...]:
    """Return why *value* is no list of repositories on GitHub."""
    rule = GITHUB_REPOSITORY.rule
    findings = [*check_list(value, field, rule, shortest=1, longest=MAX_GITHUB_REPOSITORIES)]
    for index, repository in enumerate(entries(value)):
        findings += GITHUB_REPOSITORY.check(repository, join(field, f"[{index}]"))
    return tuple(findings)


@one_of("environment", "branch")
@judged(repositories=check_github_repositories, environment=GITHUB_PLACE.check, branch=GITHUB_PLACE.check)
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


class PushTrustArgs(TypedDict):
    """The CI system that may assume the role."""

    github: GitHubTrustArgs
    """GitHub Actions, by OpenID Connect: no stored secret."""


@judged(role_name=ROLE_NAME.check)
class PushRoleArgs(TypedDict):
    """What the caller of PushRole decides."""

    repository_arns: list[pulumi.Input[str]]
    """ARNs of the repositories to push to, 1 or more, without wildcards."""

    trust: PushTrustArgs
    """Who may assume the role."""

    role_name: NotRequired[str]
    """Name of the role in IAM, for the workflow file; absent, Pulumi makes one that is unique."""


class PushRole(pulumi.ComponentResource):
    """
    An IAM role that pushes to some repositories.

    Children: `<name>` (Role), `<name>-policy` (RolePolicy) and, unless the account's own is given,
    `<name>-provider` (OpenIdConnectProvider). None of them holds state.
    """

    role_arn: pulumi.Output[str]
    """ARN of the role, for `role-to-assume` of the workflow."""

    role_name: pulumi.Output[str]
    """Name of the role in IAM."""

    provider_arn: pulumi.Output[str]
    """ARN of the OIDC provider, for `provider_arn` of the account's next role."""

    def __init__(self, name: str, args: PushRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(PushRoleArgs, args, field)
        refuse((*findings, *check_settings(args, field)))
        arns, github = args["repository_arns"], args["trust"]["github"]
        known_arn = next((arn for arn in arns if isinstance(arn, str)), None)
        audience = sts_audience(known_arn.split(":")[1] if known_arn else partition_of(None))
        subjects = github_subjects(
            github["repositories"], environment=github.get("environment"), branch=github.get("branch")
        )

        super().__init__("secure-ecr:index:PushRole", name, wire(PushRoleArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        provider_arn, created = github.get("provider_arn"), []
        if provider_arn is None:
            provider = iam.OpenIdConnectProvider(
                f"{name}-provider", url=f"https://{GITHUB_ISSUER}", client_id_lists=[audience], opts=child
            )
            # The ARN is known before the provider exists, and so the trust policy can be judged at preview
            provider_arn, created = (github_provider_arn(known_arn) if known_arn else provider.arn), [provider]
        role = iam.Role(
            name,
            name=args.get("role_name"),
            description="Pushes images to Amazon ECR from GitHub Actions",
            assume_role_policy=pulumi.Output.from_input(provider_arn).apply(
                lambda arn: render_github_trust(arn, subjects, audience=audience)
            ),
            max_session_duration=SESSION_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, depends_on=created),
        )
        iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.all(*arns).apply(render_push_permissions),
            opts=child,
        )

        self.role_arn = role.arn
        self.role_name = role.name
        self.provider_arn = pulumi.Output.from_input(provider_arn)
        self.register_outputs({"roleArn": self.role_arn, "roleName": self.role_name, "providerArn": self.provider_arn})


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with arguments that are right one by one; a wrong one is absent here."""
    findings: list[Finding] = []
    if "repository_arns" in args:
        arns, path = args["repository_arns"], join(field, "repository_arns")
        findings += check_list(arns, path, "push-repositories", shortest=1, longest=MAX_REPOSITORIES)
        for index, arn in enumerate(arns):
            findings += check_repository_arn(arn, join(path, f"[{index}]")) if isinstance(arn, str) else ()
    return tuple(findings)
