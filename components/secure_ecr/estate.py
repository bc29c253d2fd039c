"""
The estate: everything that one stack declares of one registry, under the configuration key `estate`.

The declaration is read whole before anything is registered, so that its mistakes show together, each with its
path from `estate`. Keys that this program does not know are mistakes as well: the engine passes every key on
in silence, and a misspelt one would leave a repository with its defaults.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NotRequired, TypedDict, cast

import pulumi
from ecr_model.conventions import check_naming_convention, parse_naming_convention
from ecr_model.documents import read_document
from ecr_model.findings import Finding, echo, errors, join, nearest
from ecr_model.grants import account_of
from ecr_model.names import RegistryId, RepositoryName, check_registry_id, check_repository_name
from ecr_model.network import check_subnets
from ecr_model.partitions import check_region
from ecr_model.policy.principals import ROLE_ARN
from ecr_model.public import check_public_repository_name
from ecr_model.references import RepositoryArn, render_repository_arn
from ecr_model.repository import MAX_TAGS
from ecr_model.shapes import check_list

from secure_ecr import (
    public_repository,
    pull_role,
    push_role,
    registry_endpoints,
    registry_monitoring,
    registry_settings,
    replication_topology,
    repository_key,
    secure_repository,
)
from secure_ecr.arguments import at, hints, judged, read
from secure_ecr.errors import refuse
from secure_ecr.estate_declarations import (
    KeyDeclaration,
    NetworkDeclaration,
    PublicRepositoryDeclaration,
    PullRoleDeclaration,
    PushRoleDeclaration,
    ReplicationDeclaration,
    RepositoryDeclaration,
)
from secure_ecr.registry_endpoints import RegistryEndpointsArgs
from secure_ecr.registry_monitoring import RegistryMonitoringArgs
from secure_ecr.registry_settings import RegistrySettingsArgs
from secure_ecr.repository_settings import check_portable_tags, check_resource_tags, read_repository_policy
from secure_ecr.role_checks import MAX_REPOSITORIES
from secure_ecr.secure_repository import SecureRepositoryArgs

KEY = "estate"

TOPOLOGY = "replication"
"""Name of the one topology of an estate."""

_RULE = "estate"

ROLE = push_role.ROLE_NAME._replace(rule="estate-role", longest=56)
"""
Name of a role in the stack. IAM knows it by this name, a hyphen and seven digits, unless it has another there.

Source: API shape `roleNameType` of IAM, 64 characters; pulumi-aws, `provider/resources.go`, `aws_iam_role`.
"""

LONGEST = 1_000_000
"""Characters of the declaration: far more than the 100,000 repositories of a registry would be written by hand."""


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
    """Settings of repositories that do not say otherwise, and of all replicas; absent, those of a repository."""

    naming: NotRequired[str]
    """Form of every repository's name, for instance `{team}/{service}`; absent, ECR's grammar alone."""

    registry: NotRequired[RegistrySettingsArgs]
    """Settings of the registry itself: scanning, policy, creation templates, cache; absent, it keeps what it has."""

    key: NotRequired[KeyDeclaration]
    """Key that encrypts the repositories; absent, the account's AWS managed key `aws/ecr`."""

    push_roles: NotRequired[dict[str, PushRoleDeclaration]]
    """Roles with which CI systems push, by their name in the stack; absent, none."""

    pull_roles: NotRequired[dict[str, PullRoleDeclaration]]
    """Roles with which workloads of this account pull, by their name in the stack; absent, none."""

    replication: NotRequired[ReplicationDeclaration]
    """Copies in other Regions and accounts; absent, none."""

    endpoints: NotRequired[RegistryEndpointsArgs]
    """Ways to the registry from private subnets of a VPC that exists; absent, none."""

    network: NotRequired[NetworkDeclaration]
    """A VPC of the stack's own with private subnets and these ways; absent, none."""

    monitoring: NotRequired[RegistryMonitoringArgs]
    """Who is told of what happens in the registry; absent, nobody."""

    public_repositories: NotRequired[dict[str, PublicRepositoryDeclaration]]
    """Repositories of Amazon ECR Public by their name, without the registry's alias; absent, none."""

    tags: NotRequired[dict[str, str]]
    """AWS tags of everything that the stack creates; absent, none."""

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
    estate, mistakes = read_estate(document)
    refuse((*strangers, *findings, *mistakes))
    return estate


