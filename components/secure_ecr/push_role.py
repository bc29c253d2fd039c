"""An IAM role with which a CI system pushes images, and can do nothing else."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.findings import Finding, join
from ecr_model.grants import account_of
from ecr_model.references import check_repository_arn
from ecr_model.shapes import Text
from ecr_model.signing import MAX_SIGNING_RULES, SIGNING_PROFILE_ARN
from pulumi_aws import iam

from secure_ecr.arguments import at, check_each, judged, one_of, read
from secure_ecr.errors import refuse
from secure_ecr.role_checks import (
    MAX_REPOSITORIES,
    check_gitlab_provider,
    check_length,
    check_partition,
    check_projects,
    check_trust_length,
)
from secure_ecr.role_policies import render_push_permissions
from secure_ecr.role_trust import (
    CodeBuildTrustArgs,
    GitHubTrustArgs,
    GitLabTrustArgs,
    InstanceProfileTrustArgs,
    Issuer,
    PodIdentityTrustArgs,
    ServiceAccountTrustArgs,
    describe_callers,
    issuer_of,
    known,
    provider_beside,
    render_trust,
    role_partition,
)
from secure_ecr.singletons import Claims
from secure_ecr.wire import wire

ROLE_NAME = Text("role-name", "must be letters, digits and '+=,.@_-'", r"[A-Za-z0-9+=,.@_-]+", 1, 64)
"""Source: API shape `roleNameType` of IAM."""

SESSION_SECONDS = 3600
"""How long the credentials of one job last. Source: IAM API, `CreateRole`, `MaxSessionDuration`: the least."""


@one_of("github", "gitlab", "codebuild", "instance_profile", "service_account", "pod_identity")
class PushTrustArgs(TypedDict):
    """The CI system that may assume the role; exactly one."""

    github: NotRequired[GitHubTrustArgs]
    """GitHub Actions, by OpenID Connect: no stored secret."""

    gitlab: NotRequired[GitLabTrustArgs]
    """GitLab CI/CD, of gitlab.com or an instance of one's own, by OpenID Connect: no stored secret."""

    codebuild: NotRequired[CodeBuildTrustArgs]
    """AWS CodeBuild: projects with the role as their service role."""

    instance_profile: NotRequired[InstanceProfileTrustArgs]
    """Jenkins, or any other system, on Amazon EC2 instances, by an instance profile."""

    service_account: NotRequired[ServiceAccountTrustArgs]
    """Jenkins, or any other system, on Amazon EKS, by an IAM role for a service account."""

    pod_identity: NotRequired[PodIdentityTrustArgs]
    """Jenkins, or any other system, on Amazon EKS, by EKS Pod Identity."""


@judged(role_name=ROLE_NAME.check)
class PushRoleArgs(TypedDict):
    """What the caller of PushRole decides."""

    repository_arns: list[pulumi.Input[str]]
    """ARNs of the repositories to push to, 1 or more, without wildcards."""

    trust: PushTrustArgs
    """Who may assume the role."""

    role_name: NotRequired[str]
    """Name of the role in IAM, for the workflow file; absent, Pulumi makes one that is unique."""

    signing_profile_arns: NotRequired[list[pulumi.Input[str]]]
    """Signing profiles of the registry's signing rules, without a version; absent, its images are not signed."""

    create_on_push: NotRequired[bool]
    """Whether a push creates a repository of these that does not exist, by a creation template; absent, not."""


