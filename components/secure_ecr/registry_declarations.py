"""The parts of a registry's declaration: how it scans, who writes into it, what ECR creates in it by itself."""

from typing import NotRequired, TypedDict

import pulumi
from ecr_model.access import check_access
from ecr_model.lifecycle import check_lifecycle
from ecr_model.registry_access import check_importers

from secure_ecr.arguments import judged
from secure_ecr.declarations import AccessArgs, GrantArgs, LifecycleArgs
from secure_ecr.repository_settings import check_mutable_tag_patterns


class ScanningRuleArgs(TypedDict):
    """How often the images of some repositories are scanned."""

    scan_frequency: str
    """`SCAN_ON_PUSH`, or under enhanced scanning `CONTINUOUS_SCAN`."""

    repository_filters: list[str]
    """Which repositories, 1 to 100: with `*` the whole name, without it any part of the name; `*` is all of them."""


class ScanningArgs(TypedDict):
    """How the images of the registry are scanned."""

    scan_type: str
    """`BASIC`, or `ENHANCED` for Amazon Inspector, which costs by the image."""

    rules: NotRequired[list[ScanningRuleArgs]]
    """At most one for each frequency; absent, every repository is scanned as often as the scan type can: on push
    under basic, continuously under enhanced scanning."""


class ReplicationSourceArgs(TypedDict):
    """Another account whose registry replicates into this one."""

    account_id: str
    """The account, 12 digits in quotes."""

    repository_prefixes: NotRequired[list[str]]
    """Beginnings of the names of its repositories, as in its replication rules; absent, all of them."""


@judged(
    mutable_tag_patterns=check_mutable_tag_patterns,
    lifecycle=check_lifecycle,
    access=check_access,
)
class CreationTemplateArgs(TypedDict):
    """The settings of the repositories that ECR creates below a prefix; those that exist keep theirs."""

    prefix: str
    """First parts of their names, such as `team` or `team/base`, or `ROOT` for what no other template covers."""

    applied_for: list[str]
    """Why ECR creates them: `REPLICATION`, `PULL_THROUGH_CACHE`, `CREATE_ON_PUSH`. With the last one a misspelt
    name in a push is a new repository."""

    description: NotRequired[str]
    """For people, at most 255 characters; absent, a sentence that says what the template is."""

    mutable_tag_patterns: NotRequired[list[str]]
    """Tags that a push may move, 1 to 5 patterns; absent, none, save in a template for the cache alone, whose tags
    move with the upstream's."""

    encryption_type: NotRequired[str]
    """`KMS`, `KMS_DSSE` or `AES256`; absent, `KMS`."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Full ARN of a key in the registry's Region; absent, ECR encrypts with the account's key `aws/ecr`."""

    lifecycle: NotRequired[LifecycleArgs]
    """What expires when; absent, untagged images expire after 14 days and tagged images stay."""

    access: NotRequired[AccessArgs]
    """Who may use the repositories from outside; absent, there is no repository policy and nobody may."""

    resource_tags: NotRequired[dict[str, pulumi.Input[str]]]
    """AWS tags of the repositories; absent, none."""

    custom_role_arn: NotRequired[pulumi.Input[str]]
    """Role of this account with which ECR creates them; absent, the component makes one where KMS or AWS tags need
    it, and that one for all such templates."""


@judged(importers=check_importers)
class PullThroughRuleArgs(TypedDict):
    """An upstream registry, and the repositories that ECR fills from it when somebody pulls."""

    ecr_repository_prefix: str
    """First parts of the names of those repositories, 2 to 30 characters, or `ROOT` for all names."""

    upstream_registry_url: str
    """Host of the upstream registry, for instance `registry-1.docker.io`, `quay.io` or another registry of ECR."""

    upstream_repository_prefix: NotRequired[str]
    """First parts of the upstream names that stand for the prefix; absent, nothing does: `ROOT`."""

    credential_arn: NotRequired[pulumi.Input[str]]
    """Secret with the credentials of the upstream, of the same account and Region and with a name that begins with
    `ecr-pullthroughcache/`; absent, ECR asks without credentials, which some upstreams refuse."""

    custom_role_arn: NotRequired[pulumi.Input[str]]
    """Role of this account with which ECR reads a registry of another account; absent, its service-linked role."""

    importers: NotRequired[list[GrantArgs]]
    """Who may bring in an image by pulling it first, beside whom IAM lets in this account: accounts, roles,
    organizations; absent, nobody. Who may pull it after that is the template's `access`."""