def read_estate(document: object, field: str = KEY) -> tuple[Estate, tuple[Finding, ...]]:
    """
    Return the estate that *document* declares, and everything that is wrong with it.

    Args:
        document: The declaration as it was written.
        field: Path of *document*, for the findings.

    Returns:
        An estate for `deployment.deploy`; without errors among the findings every required key is there.
    """
    estate, findings = read(Estate, document, field)
    written = document if isinstance(document, Mapping) else {}
    return estate, (*findings, *check_settings(estate, written, field, findings))


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


def check_settings(
    estate: Mapping[str, Any], written: Mapping[str, Any], field: str = KEY, found: Sequence[Finding] = ()
) -> tuple[Finding, ...]:
    """
    Return what is wrong with keys that are right one by one.

    Args:
        estate: The declaration as it was read: what is wrong by itself is absent.
        written: The declaration as it was written, for what must not be absent.
        field: Path of both.
        found: What was wrong with them by themselves, so that no consequence of it is told.
    """
    tags, path = estate.get("tags", {}), join(field, "tags")
    findings = [*check_resource_tags(tags, path), *check_portable_tags(tags, path)]
    account_id, role = estate.get("account_id"), estate.get("assume_role_arn")
    if account_id and role and account_of(role) != account_id:
        requirement = f"must be a role of account {account_id}, the registry's own"
        findings.append(Finding(join(field, "assume_role_arn"), _RULE, requirement, echo(role)))
    for key, whose in _OF_ONE_REPOSITORY.items():
        if key in estate.get("defaults", {}):
            findings.append(Finding(join(field, f"defaults.{key}"), _RULE, f"must stand at the one repository {whose}"))
    findings += repository_key.check_settings(estate.get("key", {}), join(field, "key"))
    findings += _check_repositories(estate, field)
    findings += _check_roles(estate, field, found)
    if "replication" in estate:
        findings += _check_replication(estate["replication"], estate, field)
    findings += _check_surroundings(estate, written, field)
    for name, declaration in estate.get("public_repositories", {}).items():
        here = at(join(field, "public_repositories"), name)
        findings += check_public_repository_name(name, here)
        findings += public_repository.check_settings(declaration, here, estate.get("region"))
        findings += _check_all_tags(declaration, estate, join(here, "tags"))
    return tuple(findings)


_OF_ONE_REPOSITORY = {"adopt": "that is adopted", "allow_replacement": "that may be replaced"}


