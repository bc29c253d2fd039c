"""
The destinations of a replication topology: which registries they are, what is built there, what is wrong with them.

Functions here take the arguments of ReplicationTopology. Those that look for mistakes accept what `read` has left
of wrong arguments; the others need arguments without mistakes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pulumi
from ecr_model.filters import ROOT, is_replication_match
from ecr_model.findings import Finding, echo, join
from ecr_model.grants import account_of
from ecr_model.names import RegistryId
from ecr_model.partitions import find_partition
from ecr_model.policy.kinds import IDENTITY_POLICY, REGISTRY_POLICY, PolicyKind
from ecr_model.policy.principals import ROLE_ARN
from ecr_model.registry_policies import ReplicationSource, render_registry_policy
from ecr_model.replication import (
    MAX_DESTINATIONS,
    Destination,
    ReplicationConfiguration,
    ReplicationRule,
    check_replication,
)
from ecr_model.repository import check_kms_key
from ecr_model.shapes import Text, check_list

from secure_ecr.creation_templates import check_prefix_length
from secure_ecr.locations import partition_of
from secure_ecr.role_policies import render_template_permissions

MAX_RULES = 10
"""
Rules of one replication configuration that the AWS provider takes; ECR itself takes 25.

Source: the provider's schema of `aws_ecr_replication_configuration`, `rule`.
"""

EXTERNAL_ID = Text(
    "sts-external-id",
    "must be letters, digits and any of '+=,.@:/-_'",
    r"[A-Za-z0-9_+=,.@:/-]+",
    2,
    1224,
)
"""Source: API shape `externalIdType` of STS."""

_RULE = "replication-destinations"


@dataclass(frozen=True, slots=True)
class ReplicaRegistry:
    """
    A registry that images are copied to, and what is built there.

    Attributes:
        name: How the logical names of what is built there begin.
        place: Which registry it is.
        prefixes: Beginnings of the names of the repositories that come to it; none means all of them.
        kms_key_arn: Key that encrypts them; None where one is created.
        policy: Text of its registry policy; None where it needs none.
    """

    name: str
    place: Destination
    prefixes: tuple[str, ...]
    kms_key_arn: pulumi.Input[str] | None
    policy: str | None

    @property
    def alias(self) -> str:
        """Alias of the key that is created."""
        return f"alias/{self.name}"

    @property
    def template_prefixes(self) -> list[str]:
        """Prefixes of the templates that cover every name that begins with one of `prefixes`."""
        return sorted({prefix.rstrip("/") if prefix.endswith("/") else ROOT for prefix in self.prefixes} or {ROOT})


@dataclass(frozen=True, slots=True)
class ReplicaAccount:
    """
    An account that images are copied to.

    Attributes:
        name: How the logical names of what it has once begin.
        account_id: The account.
        role_arn: Role with which everything there is built; None where the component's own provider does it.
        external_id: What the role asks for; None for nothing.
        registries: Its registries, sorted by Region.
    """

    name: str
    account_id: str
    role_arn: pulumi.Input[str] | None
    external_id: str | None
    registries: tuple[ReplicaRegistry, ...]


def read_configuration(args: Mapping[str, Any]) -> ReplicationConfiguration:
    """Return the replication configuration of the source: one rule for all destinations with the same prefixes."""
    destinations: dict[tuple[str, ...], list[Destination]] = {}
    for destination in args["destinations"]:
        destinations.setdefault(_prefixes(destination, args), []).append(_place(destination, args))
    rules = (ReplicationRule(tuple(sorted(places)), prefixes) for prefixes, places in sorted(destinations.items()))
    return ReplicationConfiguration(tuple(rules))


def read_accounts(name: str, args: Mapping[str, Any]) -> list[ReplicaAccount]:
    """Return the accounts in which the topology called *name* builds something, sorted, each with its registries."""
    built = sorted(_built(args), key=lambda destination: _place(destination, args))
    accounts: dict[str, list[Mapping[str, Any]]] = {}
    for destination in built:
        accounts.setdefault(_account_id(destination, args), []).append(destination)
    return [
        ReplicaAccount(
            _account_name(name, account_id, args),
            account_id,
            members[0].get("role_arn"),
            members[0].get("external_id"),
            tuple(_replica_registry(name, destination, args) for destination in members),
        )
        for account_id, members in sorted(accounts.items())
    ]


def place_name(place: Destination, args: Mapping[str, Any]) -> str:
    """Return how names and outputs speak of a registry: its Region, with its account before it if it is another."""
    return place.region if place.registry_id == args["source_account_id"] else f"{place.registry_id}-{place.region}"


def render_account_permissions(account: ReplicaAccount, key_arns: Sequence[str]) -> str:
    """
    Return what the role of the templates of *account* may do.

    Args:
        account: The account. Keys that are created there go by their alias, known before they exist.
        key_arns: The keys of the other registries.
    """
    partition = partition_of(account.registries[0].place.region)
    repositories = [
        f"arn:{partition}:ecr:{registry.place.region}:{account.account_id}:repository/{prefix}*"
        for registry in account.registries
        for prefix in registry.prefixes or ("",)
    ]
    created = {
        registry.alias: f"arn:{partition}:kms:{registry.place.region}:{account.account_id}:key/*"
        for registry in account.registries
        if registry.kms_key_arn is None
    }
    return render_template_permissions(repositories, key_arns=key_arns, keys_by_alias=created)


def _replica_registry(name: str, destination: Mapping[str, Any], args: Mapping[str, Any]) -> ReplicaRegistry:
    place, prefixes = _place(destination, args), _prefixes(destination, args)
    policy = render_registry_policy(
        [ReplicationSource(args["source_account_id"], prefixes)],
        partition=partition_of(place.region),
        region=place.region,
        account_id=place.registry_id,
        has_tags=bool(args.get("tags")),
    )
    return ReplicaRegistry(f"{name}-{place_name(place, args)}", place, prefixes, destination.get("kms_key_arn"), policy)


def _account_name(name: str, account_id: str, args: Mapping[str, Any]) -> str:
    return name if account_id == args["source_account_id"] else f"{name}-{account_id}"


def _account_id(destination: Mapping[str, Any], args: Mapping[str, Any]) -> Any:
    """Return the account of a destination, None when neither it nor the source names one, or a role that is unknown."""
    role_arn = destination.get("role_arn", "")
    if not isinstance(role_arn, str):
        return destination.get("account_id")
    absent = account_of(role_arn) if ROLE_ARN.is_match(role_arn) else args.get("source_account_id")
    return destination.get("account_id", absent)


def _place(destination: Mapping[str, Any], args: Mapping[str, Any]) -> Destination:
    return Destination(destination["region"], RegistryId(_account_id(destination, args)))


def _prefixes(destination: Mapping[str, Any], args: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(set(destination.get("repository_prefixes", args.get("repository_prefixes", [])))))


def _built(args: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the destinations where this stack builds something: with role `source`, which has no account, none."""
    if args.get("role") is None:
        return list(args["destinations"])
    region = args.get("destination_region")
    return [
        destination
        for destination in args["destinations"]
        if _account_id(destination, args) == args.get("destination_account_id")
        and region in {None, destination.get("region")}
    ]


