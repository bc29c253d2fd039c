"""Policies of which no other control says whether they are any: those of identities, of keys and of endpoints."""

from __future__ import annotations

from collections.abc import Callable

from ecr_model.policy.document import read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import PolicyKind

from secure_ecr_policies.pack.control import Remarks
from secure_ecr_policies.pack.documents import remarks_on

ROLE = "aws:iam/role:Role"
KEY = "aws:kms/key:Key"
KEYS = (
    KEY,
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"


def judge_policy(
    source: object, kind: PolicyKind, field: str, judge: Callable[..., Judgement], why: str = ""
) -> Remarks:
    """
    Yield what *judge* says of the policy *source*, or why it is none.

    Args:
        source: Text, object or UNKNOWN.
        kind: What it is attached to.
        field: Its path.
        judge: Judges a document, and takes its path as `field`.
        why: What the rest of a judgement depends on where no value of the document is unknown.
    """
    document, findings = read_policy(source, kind, field=field)
    if document is None:
        yield from findings
        return
    yield from remarks_on(document, judge(document, field=field), field, why)
