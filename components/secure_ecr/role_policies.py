"""The policies of IAM roles: what each role may do, and whom ECR's own trusts; each with the page it stands on."""

from collections.abc import Iterable, Mapping

from ecr_model.actions import (
    CACHE_FILL_ACTIONS,
    CREATE_ON_PUSH_ACTIONS,
    LOGIN_ACTIONS,
    PULL_ACTIONS,
    PUSH_ACTIONS,
)
from ecr_model.documents import compact
from ecr_model.signing import SIGNING_ACTION

_LOGIN = {"Sid": "Authenticate", "Effect": "Allow", "Action": LOGIN_ACTIONS, "Resource": "*"}


def render_push_permissions(
    repository_arns: Iterable[str], *, signing_profile_arns: Iterable[str] = (), create_on_push: bool = False
) -> str:
    """
    Return what a role may do that pushes images to the repositories, and to no other.

    Args:
        repository_arns: ARNs without wildcards.
        signing_profile_arns: Profiles with which ECR signs what is pushed, in the name of whoever pushes.
        create_on_push: A push to a repository of these that does not exist creates it from a template.

    Source: ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private repository" and "Managed
    signing".
    """
    actions = CREATE_ON_PUSH_ACTIONS if create_on_push else PUSH_ACTIONS
    statements: list[Mapping[str, object]] = [
        _LOGIN,
        {"Sid": "Push", "Effect": "Allow", "Action": actions, "Resource": sorted(set(repository_arns))},
    ]
    if profiles := sorted(set(signing_profile_arns)):
        statements.append({"Sid": "Sign", "Effect": "Allow", "Action": SIGNING_ACTION, "Resource": profiles})
    return _document(*statements)


def render_pull_permissions(
    repository_arns: Iterable[str], *, cache_repository_arns: Iterable[str] = (), vpc_endpoint_ids: Iterable[str] = ()
) -> str:
    """
    Return what a role may do that pulls images from the repositories, and from no other.

    Args:
        repository_arns: ARNs without wildcards.
        cache_repository_arns: ARNs of repositories that a pull through the cache fills, and at first creates; `*`
            stands for what follows the prefix of the cache's rule.
        vpc_endpoint_ids: Endpoints through which alone images come; the token can be had without them, because
            another endpoint may serve it.

    Source: ECR user guide, "Private repository policy examples", statement AllowPull, and "IAM permissions required
    to sync an upstream registry with an Amazon ECR private registry"; ECS developer guide, "Amazon ECS task
    execution IAM role", Fargate tasks pulling Amazon ECR images over interface endpoints.
    """
    cached = sorted(set(cache_repository_arns))
    pulled = sorted({*repository_arns, *cached})
    pull: dict[str, object] = {"Sid": "Pull", "Effect": "Allow", "Action": PULL_ACTIONS, "Resource": pulled}
    if endpoints := sorted(set(vpc_endpoint_ids)):
        pull["Condition"] = {"StringEquals": {"aws:SourceVpce": endpoints}}
    statements: list[Mapping[str, object]] = [_LOGIN, pull]
    if cached:
        statements.append({"Sid": "FillCache", "Effect": "Allow", "Action": CACHE_FILL_ACTIONS, "Resource": cached})
    return _document(*statements)


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
