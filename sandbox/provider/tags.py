"""Turn the tags of a resource into what the services take, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.provider.clients import Aws
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


def retag(
    aws: Aws,
    change: Change,
    subject: str,
    identifier: str,
    *,
    kind: str = "resource",
    members: tuple[str, str] = ("Key", "Value"),
) -> None:
    """
    Bring the tags of a resource to what the *change* wants.

    Args:
        aws: The service that has it.
        change: What the update changes.
        subject: The parameter that names it, `ResourceARN`; the others are in capitals when this one is.
        identifier: What that parameter is.
        kind: What the service's two operations are for: `resource` for `TagResource` and `UntagResource`.
        members: What the API calls the name of a tag, and its text.
    """
    if not change.of("tagsAll"):
        return
    names, tags = ("TagKeys", "Tags") if subject[0].isupper() else ("tagKeys", "tags")
    if gone := removed(change):
        aws.call(f"untag_{kind}", **{subject: identifier, names: gone})
    if wanted := listed(change.new["tagsAll"], *members):
        aws.call(f"tag_{kind}", **{subject: identifier, tags: wanted})
