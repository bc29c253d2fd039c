"""Property values as the controls see them: plain dictionaries, lists and scalars, with UNKNOWN inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ecr_model.documents import member
from ecr_model.findings import Finding, join
from ecr_model.policy.notes import UNKNOWN, Unknown
from ecr_model.shapes import is_list

__all__ = ["UNKNOWN", "Unknown", "camel_case", "spare_unknown", "top_level", "unknown_paths"]


def unknown_paths(value: object, field: str) -> Iterator[str]:
    """Yield the path of every UNKNOWN at or below *value*, whose own path is *field*."""
    waiting: list[tuple[object, tuple[Any, ...]]] = [(value, ())]
    while waiting:
        node, trail = waiting.pop()
        if node is UNKNOWN:
            yield _written(field, trail)
        elif isinstance(node, (str, int, float)):
            continue  # most nodes, which the tests below would take longest to tell
        elif isinstance(node, Mapping):
            waiting.extend((child, (trail, key)) for key, child in reversed([*node.items()]))
        elif is_list(node):
            waiting.extend((node[index], (trail, index)) for index in reversed(range(len(node))))


def _written(field: str, trail: tuple[Any, ...]) -> str:
    """Return the path that begins with *field*, of a *trail* of the steps before the last one and the last one."""
    steps = []
    while trail:
        trail, step = trail
        steps.append(step)
    for step in reversed(steps):
        field = join(field, f"[{step}]") if isinstance(step, int) else member(field, step)
    return field


def spare_unknown(findings: Iterable[Finding], paths: Iterable[str]) -> tuple[Finding, ...]:
    """
    Return *findings* without those that a grammar had to take UNKNOWN for a mistake for.

    They are about a value at one of *paths* or below it, or about a list with an unknown entry.
    """
    unknown = tuple(paths)
    lists = {re.sub(r"\[\d+\]$", "", path) for path in unknown}
    return tuple(
        finding
        for finding in findings
        if finding.field not in lists and not any(_is_below(finding.field, path) for path in unknown)
    )


def top_level(path: str) -> str:
    """Return the property that *path* is in: `tags` for `tags.team`, `rules` for `rules[0].action`."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def camel_case(value: object) -> object:
    """Return *value* with every key in camelCase, as `imageTagMutability` for `image_tag_mutability`."""
    if isinstance(value, (dict, Mapping)):  # `dict` is told in no time
        return {_camel(key): camel_case(child) for key, child in value.items()}
    if is_list(value):
        return [camel_case(child) for child in value]
    return value


def _is_below(path: str, parent: str) -> bool:
    return path == parent or path.startswith((f"{parent}.", f"{parent}["))


@lru_cache(maxsize=1024)  # the same few keys come thousands of times
def _camel(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])_+([a-z0-9])", lambda letter: letter[1].upper(), key)
