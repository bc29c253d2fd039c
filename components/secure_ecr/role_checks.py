"""What is wrong with the arguments of a role once each is right by itself; a value that is not known is not judged."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ecr_model.findings import Finding, echo, join
from ecr_model.partitions import find_partition
from ecr_model.policy.kinds import IDENTITY_POLICY, TRUST_POLICY
from ecr_model.workload_identities import CODEBUILD_PROJECT_ARN, check_provider_arn

from secure_ecr.arguments import check_each
from secure_ecr.role_trust import (
    MAX_CALLERS,
    gitlab_url,
    issuer_of,
    known,
    provider_beside,
    render_trust,
    role_partition,
)

MAX_REPOSITORIES = 100
"""Our own bound: an inline policy has 10,240 characters. Source: IAM user guide, "IAM and AWS STS quotas"."""

_RULE = "role"


def check_projects(trust: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with the projects of CodeBuild in *trust*; what is wrong otherwise is absent here."""
    if "project_arns" not in trust.get("codebuild", {}):
        return ()
    arns, path = trust["codebuild"]["project_arns"], join(field, "codebuild.project_arns")
    return check_each(arns, path, CODEBUILD_PROJECT_ARN.check, rule="codebuild-projects", longest=MAX_CALLERS)


def check_gitlab_provider(trust: Mapping[str, Any], field: str, found: Collection[Finding]) -> tuple[Finding, ...]:
    """Return why *trust* names an OIDC provider for another instance of GitLab than its own, as *found* leaves it."""
    arn = trust.get("gitlab", {}).get("provider_arn")
    if not isinstance(arn, str) or any(finding.field == join(field, "gitlab.url") for finding in found):
        return ()
    host = gitlab_url(trust["gitlab"]).removeprefix("https://")
    return check_provider_arn(arn, host, join(field, "gitlab.provider_arn"))


def check_partition(
    args: Mapping[str, Any], repository_arns: Sequence[str], field: str, found: Collection[Finding]
) -> Iterator[Finding]:
    """
    Yield what is in another partition than the repositories: no principal and no resource crosses the border.

    Args:
        args: What could be read of the arguments.
        repository_arns: Those of the repositories that are known and right.
        field: Path of *args*.
        found: What is wrong with them otherwise; of that nothing more is said.
    """
    if not repository_arns:
        return
    partition, wrong = role_partition(repository_arns), {finding.field for finding in found}
    requirement = f"must be in partition {partition!r}, where the repositories are"
    for path, arn in _arns(args, field):
        if path not in wrong and arn.split(":")[1] != partition:
            yield Finding(path, _RULE, requirement, echo(arn))
    region = args.get("trust", {}).get("ecs", {}).get("region")
    home = find_partition(region) if region else None
    if home and home.name != partition:
        yield Finding(join(field, "trust.ecs.region"), _RULE, requirement, echo(region))


DEFAULT_TRUST_LENGTH = 2_048
"""Characters of a trust policy until a quota is raised. Source: IAM user guide, "IAM and AWS STS quotas"."""


def check_trust_length(
    args: Mapping[str, Any], repository_arns: Sequence[str], field: str, found: Collection[Finding]
) -> Iterator[Finding]:
    """
    Yield a finding when the trust policy for CI jobs is longer than IAM takes; those of others are short.

    Args:
        args: What could be read of the arguments.
        repository_arns: Those of the repositories that are known and right.
        field: Path of *args*.
        found: What is wrong with them otherwise; a trust that is wrong is not judged.
    """
    trust, path = args.get("trust", {}), join(field, "trust")
    if trust.keys().isdisjoint(_MANY_CALLERS) or any(finding.field.startswith(path) for finding in found):
        return
    partition = role_partition(repository_arns)
    issuer = issuer_of(trust, partition)
    named = issuer and (issuer.provider_arn or provider_beside(repository_arns, issuer.url))
    [(kind, callers)] = trust.items()
    text = render_trust(
        {kind: {**callers, "project_arns": known(callers.get("project_arns", []))}},
        partition=partition,
        provider_arn=named if isinstance(named, str) else "",
    )
    got = f"{len(text):,} characters"
    if len(text) > TRUST_POLICY.longest:
        requirement = f"must make a trust policy of at most {TRUST_POLICY.longest:,} characters"
        yield Finding(path, _RULE, requirement, got, "split it into several roles")
    elif len(text) > DEFAULT_TRUST_LENGTH:
        requirement = f"should make a trust policy of at most {DEFAULT_TRUST_LENGTH:,} characters"
        fix = "split it into several roles, or have the quota 'Role trust policy length' raised"
        yield Finding(path, _RULE, requirement, got, fix, "warning")


_MANY_CALLERS = ("github", "gitlab", "codebuild")


def check_length(permissions: str, field: str) -> Iterator[Finding]:
    """Yield a finding when the policy *permissions* is longer than IAM takes in a role."""
    if (length := len(permissions)) > IDENTITY_POLICY.longest:
        requirement = f"must make a policy of at most {IDENTITY_POLICY.longest:,} characters"
        yield Finding(field, _RULE, requirement, f"{length:,} characters", "split it into several roles")


def _arns(value: object, field: str) -> Iterator[tuple[str, str]]:
    """Yield every ARN below *value* that is known, with its path."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _arns(entry, join(field, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _arns(entry, join(field, f"[{index}]"))
    elif isinstance(value, str) and value.startswith("arn:"):
        yield field, value
