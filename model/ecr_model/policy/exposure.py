"""What a resource's policy lets outsiders do: the public, services on anybody's behalf, other accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ecr_model.actions import Group
from ecr_model.findings import Finding, join
from ecr_model.policy.conditions import Condition
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.explanation import (
    PUBLIC,
    Explanation,
    Party,
    explain_statement,
    say_actions,
    say_grant,
    say_list,
    say_what,
)
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.limits import LIMITING_KEYS, operators_of
from ecr_model.policy.statements import Statement

_WRITES: frozenset[Group] = frozenset({"push", "administer"})


def judge_public_access(document: PolicyDocument, *, field: str = "policy") -> Judgement:
    """
    Judge that nobody whom the owner does not know is let in.

    A wildcard principal needs a condition that limits who; NotPrincipal and NotAction are refused with Allow,
    because what they leave open is everything but the list. Deny is never a finding.

    Source: IAM user guide, "AWS JSON policy elements: NotPrincipal" and "NotAction", which advise against both
    with Allow; S3 user guide, 'The meaning of "public"'.
    """
    return judge_statements(document, field, ("Principal",), _public_findings)


def judge_service_access(document: PolicyDocument, *, field: str = "policy") -> Judgement:
    """
    Judge that a service is let in only on behalf of somebody known.

    Source: IAM user guide, "The confused deputy problem", Cross-service confused deputy prevention.
    """
    return judge_statements(document, field, ("Principal",), _service_findings)


def judge_cross_account(
    document: PolicyDocument,
    *,
    account_id: str | None,
    allowed: Collection[str] = (),
    writes: bool = False,
    field: str = "policy",
) -> Judgement:
    """
    Judge that only those *allowed* may come from outside the account that owns the policy.

    The public and services are not judged here: `judge_public_access` and `judge_service_access` do.

    Args:
        document: A repository or registry policy.
        account_id: The account that owns it; None when that is not known, and then a grant to an account that
            is not allowed either is reported as not evaluated.
        allowed: Account ids, ids of organisations, paths in them (and what lies below), and the names of
            endpoints, networks, address ranges or principals as the policy has them.
        writes: Judge pushing, deleting and administering; otherwise pulling and reading.
        field: Path of the policy.
    """
    undecided: list[str] = []

    def find(statement: Statement, path: str) -> Iterator[Finding]:
        explanation = explain_statement(statement)
        what = tuple(group for group in explanation.what if (group in _WRITES) == writes)
        for party in explanation.who if any(group != "authenticate" for group in what) else ():
            if _is_allowed(party, account_id, allowed):
                continue
            if account_id is None and party.account is not None:
                undecided.append(path)
            else:
                yield _outsider(explanation, party, what, path)

    judgement = judge_statements(document, field, ("Principal", "Action"), find)
    return Judgement(judgement.findings, (*judgement.not_evaluated, *dict.fromkeys(undecided)))


def _public_findings(statement: Statement, path: str) -> Iterator[Finding]:
    explanation = explain_statement(statement)
    if statement.not_principals is not None:
        spared = say_list([principal.value for principal in statement.not_principals]) or "somebody unknown"
        yield Finding(
            join(path, "NotPrincipal"),
            "access-not-principal",
            f"{explanation.label} must not let everyone but a few {explanation.deeds}",
            say_grant(explanation, f"everyone but {spared}"),
            "name those who may in Principal",
        )
    elif PUBLIC in explanation.who:
        yield _public(explanation, path)
    if statement.not_actions is not None:
        yield Finding(
            join(path, "NotAction"),
            "access-not-action",
            f"{explanation.label} must not allow everything but a few actions",
            say_grant(explanation, say_list([str(party) for party in explanation.who]) or "nobody"),
            "name the allowed actions in Action",
        )


def _public(explanation: Explanation, path: str) -> Finding:
    principal = next((p.value for p in explanation.statement.principals or () if p.kind == "everyone"), "missing")
    return Finding(
        path,
        "access-public",
        f"{explanation.label} must not let everyone {explanation.deeds}",
        say_grant(explanation, f"principal {principal}"),
        _public_fix([condition for condition, _ in explanation.not_limited_by]),
    )


def _public_fix(conditions: Sequence[Condition]) -> str:
    """Return the smallest edit that limits who may come."""
    for condition in conditions:
        operator, key = condition.operator, condition.key
        limit = LIMITING_KEYS.get(condition.name)
        if limit in (None, "any-service"):
            continue
        if operator.is_negated:
            return f"name those who may with {operator.base.replace('Not', '')} {key}, or in Principal"
        if operator.base not in operators_of(limit):
            return f"compare {key} with {'IpAddress' if limit == 'address' else 'StringEquals'}"
        if operator.if_exists:
            return f"write {str(operator).removesuffix('IfExists')} in place of {operator}"
        if operator.quantifier == "ForAllValues":
            is_list = condition.name.endswith(("orgpaths", "list"))
            return f"write {'ForAnyValue:' if is_list else ''}{operator.base} in place of {operator}"
        if limit == "address":
            return f"write a narrower range for {key}"
        return f"write the full value of {key}"
    return 'name the accounts in Principal, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."} to Condition'


def _service_findings(statement: Statement, path: str) -> Iterator[Finding]:
    explanation = explain_statement(statement)
    reasons = [f"{condition} {reason}" for condition, reason in explanation.not_limited_by if _is_source(condition)]
    # what limits a person says nothing of a service, which comes on behalf of somebody
    reasons += [f"{each}, which does not say on whose behalf" for each in statement.conditions if not _is_source(each)]
    for party in explanation.who:
        if party.kind == "service" and not party.source:
            limits = "; ".join(reasons) or "no aws:SourceArn, aws:SourceAccount or aws:SourceOrgID"
            yield Finding(
                path,
                "access-service",
                f"{explanation.label} must let {party} {explanation.deeds} only on behalf of somebody known",
                f"{say_actions(explanation)} with {limits}",
                'add "StringEquals": {"aws:SourceAccount": "<account id>"} to Condition',
            )


def _is_source(condition: Condition) -> bool:
    return LIMITING_KEYS.get(condition.name) == "source"


def _is_allowed(party: Party, account_id: str | None, allowed: Collection[str]) -> bool:
    if party == PUBLIC or (party.kind == "service" and not party.source) or party.is_of(account_id):
        return True
    name = party.source or party.name
    if name in allowed or (party.account is not None and party.account in allowed):
        return True
    organization, slash, _ = name.partition("/")
    if not slash or party.kind not in ("organization-path", "service", "endpoint"):
        return False
    below = [path.rstrip("*").rstrip("/") + "/" for path in allowed if "/" in path]
    return organization in allowed or name.startswith(tuple(below))


def _outsider(explanation: Explanation, party: Party, what: Sequence[Group], path: str) -> Finding:
    return Finding(
        path,
        "access-cross-account",
        f"{explanation.label} must not let outsiders {say_what(what)} who are not on the allow-list",
        say_grant(explanation, str(party)),
        "remove the grant, or put the name on the allow-list",
    )
