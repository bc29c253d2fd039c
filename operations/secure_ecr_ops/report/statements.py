"""What the policy documents of a run say, statement by statement."""

from __future__ import annotations

from typing import NamedTuple

from ecr_model.findings import ModelError, join
from ecr_model.lifecycle import describe, parse_lifecycle_document
from ecr_model.policy.explanation import Explanation, explain
from secure_ecr_policies.pack.control import NotApplicableError
from secure_ecr_policies.pack.documents import ACCESS_TYPES, read_access
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, Resource

from secure_ecr_ops.report.contents import Subject
from secure_ecr_ops.report.events import State, plain
from secure_ecr_ops.wording import details, say


class Line(NamedTuple):
    """
    A statement of a policy, or a rule of a lifecycle policy, in words.

    Attributes:
        path: Where it stands, as findings name it: `policy.Statement[0]`.
        says: What it does.
        details: Its actions, its resources, and what limits whom and what does not.
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
    path = join(field, explanation.statement.path)
    return Line(path, plain(say(explanation)), tuple(map(plain, details(explanation))))
