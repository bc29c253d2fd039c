"""Verdicts on a policy that may not be known in full: what is found, and what could not be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ecr_model.findings import Finding, join
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.statements import Statement


class Judgement(NamedTuple):
    """
    What a rule says of a policy.

    Attributes:
        findings: What breaks the rule whatever the unknown values turn out to be.
        not_evaluated: Paths of the unknown values on which the rest of the verdict depends.
    """

    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[str, ...] = ()


def judge_statements(
    document: PolicyDocument,
    field: str,
    elements: Sequence[str],
    find: Callable[[Statement, str], Iterable[Finding]],
) -> Judgement:
    """
    Judge each Allow statement by *find*, which gets the statement and its path.

    What is unknown of *elements* may break the rule whatever is known. What is unknown of the effect and the
    conditions can only narrow a statement, so it matters where the rule seems broken.
    """
    findings: list[Finding] = []
    inside = {path for statement in document.statements for path in statement.unknown}
    not_evaluated = [path for path in document.unknown if path not in inside]
    for statement in document.statements:
        if statement.effect == "Deny":
            continue
        not_evaluated += statement.unknown_in(*elements, *(f"Not{element}" for element in elements))
        found = tuple(find(statement, join(field, statement.path)))
        narrowing = statement.unknown_in("Effect", "Condition")
        if found and narrowing:
            not_evaluated += narrowing
        else:
            findings += found
    return Judgement(tuple(findings), tuple(join(field, path) for path in not_evaluated))
