"""What a registry policy grants: replication from other accounts, and nothing wider than was declared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ecr_model.actions import REPLICATION_ACTIONS, expand
from ecr_model.findings import Finding, join
from ecr_model.partitions import find_partition
from ecr_model.policy.document import PolicyDocument, render_policy
from ecr_model.policy.explanation import Explanation, explain_statement, say_grant, say_list
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.principals import read_principal
from ecr_model.policy.resources import covers, is_every_repository
from ecr_model.policy.statements import Statement
from ecr_model.replication import Destination

_EVERYTHING = frozenset(expand("ecr:*"))


class ReplicationSource(NamedTuple):
    """
    An account that may replicate its images into this registry.

    Attributes:
        account_id: The account.
        repository_prefixes: How the names of its repositories begin, as in its replication rules; none for all.
    """

    account_id: str
    repository_prefixes: tuple[str, ...] = ()


def render_registry_policy(
    sources: Iterable[ReplicationSource],
    *,
    partition: str,
    region: str,
    account_id: str,
    has_tags: bool = False,
    statements: tuple[Statement, ...] = (),
) -> str | None:
    """
    Return the canonical registry policy that lets *sources* replicate, None when it would be empty.

    Args:
        sources: One entry for each account; the account itself needs none and gets none.
        partition: The partition of this registry.
        region: The Region of this registry: the policy is needed in each Region that images come to.
        account_id: The account of this registry.
        has_tags: A creation template of this registry gives tags to the repositories that replication makes.
        statements: What else the policy says.

    Source: ECR user guide, "Private registry policy examples", statement ReplicationAccessCrossAccount, and
    "Templates to control repositories created during a pull through cache, create on push, or replication action".
    """
    actions = (*REPLICATION_ACTIONS, "ecr:TagResource") if has_tags else REPLICATION_ACTIONS
    granted = tuple(
        Statement(
            "Statement",
            "Allow",
            f"ReplicationFrom{source.account_id}",
            principals=(read_principal("AWS", source.account_id),),
            actions=actions,
            resources=tuple(
                f"arn:{partition}:ecr:{region}:{account_id}:repository/{prefix}*"
                for prefix in source.repository_prefixes or ("",)
            ),
        )
        for source in sorted(sources, key=lambda source: source.account_id)
        if source.account_id != account_id
    )
    document = PolicyDocument((*granted, *statements))
    return render_policy(document, partition=partition) if document.statements else None


def find_missing_grants(
    document: PolicyDocument, source: ReplicationSource, destination: Destination
) -> tuple[tuple[str, str], ...]:
    """
    Return what *document* does not let *source* do: actions of replication, each with the prefix of the repositories.

    A grant to an organisation counts as one to the account: nothing here says which accounts are in it. A condition
    on anything but who comes is taken to be met.

    Args:
        document: The registry policy of *destination*, as far as it is known.
        source: Who replicates what; without prefixes every repository, which has the prefix "".
        destination: The registry.

    Source: ECR user guide, "Granting registry permissions for cross account replication in Amazon ECR".
    """
    home = find_partition(destination.region)
    registry = f"arn:{home.name if home else 'aws'}:ecr:{destination.region}:{destination.registry_id}:repository/"
    return tuple(
        (action, prefix)
        for prefix in source.repository_prefixes or ("",)
        for action in REPLICATION_ACTIONS
        if not _is_allowed(document, source.account_id, action, f"{registry}{prefix}")
    )


def _is_allowed(document: PolicyDocument, account_id: str, action: str, arn: str) -> bool:
    """Tell whether the account may do *action* on every repository whose ARN begins with *arn*."""
    about = [
        statement
        for statement in document.statements
        # a `*` in an ARN is taken by another `*`, which takes any text, and by a `?`, which does not take two
        if statement.concerns(action) and covers(statement, f"{arn}*") and covers(statement, f"{arn}**")
    ]
    denied = any(s.effect == "Deny" and not s.conditions and _is_for(s, account_id) for s in about)
    return not denied and any(s.effect == "Allow" and _is_for(s, account_id) for s in about)


def _is_for(statement: Statement, account_id: str) -> bool:
    if any(principal.account == account_id for principal in statement.not_principals or ()):
        return False
    return any(
        party.kind in ("public", "organization", "organization-path")
        or (party.kind in ("account", "principal") and party.account == account_id)
        for party in explain_statement(statement).who
    )


def judge_registry_policy(
    document: PolicyDocument,
    *,
    account_id: str | None,
    prefixes: Collection[str] = (),
    field: str = "policy",
) -> Judgement:
    """
    Judge that a registry policy gives no outsider every action, and none on more than was declared.

    Args:
        document: A registry policy.
        account_id: The account of the registry; None when that is not known: everybody counts as an outsider
            then, and what depends on it is reported as not evaluated.
        prefixes: How the names of the repositories begin that outsiders may use; empty when that is not limited.
        field: Path of the policy.

    Source: ECR user guide, "Private registry permissions", which advises against `ecr:*`.
    """
    undecided: list[str] = []

    def find(statement: Statement, path: str) -> Iterator[Finding]:
        explanation = explain_statement(statement)
        outsiders = [party for party in explanation.who if not party.is_of(account_id)]
        grant = say_grant(explanation, say_list([str(party) for party in outsiders]))
        found = [*_wildcard(explanation, grant, path), *_width(statement, prefixes, grant, path)]
        if account_id is None and all(party.account is not None for party in outsiders):
            undecided.extend([path] if found else [])
        elif outsiders:
            yield from found

    judgement = judge_statements(document, field, ("Principal", "Action", "Resource"), find)
    return Judgement(judgement.findings, (*judgement.not_evaluated, *undecided))


def _wildcard(explanation: Explanation, grant: str, path: str) -> Iterator[Finding]:
    statement = explanation.statement
    if _EVERYTHING.issubset(explanation.actions):
        element = "Action" if statement.not_actions is None else "NotAction"
        requirement = f"{statement.label} must not give an outsider every action of ECR"
        fix = f"name the actions, for replication {', '.join(REPLICATION_ACTIONS)}"
        yield Finding(join(path, element), "registry-wildcard", requirement, grant, fix)


def _width(statement: Statement, prefixes: Collection[str], grant: str, path: str) -> Iterator[Finding]:
    if not prefixes:
        return
    element = "Resource" if statement.not_resources is None else "NotResource"
    patterns = statement.resources or () if statement.not_resources is None else ("NotResource",)
    for pattern in patterns:
        name = pattern.partition(":repository/")[2]
        literal = name.replace("?", "*").partition("*")[0]
        if is_every_repository(pattern) or not literal.startswith(tuple(prefixes)):
            requirement = f"{statement.label} must name no repositories but those of {', '.join(sorted(prefixes))}"
            fix = f"end the ARN with repository/{min(prefixes)}*"
            yield Finding(join(path, element), "registry-resource", requirement, f"{pattern} for {grant}", fix)
