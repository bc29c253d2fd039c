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

_LAMBDA_SID = "LambdaECRImageRetrievalPolicy"
"""
Sid of the statement that Lambda adds to a policy that does not let it pull, where its caller may set the policy.

Source: re:Post knowledge center, "lambda-ecr-image", for the Sid; issue aws-cloudformation/
cloudformation-coverage-roadmap#2493, for the whole statement as Lambda writes it.
"""


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
    grantees: Sequence[Grantee],
    capability: Capability,
    *,
    partition: str,
    account_id: str,
    region: str | None = None,
) -> Iterator[Statement]:
    """
    Yield the statements that grant *capability*: one for each kind of grantee, and for each service.

    Args:
        grantees: In any order, also repeated.
        capability: What they are granted.
        partition: The partition of the repository.
        account_id: The account of the repository. A function in another one needs its account granted beside
            the service; in the same account it does not.
        region: The Region of the repository, which is that of the functions that pull from it; None when it is
            not known, and then functions of every Region are named.

    Source: IAM user guide, "AWS global condition context keys": `aws:PrincipalArn` is the role's own ARN for its
    sessions too, and is to be compared by ARN operators; `aws:PrincipalOrgPaths` takes ForAnyValue. Lambda
    developer guide, "Amazon ECR cross-account permissions": the account's root and the service, both, and an
    image in the same Region as the function.
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
            yield _lambda_statement(capability, [_functions(source, partition, region) for source in of_one])
        else:
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


def _functions(source: str, partition: str, region: str | None) -> str:
    """Return the ARN of the functions that *source* stands for: those of an account when it is one's id."""
    return source if source.startswith("arn:") else f"arn:{partition}:lambda:{region or '*'}:{source}:function:*"


def _lambda_statement(capability: Capability, functions: Sequence[str]) -> Statement:
    """
    Return the statement for *functions* as Lambda itself writes it, so that it finds nothing to add.

    Lambda has been seen to give itself `Get-`, `Set-` and `DeleteRepositoryPolicy` as well where it makes the
    policy; it does not need them, and they would let it change the policy.

    Source: Lambda developer guide, "Create a Lambda function using a container image", Amazon ECR permissions:
    Lambda adds the two actions when they are missing; pull requests aws/aws-parallelcluster-ui#373 and #380.
    """
    return Statement(
        capability,
        "Allow",
        _LAMBDA_SID,
        principals=(read_principal("Service", LAMBDA),),
        actions=CAPABILITIES[capability],
        conditions=(Condition(Operator("StringLike"), "aws:sourceArn", tuple(functions)),),
    )


def _service_statements(capability: Capability, service: str, sources: Sequence[str]) -> Iterator[Statement]:
    """
    Yield the statements for *service*: one for each kind of source, since AND joins the conditions of one.

    Source: IAM user guide, "The confused deputy problem": `aws:SourceArn` by ARN operators, with
    `aws:SourceAccount`.
    """
    principal = (read_principal("Service", service),)
    words = re.split(r"[.-]", service.partition(".amazonaws.")[0])
    name = "".join(word.title() for word in words)
    arns = tuple(source for source in sources if source.startswith("arn:"))
    accounts = tuple(source for source in sources if REGISTRY_ID.is_match(source))
    organizations = tuple(source for source in sources if source not in (*arns, *accounts))
    if arns:
        owners = tuple(sorted(set(map(account_of, arns))))
        yield _statement(
            capability,
            f"{name}ForSources",
            principal,
            Condition(Operator("ArnLike"), "aws:SourceArn", arns),
            Condition(Operator("StringEquals"), "aws:SourceAccount", owners),
        )
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
