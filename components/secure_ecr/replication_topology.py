"""Replication of a registry: what goes where, and the settings that replicas would not have by themselves."""

from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, TypedDict, cast

import pulumi
import pulumi_aws as aws
from ecr_model.access import check_access
from ecr_model.filters import REPLICATION_FILTER, read_filters
from ecr_model.findings import Finding, join
from ecr_model.lifecycle import check_lifecycle
from ecr_model.names import RegistryId, check_registry_id, check_repository_name, logical_name
from ecr_model.partitions import check_region
from ecr_model.references import Registry, render_registry_host
from ecr_model.replication import (
    MAX_REPLICATION_FILTERS,
    REPLICATION_FILTER_TYPE,
    Destination,
    ReplicationConfiguration,
    render_replication,
)
from ecr_model.replication_graph import render_mermaid, render_table
from ecr_model.shapes import check_choice, check_list, entries
from pulumi_aws import ProviderAssumeRoleArgs, ProviderDefaultTagsArgs, ecr, iam

from secure_ecr.arguments import at, judged, read
from secure_ecr.declarations import AccessArgs, LifecycleArgs
from secure_ecr.errors import refuse
from secure_ecr.replication_destinations import (
    EXTERNAL_ID,
    ReplicaAccount,
    ReplicaRegistry,
    check_destinations,
    check_prefixes,
    place_name,
    read_accounts,
    read_configuration,
    render_account_permissions,
)
from secure_ecr.repository_key import ALIAS, RepositoryKey, RepositoryKeyArgs
from secure_ecr.repository_settings import (
    check_mutable_tag_patterns,
    check_portable_tags,
    check_resource_tags,
    encryption,
    lifecycle_text,
    read_repository_policy,
    tag_mutability,
)
from secure_ecr.role_policies import render_template_trust
from secure_ecr.singletons import Claims
from secure_ecr.wire import wire

_ROLES = ("source", "destination")
_MAX_NAMES = 100_000  # repositories of a registry, ECR's default quota

_LEFT_BEHIND = Finding(
    "",
    "replication-left-behind",
    "copies what is pushed from now on; earlier images and deletions do not follow",
    fix="`aws ecr start-replication-backfill` copies the former",
    severity="warning",
)
"""Source: ECR user guide, "Replication backfill" and "Replicating image deletions in Amazon ECR"."""


def check_repository_prefixes(value: object, field: str = "repository_prefixes") -> tuple[Finding, ...]:
    """Return why *value* is no list of beginnings of repository names."""
    return read_filters(value, field, REPLICATION_FILTER, REPLICATION_FILTER_TYPE, longest=MAX_REPLICATION_FILTERS)[1]


def check_role(value: object, field: str = "role") -> tuple[Finding, ...]:
    """Return why *value* is no end of a replication."""
    return check_choice(value, _ROLES, field, "replication-role")


def check_repository_names(value: object, field: str = "repository_names") -> tuple[Finding, ...]:
    """Return why *value* is no list of names of repositories."""
    findings = [*check_list(value, field, "repository-names", longest=_MAX_NAMES)]
    for index, name in enumerate(entries(value)):
        findings += check_repository_name(name, join(field, f"[{index}]"))
    return tuple(findings)


@judged(
    account_id=check_registry_id,
    external_id=EXTERNAL_ID.check,
    repository_prefixes=check_repository_prefixes,
)
class ReplicationDestinationArgs(TypedDict):
    """One registry that images are copied to."""

    region: str
    """Its Region, of the same partition as the source's."""

    account_id: NotRequired[str]
    """Its account, 12 digits in quotes; absent, that of `role_arn`, and without one the source's."""

    role_arn: NotRequired[pulumi.Input[str]]
    """ARN of a role of that account that may build there, and that the engine's credentials may assume; beside one that
    is an output, `account_id` must be given. Absent, the component's own provider builds there."""

    external_id: NotRequired[str]
    """What that role's trust policy asks for as `sts:ExternalId`; absent, nothing."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Full ARN of a key in that Region; absent, the component creates one."""

    repository_prefixes: NotRequired[list[str]]
    """Beginnings of the names of the repositories to copy there; absent, those of the topology."""


