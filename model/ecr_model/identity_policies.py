"""What an identity policy grants on registries, and what of it is more than anybody's task takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ecr_model.actions import ACTIONS, LOGIN_ACTIONS, REGISTRY_ACTIONS, Group, expand
from ecr_model.findings import Finding, echo, join
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.explanation import granted_actions, say_list
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.resources import can_be_of_ecr, is_every_repository
from ecr_model.policy.statements import Statement

_WRITES: frozenset[Group] = frozenset({"push", "administer"})

_POLICY_ACTIONS = frozenset({"ecr:DeleteRepositoryPolicy", "ecr:SetRepositoryPolicy"})

_EVERYTHING = frozenset(expand("ecr:*"))
_RULE_MAKING = _POLICY_ACTIONS | {name for name in REGISTRY_ACTIONS if ACTIONS[name] == "administer"}
"""Actions that change who may do what, or what becomes of everybody's images."""

_EVERY_ACTION, _EVERY_PUSH = "grants every action of ECR", "lets its holder push to every repository"

WIDE_MANAGED_POLICIES: Mapping[str, str] = {
    "AdministratorAccess": _EVERY_ACTION,
    "AmazonEC2ContainerRegistryFullAccess": _EVERY_ACTION,
    "AmazonEC2ContainerRegistryPowerUser": _EVERY_PUSH,
    "PowerUserAccess": _EVERY_ACTION,
}
"""
AWS's own policies that no task takes, and what each of them does.

Source: AWS Managed Policy Reference Guide, the pages of these policies; ECR user guide, "AWS managed policies for
Amazon Elastic Container Registry".
"""

_MANAGED_POLICY = r"arn:aws[a-z-]*:iam::aws:policy/(?:[\w+=,.@-]+/)*[\w+=,.@-]+"
_LONGEST_ARN = 2048
"""Characters of the ARN of a policy. Source: IAM API reference, `AttachRolePolicy`, `PolicyArn`."""


def is_managed_policy(arn: str) -> bool:
    """Tell whether *arn* is that of one of AWS's own policies, whatever it grants."""
    return re.fullmatch(_MANAGED_POLICY, arn[:_LONGEST_ARN]) is not None


def check_managed_policy(arn: str, field: str = "policy_arn") -> tuple[Finding, ...]:
    """
    Return what the policy *arn* grants beyond anybody's task, where it is one of AWS's own.

    A policy of somebody else's is judged by its document, see `judge_identity_policy`.
    """
    name = arn.rpartition("/")[2]
    if not is_managed_policy(arn) or name not in WIDE_MANAGED_POLICIES:
        return ()
    fix = "attach a policy of your own, which names the actions of the task and its repositories"
    requirement = f"must not be {name}: it {WIDE_MANAGED_POLICIES[name]}"
    return (Finding(field, "identity-managed-policy", requirement, echo(arn), fix),)


def judge_identity_policy(
    document: PolicyDocument, *, beside: Collection[PolicyDocument] = (), field: str = "policy"
) -> Judgement:
    """
    Judge that an identity policy grants of ECR no more than a task takes.

    Refused: all of ECR's actions at once; writing to every repository, however the ARN is dressed; pushing
    together with changing the rules (registry settings, repository policies); GetAuthorizationToken on
    anything but `*`, which never applies, or mixed with actions that could be on one repository.

    Args:
        document: The policy.
        beside: Other policies of the same identity: pushing may be granted in one and changing the rules in another.
        field: Path of *document*.

    Source: IAM user guide, "Security best practices in IAM", Apply least-privilege permissions; ECR user guide,
    "IAM permissions for pushing an image to an Amazon ECR private repository" for the two statements.
    """
    judgement = judge_statements(document, field, ("Action", "Resource"), _statement_findings)
    return Judgement((*judgement.findings, *_mixture(document, beside, field)), judgement.not_evaluated)


def _statement_findings(statement: Statement, path: str) -> Iterator[Finding]:
    if not _touches_ecr(statement):
        return
    actions = [action for action in granted_actions(statement) if action in _EVERYTHING]
    if _EVERYTHING.issubset(actions) or statement.not_actions is not None:
        element = "Action" if statement.not_actions is None else "NotAction"
        names = statement.not_actions or [pattern for pattern in statement.actions or () if expand(pattern)]
        got = f"{say_list(names)}{_despite(statement, 'action')}"
        requirement = f"{statement.label} must not grant every action of ECR"
        yield Finding(join(path, element), "identity-wildcard", requirement, got, "name the actions of the task")
        return
    yield from _every_repository(statement, actions, path)
    yield from _login(statement, actions, path)


