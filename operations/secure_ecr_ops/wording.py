"""What a statement of a policy says, in words: the same for `access explain` and for reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ecr_model.policy.explanation import Explanation, Party


def say(explanation: Explanation, name: Callable[[Party], str] = str) -> str:
    """
    Return what a statement does: `statement 'Pull' allows account 444455556666 to pull`.

    Args:
        explanation: What it amounts to.
        name: What to call somebody.
    """
    verb = "allows" if explanation.effect == "Allow" else "denies"
    who = ", ".join(map(name, explanation.who)) or "nobody"
    but = f" but {', '.join(map(name, explanation.but))}" if explanation.but else ""
    deeds = explanation.deeds if explanation.what else "do nothing that ECR knows"
    return f"{explanation.label} {verb} {who}{but} to {deeds}"


def details(explanation: Explanation) -> Iterator[str]:
    """Yield the actions of a statement, its resources, and what limits whom and what does not."""
    statement = explanation.statement
    yield f"by {_names(statement.actions, statement.not_actions) or 'no action'}"
    if resources := _names(statement.resources, statement.not_resources):
        yield f"on {resources}"
    for condition in explanation.limited_by:
        yield f"limited by {condition}"
    for condition, reason in explanation.not_limited_by:
        yield f"not limited by {condition}, which {reason}"


def _names(named: Sequence[str] | None, spared: Sequence[str] | None) -> str:
    return f"everything but {', '.join(spared)}" if spared is not None else ", ".join(named or ())
