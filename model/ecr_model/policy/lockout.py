"""Policies that nobody could change again: a Deny that keeps everyone, their author too, from writing the next one."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_model.findings import Finding, join
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.kinds import PolicyKind
from ecr_model.policy.statements import Statement


def check_lockout(document: PolicyDocument, kind: PolicyKind, field: str = "policy") -> Iterator[Finding]:
    """
    Yield the statements of *document*, a policy of ECR of that *kind*, that deny everyone to change it.

    A condition may spare whoever deploys, so that a statement with one is not judged.

    Source: API shape `SetRepositoryPolicyRequest` of ECR, `force`, which the AWS provider cannot set; ECR user guide,
    "Private registry permissions", for the policy scope V2 that covers all actions.
    """
    action = kind.changed_by
    for statement in document.statements:
        if denies_everyone(statement, action):
            requirement = f"{statement.label} must not deny everyone {action}: nobody could change the policy again"
            got = ", ".join(statement.not_actions or statement.actions or ())
            fix = "name the actions to deny, or spare whoever deploys by a Condition"
            element = "Action" if statement.not_actions is None else "NotAction"
            yield Finding(join(join(field, statement.path), element), "policy-lockout", requirement, got, fix)


def denies_everyone(statement: Statement, action: str) -> bool:
    """Tell whether *statement* denies *action* to everyone, whatever the circumstances."""
    everyone = any(principal.kind == "everyone" for principal in statement.principals or ())
    is_certain = not (statement.conditions or statement.unknown)
    return statement.effect == "Deny" and everyone and is_certain and statement.concerns(action)