@judged(
    source_account_id=check_registry_id,
    source_region=check_region,
    repository_prefixes=check_repository_prefixes,
    repository_names=check_repository_names,
    mutable_tag_patterns=check_mutable_tag_patterns,
    lifecycle=check_lifecycle,
    access=check_access,
    role=check_role,
)
class ReplicationTopologyArgs(TypedDict):
    """What the caller of ReplicationTopology decides."""

    source_account_id: str
    """Account of the registry, 12 digits in quotes."""

    source_region: str
    """Region whose pushes are copied."""

    destinations: list[ReplicationDestinationArgs]
    """Where they are copied to, 1 to 25."""

    repository_prefixes: NotRequired[list[str]]
    """Beginnings of the names of the repositories to copy, such as `payments/`; absent, all of them."""

    repository_names: NotRequired[list[str]]
    """Names of the repositories at the source: each prefix must begin one of them; absent, any prefix will do."""

    mutable_tag_patterns: NotRequired[list[str]]
    """As for the repositories at the source; absent, no tag of a replica moves."""

    lifecycle: NotRequired[LifecycleArgs]
    """As for the repositories at the source; absent, untagged images expire after 14 days."""

    access: NotRequired[AccessArgs]
    """Who may use the replicas from outside; absent, nobody."""

    tags: NotRequired[dict[str, str]]
    """AWS tags of the replicas, and of what the component builds in other accounts than the source's; absent, none."""

    role: NotRequired[str]
    """`source` or `destination`, the one end that this stack builds; absent, it builds both."""

    destination_account_id: NotRequired[str]
    """With `role` `destination`, the account of this stack: its destinations alone are built. Otherwise absent."""

    destination_region: NotRequired[str]
    """With `role` `destination`, the one Region of this stack; absent, every Region of the account is."""


