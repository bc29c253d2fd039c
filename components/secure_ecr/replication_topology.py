"""Replication of a registry: what goes where, and the settings that replicas would not have by themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.access import check_access
from ecr_model.filters import REPLICATION_FILTER, ROOT, read_filters
from ecr_model.findings import Finding, echo, join
from ecr_model.lifecycle import check_lifecycle
from ecr_model.names import RegistryId, check_registry_id, logical_name
from ecr_model.partitions import check_region
from ecr_model.references import Registry, render_registry_host
from ecr_model.replication import (
    MAX_DESTINATIONS,
    MAX_REPLICATION_FILTERS,
    REPLICATION_FILTER_TYPE,
    Destination,
    check_replication,
)
from ecr_model.repository import check_kms_key
from ecr_model.shapes import check_list
from pulumi_aws import ecr, iam

from secure_ecr.arguments import at, judged, read
from secure_ecr.declarations import AccessArgs, LifecycleArgs
from secure_ecr.errors import refuse
from secure_ecr.locations import partition_of
from secure_ecr.repository_key import ALIAS, RepositoryKey, RepositoryKeyArgs
from secure_ecr.repository_settings import (
    check_mutable_tag_patterns,
    check_resource_tags,
    encryption,
    lifecycle_text,
    read_repository_policy,
    tag_mutability,
)
from secure_ecr.role_policies import render_template_permissions, render_template_trust
from secure_ecr.wire import wire

_RULE = "replication-destinations"


def check_repository_prefixes(value: object, field: str = "repository_prefixes") -> tuple[Finding, ...]:
    """Return why *value* is no list of beginnings of repository names."""
    return read_filters(value, field, REPLICATION_FILTER, REPLICATION_FILTER_TYPE, longest=MAX_REPLICATION_FILTERS)[1]


class ReplicationDestinationArgs(TypedDict):
    """One Region that images are copied to."""

    region: str
    """The Region, another one than the source's and of the same partition."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Full ARN of a key in that Region; absent, the component creates one."""


@judged(
    source_account_id=check_registry_id,
    source_region=check_region,
    repository_prefixes=check_repository_prefixes,
    mutable_tag_patterns=check_mutable_tag_patterns,
    lifecycle=check_lifecycle,
    access=check_access,
)
class ReplicationTopologyArgs(TypedDict):
    """What the caller of ReplicationTopology decides."""

    source_account_id: str
    """Account of the registry, 12 digits in quotes; the copies go to the same account."""

    source_region: str
    """Region whose pushes are copied."""

    destinations: list[ReplicationDestinationArgs]
    """Where they are copied to, 1 to 25."""

    repository_prefixes: NotRequired[list[str]]
    """Beginnings of the names of the repositories to copy, such as `payments/`; absent, all of them."""

    mutable_tag_patterns: NotRequired[list[str]]
    """As for the repositories at the source; absent, no tag of a replica moves."""

    lifecycle: NotRequired[LifecycleArgs]
    """As for the repositories at the source; absent, untagged images expire after 14 days."""

    access: NotRequired[AccessArgs]
    """Who may use the replicas from outside; absent, nobody."""

    tags: NotRequired[dict[str, str]]
    """AWS tags of the replicas."""


