"""
The table: one entry for each resource type that the stand-in knows.

To add a type, write its entry in the module of its service (or add the module to `_MODULES`), then a row of
behaviour for it in tests/sandbox/provider, which fails for an entry without one, and run
`python -m sandbox.provider.catalogue` to bring TYPES.md up to date. `make setup` makes the engine forget its copy of
the package schema, by which programs in YAML are checked.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.provider.errors import ProviderError
from sandbox.provider.resource import ResourceType

_MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudwatch": ("cloudwatch", "events", "logs"),
    "ec2": ("ec2_vpc", "ec2_route_table", "ec2_security_group", "ec2_endpoint"),
    "ecr": ("ecr_repository", "ecr_registry", "ecr_creation"),
    "ecrpublic": ("ecrpublic",),
    "ecs": ("ecs",),
    "iam": ("iam", "iam_attachment"),
    "kms": ("kms",),
    "lambda": ("lambda_function",),
    "secretsmanager": ("secretsmanager",),
    "sns": ("sns",),
    "vpc": ("ec2_security_group",),
}
"""By the part of a type's name after `aws:`, where its entry is; a deployment loads what its types need."""

SERVICES: Final = frozenset(
    {
        "cloudwatch",
        "ec2",
        "ecr",
        "ecr-public",
        "ecs",
        "events",
        "iam",
        "kms",
        "lambda",
        "logs",
        "secretsmanager",
        "sns",
        "sts",
    }
)
"""Every service that the stand-in may call; each must have an endpoint on loopback."""


class _Table(Mapping[str, ResourceType]):
    """Every entry by its type, loaded by the first look at a type of its package."""

    def __init__(self) -> None:
        self._loaded: dict[str, dict[str, ResourceType]] = {}

    def __getitem__(self, type_name: str) -> ResourceType:
        return self._package(type_name.removeprefix("aws:").partition("/")[0])[type_name]

    def __iter__(self) -> Iterator[str]:
        return (type_name for package in _MODULES for type_name in self._package(package))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _package(self, package: str) -> dict[str, ResourceType]:
        if package not in self._loaded:
            modules = [importlib.import_module(f"{__name__}.{name}") for name in _MODULES.get(package, ())]
            entries = [entry for module in modules for entry in module.ENTRIES]
            own = f"aws:{package}/"
            self._loaded[package] = {each.type_name: each for each in entries if each.type_name.startswith(own)}
        return self._loaded[package]


TABLE: Final[Mapping[str, ResourceType]] = _Table()
"""Every entry by its type."""


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
