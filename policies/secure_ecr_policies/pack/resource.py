"""What a control judges: one resource before it is registered, or all resources of a stack."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ecr_model.names import REGISTRY_ID
from ecr_model.shapes import is_list

from secure_ecr_policies.pack.values import Unknown, camel_case

STACK = "pulumi:pulumi:Stack"
REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
REGISTRY_POLICY = "aws:ecr/registryPolicy:RegistryPolicy"
LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
CREATION_TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"


@dataclass(frozen=True, slots=True)
class Resource:
    """
    One resource as the engine is about to register it.

    Attributes:
        type: Its token, e.g. `aws:ecr/repository:Repository`.
        urn: Its URN.
        name: Its logical name.
        props: Checked inputs, camelCase at the top; a stack control sees outputs instead.
        protect: Whether Pulumi refuses to delete it.
        ignore_changes: The properties whose changes Pulumi passes over.
        provider: Inputs of its provider, in which lists and objects are JSON text.
        secrets: Names of the properties that hold a secret; no message repeats anything of them.
        dependencies: URNs of the resources whose outputs a property was made of, by property; a stack
            control alone sees them.
    """

    type: str
    urn: str
    name: str
    props: Mapping[str, object]
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    provider: Mapping[str, object] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def typed(self, name: str) -> object:
        """Return the typed object *name*: camelCase to its depth, None when it is absent or null."""
        return camel_case(self.props.get(name))

    def object_at(self, path: str) -> Mapping[str, object] | Unknown:
        """
        Return the typed object at *path*: `imageScanningConfiguration`, or `encryptionConfigurations[0]`.

        It is {} where there is none, or nothing that could be one.
        """
        value = self.typed(path.removesuffix("[0]"))
        if is_list(value):
            value = value[0] if value else None
        return value if isinstance(value, (Mapping, Unknown)) else {}

    @property
    def region(self) -> object:
        """Where it is: its own `region`, else that of its ARN or its provider; None when nothing says so."""
        for value in (self.props.get("region"), _arn_part(self.props.get("arn"), 3)):
            if value:
                return value
        return self.provider.get("region") or None

    @property
    def account_id(self) -> str | None:
        """The account it belongs to, from its ARN or its provider's settings; None when nothing says so."""
        role = _last(self.provider.get("assumeRoles")) or _last(self.provider.get("assumeRole"))
        allowed = _json(self.provider.get("allowedAccountIds"))
        candidates = (
            _arn_part(self.props.get("arn"), 4),
            self.props.get("registryId"),
            _arn_part(role.get("roleArn"), 4) if isinstance(role, Mapping) else None,
            # of several allowed accounts none is known to be the one
            allowed[0] if is_list(allowed) and len(allowed) == 1 else None,
        )
        return next((c for c in candidates if isinstance(c, str) and REGISTRY_ID.is_match(c)), None)


def _json(value: object) -> object:
    """Return what a provider's setting says: the wire has JSON text where programs have lists and objects."""
    return _parse(value) if isinstance(value, str) else value


@lru_cache(maxsize=64)  # a stack has one provider, or a few, and each of its resources comes with all of it
def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _last(value: object) -> object:
    """Return the last role of a chain: the one whose account the provider works in."""
    read = _json(value)
    return (read[-1] if read else None) if is_list(read) else read


def _arn_part(value: object, index: int) -> str | None:
    if isinstance(value, str) and re.match(r"arn:aws[a-z-]*:", value):
        parts = value[:2048].split(":")
        return parts[index] if len(parts) > index else None
    return None
