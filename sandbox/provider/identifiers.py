"""Tell the id that a resource will have, where its inputs decide it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.provider.table import TABLE


def predicted_id(type_name: str, inputs: Mapping[str, Any]) -> str | None:
    """Return the id of a resource made from checked *inputs*; None when AWS decides it, or the type is unknown."""
    entry = TABLE.get(type_name)
    parts = [inputs.get(name) for name in entry.identifier] if entry else []
    return entry.separator.join(map(str, parts)) if entry and parts and all(parts) else None
