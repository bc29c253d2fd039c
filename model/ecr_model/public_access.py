"""
Who may push to a public repository: the declaration `access`, and the repository policy that grants it.

    {"push": [{"account_id": "111122223333"}, {"role_arn": "arn:aws:iam::111122223333:role/ci"}]}

Everybody pulls from a public repository, and no policy can change that.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecr_model.access import check_access, check_access_partition, parse_access
from ecr_model.actions import PUBLIC_PUSH_ACTIONS
from ecr_model.findings import Finding, errors, join, refuse
from ecr_model.grants import grant_statements
from ecr_model.policy.document import PolicyDocument, check_policy, render_policy
from ecr_model.policy.kinds import PUBLIC_REPOSITORY_POLICY
from ecr_model.shapes import check_keys

PARTITION = "aws"
"""The one partition that has ECR Public. Source: AWS General Reference, "Amazon ECR Public endpoints and quotas"."""

_NOT_GRANTED = {
    "pull": "must be absent: everybody pulls from a public repository",
    "administer": "must be absent: a public repository grants pushing alone",
    "statements": "must be absent: a public repository grants pushing alone",
}
"""Source: ECR Public user guide, "Public repository policies in Amazon ECR Public"."""


def check_public_access(declaration: object, field: str = "access") -> tuple[Finding, ...]:
    """Return why *declaration*, an object with `push` alone, grants nothing that a public repository can grant."""
    findings = check_keys(declaration, field, "public-access", optional=("push", *_NOT_GRANTED))
    if not isinstance(declaration, Mapping):
        return findings
    findings += tuple(
        Finding(join(field, key), "public-access", requirement)
        for key, requirement in _NOT_GRANTED.items()
        if declaration.get(key) is not None
    )
    findings += check_access(_push(declaration), field)
    if not errors(findings):
        findings += tuple(check_access_partition(parse_access(_push(declaration)), PARTITION, field))
    if not errors(findings):
        policy = render_public_repository_policy(declaration)
        findings += () if policy is None else check_policy(policy, PUBLIC_REPOSITORY_POLICY, field)
    return findings


def render_public_repository_policy(declaration: Mapping[str, object]) -> str | None:
    """
    Return the canonical text of the policy that grants *declaration*, None when nothing is granted.

    Raises:
        ModelError: It grants what cannot be granted.

    Source: ECR Public user guide, "Public repository policy examples in Amazon ECR Public".
    """
    access = parse_access(_push(declaration))
    refuse(check_access_partition(access, PARTITION))
    granted = grant_statements(access.push, "push", partition=PARTITION, account_id="")
    statements = tuple(statement._replace(actions=PUBLIC_PUSH_ACTIONS) for statement in granted)
    return render_policy(PolicyDocument(statements), partition=PARTITION) if statements else None


def _push(declaration: Mapping[str, object]) -> dict[str, object]:
    return {"push": declaration.get("push")}
