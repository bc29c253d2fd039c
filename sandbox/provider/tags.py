"""Turn the tags of a resource into what the services take, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.provider.difference import DEFAULTS
from sandbox.provider.resource import Change


def listed(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]] | None:
    """Return *tags* as the list that an API takes; None without tags. KMS calls the members TagKey and TagValue."""
    return [{key: name, value: text} for name, text in tags.items() if name != DEFAULTS] or None


def unlisted(tags: Iterable[Mapping[str, Any]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return the list that an API answers with as a mapping."""
    return {tag[key]: tag[value] for tag in tags}


def removed(change: Change) -> list[str]:
    """Return the keys that the update takes away."""
    return sorted(set(change.old.get("tagsAll", {})) - set(change.new.get("tagsAll", {})))
