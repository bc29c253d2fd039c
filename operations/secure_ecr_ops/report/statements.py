"""What the policy documents of a run say, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecr_model.findings import ModelError, join
from ecr_model.lifecycle import describe, parse_lifecycle_document
from ecr_model.policy.explanation import Explanation, explain, say_what
from secure_ecr_policies.pack.control import NotApplicableError
from secure_ecr_policies.pack.documents import ACCESS_TYPES, read_access
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, Resource

from secure_ecr_ops.report.contents import Subject
from secure_ecr_ops.report.events import State, plain


class Line(NamedTuple):
    """
    A statement of a policy, or a rule of a lifecycle policy, in words.

    Attributes:
        path: Where it stands, as findings name it: `policy.Statement[0]`.
        says: What it does.
        details: Its actions, and what limits whom and what does not.
    """

    path: str
    says: str
    details: tuple[str, ...] = ()


def read_lines(subject: Subject, state: State) -> tuple[Line, ...]:
    """Return what the document of *subject* says; nothing when it has none, or one that nobody can read yet."""
    if subject.type in ACCESS_TYPES:
        resource = Resource(type=subject.type, urn=subject.urn, name=subject.name, props=state.inputs)
        try:
            field, document, _ = read_access(resource)
        except NotApplicableError:
            return ()
        return tuple(_statement(each, field) for each in explain(document)) if document else ()
    if subject.type == LIFECYCLE_POLICY:
        try:
            rules = parse_lifecycle_document(state.inputs.get("policy"), "policy").rules
        except ModelError:
            return ()
        return tuple(
            Line(f"policy.rules[{index}]", plain(f"rule {rule.priority}: {describe(rule)}"))
            for index, rule in enumerate(rules)
        )
    return ()


def _statement(explanation: Explanation, field: str) -> Line:
    statement = explanation.statement
    who = ", ".join(str(party) for party in explanation.who) or "nobody"
    if statement.not_principals is not None:
        who = f"everyone but {', '.join(principal.value for principal in statement.not_principals)}"
    verb = "allows" if explanation.effect == "Allow" else "denies"
    says = f"{explanation.label} {verb} {who} to {say_what(explanation.what)}"
    return Line(join(field, statement.path), plain(says), tuple(map(plain, _details(explanation))))


def _details(explanation: Explanation) -> Iterator[str]:
    yield f"by {', '.join(explanation.statement.actions or explanation.actions)}"
    for condition in explanation.limited_by:
        yield f"limited by {condition}"
    for condition, reason in explanation.not_limited_by:
        yield f"not limited by {condition}, which {reason}"
