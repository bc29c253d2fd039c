"""
The estate: everything that one stack declares of one registry, under the configuration key `estate`.

The declaration is read whole before anything is registered, so that its mistakes show together, each with its
path from `estate`. Keys that this program does not know are mistakes as well: the engine passes every key on
in silence, and a misspelt one would leave a repository with its defaults.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict, cast

import pulumi
from ecr_model.conventions import check_naming_convention, parse_naming_convention
from ecr_model.documents import read_document
from ecr_model.filters import is_replication_match
from ecr_model.findings import Finding, echo, join, nearest
from ecr_model.grants import account_of
from ecr_model.names import RegistryId, RepositoryName, check_registry_id, check_repository_name
from ecr_model.partitions import check_region
from ecr_model.references import RepositoryArn, render_repository_arn
from ecr_model.templates import ROLE_ARN

from secure_ecr import push_role, replication_topology, repository_key, secure_repository
from secure_ecr.arguments import at, judged, read
from secure_ecr.declarations import AccessArgs, AdoptArgs, LifecycleArgs
from secure_ecr.errors import refuse
from secure_ecr.push_role import PushTrustArgs
from secure_ecr.replication_topology import ReplicationDestinationArgs
from secure_ecr.repository_settings import check_resource_tags, read_repository_policy
from secure_ecr.secure_repository import SecureRepositoryArgs

KEY = "estate"
_RULE = "estate"

LONGEST = 1_000_000
"""Characters of the declaration: far more than the 100,000 repositories of a registry would be written by hand."""


@judged(**repository_key.RULES)
class KeyDeclaration(TypedDict):
    """The customer managed key of the estate's repositories."""

    alias: str
    """Alias of the key, `alias/` and a name."""

    administrator_arns: NotRequired[list[str]]
    """Roles and users that look after the key; absent, those that IAM lets in the account."""

    rotation_days: NotRequired[int]
    """Days between rotations, 90 to 2560; absent, 365."""

    deletion_days: NotRequired[int]
    """Days between the order to delete the key and its end, 7 to 30; absent, 30."""

    multi_region: NotRequired[bool]
    """Whether the key can have replicas in other Regions; absent, not."""


@judged(**secure_repository.RULES)
class RepositoryDeclaration(TypedDict):
    """The settings of a repository; what is absent comes from `defaults`, key by key."""

    mutable_tag_patterns: NotRequired[list[str]]
    """Tags that a push may move, 1 to 5 patterns; absent, none."""

    lifecycle: NotRequired[LifecycleArgs]
    """What expires when; absent, untagged images after 14 days."""

    access: NotRequired[AccessArgs]
    """Who may use the repository from outside its account; absent, nobody."""

    scan_on_push: NotRequired[bool]
    """Whether basic scanning looks at each image that is pushed; absent, it does."""

    force_delete: NotRequired[bool]
    """With `true` the repository can be deleted with its images; absent, the engine refuses to."""

    tags: NotRequired[dict[str, str]]
    """AWS tags, beside those of the estate."""

    kms_key_arn: NotRequired[str]
    """A key other than the estate's, by its full ARN."""

    adopt: NotRequired[AdoptArgs]
    """The repository that exists today and becomes this one; absent, one is created."""


@judged(role_name=push_role.ROLE_NAME.check)
class PushRoleDeclaration(TypedDict):
    """A role with which a CI system pushes."""

    repositories: list[str]
    """Names of repositories of this estate."""

    trust: PushTrustArgs
    """Who may assume the role."""

    role_name: NotRequired[str]
    """Name of the role in IAM; absent, Pulumi makes one that is unique."""


@judged(repository_prefixes=replication_topology.check_repository_prefixes)
class ReplicationDeclaration(TypedDict):
    """Copies of the repositories in other Regions of the account; their settings are the estate's `defaults`."""

    destinations: list[ReplicationDestinationArgs]
    """Where pushes are copied to, 1 to 25 Regions."""

    repository_prefixes: NotRequired[list[str]]
    """Beginnings of the names of the repositories to copy; absent, all of them."""


@judged(
    account_id=check_registry_id,
    region=check_region,
    naming=check_naming_convention,
    assume_role_arn=ROLE_ARN.check,
)
class Estate(TypedDict):
    """What a stack declares under `secure-ecr:estate`."""

    account_id: str
    """Account of the registry, 12 digits in quotes; the engine refuses credentials of any other."""

    region: str
    """Region of the registry."""

    repositories: dict[str, RepositoryDeclaration]
    """Repositories by their name in ECR, 1 or more."""

    defaults: NotRequired[RepositoryDeclaration]
    """Settings of repositories that do not say otherwise, and of all replicas; the keys of a repository."""

    naming: NotRequired[str]
    """Form of every repository's name, for instance `{team}/{service}`; absent, ECR's grammar alone."""

    key: NotRequired[KeyDeclaration]
    """Key that encrypts the repositories; absent, the account's AWS managed key `aws/ecr`."""

    push_roles: NotRequired[dict[str, PushRoleDeclaration]]
    """Roles with which CI systems push, by their name in the stack."""

    replication: NotRequired[ReplicationDeclaration]
    """Copies in other Regions; absent, none."""

    tags: NotRequired[dict[str, str]]
    """AWS tags of everything that the stack creates."""

    assume_role_arn: NotRequired[str]
    """Role of the account that deploys; absent, the credentials that the engine runs with."""