class PushRole(pulumi.ComponentResource):
    """
    An IAM role that pushes to some repositories.

    Children: `<name>` (Role), `<name>-policy` (RolePolicy) and, for GitHub and GitLab unless the account's own is
    given, `<name>-provider` (OpenIdConnectProvider), for instances `<name>-profile` (InstanceProfile). None of them
    holds state.

    The role belongs into the account of the repositories; elsewhere give the OIDC provider of its own account. A second
    role that would create the same OIDC provider is refused: give it the first one's `provider_arn`.
    """

    role_arn: pulumi.Output[str]
    """ARN of the role, for `role-to-assume` of the workflow."""

    role_name: pulumi.Output[str]
    """Name of the role in IAM."""

    provider_arn: pulumi.Output[str]
    """ARN of the OIDC provider, for `provider_arn` of the account's next role; empty without GitHub and GitLab."""

    instance_profile_name: pulumi.Output[str]
    """Name of the instance profile; empty without a trust in one."""

    def __init__(self, name: str, args: PushRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(PushRoleArgs, args, field)
        findings = (*findings, *check_settings(args, field))
        refuse((*findings, *check_policies(args, field, findings)))
        arns, trust, profiles = args["repository_arns"], args["trust"], args.get("signing_profile_arns", [])
        partition = role_partition(arns)
        issuer = issuer_of(trust, partition)
        refuse(_claim(Claims(f"PushRole {name!r}", opts), issuer, arns, join(field, "trust")))
        provider_arn = issuer.provider_arn if issuer else ""

        super().__init__("secure-ecr:index:PushRole", name, wire(PushRoleArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        created: list[pulumi.Resource] = []
        if issuer and provider_arn is None:
            provider = iam.OpenIdConnectProvider(
                f"{name}-provider", url=issuer.url, client_id_lists=[issuer.audience], opts=child
            )
            # The ARN is known before the provider exists, and so the trust policy can be judged at preview
            provider_arn, created = provider_beside(arns, issuer.url) or provider.arn, [provider]
        role = iam.Role(
            name,
            name=args.get("role_name"),
            description=f"Pushes images to Amazon ECR from {describe_callers(trust)}",
            assume_role_policy=pulumi.Output.all(trust, provider_arn).apply(
                lambda said: render_trust(said[0], partition=partition, provider_arn=said[1])
            ),
            max_session_duration=SESSION_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, depends_on=created),
        )
        iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.all(arns, profiles).apply(
                lambda said: render_push_permissions(
                    said[0], signing_profile_arns=said[1], create_on_push=args.get("create_on_push", False)
                )
            ),
            opts=child,
        )
        profile_name: pulumi.Input[str] = ""
        if "instance_profile" in trust:
            asked = trust["instance_profile"].get("name", args.get("role_name"))
            profile_name = iam.InstanceProfile(f"{name}-profile", name=asked, role=role.name, opts=child).name

        self.role_arn = role.arn
        self.role_name = role.name
        self.provider_arn = pulumi.Output.from_input(provider_arn or "")
        self.instance_profile_name = pulumi.Output.from_input(profile_name)
        self.register_outputs(
            {
                "roleArn": self.role_arn,
                "roleName": self.role_name,
                "providerArn": self.provider_arn,
                "instanceProfileName": self.instance_profile_name,
            }
        )


def _claim(
    claims: Claims, issuer: Issuer | None, repository_arns: Iterable[pulumi.Input[str]], field: str
) -> Iterator[Finding]:
    """Claim the OIDC provider that is to be created, and yield that another role creates the same."""
    if issuer is None or issuer.provider_arn is not None:
        return
    account_id = next((account_of(arn) for arn in known(repository_arns)), None)
    setting, everywhere = f"OIDC provider for {issuer.url!r}", "every Region"
    for taken in claims.claim(setting, everywhere, account_id, field=field):
        yield replace(taken, fix="give the second the provider_arn of the first: an account can have one")


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with arguments that are right one by one; a wrong one is absent here."""
    findings = [*check_projects(args.get("trust", {}), join(field, "trust"))]
    if "repository_arns" in args:
        arns, path = args["repository_arns"], join(field, "repository_arns")
        findings += check_each(arns, path, check_repository_arn, rule="push-repositories", longest=MAX_REPOSITORIES)
    if "signing_profile_arns" in args:
        profiles, path = args["signing_profile_arns"], join(field, "signing_profile_arns")
        findings += check_each(
            profiles, path, SIGNING_PROFILE_ARN.check, rule="signing-profiles", longest=MAX_SIGNING_RULES
        )
    return tuple(findings)


def check_policies(args: Mapping[str, Any], field: str, found: Collection[Finding]) -> tuple[Finding, ...]:
    """Return what is wrong with the policies of the role as a whole, as far as *found* leaves them to be judged."""
    arns = known(args.get("repository_arns", []))
    right = [arn for arn in arns if not check_repository_arn(arn)]
    permissions = render_push_permissions(
        arns,
        signing_profile_arns=known(args.get("signing_profile_arns", [])),
        create_on_push=args.get("create_on_push", False),
    )
    return (
        *check_gitlab_provider(args.get("trust", {}), join(field, "trust"), found),
        *check_partition(args, right, field, found),
        *check_trust_length(args, right, field, found),
        *check_length(permissions, field),
    )