class ReplicationTopology(pulumi.ComponentResource):
    """
    Replication of one registry to other Regions and accounts, both ends of it.

    Replicas get neither settings nor policies from their source: a creation template at each destination gives
    them when ECR creates the replica, once. A prefix that ends in `/` has a template of its own; for any other
    prefix, and for none, the template ROOT covers every name. Images pushed before are not copied.

    A registry has one replication configuration in each Region, and one registry policy: a second component that
    sets the same is refused. Two stacks share the work with one declaration, the first as `source`, the others
    each as `destination`; the destinations go first.

    Children: `<name>` (ReplicationConfiguration), and where images go to another Region of the same account
    `<name>-role` (Role), `<name>-role-policy` (RolePolicy) and in each Region `<name>-<region>-key`
    (RepositoryKey, unless a key is given; the replicas cannot be read without it) and
    `<name>-<region>-<prefix>` (RepositoryCreationTemplate). In other accounts these names begin with
    `<name>-<account>`, `<name>-<account>-<region>` (RegistryPolicy) lets the source in, and with a `role_arn`
    `<name>-<account>` (Provider) builds them.
    """

    replica_registries: pulumi.Output[dict[str, str]]
    """From Region, or `<account>-<region>`, to registry: what stands before a repository's name to pull there."""

    key_arns: pulumi.Output[dict[str, str]]
    """From Region, or `<account>-<region>`, to the ARN of the key that encrypts the replicas there."""

    template_role_arns: pulumi.Output[dict[str, str]]
    """From account to the ARN of the role with which ECR creates the replicas there."""

    table: pulumi.Output[str]
    """What goes where, as a Markdown table."""

    mermaid: pulumi.Output[str]
    """What goes where, as a Mermaid graph."""

    def __init__(self, name: str, args: ReplicationTopologyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(ReplicationTopologyArgs, args, field)
        policy, foreign = read_repository_policy(args.get("access"), args.get("source_region"), field)
        refuse((*findings, *foreign, *ALIAS.check(f"alias/{name}", field), *check_settings(args, field, name)))
        claims = Claims(f"ReplicationTopology {name!r}", opts)
        refuse(_claim(claims, name, args, field))
        source, configuration = Destination(args["source_region"], args["source_account_id"]), read_configuration(args)

        super().__init__("secure-ecr:index:ReplicationTopology", name, wire(ReplicationTopologyArgs, args), opts)
        keys: dict[str, pulumi.Input[str]] = {}
        roles: dict[str, pulumi.Output[str]] = {}
        ready: list[pulumi.Resource] = []
        for account in read_accounts(name, args):
            child = self._options(account, args)
            role = iam.Role(
                f"{account.name}-role",
                description="Creates replicas of Amazon ECR repositories from their creation templates",
                assume_role_policy=render_template_trust(),
                opts=child,
            )
            permissions = iam.RolePolicy(
                f"{account.name}-role-policy", role=role.name, policy=_template_permissions(account), opts=child
            )
            roles[account.account_id] = role.arn
            ready.append(permissions)
            for registry in account.registries:
                region = registry.place.region
                key = keys[place_name(registry.place, args)] = _key_arn(registry, child)
                if registry.policy is not None:
                    ready.append(ecr.RegistryPolicy(registry.name, policy=registry.policy, region=region, opts=child))
                ready += [
                    ecr.RepositoryCreationTemplate(
                        f"{registry.name}-{logical_name(prefix)}",
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
                    for prefix in registry.template_prefixes
                ]
        if args.get("role") != "destination":
            ecr.ReplicationConfiguration(
                name,
                # With the API's own keys, which the SDK leaves alone
                replication_configuration=cast("Any", render_replication(configuration)),
                region=source.region,
                # A replica that is created before its template and the template's role has neither
                opts=pulumi.ResourceOptions(parent=self, depends_on=ready),
            )

        hosts = _registry_hosts(configuration, args)
        self.replica_registries = claims.confirm(self).apply(lambda _: hosts)
        self.key_arns = pulumi.Output.all(**keys).apply(dict)
        self.template_role_arns = pulumi.Output.all(**roles).apply(dict)
        self.table = pulumi.Output.from_input(render_table(configuration, source))
        self.mermaid = pulumi.Output.from_input(render_mermaid(configuration, source))
        self.register_outputs(
            {
                "replicaRegistries": self.replica_registries,
                "keyArns": self.key_arns,
                "templateRoleArns": self.template_role_arns,
                "table": self.table,
                "mermaid": self.mermaid,
            }
        )

    def _options(self, account: ReplicaAccount, args: ReplicationTopologyArgs) -> pulumi.ResourceOptions:
        """Return the options of what is built in *account*, with a provider for it when a role leads there."""
        if account.role_arn is None:
            return pulumi.ResourceOptions(parent=self)
        # As dicts these arguments would keep the names of their keys, and the plugin would not know them
        provider = aws.Provider(
            account.name,
            region=args["source_region"],
            allowed_account_ids=[account.account_id],
            assume_roles=[ProviderAssumeRoleArgs(role_arn=account.role_arn, external_id=account.external_id)],
            default_tags=ProviderDefaultTagsArgs(tags=args["tags"]) if args.get("tags") else None,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return pulumi.ResourceOptions(parent=self, provider=provider)


def _key_arn(registry: ReplicaRegistry, child: pulumi.ResourceOptions) -> pulumi.Input[str]:
    """Return the key of a registry, which is created when none is given."""
    if registry.kms_key_arn is not None:
        return registry.kms_key_arn
    place = registry.place
    args = RepositoryKeyArgs(alias=registry.alias, region=place.region, account_id=place.registry_id)
    return RepositoryKey(f"{registry.name}-key", args, child).key_arn


def _template_permissions(account: ReplicaAccount) -> pulumi.Output[str]:
    given = [registry.kms_key_arn for registry in account.registries if registry.kms_key_arn is not None]
    return pulumi.Output.all(*given).apply(lambda arns: render_account_permissions(account, arns))


def _registry_hosts(configuration: ReplicationConfiguration, args: ReplicationTopologyArgs) -> dict[str, str]:
    places = sorted(place for rule in configuration.rules for place in rule.destinations)
    return {
        place_name(place, args): render_registry_host(Registry(RegistryId(place.registry_id), place.region))
        for place in places
    }


def check_settings(args: Mapping[str, Any], field: str, name: str) -> tuple[Finding, ...]:
    """Return what is wrong with the arguments of the topology *name*, right one by one; a wrong one is absent here."""
    tags, path = args.get("tags", {}), join(field, "tags")
    has_provider = any("role_arn" in destination for destination in args.get("destinations", []))
    return (
        *check_resource_tags(tags, path),
        *(check_portable_tags(tags, path) if has_provider else ()),
        *check_prefixes(args, args, field),
        *check_destinations(args, field, name),
    )


def _claim(claims: Claims, name: str, args: ReplicationTopologyArgs, field: str) -> Iterator[Finding]:
    """Claim what each registry has one of, and yield what another component sets already."""
    if args.get("role") != "destination":
        yield _LEFT_BEHIND.at(field)
        source = args["source_region"], args["source_account_id"]
        yield from claims.claim("replication configuration", *source, field=field)
    for account in read_accounts(name, args):
        has_own = account.role_arn is not None
        for registry in account.registries:
            settings = [f"creation template for {prefix!r}" for prefix in registry.template_prefixes]
            for setting in (*settings, "registry policy") if registry.policy else settings:
                yield from claims.claim(
                    setting,
                    registry.place.region,
                    account.account_id,
                    field=join(field, "destinations"),
                    has_own_provider=has_own,
                )
