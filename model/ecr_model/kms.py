"""The policy of a key that encrypts repositories: who administers it, and that ECR can work with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_model.findings import Finding, join
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.explanation import Party, explain_statement
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.statements import Statement

_NEEDED = {
    "kms:CreateGrant": "make the grants by which ECR encrypts",
    "kms:DescribeKey": "look at the key, which ECR asks for when a repository is created",
}


def judge_key_policy(document: PolicyDocument, *, account_id: str | None, field: str = "policy") -> Judgement:
    """
    Judge that a key is its account's own, and that ECR can work with it.

    Args:
        document: A key policy.
        account_id: The account of the key; None when that is not known: a wildcard principal held to some
            account is reported as not evaluated then.
        field: Path of the policy.

    Source: KMS developer guide, "Key policies in AWS KMS"; ECR user guide, "Encryption at rest".
    """
    undecided: list[str] = []

    def find(statement: Statement, path: str) -> Iterator[Finding]:
        if statement.not_principals is not None:
            requirement = f"{statement.label} must not allow everyone but a few"
            fix = "name those who may in Principal"
            yield Finding(join(path, "NotPrincipal"), "kms-not-principal", requirement, "NotPrincipal with Allow", fix)
            return
        if statement.principals is not None and all(p.kind != "everyone" for p in statement.principals):
            return
        others = [party for party in explain_statement(statement).who if not party.is_of(account_id)]
        if account_id is None and others and all(party.account is not None for party in others):
            undecided.append(path)
        elif others:
            yield _wildcard(statement, others, path)

    judgement = judge_statements(document, field, ("Principal",), find)
    missing, unknown = _missing(document, field)
    not_evaluated = dict.fromkeys((*judgement.not_evaluated, *undecided, *unknown))
    return Judgement((*judgement.findings, *missing), tuple(not_evaluated))


def _wildcard(statement: Statement, others: Sequence[Party], path: str) -> Finding:
    who = ", ".join(map(str, others[:3]))
    return Finding(
        path,
        "kms-wildcard",
        f"{statement.label} must hold the wildcard principal to the key's own account",
        who,
        'add "StringEquals": {"kms:CallerAccount": "<account id>"} to Condition, or name the account in Principal',
    )


def _missing(document: PolicyDocument, field: str) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return what nobody may do although ECR needs it, and the unknown values that may grant it yet."""
    granted = [s for s in document.statements if s.effect == "Allow" and s.principals != ()]
    missing = [(action, purpose) for action, purpose in _NEEDED.items() if not any(s.concerns(action) for s in granted)]
    if missing and document.unknown:
        return (), tuple(join(field, path) for path in document.unknown)
    return tuple(
        Finding(
            join(field, "Statement"),
            "kms-ecr",
            f"must let somebody {purpose}",
            f"no statement with {action}",
            f"add {action} for the account, with StringEquals kms:ViaService ecr.<region>.amazonaws.com",
        )
        for action, purpose in missing
    ), ()
