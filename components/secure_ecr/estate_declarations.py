"""The parts of an estate: what each of its keys holds, where that is not the arguments of a component as they are."""

from typing import NotRequired, TypedDict

from ecr_model.names import check_registry_id
from ecr_model.partitions import check_region
from ecr_model.public import check_catalog
from ecr_model.public_access import check_public_access

from secure_ecr import (
    push_role,
    replication_topology,
    repository_key,
    secure_repository,
)
from secure_ecr.arguments import judged
from secure_ecr.declarations import AccessArgs, AdoptArgs, LifecycleArgs
from secure_ecr.public_repository import CatalogArgs, PublicAccessArgs
from secure_ecr.pull_role import PullTrustArgs
from secure_ecr.push_role import PushTrustArgs
from secure_ecr.replication_topology import ReplicationDestinationArgs


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

    mutable_tag_reasons: NotRequired[dict[str, str]]
    """Why each of `mutable_tag_patterns` moves, for those who review the stack; absent, nobody is told."""

    lifecycle: NotRequired[LifecycleArgs]
    """What expires when; absent, untagged images after 14 days."""

    access: NotRequired[AccessArgs]
    """Who may use the repository from outside its account; absent, nobody."""

    scan_on_push: NotRequired[bool]
    """Whether basic scanning looks at each image that is pushed; absent, it does."""

    force_delete: NotRequired[bool]
    """With `true` the repository can be deleted with its images; absent, the engine refuses to."""

    allow_replacement: NotRequired[bool]
    """With `true` a change of encryption, name or Region may delete the repository and create another; absent, the
    engine refuses it. Not among the defaults."""

    tags: NotRequired[dict[str, str]]
    """AWS tags, beside those of the estate; absent, those alone."""

    kms_key_arn: NotRequired[str]
    """A key other than the estate's, by its full ARN; absent, the estate's."""

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


@judged(role_name=push_role.ROLE_NAME.check)
class PullRoleDeclaration(TypedDict):
    """A role with which a workload of this account pulls."""

    repositories: list[str]
    """Names of repositories of this estate."""

    trust: PullTrustArgs
    """Who may assume the role."""

    role_name: NotRequired[str]
    """Name of the role in IAM; absent, Pulumi makes one that is unique."""


@judged(catalog=check_catalog, access=check_public_access)
class PublicRepositoryDeclaration(TypedDict):
    """A repository of Amazon ECR Public, which is in us-east-1 whatever the Region of the estate."""

    catalog: NotRequired[CatalogArgs]
    """Page of the repository in the gallery; absent, it has none of these, or keeps those of an earlier declaration."""

    access: NotRequired[PublicAccessArgs]
    """Who may push from outside; absent, nobody."""

    force_delete: NotRequired[bool]
    """With `true` the repository can be deleted with its images; absent, the engine refuses to."""

    tags: NotRequired[dict[str, str]]
    """AWS tags, beside those of the estate; absent, those alone."""


class NetworkDeclaration(TypedDict):
    """A VPC of private subnets whose only way out is to the registry: for trying, and for build machines."""

    cidr_block: str
    """Addresses of the VPC, a range of /16 to /28."""

    subnets: dict[str, str]
    """From Availability Zone to the addresses of the subnet in it, 2 or more."""

    services: NotRequired[list[str]]
    """More endpoints: logs, sts, ecs, ecs-agent, ecs-telemetry, secretsmanager, kms, ssm; absent, none."""

    pull_only: NotRequired[bool]
    """Whether pulls alone come through; absent, all that concerns repositories does."""


@judged(
    repository_prefixes=replication_topology.check_repository_prefixes,
    role=replication_topology.check_role,
    source_account_id=check_registry_id,
    source_region=check_region,
)
class ReplicationDeclaration(TypedDict):
    """Copies of the repositories in other Regions and accounts; their settings are the estate's `defaults`."""

    destinations: list[ReplicationDestinationArgs]
    """Where pushes are copied to, 1 to 25."""

    repository_prefixes: NotRequired[list[str]]
    """Beginnings of the names of the repositories to copy; absent, all of them."""

    role: NotRequired[str]
    """`source` where other stacks build the destinations, `destination` where this estate is one; absent, both ends."""

    source_account_id: NotRequired[str]
    """With `role` `destination`, the account that images come from; absent, the estate's own."""

    source_region: NotRequired[str]
    """With `role` `destination`, the Region that images come from; absent, the estate's own."""
