"""The policy documents that resources carry: where they stand, and what they say."""

from __future__ import annotations

from functools import lru_cache

from ecr_model.findings import Finding, join
from ecr_model.policy import kinds
from ecr_model.policy.document import PolicyDocument, read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import PolicyKind

from secure_ecr_policies.pack.control import NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import (
    CREATION_TEMPLATE,
    LIFECYCLE_POLICY,
    REGISTRY_POLICY,
    REPOSITORY_POLICY,
    Resource,
)

CARRIERS: dict[str, tuple[str, PolicyKind]] = {
    REPOSITORY_POLICY: ("policy", kinds.REPOSITORY_POLICY),
    REGISTRY_POLICY: ("policy", kinds.REGISTRY_POLICY),
    CREATION_TEMPLATE: ("repositoryPolicy", kinds.REPOSITORY_POLICY),
}
"""By the token of a resource, the property that holds its policy, and the policy's kind."""

ACCESS_TYPES = tuple(CARRIERS)
"""Tokens of the resources that let somebody into repositories."""

LIFECYCLES = {LIFECYCLE_POLICY: "policy", CREATION_TEMPLATE: "lifecyclePolicy"}
"""Tokens of the resources that have a lifecycle, and the property that holds its document."""

_Read = tuple[PolicyDocument | None, tuple[Finding, ...]]


def read_access(resource: Resource) -> tuple[str, PolicyDocument | None, tuple[Finding, ...]]:
    """
    Return where the policy of *resource*, one of ACCESS_TYPES, stands, what it says, and what is wrong with it.

    Raises:
        NotApplicableError: It is a creation template without a policy.
    """
    field, kind = CARRIERS[resource.type]
    source = resource.props.get(field)
    if resource.type == CREATION_TEMPLATE and source in (None, ""):
        raise NotApplicableError
    document, findings = (
        _read_text(source, kind, field) if isinstance(source, str) else read_policy(source, kind, field=field)
    )
    return field, document, findings


def read_grants(resource: Resource) -> tuple[str, PolicyDocument]:
    """
    Return where the policy of *resource* stands, and what it says.

    Raises:
        NotApplicableError: It has none, or one so malformed that it says nothing; ecr-policy-well-formed says why.
    """
    field, document, _ = read_access(resource)
    if document is None:
        raise NotApplicableError
    return field, document


def remarks_on(document: PolicyDocument, judgement: Judgement, field: str, why: str) -> Remarks:
    """
    Yield what *judgement* says of *document*, which stands at *field*.

    Args:
        document: What was judged.
        judgement: What was found.
        field: The document's path.
        why: What the rest of the judgement depends on where no value of the document is unknown.
    """
    yield from judgement.findings
    unknown = {join(field, path) for path in document.unknown}
    for path in judgement.not_evaluated:
        yield Unevaluated(path) if path in unknown else Unevaluated(path, why)


@lru_cache(maxsize=32)
def _read_text(text: str, kind: PolicyKind, field: str) -> _Read:
    """Read a text that several controls ask for, one after the other."""
    return read_policy(text, kind, field=field)