def check_destinations(args: Mapping[str, Any], field: str, name: str) -> tuple[Finding, ...]:
    """
    Return what is wrong with the destinations, each of which is right key by key; a wrong key is absent here.

    Args:
        args: What could be read of the arguments.
        field: Path of *args*.
        name: Name of the topology, which the aliases of its keys begin with.
    """
    if "destinations" not in args:
        return ()
    destinations, path = args["destinations"], join(field, "destinations")
    findings = [*check_list(destinations, path, _RULE, shortest=1, longest=MAX_DESTINATIONS)]
    seen: set[tuple[str, str | None]] = set()
    for index, destination in enumerate(destinations):
        here, region, account_id = join(path, f"[{index}]"), destination.get("region"), _account_id(destination, args)
        findings += _check_way(destination, args, here)
        findings += check_prefixes(destination, args, here)
        if region is None:
            continue
        findings += _check_direction(region, account_id, args, here)
        if (region, account_id) in seen:
            findings.append(Finding(join(here, "region"), _RULE, "must be named once", echo(region)))
        seen.add((region, account_id))
        if isinstance(key := destination.get("kms_key_arn"), str):
            findings += check_kms_key(key, region, join(here, "kms_key_arn"))
    findings += _check_ways(args, path)
    rules = {_prefixes(destination, args) for destination in destinations}
    if len(rules) > MAX_RULES:
        requirement = f"must have at most {MAX_RULES} different lists of prefixes: the AWS provider takes no more rules"
        findings.append(Finding(path, _RULE, requirement, str(len(rules)), "give several destinations the same list"))
    findings += _check_end(args, field)
    is_whole = {"source_account_id", "source_region"} <= args.keys()
    if is_whole and all("region" in each and _account_id(each, args) for each in destinations):
        findings += _check_lengths(args, path, name)
    return tuple(findings)


