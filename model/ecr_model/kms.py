"""The policy of a key that encrypts repositories: who administers it, and that ECR can work with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_model.findings import Finding, join
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.explanation import Party, explain_statement, say_grant, say_list
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.lockout import denies_everyone
from ecr_model.policy.statements import Statement

_ECR = "ecr."
_SYMMETRIC = ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
_NEEDED = {
    "kms:CreateGrant": "make the grants by which ECR encrypts",
    "kms:DescribeKey": "look at the key, which ECR asks for when a repository is created",
}


def can_rotate(
    key_spec: object = None, key_usage: object = None, custom_key_store_id: object = None, xks_key_id: object = None
) -> bool:
    """
    Tell whether KMS can rotate the material of a key by itself; one of which nothing is said is symmetric.

    Source: KMS API reference, `EnableKeyRotation`: symmetric encryption keys, save imported material and custom key
    stores; `CreateKey` for the defaults.
    """
    kind = (key_spec or _SYMMETRIC[0], key_usage or _SYMMETRIC[1])
    return kind == _SYMMETRIC and not custom_key_store_id and not xks_key_id


def is_default_key_policy(document: PolicyDocument) -> bool:
    """
    Tell whether *document* is what KMS gives a key that comes without a policy.

    Source: KMS developer guide, "Default key policy": kms:* for the account, when a program makes the key.
    """
    if document.unknown or len(document.statements) != 1:
        return False
    (statement,) = document.statements
    return (
        statement.effect == "Allow"
        and [principal.kind for principal in statement.principals or ()] == ["account"]
        and (statement.actions, statement.resources) == (("kms:*",), ("*",))
        and not statement.conditions
    )


def judge_key_policy(document: PolicyDocument, *, account_id: str | None, field: str = "policy") -> Judgement:
    """
    Judge that a key is its account's own, and that ECR can work with it unless it is for other services alone.

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
            spared = say_list([principal.value for principal in statement.not_principals]) or "somebody unknown"
            got = say_grant(explain_statement(statement), f"everyone but {spared}")
            fix = "name those who may in Principal"
            yield Finding(join(path, "NotPrincipal"), "kms-not-principal", requirement, got, fix)
            return
        if statement.principals is not None and all(p.kind != "everyone" for p in statement.principals):
            return
        others = [party for party in explain_statement(statement).who if not party.is_of(account_id)]
        if account_id is None and others and all(party.account is not None for party in others):
            undecided.append(path)
        elif others:
            yield _wildcard(statement, others, path)

    judgement = judge_statements(document, field, ("Principal",), find)
    is_for_ecr = _may_be_for_ecr(document)
    missing, unknown = _missing(document, field) if is_for_ecr else ((), ())
    denied = _denied(document, field) if is_for_ecr else ()
    not_evaluated = dict.fromkeys((*judgement.not_evaluated, *undecided, *unknown))
    return Judgement((*judgement.findings, *missing, *denied), tuple(not_evaluated))


def _may_be_for_ecr(document: PolicyDocument) -> bool:
    """Tell whether *document* names no service, or ECR among those that it names."""
    allowed = [statement for statement in document.statements if statement.effect == "Allow"]
    services = [
        value.lower()
        for statement in allowed
        for condition in statement.conditions
        if condition.name == "kms:viaservice"
        for value in condition.values
    ]
    services += [p.value for statement in allowed for p in statement.principals or () if p.type == "Service"]
    return not services or any(service.startswith((_ECR, "*")) for service in services)


def _wildcard(statement: Statement, others: Sequence[Party], path: str) -> Finding:
    return Finding(
        path,
        "kms-wildcard",
        f"{statement.label} must hold the wildcard principal to the key's own account",
        say_grant(explain_statement(statement), say_list([str(party) for party in others])),
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


def _denied(document: PolicyDocument, field: str) -> Iterator[Finding]:
    """Yield the statements that deny everyone what ECR needs somebody to do."""
    for statement in document.statements:
        for action, purpose in _NEEDED.items():
            if denies_everyone(statement, action):
                requirement = f"{statement.label} must not deny everyone {action}: nobody could {purpose}"
                fix = "leave it out of the Deny, or spare whoever creates repositories by a Condition"
                yield Finding(join(field, statement.path), "kms-ecr", requirement, "Deny", fix)
