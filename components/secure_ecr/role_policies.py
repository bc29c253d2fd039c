"""The policies of IAM roles: whom a role trusts, and what it may do; each statement with the page it stands on."""

from collections.abc import Iterable, Mapping, Sequence

from ecr_model.actions import LOGIN_ACTIONS, PUSH_ACTIONS
from ecr_model.documents import compact

GITHUB_ISSUER = "token.actions.githubusercontent.com"
"""Source: GitHub documentation, "OpenID Connect reference", claim `iss`."""


def sts_audience(partition: str) -> str:
    """
    Return the audience for which GitHub issues tokens to AWS.

    Source: github.com/aws-actions/configure-aws-credentials, input `audience`.
    """
    return "sts.amazonaws.com.cn" if partition == "aws-cn" else "sts.amazonaws.com"


def github_provider_arn(repository_arn: str) -> str:
    """Return the ARN of GitHub's OIDC provider in the account of the repository; an account can have one."""
    _, partition, _, _, account_id, _ = repository_arn.split(":", 5)
    return f"arn:{partition}:iam::{account_id}:oidc-provider/{GITHUB_ISSUER}"


def github_subjects(repositories: Iterable[str], *, environment: str | None, branch: str | None) -> list[str]:
    """
    Return the subjects of the tokens of jobs that deploy to *environment* or, without one, run on *branch*.

    Source: GitHub documentation, "OpenID Connect reference", "Example subject claims".
    """
    place = f"environment:{environment}" if environment is not None else f"ref:refs/heads/{branch}"
    return sorted({f"repo:{repository}:{place}" for repository in repositories})


def render_github_trust(provider_arn: str, subjects: Sequence[str], *, audience: str) -> str:
    """
    Return the trust policy that lets jobs with exactly these *subjects* assume a role.

    Source: IAM user guide, "Create a role for OpenID Connect federation: Configuring a role for GitHub OIDC
    identity provider".
    """
    condition = {"StringEquals": {f"{GITHUB_ISSUER}:aud": audience, f"{GITHUB_ISSUER}:sub": subjects}}
    return _document(
        {
            "Sid": "AssumeFromGitHub",
            "Effect": "Allow",
            "Principal": {"Federated": provider_arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        }
    )


def render_push_permissions(repository_arns: Iterable[str]) -> str:
    """
    Return what a role may do that pushes images to the repositories, and to no other.

    Source: ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private repository".
    """
    return _document(
        {"Sid": "Authenticate", "Effect": "Allow", "Action": LOGIN_ACTIONS, "Resource": "*"},
        {"Sid": "Push", "Effect": "Allow", "Action": PUSH_ACTIONS, "Resource": sorted(set(repository_arns))},
    )


def render_template_trust() -> str:
    """
    Return the trust policy of the role with which ECR creates repositories from a template.

    Source: ECR user guide, "Create an IAM role for repository creation templates".
    """
    return _document(
        {
            "Sid": "AssumeFromEcr",
            "Effect": "Allow",
            "Principal": {"Service": "ecr.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )


def render_template_permissions(
    repository_arns: Iterable[str], *, key_arns: Iterable[str], keys_by_alias: Mapping[str, str]
) -> str:
    """
    Return what that role may do: create these repositories, tag them and have ECR use a key for them.

    Args:
        repository_arns: ARNs of repositories, with `*` at the end of each prefix.
        key_arns: Keys whose ARN is known.
        keys_by_alias: Keys that are known by their alias: from the alias to the ARN of all keys of its Region.

    Source: ECR user guide, "Create a custom policy for repository creation templates"; KMS developer guide,
    "kms:ResourceAliases".
    """
    use = {"Effect": "Allow", "Action": ("kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant")}
    statements: list[Mapping[str, object]] = [
        {
            "Sid": "CreateRepositories",
            "Effect": "Allow",
            "Action": ("ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"),
            "Resource": sorted(set(repository_arns)),
        }
    ]
    if known := sorted(set(key_arns)):
        statements.append({"Sid": "UseKeys", **use, "Resource": known})
    if keys_by_alias:
        condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": sorted(keys_by_alias)}}
        resources = sorted(set(keys_by_alias.values()))
        statements.append({"Sid": "UseKeysByAlias", **use, "Resource": resources, "Condition": condition})
    return _document(*statements)


def _document(*statements: Mapping[str, object]) -> str:
    return compact({"Version": "2012-10-17", "Statement": statements})
