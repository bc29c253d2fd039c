"""What the tags named by a rule have in common with those of another: wider, narrower, overlapping."""

from __future__ import annotations

import string

from ecr_model.lifecycle.rules import Rule
from ecr_model.names import TAG
from ecr_model.wildcards import is_match

_LETTERS = frozenset(string.ascii_letters + string.digits + "_.-")
_NEVER_FIRST = (".", "-")


def wildcards(rule: Rule) -> tuple[str, ...]:
    """Return the tags of *rule* as patterns: the prefix `dev-` is the pattern `dev-*`."""
    return (*rule.tag_patterns, *(f"{prefix}*" for prefix in rule.tag_prefixes))


def is_narrower(pattern: str, other: str) -> bool:
    """Tell whether *other* matches every tag that *pattern* matches."""
    return is_match(other, pattern)  # a `*` in the text can only be taken by a `*` of the pattern


def common_tag(pattern: str, other: str) -> str | None:
    """Return a tag that both match, None when there is none; in time linear in their lengths."""
    if "*" not in pattern:
        return pattern if is_match(other, pattern) else None
    if "*" not in other:
        return other if is_match(pattern, other) else None
    first, *middle, last = pattern.split("*")
    other_first, *other_middle, other_last = other.split("*")
    head, tail = max(first, other_first, key=len), max(last, other_last, key=len)
    if not (head.startswith(first) and head.startswith(other_first)):
        return None
    if not (tail.endswith(last) and tail.endswith(other_last)):
        return None
    return "".join([head, *middle, *other_middle, tail])


def why_impossible(pattern: str) -> str | None:
    """
    Return why no tag can match *pattern*, None when one can.

    Source: OCI distribution specification, "Pulling manifests": `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
    """
    letters = pattern.replace("*", "")
    if strange := next((letter for letter in letters if letter not in _LETTERS), None):
        return f"no tag contains {strange!r}"
    if pattern.startswith(_NEVER_FIRST):
        return f"no tag begins with {pattern[0]!r}"
    if len(letters) > TAG.longest:
        return f"no tag is longer than {TAG.longest} characters"
    return None


def impossible_tag(rule: Rule) -> tuple[str, str] | None:
    """Return a pattern or prefix of *rule* that no tag can match, and why; then the rule never acts."""
    why = {prefix: "no tag contains '*'" for prefix in rule.tag_prefixes if "*" in prefix}
    for tag in (*rule.tag_patterns, *rule.tag_prefixes):
        if reason := why.get(tag) or why_impossible(tag):
            return tag, reason
    return None
