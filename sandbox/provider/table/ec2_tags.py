"""Tag what belongs to a network: EC2 has one pair of operations for all of its resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.provider.clients import Aws
from sandbox.provider.resource import Change
from sandbox.provider.tags import listed, removed


def specification(kind: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the tags in *inputs* as the creation of a *kind* (`vpc`) takes them; None without tags."""
    tags = listed(inputs.get("tagsAll", {}))
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


def retag(aws: Aws, resource: str, change: Change) -> None:
    """Bring the tags of the *resource* of that id to what the *change* wants."""
    if not change.of("tagsAll"):
        return
    if gone := removed(change):
        aws.call("delete_tags", Resources=[resource], Tags=[{"Key": key} for key in gone])
    if tags := listed(change.new["tagsAll"]):
        aws.call("create_tags", Resources=[resource], Tags=tags)
