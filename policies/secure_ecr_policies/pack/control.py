"""What a control is: its metadata as data, and one small function that judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecr_model.findings import Finding
from ecr_model.policy.judgement import Judgement

from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.stack import Stack

Level = Literal["mandatory", "advisory", "disabled"]
Severity = Literal["low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Levels:
    """How strictly a control is enforced where people try things, and where it matters."""

    dev: Level
    prod: Level


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A value that the judgement needs and that nobody knows before the update."""

    field: str
    why: str = "known at the update only"

    def __str__(self) -> str:
        return f"not evaluated: {self.field}: {self.why}"


class NotApplicableError(Exception):
    """Raised by a control that has nothing to say about this resource, or this stack."""


Remark = Finding | Unevaluated
Remarks = Iterator[Remark]
StackRemarks = Iterator[tuple[Resource | None, Remark]]


def remarks(judgement: Judgement) -> Remarks:
    """Yield what *judgement* says: what is wrong, then what could not be told."""
    yield from judgement.findings
    yield from map(Unevaluated, judgement.not_evaluated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """
    One control of the pack.

    Attributes:
        name: Its name for ever; the module is called the same with `_` for `-`.
        description: What is asked for, in one sentence; the engine prints it above each finding.
        severity: How bad a violation is.
        levels: How strictly it is enforced in which environment; without a configuration, as in `prod`.
        reason: Why it is asked for: the module's docstring.
        remediation: What to do, in a sentence.
        url: The AWS page that it rests on.
        also_known_as: Ids of the same demand in other catalogues and tools.
        settings: What a configuration can set, by name.
        types: Tokens of the resources that it looks at; all others are not applicable.
        subjects: Of a control that joins resources, the types of which it judges every resource; the report shows
            for each of them that it passed.
        judge: Yields what is wrong with one resource before it is registered.
        judge_stack: Yields, for a control that joins resources instead, what is wrong with which of them.
        remedy: Returns, for a resource that it has found at fault, the properties that mend it and change
            nothing else, objects in part; {} where that is not certain. Without it the level `remediate` is
            `mandatory`.
    """

    name: str
    description: str
    severity: Severity
    levels: Levels
    reason: str | None
    remediation: str
    url: str
    also_known_as: tuple[str, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    judge: Callable[[Resource, Settings], Remarks] | None = None
    judge_stack: Callable[[Stack, Settings], StackRemarks] | None = None
    remedy: Callable[[Resource], Mapping[str, object]] | None = None

    def __post_init__(self) -> None:
        if (self.judge is None) == (self.judge_stack is None):
            raise TypeError(f"{self.name}: give judge or judge_stack")
