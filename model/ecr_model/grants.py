"""Grants on a repository: somebody, something he may do, and the statements that allow it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from ecr_model.actions import ADMINISTRATION_ACTIONS, PULL_ACTIONS, PUSH_ACTIONS
from ecr_model.names import REGISTRY_ID
from ecr_model.policy.conditions import Condition, Operator
from ecr_model.policy.principals import Principal, read_principal
from ecr_model.policy.statements import Statement

Capability = Literal["pull", "push", "administer"]

CAPABILITIES: Mapping[Capability, tuple[str, ...]] = {
    "pull": PULL_ACTIONS,
    "push": PUSH_ACTIONS,
    "administer": ADMINISTRATION_ACTIONS,
}
"""What can be granted, and the actions that it takes."""

GranteeKind = Literal["account_id", "role_arn", "organization_id", "organization_path", "service"]

LAMBDA = "lambda.amazonaws.com"


class Grantee(NamedTuple):
    """
    Somebody who is granted something.

    Attributes:
        kind: Which key of the declaration named him.
        name: The id, ARN, path or service.
        source: For a service, on whose behalf it comes: an account id, an organisation's id or an ARN.
    """

    kind: GranteeKind
    name: str
    source: str = ""


def grant_statements(
    grantees: Sequence[Grantee], capability: Capability, *, partition: str, account_id: str
) -> Iterator[Statement]:
    """
    Yield the statements that grant *capability*: one for each kind of grantee, and for each service.

    Args:
        grantees: In any order, also repeated.
        capability: What they are granted.
        partition: The partition of the repository.
        account_id: The account of the repository. A function in another one needs its account granted beside
            the service; in the same account it does not.

    Source: IAM user guide, "AWS global condition context keys": `aws:PrincipalArn` is the role's own ARN for its
    sessions too, and is to be compared by ARN operators; `aws:PrincipalOrgPaths` takes ForAnyValue. Lambda
    developer guide, "Amazon ECR cross-account permissions": the account's root and the service, both.
    """
    names: dict[str, set[str]] = {}
    for grantee in grantees:
        names.setdefault(grantee.kind, set()).add(grantee.name)
    sources = sorted({(g.name, g.source) for g in grantees if g.kind == "service"})
    functions = {account_of(source) for service, source in sources if service == LAMBDA}
    accounts = names.get("account_id", set()) | (functions - {account_id})
    if accounts:
        yield _statement(capability, "Accounts", _roots(accounts))
    if roles := names.get("role_arn"):
        condition = Condition(Operator("ArnEquals"), "aws:PrincipalArn", tuple(sorted(roles)))
        yield _statement(capability, "Roles", _roots(map(account_of, roles)), condition)
    if organizations := names.get("organization_id"):
        yield _statement(capability, "Organizations", _EVERYONE, _is_in(organizations))
    if paths := names.get("organization_path"):
        patterns = tuple(sorted(map(_path_pattern, paths)))
        below = Condition(Operator("StringLike", "ForAnyValue"), "aws:PrincipalOrgPaths", patterns)
        organizations = {path.partition("/")[0] for path in paths}
        yield _statement(capability, "OrganizationPaths", _EVERYONE, below, _is_in(organizations))
    for service, entries in groupby(sources, key=lambda entry: entry[0]):
        of_one = [source for _, source in entries]
        if service == LAMBDA:
            of_one = [_functions(source, partition) for source in of_one]
        yield from _service_statements(capability, service, of_one)


def account_of(name: str) -> str:
    """Return the account id in an ARN, or *name* itself when it is no ARN."""
    return name.split(":")[4] if name.startswith("arn:") else name


_EVERYONE = (read_principal("AWS", "*"),)


def _roots(account_ids: Iterable[str]) -> tuple[Principal, ...]:
    return tuple(read_principal("AWS", account_id) for account_id in sorted(set(account_ids)))


def _is_in(organizations: Iterable[str]) -> Condition:
    return Condition(Operator("StringEquals"), "aws:PrincipalOrgID", tuple(sorted(organizations)))


def _path_pattern(path: str) -> str:
    """Return the pattern of everything at and below *path*; one that ends with `/` is that unit alone."""
    return path if path.endswith(("/", "*")) else f"{path}/*"


def _functions(source: str, partition: str) -> str:
    """Return the ARN of the functions that *source* stands for: those of an account when it is one's id."""
    return source if source.startswith("arn:") else f"arn:{partition}:lambda:*:{source}:function:*"


def _service_statements(capability: Capability, service: str, sources: Sequence[str]) -> Iterator[Statement]:
    """
    Yield the statements for *service*: one for each kind of source, since AND joins the conditions of one.

    Source: IAM user guide, "The confused deputy problem": `aws:SourceArn` by ARN operators, with
    `aws:SourceAccount`; Lambda's guide asks for the ARN alone, and does not say that Lambda sends the account.
    """
    principal = (read_principal("Service", service),)
    words = re.split(r"[.-]", service.partition(".amazonaws.")[0])
    name = "".join(word.title() for word in words)
    arns = tuple(source for source in sources if source.startswith("arn:"))
    accounts = tuple(source for source in sources if REGISTRY_ID.is_match(source))
    organizations = tuple(source for source in sources if source not in (*arns, *accounts))
    if arns:
        conditions = [Condition(Operator("ArnLike"), "aws:SourceArn", arns)]
        if service != LAMBDA:
            owners = tuple(sorted(set(map(account_of, arns))))
            conditions.append(Condition(Operator("StringEquals"), "aws:SourceAccount", owners))
        yield _statement(capability, f"{name}ForSources", principal, *conditions)
    if accounts:
        condition = Condition(Operator("StringEquals"), "aws:SourceAccount", accounts)
        yield _statement(capability, f"{name}ForAccounts", principal, condition)
    if organizations:
        condition = Condition(Operator("StringEquals"), "aws:SourceOrgID", organizations)
        yield _statement(capability, f"{name}ForOrganizations", principal, condition)


def _statement(
    capability: Capability, whom: str, principals: tuple[Principal, ...], *conditions: Condition
) -> Statement:
    return Statement(
        capability,
        "Allow",
        f"{capability.title()}By{whom}",
        principals=principals,
        actions=CAPABILITIES[capability],
        conditions=conditions,
    )
