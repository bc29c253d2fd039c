"""The replication configuration of a registry: its limits, and what arrives where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ecr_model.filters import REPLICATION_FILTER, is_replication_match, read_filters
from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.names import check_registry_id
from ecr_model.partitions import check_region, find_partition
from ecr_model.shapes import alternatives, check_list, entries, read_section

MAX_REPLICATION_RULES = 25
"""Source: API shape `ReplicationRuleList` of ECR."""

OLDER_MAX_REPLICATION_RULES = 10
"""
What the API took until 2026, and what tools made for it still take.

Source: API shape `ReplicationRuleList` of botocore 1.43; ECR user guide, "Amazon ECR service quotas", then.
"""

MAX_DESTINATIONS = 25
"""
Distinct destinations of all rules together, and so of one rule.

Source: ECR user guide, "Private image replication in Amazon ECR", considerations. The API's shape
`ReplicationDestinationList` allows 100 for one rule, of which ECR then refuses 75.
"""

MAX_REPLICATION_FILTERS = 100
"""Filters of one rule. Source: API shape `RepositoryFilterList` of ECR."""

REPLICATION_FILTER_TYPE = "PREFIX_MATCH"
"""Source: API shape `RepositoryFilterType` of ECR."""


class Destination(NamedTuple):
    """A registry that images are copied to: a Region and an account."""

    region: str
    registry_id: str

    def __str__(self) -> str:
        return f"{self.registry_id} in {self.region}"


class ReplicationRule(NamedTuple):
    """
    What is copied where.

    Attributes:
        destinations: Where to, sorted.
        prefixes: Beginnings of the names of the repositories to copy, sorted; none means all repositories.
        is_deleting: Whether deletions of images and tags are repeated at the destinations.
    """

    destinations: tuple[Destination, ...]
    prefixes: tuple[str, ...] = ()
    is_deleting: bool = False


class ReplicationConfiguration(NamedTuple):
    """All replication rules of one registry, in one Region: setting it replaces what was there."""

    rules: tuple[ReplicationRule, ...] = ()


def check_replication(
    value: object, field: str = "replication", *, source: Destination | None = None
) -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value* as a replication configuration, and what it does twice.

    Args:
        value: An object with `rules`, each with `destinations` (`region`, `registryId`) and perhaps
            `repositoryFilters` and `deleteReplication`.
        field: Path of *value*.
        source: The registry that is configured; None when it is not known, which leaves it unjudged whether
            the registry replicates to itself or into another partition.

    Source: API shapes `ReplicationConfiguration` and `ReplicationRule` of ECR; ECR user guide, "Private image
    replication in Amazon ECR".
    """
    return read_replication(value, field, source=source)[1]


def parse_replication(
    value: object, field: str = "replication", *, source: Destination | None = None
) -> ReplicationConfiguration:
    """Return *value* as a replication configuration, its rules in their order, or raise ModelError."""
    configuration, findings = read_replication(value, field, source=source)
    refuse(findings)
    return configuration


def read_replication(
    value: object, field: str = "replication", *, source: Destination | None = None
) -> tuple[ReplicationConfiguration, tuple[Finding, ...]]:
    """
    Return what can be read of *value*, and all that is wrong with it; see `check_replication`.

    No rule is left out, so that each has its place; one may be left without destinations.
    """
    section, wrong = read_section(value, field, "replication", required=("rules",))
    findings = list(wrong)
    listed, here = section.values.get("rules", ()), section.paths.get("rules", field)
    findings += check_list(listed, here, "replication-rules", longest=MAX_REPLICATION_RULES)
    rules = []
    for index, entry in enumerate(entries(listed)):
        rule, wrong = _read_rule(entry, join(here, f"[{index}]"), source)
        findings += wrong
        rules.append(rule)
    distinct = {destination for rule in rules for destination in rule.destinations}
    if len(distinct) > MAX_DESTINATIONS:
        requirement = f"must have at most {MAX_DESTINATIONS} distinct destinations in all"
        findings.append(Finding(here, "replication-destinations", requirement, str(len(distinct))))
    findings += _check_overlap(rules[:MAX_REPLICATION_RULES], here)
    return ReplicationConfiguration(tuple(rules)), tuple(findings)


def check_residency(value: object, allowed_regions: Collection[str], field: str = "replication") -> tuple[Finding, ...]:
    """Return which destinations of *value*, a replication configuration, are in none of *allowed_regions*."""
    return tuple(
        Finding(
            section.paths["region"],
            "replication-residency",
            f"must be a Region that images may be in: {alternatives(sorted(allowed_regions))}",
            echo(section.values["region"]),
            "remove the destination, or have its Region put on the list",
        )
        for rule, here in _members(value, field, "rules")
        for destination, path in _members(rule, here, "destinations")
        for section, _ in (read_section(destination, path, "", required=("region", "registryId")),)
        if isinstance(section.values.get("region"), str) and section.values["region"] not in allowed_regions
    )


def render_replication(configuration: ReplicationConfiguration) -> dict[str, object]:
    """Return the configuration as `PutReplicationConfiguration` takes it, without what is absent."""
    return {"rules": [_render_rule(rule) for rule in configuration.rules]}


def is_replicated(repository_name: str, rule: ReplicationRule) -> bool:
    """Tell whether *rule* copies what is pushed to the repository."""
    return not rule.prefixes or any(is_replication_match(prefix, repository_name) for prefix in rule.prefixes)


