"""What a stack declares of registries: their settings, and which registry, or repository, each is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ecr_model.filters import is_replication_match
from ecr_model.findings import join
from ecr_model.replication import Destination, ReplicationRule, read_replication
from ecr_model.shapes import entries

from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Reference, Stack, is_same_place, refer

SCANNING_CONFIGURATION = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
REPLICATION_CONFIGURATION = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
CACHE_RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
PUBLIC_REPOSITORY = "aws:ecrpublic/repository:Repository"

REPLICATION = "replicationConfiguration"
"""The property of a REPLICATION_CONFIGURATION that holds all of it."""


def scanning_document(configuration: Resource) -> dict[str, object]:
    """Return the object that ECR's API calls `RegistryScanningConfiguration`."""
    return {"scanType": configuration.props.get("scanType"), "rules": configuration.typed("rules")}


def read_copies(configuration: Resource) -> Iterator[tuple[str, ReplicationRule, Destination]]:
    """
    Yield the path of each rule of a REPLICATION_CONFIGURATION, the rule, and one of its destinations.

    A rule of whose filters none can be read is left out: it does not copy everything, as one without filters does.
    """
    document = configuration.typed(REPLICATION)
    read, _ = read_replication(document, REPLICATION)
    written = entries(document.get("rules") if isinstance(document, Mapping) else None)
    for index, (rule, entry) in enumerate(zip(read.rules, written, strict=False)):
        if not rule.prefixes and isinstance(entry, Mapping) and entry.get("repositoryFilters") not in (None, []):
            continue
        for destination in rule.destinations:
            yield join(REPLICATION, f"rules[{index}]"), rule, destination


def at_home(resource: Resource, settings: Settings) -> Resource:
    """Return *resource*, in the account of the configuration where nothing else says which it is in."""
    home = settings.text("account_id")
    if home is None or resource.account_id is not None:
        return resource
    return replace(resource, props={**resource.props, "registryId": home})


def registry_of(destination: Destination) -> Resource:
    """Return what stands for the registry itself, to compare its place with those of resources."""
    return Resource("", "", "", {"region": destination.region, "registryId": destination.registry_id})


def exist_already(prefix: str, source: Resource, destination: Destination, repositories: Iterable[Resource]) -> bool:
    """
    Tell whether a stack makes by itself all repositories that replication would make at *destination*.

    Args:
        prefix: How the names of those begin that are replicated.
        source: What replicates them.
        destination: Where to.
        repositories: Those of the stack, each where it is for certain.
    """
    names, there = set(), set()
    for repository in repositories:
        name = repository.props.get("name")
        if not isinstance(name, str):
            return False
        if not is_replication_match(prefix, name):
            continue
        if (repository.region, repository.account_id) == (destination.region, destination.registry_id):
            there.add(name)
        elif is_same_place(repository, source):
            names.add(name)
    return bool(names) and names <= there


def refer_to_repositories(stack: Stack) -> Iterator[tuple[Resource, Reference]]:
    """Yield each lifecycle policy of *stack*, and whose it is."""
    by_urn = {repository.urn: repository for repository in stack.of(REPOSITORY)}
    by_name: dict[str, list[Resource]] = {}
    for repository in by_urn.values():
        if isinstance(name := repository.props.get("name"), str):
            by_name.setdefault(name, []).append(repository)
    for policy in stack.of(LIFECYCLE_POLICY):
        value = policy.props.get("repository")
        # a stack may have thousands of both, and `refer` looks at each of them
        among = by_name.get(value, ()) if isinstance(value, str) else _made_of(policy, by_urn)
        yield policy, refer(policy, "repository", among, ("name",))


def _made_of(policy: Resource, by_urn: Mapping[str, Resource]) -> list[Resource]:
    return [by_urn[urn] for urn in policy.dependencies.get("repository", ()) if urn in by_urn]
