"""
What a registry has one of: its scanning configuration, its policy, its replication configuration, a template for
each prefix.

AWS keeps whatever is put last, without a word. So a component claims what it is going to set, and a second claim
is a mistake of the declaration.
"""

from collections.abc import Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

import pulumi
from ecr_model.findings import Finding
from pulumi.runtime.settings import get_monitor

from secure_ecr.locations import ambient_region

DEFAULT_PROVIDER = ""
"""Stands for the provider that the engine makes of the stack's configuration."""


def claim(
    setting: str,
    holder: str,
    *,
    field: str,
    region: str | None,
    account_id: str | None,
    provider: str | None = None,
) -> tuple[Finding, ...]:
    """
    Claim *setting* of one registry for the rest of the deployment, or return who has claimed it already.

    Args:
        setting: What the registry has one of, `scanning configuration` for instance; a template with its prefix.
        holder: The component that sets it, by type and name.
        field: Path of what sets it, for the finding.
        region: Region of the registry; None is the provider's.
        account_id: Account of the registry; None is the provider's.
        provider: What `provider_of` returns; None where the registry is known by its account alone, because the
            component makes the provider itself.
    """
    if region is None and provider == DEFAULT_PROVIDER:
        region = ambient_region()
    registry = _Registry(region, account_id, provider)
    claims = _CLAIMS.setdefault(_deployment(), {}).setdefault((setting, pulumi.runtime.is_dry_run()), {})
    for claimed, first in claims.items():
        if registry.is_same_as(claimed):
            requirement = f"must be the only {setting} of {registry}"
            fix = "keep one of the two: AWS would keep whichever comes last"
            return (Finding(field, "registry-singleton", requirement, f"{first} and {holder}", fix),)
    claims[registry] = holder
    return ()


def provider_of(opts: pulumi.ResourceOptions | None) -> str:
    """Return the name of the AWS provider that a component with *opts* gives to its children."""
    if opts is None:
        return DEFAULT_PROVIDER
    given = opts.providers or {}
    provider = given.get("aws") if isinstance(given, Mapping) else next((p for p in given if p.package == "aws"), None)
    if provider is None and opts.provider is not None and opts.provider.package == "aws":
        provider = opts.provider
    if provider is None and opts.parent is not None:
        provider = opts.parent.get_provider("aws:ecr/repository:Repository")
    return DEFAULT_PROVIDER if provider is None else provider.pulumi_resource_name


class _Registry(NamedTuple):
    """A registry as far as it is known before anything is registered."""

    region: str | None
    account_id: str | None
    provider: str | None

    def is_same_as(self, other: "_Registry") -> bool:
        """Tell whether both are one registry for certain."""
        shares_provider = self.provider is not None and self.provider == other.provider
        has_accounts = self.account_id is not None and other.account_id is not None
        is_one_account = self.account_id == other.account_id if has_accounts else shares_provider
        return is_one_account and self.region == other.region and (self.region is not None or shares_provider)

    def __str__(self) -> str:
        account = f"account {self.account_id}" if self.account_id else "the provider's account"
        return f"{account} in {self.region or 'its Region'}"


class _Process:
    """Stands for the deployment that a plugin serves."""


_PROCESS = _Process()

_CLAIMS: WeakKeyDictionary[object, dict[tuple[str, bool], dict[_Registry, str]]] = WeakKeyDictionary()
"""For each deployment, which registry's setting is whose."""


def _deployment() -> object:
    """
    Return what lives as long as the current deployment does.

    A program has one client of the engine's resource monitor. A plugin gets a new one for each component, has no
    root resource, and is a process of one deployment.
    """
    monitor = get_monitor()
    return _PROCESS if monitor is None or pulumi.runtime.get_root_resource() is None else monitor