def resulting_destinations(repository_name: str, configuration: ReplicationConfiguration) -> tuple[Destination, ...]:
    """
    Return where a push to the repository is copied to, sorted; the name is the same there.

    A copy is not copied on: replication makes one step from the registry that was pushed to.

    Source: ECR user guide, "Private image replication in Amazon ECR", considerations.
    """
    rules = (rule for rule in configuration.rules if is_replicated(repository_name, rule))
    return tuple(sorted({destination for rule in rules for destination in rule.destinations}))


def _render_rule(rule: ReplicationRule) -> dict[str, object]:
    rendered: dict[str, object] = {
        "destinations": [
            {"region": destination.region, "registryId": destination.registry_id} for destination in rule.destinations
        ]
    }
    if rule.prefixes:
        rendered["repositoryFilters"] = [
            {"filter": prefix, "filterType": REPLICATION_FILTER_TYPE} for prefix in rule.prefixes
        ]
    if rule.is_deleting:
        rendered["deleteReplication"] = {"enabled": True}
    return rendered


def _members(value: object, field: str, key: str) -> Iterator[tuple[object, str]]:
    """Yield the entries of the list *key* of an object, each with its path."""
    section, _ = read_section(value, field, "", optional=(key,))
    for index, entry in enumerate(entries(section.values.get(key))):
        yield entry, join(section.paths[key], f"[{index}]")


def _read_rule(value: object, field: str, source: Destination | None) -> tuple[ReplicationRule, tuple[Finding, ...]]:
    optional = ("repositoryFilters", "deleteReplication")
    section, wrong = read_section(value, field, "replication-rule", required=("destinations",), optional=optional)
    findings = list(wrong)
    listed, here = section.values.get("destinations"), section.paths.get("destinations", field)
    if listed is not None:
        findings += check_list(listed, here, "replication-destinations", shortest=1, longest=MAX_DESTINATIONS)
    destinations = set()
    for index, entry in enumerate(entries(listed)):
        destination, wrong = _read_destination(entry, join(here, f"[{index}]"), source)
        findings += wrong
        if destination:
            destinations.add(destination)
    prefixes: dict[str, str] = {}
    if (filters := section.values.get("repositoryFilters")) is not None:
        prefixes, wrong = read_filters(
            filters,
            section.paths["repositoryFilters"],
            REPLICATION_FILTER,
            REPLICATION_FILTER_TYPE,
            shortest=1,
            longest=MAX_REPLICATION_FILTERS,
        )
        findings += wrong
    deletes, wrong = _read_deletion(
        section.values.get("deleteReplication"), section.paths.get("deleteReplication", field)
    )
    return (
        ReplicationRule(tuple(sorted(destinations)), tuple(sorted(prefixes)), deletes),
        (*findings, *wrong),
    )


def _read_destination(
    value: object, field: str, source: Destination | None
) -> tuple[Destination | None, tuple[Finding, ...]]:
    section, wrong = read_section(value, field, "replication-destination", required=("region", "registryId"))
    region, registry_id = section.values.get("region"), section.values.get("registryId")
    findings = list(wrong)
    if region is not None:
        findings += check_region(region, section.paths["region"])
    if registry_id is not None:
        findings += check_registry_id(registry_id, section.paths["registryId"])
    if not isinstance(region, str) or not isinstance(registry_id, str):
        return None, tuple(findings)
    destination = Destination(region, registry_id)
    if source:
        findings += _check_direction(destination, source, field)
    return destination, tuple(findings)


def _read_deletion(value: object, field: str) -> tuple[bool, tuple[Finding, ...]]:
    if value is None:
        return False, ()
    section, wrong = read_section(value, field, "replication-deletion", required=("enabled",))
    enabled = section.values.get("enabled")
    if enabled is None or isinstance(enabled, bool):
        return enabled is True, wrong
    finding = Finding(section.paths["enabled"], "replication-deletion", "must be true or false", echo(enabled))
    return False, (*wrong, finding)


def _check_direction(destination: Destination, source: Destination, field: str) -> tuple[Finding, ...]:
    rule = "replication-destination"
    if destination == source:
        requirement = "must not be the registry that is replicated"
        fix = "remove it, or name another Region or account"
        return (Finding(field, rule, requirement, str(destination), fix),)
    home, target = find_partition(source.region), find_partition(destination.region)
    if home and target and home != target:
        requirement = f"must be in partition {home.name!r}, as the registry is"
        return (Finding(join(field, "region"), rule, requirement, f"{destination.region!r}, of {target.name!r}"),)
    return ()


def _check_overlap(rules: list[ReplicationRule], field: str) -> Iterator[Finding]:
    """Yield a warning for each two rules that copy the same repositories to the same place."""
    destinations = [frozenset(rule.destinations) for rule in rules]
    for later, second in enumerate(rules):
        for earlier, first in enumerate(rules[:later]):
            shared = destinations[earlier] & destinations[later]
            prefix = _shared_prefix(first.prefixes, second.prefixes) if shared else None
            if prefix is None:
                continue
            names = f"repositories that begin with {prefix!r}" if prefix else "all repositories"
            yield Finding(
                join(field, f"[{later}]"),
                "replication-overlap",
                f"should not copy again what rule [{earlier}] copies to {min(shared).region}",
                names,
                "keep one of the two",
                "warning",
            )


def _shared_prefix(first: Sequence[str], second: Sequence[str]) -> str | None:
    """
    Return the longer of the first two prefixes of which one begins with the other, None without any.

    Both are sorted, as a rule has them; twenty-five rules may have a hundred prefixes each.
    """
    others = second or ("",)
    lengths = sorted({len(other) for other in others})
    known = frozenset(others)
    for one in first or ("",):
        if any(one[:length] in known for length in lengths if length <= len(one)):
            return one
        at = bisect_left(others, one)
        if at < len(others) and others[at].startswith(one):
            return others[at]
    return None
