"""What a stack declares of registries: the settings of each, as the documents of ECR's API, and where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ecr_model.replication import Destination
from ecr_model.shapes import is_list

from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Reference, Stack, refer

SCANNING_CONFIGURATION = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
REPLICATION_CONFIGURATION = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
CACHE_RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
PUBLIC_REPOSITORY = "aws:ecrpublic/repository:Repository"

REPLICATION = "replicationConfiguration"
"""The property of a REPLICATION_CONFIGURATION that holds all of it."""

_TEMPLATE_KEYS = (
    "prefix",
    "description",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "repositoryPolicy",
    "lifecyclePolicy",
    "customRoleArn",
)


_WRITTEN = {"appliedFor": "appliedFors", "encryptionConfiguration": "encryptionConfigurations[0]"}
"""The keys of the API that the provider has another name for."""


def scanning_document(configuration: Resource) -> dict[str, object]:
    """Return the object that ECR's API calls `RegistryScanningConfiguration`."""
    return _given({"scanType": configuration.props.get("scanType"), "rules": configuration.typed("rules")})


def template_document(template: Resource) -> dict[str, object]:
    """
    Return the request that ECR's API calls `CreateRepositoryCreationTemplate`.

    The provider has `appliedFors` and `encryptionConfigurations`, a list of at most one, in their places: see
    `template_path`.
    """
    encryption = template.typed("encryptionConfigurations")
    if is_list(encryption):
        encryption = encryption[0] if encryption else None
    document = {key: template.typed(key) for key in _TEMPLATE_KEYS}
    return _given(
        document
        | {
            "appliedFor": template.props.get("appliedFors"),
            "encryptionConfiguration": encryption,
            "resourceTags": template.props.get("resourceTags"),  # its keys are the user's
        }
    )


def template_path(path: str) -> str:
    """Return where a program writes what stands at *path* of a `template_document`."""
    for key, written in _WRITTEN.items():
        if path == key or path.startswith((f"{key}.", f"{key}[")):
            return f"{written}{path.removeprefix(key)}"
    return path


def at_home(resource: Resource, settings: Settings) -> Resource:
    """Return *resource*, in the account of the configuration where nothing else says which it is in."""
    home = settings.text("account_id")
    if home is None or resource.account_id is not None:
        return resource
    return replace(resource, props={**resource.props, "registryId": home})


def registry_of(destination: Destination) -> Resource:
    """Return what stands for the registry itself, to compare its place with those of resources."""
    return Resource("", "", "", {"region": destination.region, "registryId": destination.registry_id})


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


def _given(document: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if value is not None}