def _check_surroundings(estate: Mapping[str, Any], written: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield what is wrong with the settings of the registry, the ways to it and its monitoring."""
    place = {key: estate[key] for key in ("account_id", "region") if key in estate}
    if (network := estate.get("network")) is not None:
        here = join(field, "network")
        found = check_subnets(
            network.get("cidr_block"),
            network.get("subnets", {}),
            estate.get("region"),
            cidr_field=join(here, "cidr_block"),
            field=join(here, "subnets"),
        )
        # What could not be read has been told
        unread = tuple(join(here, key) for key in ("cidr_block", "subnets") if key not in network)
        yield from (finding for finding in found if not finding.field.startswith(unread))
        if "services" in network:
            yield from registry_endpoints.RULES["services"](network["services"], join(here, "services"))
    for key, (schema, check) in _SURROUNDINGS.items():
        if key in estate:
            here, declared = join(field, key), estate[key]
            for name in place.keys() & declared.keys():
                if declared[name] != place[name]:
                    requirement = f"must be absent, or the estate's own {place[name]!r}"
                    yield Finding(join(here, name), _RULE, requirement, echo(declared[name]))
            own = {name: value for name, value in place.items() if name in hints(schema)}
            # What the estate lacks, or has wrong, is told at the estate
            told = {join(here, name) for name in ("account_id", "region") if name not in place}
            yield from (each for each in check({**declared, **own}, written.get(key), here) if each.field not in told)


def _check_registry(args: Any, _written: object, field: str) -> Iterator[Finding]:
    findings = registry_settings.check_settings(args, field)
    yield from findings
    if not errors(findings):
        yield from registry_settings.read_registry_policy(args, field)[1]


def _check_endpoints(args: Any, written: object, field: str) -> Iterator[Finding]:
    yield from registry_endpoints.check_clients(written, field)
    yield from registry_endpoints.check_settings(args, field)


def _check_monitoring(args: Any, written: object, field: str) -> Iterator[Finding]:
    yield from registry_monitoring.check_pulls(written, field)
    yield from registry_monitoring.check_settings(args, field)


_SURROUNDINGS: Mapping[str, tuple[type, Callable[[Any, object, str], Iterator[Finding]]]] = {
    "registry": (RegistrySettingsArgs, _check_registry),
    "endpoints": (RegistryEndpointsArgs, _check_endpoints),
    "monitoring": (RegistryMonitoringArgs, _check_monitoring),
}
"""What is declared by the arguments of a component, which learn account and Region from the estate."""


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
        tagged = _check_all_tags(settings, estate, join(here, "tags"))
        for finding in (*foreign, *secure_repository.check_settings(settings, here), *tagged):
            # A default is wrong once, where it is written, and not at every repository that takes it
            step = finding.field.removeprefix(f"{here}.")
            is_own = re.split(r"[.\[]", step)[0] in own
            yield finding if is_own else replace(finding, field=join(field, f"defaults.{step}"))


def _check_all_tags(declaration: Mapping[str, Any], estate: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield that a resource has too many tags only with those of the estate, which every one has."""
    own = declaration.get("tags", {})
    total = len({**estate.get("tags", {}), **own})
    if len(own) <= MAX_TAGS < total:
        requirement = f"must have at most {MAX_TAGS} entries with those of the estate"
        yield Finding(field, "resource-tags", requirement, str(total))


def _check_roles(estate: Mapping[str, Any], field: str, found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what is wrong with the roles; *found* was wrong with what they are made of."""
    named: dict[str, str] = {}
    for kind, component in (("push_roles", push_role), ("pull_roles", pull_role)):
        for name, role in estate.get(kind, {}).items():
            here = at(join(field, kind), name)
            yield from ROLE.check(name, here)
            yield from _check_role(role, estate, here)
            settings = component.check_settings(role, here)
            yield from settings
            whole = {**role, "repository_arns": _repository_arns(role, estate)}
            yield from component.check_policies(whole, here, (*found, *settings))
            if "role_name" not in role:
                continue
            # To IAM names that differ in capitals alone are one
            if (first := named.setdefault(role["role_name"].lower(), here)) != here:
                requirement = f"must be another name than that of {first}"
                yield Finding(join(here, "role_name"), _RULE, requirement, echo(role["role_name"]))


def _check_role(role: Mapping[str, Any], estate: Mapping[str, Any], field: str) -> Iterator[Finding]:
    names, path, declared = role.get("repositories"), join(field, "repositories"), estate.get("repositories", {})
    if names == []:
        yield Finding(path, _RULE, "must have at least one repository")
    yield from check_list(names or [], path, _RULE, longest=MAX_REPOSITORIES)
    for index, name in enumerate(names or []):
        if name not in declared:
            near = nearest(name, declared)
            fix = f"write {near!r}" if near else "declare it under estate.repositories"
            requirement = "must be a repository of the estate"
            yield Finding(join(path, f"[{index}]"), _RULE, requirement, echo(name), fix)


def _repository_arns(role: Mapping[str, Any], estate: Mapping[str, Any]) -> list[str]:
    """Return the ARNs of the repositories of *role*, as far as the estate could be read."""
    if not {"account_id", "region"} <= estate.keys():
        return []
    names = [name for name in role.get("repositories", []) if not check_repository_name(name)]
    return [repository_arn(cast("Estate", estate), name) for name in names]


def _check_replication(replication: Mapping[str, Any], estate: Mapping[str, Any], field: str) -> Iterator[Finding]:
    path, tags = join(field, "replication"), estate.get("defaults", {}).get("tags", {})
    args = {**replication_args(estate, replication), "tags": tags}  # those of the estate are judged by themselves
    for finding in replication_topology.check_settings(args, path, TOPOLOGY):
        is_default = finding.field.startswith(join(path, "tags"))
        where = f"{join(field, 'defaults')}{finding.field.removeprefix(path)}" if is_default else finding.field
        yield replace(finding, field=where)


def replication_args(estate: Mapping[str, Any], replication: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of the topology: what *replication* declares, and what the estate says of both ends."""
    is_source = replication.get("role") != "destination"
    defaults = estate.get("defaults", {})
    said: dict[str, Any] = {
        "source_account_id": estate.get("account_id"),
        "source_region": estate.get("region"),
        "repository_names": list(estate.get("repositories", {})) if is_source else None,
        "destination_account_id": None if is_source else estate.get("account_id"),
        "destination_region": None if is_source else estate.get("region"),
        **{key: defaults.get(key) for key in ("mutable_tag_patterns", "lifecycle", "access")},
        "tags": {**estate.get("tags", {}), **defaults.get("tags", {})},
    }
    return {key: value for key, value in {**said, **replication}.items() if value is not None}
