"""
The table: one entry for each resource type that the stand-in knows.

To add a type, write its entry in the module of its service (or add the module to `_MODULES`), then a row of
behaviour for it in tests/sandbox/provider, which fails for an entry without one, and run
`python -m sandbox.provider.catalogue` to bring TYPES.md up to date. `make setup` makes the engine forget its copy of
the package schema, by which programs in YAML are checked.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final

from sandbox.provider.errors import ProviderError
from sandbox.provider.resource import ResourceType
from sandbox.provider.table import ecr_creation, ecr_registry, ecr_repository, iam, kms

_MODULES: Final = (ecr_repository, ecr_registry, ecr_creation, kms, iam)

TABLE: Final[Mapping[str, ResourceType]] = {entry.type_name: entry for module in _MODULES for entry in module.ENTRIES}
"""Every entry by its type."""

SERVICES: Final = frozenset({entry.service for entry in TABLE.values()} | {"sts"})
"""Every service that the stand-in may call; each must have an endpoint on loopback."""


def lookup(type_name: str) -> ResourceType:
    """
    Return the entry of the type *type_name*.

    Raises:
        ProviderError: The stand-in does not know the type; the message says where one is added.
    """
    if type_name not in TABLE:
        near = difflib.get_close_matches(type_name, TABLE, n=1, cutoff=0.8)
        hint = f"; did you mean {near[0]}" if near else ""
        raise ProviderError(
            f"{type_name}: must be a type that the sandbox's stand-in for the aws provider knows, "
            f"got a stranger{hint}; add an entry to sandbox/provider/table/__init__.py, or use the official plugin"
        )
    return TABLE[type_name]