def check_prefixes(declaration: Mapping[str, Any], args: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield which `repository_prefixes` of *declaration* select nothing, or more than one template can cover."""
    names = args.get("repository_names")
    for index, prefix in enumerate(declaration.get("repository_prefixes", [])):
        here = join(field, f"repository_prefixes[{index}]")
        if names is not None and not any(is_replication_match(prefix, name) for name in names):
            requirement = "must begin the name of a declared repository"
            yield Finding(here, _RULE, requirement, echo(prefix), "declare the repository, or remove the prefix")
        if prefix.endswith("/"):
            yield from check_prefix_length(prefix, here)
        else:
            requirement = f"takes names that no template covers but {ROOT}, which covers all other replicas as well"
            fix = "end it with '/' if names below it alone are meant"
            yield Finding(here, "replication-template", requirement, echo(prefix), fix, "warning")


def _check_direction(region: str, account_id: str | None, args: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield what ECR has against the registry, as the only destination of a replication configuration."""
    home, home_id = args.get("source_region"), args.get("source_account_id")
    source = Destination(home, home_id) if home and home_id else None
    destination = {"region": region, "registry_id": account_id or "0" * 12}
    for finding in check_replication({"rules": [{"destinations": [destination]}]}, "", source=source):
        yield replace(finding, field=join(field, finding.field.removeprefix("rules[0].destinations[0]").lstrip(".")))


def _check_way(destination: Mapping[str, Any], args: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield what is wrong with the way to the account of a destination."""
    source_id, account_id = args.get("source_account_id"), _account_id(destination, args)
    role_arn, here = destination.get("role_arn"), join(field, "role_arn")
    if role_arn is None:
        if "external_id" in destination:
            yield Finding(join(field, "external_id"), _RULE, "must stand beside a role_arn, whose role asks for it")
        if source_id and account_id != source_id and args.get("role") is None:
            requirement = f"must be given, as account {account_id} is another than the source's"
            fix = "name a role there, or build that end in a stack of its own, with role 'source' here"
            yield Finding(here, _RULE, requirement, fix=fix)
        return
    if not isinstance(role_arn, str):
        if account_id is None:
            requirement = "must be given beside a role_arn that is known later"
            yield Finding(join(field, "account_id"), _RULE, requirement, fix="write the account of the role")
        return
    if wrong := ROLE_ARN.check(role_arn, here):
        yield from wrong
        return
    if account_of(role_arn) != account_id:
        yield Finding(here, _RULE, f"must be a role of account {account_id}, the destination's", echo(role_arn))
    elif account_id == source_id:
        fix = "remove it: the component's own provider builds there"
        yield Finding(here, _RULE, "must lead to another account than the source's", echo(role_arn), fix)
    home = find_partition(args["source_region"]) if "source_region" in args else None
    if home and role_arn.split(":")[1] != home.name:
        yield Finding(here, _RULE, f"must be in partition {home.name!r}, as the registry is", echo(role_arn))


def _check_ways(args: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield the destinations that lead to their account in another way than one before: it gets one provider."""
    first: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for index, destination in enumerate(args["destinations"]):
        if "role_arn" not in destination:
            continue
        earlier, other = first.setdefault(_account_id(destination, args), (index, destination))
        for key in ("role_arn", "external_id"):
            ways = destination.get(key, ""), other.get(key, "")
            if all(isinstance(way, str) for way in ways) and ways[0] != ways[1]:
                requirement = f"must be that of destinations[{earlier}], whose account is the same"
                yield Finding(join(field, f"[{index}].{key}"), _RULE, requirement)


def _check_end(args: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield what is wrong with the choice of one end."""
    account_id, region = (args.get(key) for key in ("destination_account_id", "destination_region"))
    path = join(field, "destination_account_id")
    if args.get("role") != "destination":
        for key in ("destination_account_id", "destination_region"):
            if key in args:
                yield Finding(join(field, key), _RULE, "must stand beside role 'destination' alone")
    elif account_id is None:
        fix = "write the account of this stack"
        yield Finding(path, _RULE, "must be given with role 'destination'", fix=fix)
    elif not _built(args):
        where = account_id if region is None else str(Destination(region, account_id))
        yield Finding(path, _RULE, "must be the account of a destination", where)


def _check_lengths(args: Mapping[str, Any], field: str, name: str) -> Iterator[Finding]:
    """Yield the policies that name so many prefixes that AWS does not take them."""
    for account in read_accounts(name, args):
        given = [registry.kms_key_arn for registry in account.registries]
        permissions = render_account_permissions(account, [key for key in given if isinstance(key, str)])
        yield from _check_length(permissions, IDENTITY_POLICY, f"account {account.account_id}", field)
        for registry in account.registries:
            yield from _check_length(registry.policy or "", REGISTRY_POLICY, str(registry.place), field)


def _check_length(text: str, kind: PolicyKind, where: str, field: str) -> Iterator[Finding]:
    if len(text) > kind.longest:
        requirement = f"must need no {kind.name} of more than {kind.longest:,} characters"
        got = f"{len(text):,} for {where}"
        yield Finding(field, _RULE, requirement, got, "name fewer prefixes, shorter ones that begin several names")
