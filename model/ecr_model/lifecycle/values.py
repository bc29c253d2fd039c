"""The values that both ways to write a lifecycle policy have in common: keys, integers, lists of tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_model.documents import member
from ecr_model.findings import Finding, echo, nearest
from ecr_model.lifecycle.rules import LARGEST_NUMBER, MAX_WILDCARDS
from ecr_model.shapes import check_choice, is_list

_MOST_HINTS = 20  # keys of one object for which a known one is searched: more are no misspellings


def integer(value: object) -> int | None:
    """Return *value* as an integer, None when it is none; 3.0 is 3 (policies see it so), true is not 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def check_number(value: object, field: str, rule: str, *, least: int = 1) -> Iterator[Finding]:
    """
    Yield what is wrong with a count, an age or a priority; nothing when it is absent.

    Source: ECR user guide, "Lifecycle policy properties in Amazon ECR": 0 is not an accepted value.
    """
    if value is None:
        return
    number = integer(value)
    if number is None:
        digits = isinstance(value, str) and value.strip().isdecimal()
        fix = "remove the quotes" if digits else ""
        yield Finding(field, rule, "must be an integer", echo(value), fix)
    elif not least <= number <= LARGEST_NUMBER:
        yield Finding(field, rule, f"must be {least} to {LARGEST_NUMBER:,}", echo(value))


def check_optional_choice(value: object, choices: Sequence[str], field: str, rule: str) -> Iterator[Finding]:
    """Yield a finding when *value* is given and not one of *choices*."""
    if value is not None:
        yield from check_choice(value, choices, field, rule)


def check_known_keys(value: Mapping[Any, object], allowed: Sequence[str], field: str) -> Iterator[Finding]:
    """Yield the keys of *value* that are not *allowed*."""
    unknown = [key for key in value if key not in allowed]
    for number, key in enumerate(unknown):
        near = nearest(key, allowed) if isinstance(key, str) and number < _MOST_HINTS else None
        fix = f"write {echo(near)}" if near else f"remove it, the keys are {', '.join(allowed)}"
        yield Finding(member(field, key), "lifecycle-key", "must be a known key", echo(key), fix)


def check_tags(value: object, field: str, *, wildcards: bool) -> Iterator[Finding]:
    """
    Yield what is wrong with a list of tag patterns, or of tag prefixes when *wildcards* is false.

    Source: ECR user guide, "Lifecycle policy properties in Amazon ECR", tagPatternList and tagPrefixList.
    """
    what = "tag patterns" if wildcards else "tag prefixes"
    if not is_list(value):
        fix = f"write [{echo(value)}]" if isinstance(value, str) else ""
        yield Finding(field, "lifecycle-tag-list", f"must be a list of {what}", echo(value), fix)
        return
    if not value:
        yield Finding(field, "lifecycle-tag-list", f"must name at least one of the {what}", "an empty list")
    seen: set[str] = set()
    for index, item in enumerate(value):
        path = f"{field}[{index}]"
        if not isinstance(item, str) or not item:
            yield Finding(path, "lifecycle-tag-list", "must be a non-empty text", echo(item))
            continue
        if wildcards and item.count("*") > MAX_WILDCARDS:
            requirement = f"must have at most {MAX_WILDCARDS} wildcards"
            yield Finding(path, "lifecycle-tag-pattern", requirement, echo(item))
        if item in seen:
            requirement = "should stand once in its list"
            yield Finding(path, "lifecycle-tag-list", requirement, echo(item), severity="warning")
        seen.add(item)
