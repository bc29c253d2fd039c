"""
What a registry has one of: its scanning configuration, its policy, its replication configuration, a template for
each prefix.

AWS keeps whatever is put last, without a word. So a component claims what it is going to set, and a second claim
is a mistake of the declaration.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple, cast
from weakref import WeakKeyDictionary

import pulumi
from ecr_model.findings import Finding
from pulumi.runtime.settings import get_monitor

from secure_ecr.errors import refuse
from secure_ecr.locations import account_of_provider, ambient_region, region_of

DEFAULT_PROVIDER = ""
"""Stands for the provider that the engine makes of the stack's configuration."""


class Claims:
    """
    What one component claims, for the rest of the deployment.

    A program says of a registry less than its provider knows. What certainly is one registry is refused before
    anything is registered; where two may be one, the providers are asked once the component is registered.
    """

    def __init__(self, holder: str, opts: pulumi.ResourceOptions | None) -> None:
        self.holder = holder
        self._provider = provider_of(opts)
        self._component: pulumi.Resource | None = None
        self._doubts: list[_Doubt] = []

    def claim(
        self,
        setting: str,
        region: str | None,
        account_id: str | None,
        *,
        field: str,
        has_own_provider: bool = False,
    ) -> tuple[Finding, ...]:
        """
        Claim *setting* of one registry, or return who has claimed it already.

        Args:
            setting: What the registry has one of, `scanning configuration` for instance; a template with its prefix.
            region: Region of the registry; None is the provider's.
            account_id: Account of the registry; None is the provider's.
            field: Path of what sets it, for the finding.
            has_own_provider: The component makes the provider itself, and says account and Region.
        """
        provider = None if has_own_provider else self._provider
        if region is None and provider == DEFAULT_PROVIDER:
            region = ambient_region()
        registry = _Registry(region, account_id, provider)
        claims = _CLAIMS.setdefault(_deployment(), {}).setdefault((setting, pulumi.runtime.is_dry_run()), {})
        for claimed, first in claims.items():
            if registry.is_same_as(claimed):
                return (self._refusal(setting, field, str(registry), first),)
            if registry.may_be(claimed):
                self._doubts.append(_Doubt(setting, field, registry, first, claimed))
        claims[registry] = self
        return ()

    def confirm(self, component: pulumi.Resource) -> pulumi.Output[bool]:
        """
        Return whether all claims of *component*, which is registered now, are of registries that nobody has claimed.

        Returns:
            An Output that is true; it fails with DeclarationError when another component has. It is unknown as long
            as a provider does not know its account.
        """
        self._component = component
        judged = (self._judge(doubt) for doubt in self._doubts if doubt.first.is_registered)
        return pulumi.Output.all(*judged).apply(_refuse_all)

    @property
    def is_registered(self) -> bool:
        """Whether the component was made, and not refused."""
        return self._component is not None

    def _name(self, registry: "_Registry") -> pulumi.Output[str]:
        """Return the name of *registry*, with what the provider knows where the program does not say it."""
        component = cast("pulumi.Resource", self._component)
        region = region_of(component, registry.region)
        account_id = account_of_provider(component, registry.account_id)
        return pulumi.Output.all(region, account_id).apply(lambda place: str(_Registry(place[0], place[1], None)))

    def _judge(self, doubt: "_Doubt") -> pulumi.Output[list[Finding]]:
        def judge(names: list[str]) -> list[Finding]:
            ours, theirs = names
            return [self._refusal(doubt.setting, doubt.field, ours, doubt.first)] if ours == theirs else []

        their_name = doubt.first._name(doubt.claimed)  # noqa: SLF001 -- of another object of this class
        return pulumi.Output.all(self._name(doubt.registry), their_name).apply(judge)

    def _refusal(self, setting: str, field: str, registry: str, first: "Claims") -> Finding:
        requirement = f"must be the only {setting} of {registry}"
        fix = "keep one of the two: AWS would keep whichever comes last"
        return Finding(field, "registry-singleton", requirement, f"{first.holder} and {self.holder}", fix)


def _refuse_all(findings: Sequence[Sequence[Finding]]) -> bool:
    refuse(chain.from_iterable(findings))
    return True


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

    def may_be(self, other: "_Registry") -> bool:
        """Tell whether nothing that is known of both says that they are two."""
        return all(
            None in pair or pair[0] == pair[1]
            for pair in ((self.region, other.region), (self.account_id, other.account_id))
        )

    def __str__(self) -> str:
        account = f"account {self.account_id}" if self.account_id else "the provider's account"
        return f"{account} in {self.region or 'its Region'}"


class _Doubt(NamedTuple):
    """A claim of what may be another's already: what, where it is declared, of which registry, and whose."""

    setting: str
    field: str
    registry: _Registry
    first: Claims
    claimed: _Registry


class _Process:
    """Stands for the deployment that a plugin serves."""


_PROCESS = _Process()

_CLAIMS: WeakKeyDictionary[object, dict[tuple[str, bool], dict[_Registry, Claims]]] = WeakKeyDictionary()
"""For each deployment, which registry's setting is whose."""


def _deployment() -> object:
    """
    Return what lives as long as the current deployment does.

    A program has one client of the engine's resource monitor. A plugin gets a new one for each component, has no
    root resource, and is a process of one deployment.
    """
    monitor = get_monitor()
    return _PROCESS if monitor is None or pulumi.runtime.get_root_resource() is None else monitor