class ReplicationTopology(pulumi.ComponentResource):
    """
    Replication of one registry to other Regions of its account.

    Replicas get neither settings nor policies from their source: a creation template at each destination gives
    them when ECR creates the replica, once. A prefix that ends in `/` has a template of its own; for any other
    prefix, and for none, the template ROOT covers every name. Images pushed before are not copied.

    A registry has one replication configuration in each Region: declare one ReplicationTopology for it.

    Children: `<name>` (ReplicationConfiguration), `<name>-role` (Role), `<name>-role-policy` (RolePolicy), and in
    each destination Region `<name>-<region>-key` (RepositoryKey, unless a key is given; the replicas cannot be
    read without it) and `<name>-<region>-<prefix>` (RepositoryCreationTemplate).
    """

    replica_registries: pulumi.Output[dict[str, str]]
    """From Region to registry: what stands before a repository's name to pull from there."""

    key_arns: pulumi.Output[dict[str, str]]
    """From Region to the ARN of the key that encrypts the replicas there."""

    template_role_arn: pulumi.Output[str]
    """ARN of the role with which ECR creates the replicas."""

    def __init__(self, name: str, args: ReplicationTopologyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(ReplicationTopologyArgs, args, field)
        policy, foreign = read_repository_policy(args.get("access"), args.get("source_region"), field)
        refuse((*findings, *foreign, *ALIAS.check(f"alias/{name}", field), *check_settings(args, field)))
        account_id, prefixes = args["source_account_id"], args.get("repository_prefixes", [])

        super().__init__("secure-ecr:index:ReplicationTopology", name, wire(ReplicationTopologyArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        keys: dict[str, pulumi.Input[str]] = {}
        for destination in args["destinations"]:
            region = destination["region"]
            if "kms_key_arn" in destination:
                keys[region] = destination["kms_key_arn"]
            else:
                key_args = RepositoryKeyArgs(alias=_alias(name, region), region=region, account_id=account_id)
                keys[region] = RepositoryKey(f"{name}-{region}-key", key_args, child).key_arn
        role = iam.Role(
            f"{name}-role",
            description="Creates replicas of Amazon ECR repositories from their creation templates",
            assume_role_policy=render_template_trust(),
            opts=child,
        )
        permissions = iam.RolePolicy(
            f"{name}-role-policy", role=role.name, policy=_template_permissions(name, args), opts=child
        )
        templates = [
            ecr.RepositoryCreationTemplate(
                f"{name}-{region}-{logical_name(prefix)}",
                prefix=prefix,
                applied_fors=["REPLICATION"],
                description="Settings of replicated repositories",
                **tag_mutability(args.get("mutable_tag_patterns", [])),
                encryption_configurations=encryption(key, "KMS"),
                lifecycle_policy=lifecycle_text(args.get("lifecycle")),
                repository_policy=policy,
                resource_tags=args.get("tags"),
                custom_role_arn=role.arn,
                region=region,
                opts=child,
            )
            for region, key in keys.items()
            for prefix in _template_prefixes(prefixes)
        ]
        ecr.ReplicationConfiguration(
            name,
            replication_configuration={"rules": [_rule(args)]},
            region=args["source_region"],
            # A replica that is created before its template and the template's role has neither
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*templates, permissions]),
        )

        registries = {region: Registry(RegistryId(account_id), region) for region in keys}
        self.replica_registries = pulumi.Output.from_input(
            {region: render_registry_host(registry) for region, registry in registries.items()}
        )
        self.key_arns = pulumi.Output.all(**keys).apply(dict)
        self.template_role_arn = role.arn
        self.register_outputs(
            {
                "replicaRegistries": self.replica_registries,
                "keyArns": self.key_arns,
                "templateRoleArn": self.template_role_arn,
            }
        )


def _alias(name: str, region: str) -> str:
    return f"alias/{name}-{region}"


def _template_prefixes(prefixes: Iterable[str]) -> list[str]:
    """Return the prefixes of templates that cover every name that begins with one of *prefixes*."""
    return sorted({prefix.rstrip("/") if prefix.endswith("/") else ROOT for prefix in prefixes} or {ROOT})


def _rule(args: ReplicationTopologyArgs) -> Any:
    """Return the one replication rule in the form of the AWS provider."""
    account_id, prefixes = args["source_account_id"], args.get("repository_prefixes", [])
    destinations = sorted(destination["region"] for destination in args["destinations"])
    rule = {"destinations": [{"region": region, "registry_id": account_id} for region in destinations]}
    if prefixes:
        filters = [{"filter": prefix, "filter_type": "PREFIX_MATCH"} for prefix in sorted(set(prefixes))]
        return {**rule, "repository_filters": filters}
    return rule


def _template_permissions(name: str, args: ReplicationTopologyArgs) -> pulumi.Output[str]:
    """Return what the role of the templates may do; its own keys go by their alias, known before they exist."""
    account_id, partition = args["source_account_id"], partition_of(args["source_region"])
    repositories = [
        f"arn:{partition}:ecr:{destination['region']}:{account_id}:repository/{prefix}*"
        for destination in args["destinations"]
        for prefix in args.get("repository_prefixes") or [""]
    ]
    created = {
        _alias(name, destination["region"]): f"arn:{partition}:kms:{destination['region']}:{account_id}:key/*"
        for destination in args["destinations"]
        if "kms_key_arn" not in destination
    }
    given = [destination["kms_key_arn"] for destination in args["destinations"] if "kms_key_arn" in destination]
    return pulumi.Output.all(*given).apply(
        lambda arns: render_template_permissions(repositories, key_arns=arns, keys_by_alias=created)
    )


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with arguments that are right one by one; a wrong one is absent here."""
    account_id, home = args.get("source_account_id"), args.get("source_region")
    source = Destination(home, RegistryId(account_id)) if home and account_id else None
    destinations, path = args.get("destinations", []), join(field, "destinations")
    findings = [*check_resource_tags(args.get("tags", {}), join(field, "tags"))]
    if "destinations" in args:
        findings += check_list(destinations, path, _RULE, shortest=1, longest=MAX_DESTINATIONS)
    seen: set[str] = set()
    for index, destination in enumerate(destinations):
        here, region = join(path, f"[{index}]"), destination.get("region")
        if region is None:
            continue
        findings += _check_destination(region, source, here)
        if region in seen:
            findings.append(Finding(join(here, "region"), _RULE, "must be named once", echo(region)))
        seen.add(region)
        if isinstance(key := destination.get("kms_key_arn"), str):
            findings += check_kms_key(key, region, join(here, "kms_key_arn"))
    return tuple(findings)


def _check_destination(region: str, source: Destination | None, field: str) -> Iterator[Finding]:
    """Yield what ECR has against the Region, as the only destination of a replication configuration."""
    destination = {"region": region, "registry_id": source.registry_id if source else "0" * 12}
    for finding in check_replication({"rules": [{"destinations": [destination]}]}, "", source=source):
        yield replace(finding, field=join(field, finding.field.removeprefix("rules[0].destinations[0]").lstrip(".")))