def _every_repository(statement: Statement, actions: Sequence[str], path: str) -> Iterator[Finding]:
    writes = [action for action in actions if ACTIONS[action] in _WRITES and action not in REGISTRY_ACTIONS]
    if not writes or _is_limited_by_tag(statement):
        return
    wide = next((resource for resource in statement.resources or () if is_every_repository(resource)), None)
    if statement.not_resources is not None:
        wide = "NotResource"
    if wide is not None:
        yield Finding(
            join(path, "NotResource" if statement.not_resources is not None else "Resource"),
            "identity-every-repository",
            f"{statement.label} must not let its holder write to every repository",
            f"{', '.join(writes[:3])}{' and more' if len(writes) > 3 else ''} on {wide}"  # noqa: PLR2004 - shown
            f"{_despite(statement, 'repository')}",
            "name the repositories, as arn:aws:ecr:eu-west-1:111122223333:repository/team/*",
        )


def _despite(statement: Statement, what: str) -> str:
    """Return the conditions of *statement*, none of which limits it to some *what*."""
    return f" with {', '.join(map(str, statement.conditions))}, which names no {what}" if statement.conditions else ""


def _login(statement: Statement, actions: Sequence[str], path: str) -> Iterator[Finding]:
    """Source: ECR user guide, "Private registry authentication"; the action has no resource type."""
    (login,) = LOGIN_ACTIONS
    if not any(expand(action) == LOGIN_ACTIONS for action in statement.actions or ()):
        return
    others = [action for action in actions if action != login and action not in REGISTRY_ACTIONS]
    if statement.resources is not None and "*" not in statement.resources:
        requirement = f"{statement.label} must grant {login} on '*': a token is of no repository"
        got = ", ".join(statement.resources)
        yield Finding(join(path, "Resource"), "identity-login-resource", requirement, got, _OWN_STATEMENT)
    elif others:
        requirement = f"{statement.label} must grant {login} alone: what is beside it is granted on '*' as well"
        yield Finding(join(path, "Action"), "identity-login-alone", requirement, ", ".join(others), _OWN_STATEMENT)


_OWN_STATEMENT = "give it a statement of its own, on the resource '*'"


def _mixture(document: PolicyDocument, beside: Collection[PolicyDocument], field: str) -> Iterator[Finding]:
    """Yield the statements that change the rules in, or beside, a policy that pushes as well."""
    where = "in" if _pushes(document) else "beside" if any(map(_pushes, beside)) else ""
    for statement, actions in _narrow_grants(document) if where else ():
        if rules := sorted(actions & _RULE_MAKING):
            yield Finding(
                join(join(field, statement.path), "Action" if statement.not_actions is None else "NotAction"),
                "identity-mixture",
                f"{statement.label} must not change the rules {where} a policy that pushes",
                ", ".join(rules),
                "grant it to another role",
            )


def _pushes(document: PolicyDocument) -> bool:
    return any("ecr:PutImage" in actions for _, actions in _narrow_grants(document))


def _narrow_grants(document: PolicyDocument) -> Iterator[tuple[Statement, frozenset[str]]]:
    """Yield what surely grants some of ECR's actions, and not all of them: that is a finding of its own."""
    for statement in document.statements:
        if statement.effect == "Allow" and _touches_ecr(statement) and not statement.unknown_in("Effect", "Condition"):
            actions = frozenset(granted_actions(statement))
            if not actions >= _EVERYTHING:
                yield statement, actions


def _touches_ecr(statement: Statement) -> bool:
    """Tell whether some resource of *statement* can be one of ECR's."""
    if statement.resources is None:
        return True
    return any(can_be_of_ecr(resource) for resource in statement.resources)


def _is_limited_by_tag(statement: Statement) -> bool:
    """Source: ECR user guide, "Using tag-based access control"."""
    return any(
        condition.name.startswith(("aws:resourcetag/", "ecr:resourcetag/"))
        and condition.operator.base in ("StringEquals", "StringEqualsIgnoreCase", "StringLike")
        and not condition.operator.if_exists
        and condition.operator.quantifier != "ForAllValues"
        and bool(condition.values)
        and all(value.strip("*?") for value in condition.values)
        for condition in statement.conditions
    )