def load_estate() -> Estate:
    """Return the estate of the current stack, or raise DeclarationError with all that is wrong with it."""
    configuration = pulumi.runtime.config.CONFIG.get() or pulumi.runtime.get_config_env()
    project = pulumi.get_project()
    strangers = tuple(_check_configuration(configuration, project))
    value = configuration.get(f"{project}:{KEY}")
    if value is None:
        fix = f"declare it in stacks/Pulumi.{pulumi.get_stack()}.yaml, stacks/README.md has the keys"
        refuse((*strangers, Finding(f"{project}:{KEY}", KEY, "must be given", fix=fix)))
    document, findings = read_document(value, field=KEY, longest=LONGEST)
    if document is None:
        refuse((*strangers, *findings))
    estate, mistakes = read(Estate, document, KEY)
    refuse((*strangers, *findings, *mistakes, *check_settings(estate)))
    return estate


def repository_args(estate: Mapping[str, Any], name: str) -> SecureRepositoryArgs:
    """Return the arguments of the repository called *name*: its own settings, and the defaults for the rest."""
    settings = {**estate.get("defaults", {}), **estate["repositories"][name]}
    return cast("SecureRepositoryArgs", {**settings, "repository_name": name, "region": estate["region"]})


def repository_arn(estate: Estate, name: str) -> str:
    """Return the ARN that the repository called *name* has, or will have: policies can name it at preview."""
    account_id, repository_name = RegistryId(estate["account_id"]), RepositoryName(name)
    return render_repository_arn(RepositoryArn(estate["region"], account_id, repository_name))


def _check_configuration(configuration: Mapping[str, object], project: str) -> Iterator[Finding]:
    """Yield the keys of the stack's configuration that nobody reads."""
    expected = f"{project}:{KEY}"
    for key in configuration:
        namespace = key.partition(":")[0]
        if key == expected or namespace == "pulumi":
            continue
        if namespace == project or nearest(namespace, [project]):
            fix = f"write {expected!r}, everything is declared below it"
            yield Finding(key, "configuration-key", "must be a known key", fix=fix)
        else:
            requirement = "is not read: the estate names its account, its Region and its tags"
            yield Finding(key, "configuration-key", requirement, severity="warning")


def check_settings(estate: Mapping[str, Any], field: str = KEY) -> tuple[Finding, ...]:
    """Return what is wrong with keys that are right one by one; a wrong one is absent here."""
    findings = [*check_resource_tags(estate.get("tags", {}), join(field, "tags"))]
    account_id, role = estate.get("account_id"), estate.get("assume_role_arn")
    if account_id and role and account_of(role) != account_id:
        requirement = f"must be a role of account {account_id}, the registry's own"
        findings.append(Finding(join(field, "assume_role_arn"), _RULE, requirement, echo(role)))
    if "adopt" in estate.get("defaults", {}):
        requirement = "must stand at the one repository that is adopted"
        findings.append(Finding(join(field, "defaults.adopt"), _RULE, requirement))
    findings += _check_repositories(estate, field)
    for name, role in estate.get("push_roles", {}).items():
        findings += _check_push_role(role, estate, at(join(field, "push_roles"), name))
    if "replication" in estate:
        findings += _check_replication(estate["replication"], estate, join(field, "replication"))
    return tuple(findings)


def _check_repositories(estate: Mapping[str, Any], field: str) -> Iterator[Finding]:
    path = join(field, "repositories")
    if estate.get("repositories") == {}:
        yield Finding(path, _RULE, "must have at least one repository")
    convention = parse_naming_convention(estate["naming"]) if "naming" in estate else None
    for name, own in estate.get("repositories", {}).items():
        here = at(path, name)
        yield from check_repository_name(name, here, convention=convention)
        settings = {**estate.get("defaults", {}), **own, "repository_name": name, "region": estate.get("region")}
        _, foreign = read_repository_policy(settings.get("access"), settings["region"], here)
        for finding in (*foreign, *secure_repository.check_settings(settings, here)):
            # A default is wrong once, where it is written, and not at every repository that takes it
            step = finding.field.removeprefix(f"{here}.")
            is_own = re.split(r"[.\[]", step)[0] in own
            yield finding if is_own else replace(finding, field=join(field, f"defaults.{step}"))


def _check_push_role(role: Mapping[str, Any], estate: Mapping[str, Any], field: str) -> Iterator[Finding]:
    names, path, declared = role.get("repositories"), join(field, "repositories"), estate.get("repositories", {})
    if names == []:
        yield Finding(path, _RULE, "must have at least one repository")
    for index, name in enumerate(names or []):
        if name not in declared:
            near = nearest(name, declared)
            fix = f"write {near!r}" if near else "declare it under estate.repositories"
            requirement = "must be a repository of the estate"
            yield Finding(join(path, f"[{index}]"), _RULE, requirement, echo(name), fix)


def _check_replication(replication: Mapping[str, Any], estate: Mapping[str, Any], field: str) -> Iterator[Finding]:
    source = {"source_account_id": estate.get("account_id"), "source_region": estate.get("region")}
    yield from replication_topology.check_settings({**replication, **source}, field)
    for index, prefix in enumerate(replication.get("repository_prefixes", [])):
        if not any(is_replication_match(prefix, name) for name in estate.get("repositories", {})):
            requirement = "must begin the name of a repository of the estate"
            yield Finding(join(field, f"repository_prefixes[{index}]"), _RULE, requirement, echo(prefix))
