"""The IAM actions of Amazon ECR: what each lets its holder do, and the smallest set for each task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from ecr_model.wildcards import is_match

Group = Literal["authenticate", "pull", "read", "push", "administer"]
"""
What an action lets its holder do.

`authenticate` gets a token and nothing else; `pull` reads images, also into the cache of an upstream;
`read` reads settings and metadata; `push` makes content, also by replication, and the repositories for it;
`administer` is everything else that changes something, deleting images included.
"""

GROUPS: tuple[Group, ...] = ("authenticate", "pull", "read", "push", "administer")
"""The groups in the order in which a person lists them."""

_PRIVATE: Mapping[Group, str] = {
    "authenticate": "GetAuthorizationToken",
    "pull": """
        BatchCheckLayerAvailability BatchGetImage BatchImportUpstreamImage GetDownloadUrlForLayer
        GetImageCopyStatus ListImageReferrers
    """,
    "read": """
        BatchGetRepositoryScanningConfiguration DescribeImageReplicationStatus DescribeImages
        DescribeImageScanFindings DescribeImageSigningStatus DescribePullThroughCacheRules DescribeRegistry
        DescribeReplicationBackfillResults DescribeRepositories DescribeRepositoryCreationTemplates
        GetAccountSetting GetLifecyclePolicy GetLifecyclePolicyPreview GetRegistryPolicy
        GetRegistryScanningConfiguration GetRepositoryPolicy GetSigningConfiguration ListImages
        ListPullTimeUpdateExclusions ListReplicationBackfills ListTagsForResource ValidatePullThroughCacheRule
    """,
    "push": """
        CompleteLayerUpload CreateRepository InitiateLayerUpload PutImage ReplicateImage UploadLayerPart
    """,
    "administer": """
        BatchDeleteImage CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeleteLifecyclePolicy
        DeletePullThroughCacheRule DeleteRegistryPolicy DeleteRepository DeleteRepositoryCreationTemplate
        DeleteRepositoryPolicy DeleteSigningConfiguration DeregisterPullTimeUpdateExclusion PutAccountSetting
        PutImageScanningConfiguration PutImageTagMutability PutLifecyclePolicy PutRegistryPolicy
        PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration
        RegisterPullTimeUpdateExclusion SetRepositoryPolicy StartImageScan StartLifecyclePolicyPreview
        StartReplicationBackfill StopReplicationBackfill TagResource UntagResource UpdateImageStorageClass
        UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate
    """,
}
"""Source: Service Authorization Reference, "Amazon Elastic Container Registry"; the operations of the API `ecr`."""

_PUBLIC: Mapping[Group, str] = {
    "authenticate": "GetAuthorizationToken",
    "pull": "BatchCheckLayerAvailability",
    "read": """
        DescribeImages DescribeImageTags DescribeRegistries DescribeRepositories GetRegistryCatalogData
        GetRepositoryCatalogData GetRepositoryPolicy ListTagsForResource
    """,
    "push": "CompleteLayerUpload CreateRepository InitiateLayerUpload PutImage UploadLayerPart",
    "administer": """
        BatchDeleteImage DeleteRepository DeleteRepositoryPolicy PutRegistryCatalogData
        PutRepositoryCatalogData SetRepositoryPolicy TagResource UntagResource
    """,
}
"""Source: Service Authorization Reference, "Amazon Elastic Container Registry Public"; the API `ecr-public`."""

SERVICES = ("ecr", "ecr-public")
"""The prefixes of the actions of private and of public registries."""

ACTIONS: Mapping[str, Group] = {
    f"{service}:{name}": group
    for service, table in zip(SERVICES, (_PRIVATE, _PUBLIC), strict=True)
    for group, names in table.items()
    for name in names.split()
}
"""Every action of both registries, e.g. `ecr:BatchGetImage`, and its group."""

PERMISSIONS_ALONE = frozenset({"ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus", "ecr:ReplicateImage"})
"""
Actions that no API operation has: ECR asks for them while it does something else.

Source: Service Authorization Reference, "Permission-only actions for Amazon Elastic Container Registry".
"""

_REGISTRY_ACTIONS = """
    CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule
    DeleteRegistryPolicy DeleteRepositoryCreationTemplate DeleteSigningConfiguration
    DeregisterPullTimeUpdateExclusion DescribePullThroughCacheRules DescribeRegistry
    DescribeReplicationBackfillResults DescribeRepositoryCreationTemplates GetAccountSetting
    GetAuthorizationToken GetRegistryPolicy GetRegistryScanningConfiguration GetSigningConfiguration
    ListPullTimeUpdateExclusions ListReplicationBackfills PutAccountSetting PutRegistryPolicy
    PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration
    RegisterPullTimeUpdateExclusion StartReplicationBackfill StopReplicationBackfill
    UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule
"""
REGISTRY_ACTIONS = frozenset(f"ecr:{name}" for name in _REGISTRY_ACTIONS.split())
"""
Actions that concern a registry and no repository, so that a repository policy cannot grant them.

Source: Service Authorization Reference, "Amazon Elastic Container Registry", column "Resource types".
"""

LOGIN_ACTIONS = ("ecr:GetAuthorizationToken",)
"""
What `docker login` needs, on the resource `*`, granted by IAM in the caller's own account.

Source: ECR user guide, "Private registry authentication"; the action has no resource type.
"""

PULL_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""Source: ECR user guide, "Private repository policy examples", statement AllowPull."""

PUSH_ACTIONS = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
"""Source: ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private repository"."""

CREATE_ON_PUSH_ACTIONS = tuple(sorted((*PUSH_ACTIONS, "ecr:CreateRepository")))
"""Source: ECR user guide, "Templates to control repositories created during ... create on push"."""

CACHE_FILL_ACTIONS = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")
"""
What a pull through a cache rule takes beside itself: the image, and at first the repository. By IAM, or by the registry
policy; once an image is there, whoever may read it needs no more.

Source: ECR user guide, "IAM permissions required to sync an upstream registry with an Amazon ECR private registry".
"""

PUBLIC_PUSH_ACTIONS = (
    "ecr-public:BatchCheckLayerAvailability",
    "ecr-public:CompleteLayerUpload",
    "ecr-public:InitiateLayerUpload",
    "ecr-public:PutImage",
    "ecr-public:UploadLayerPart",
)
"""Source: ECR Public user guide, "Public repository policy examples in Amazon ECR Public", statement AllowPush."""

REPLICATION_ACTIONS = ("ecr:CreateRepository", "ecr:ReplicateImage")
"""
What the registry policy of a destination grants to the source account.

Source: ECR user guide, "Private registry policy examples", statement ReplicationAccessCrossAccount.
"""

ADMINISTRATION_ACTIONS = (
    "ecr:BatchDeleteImage",
    "ecr:DeleteLifecyclePolicy",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetLifecyclePolicy",
    "ecr:GetLifecyclePolicyPreview",
    "ecr:GetRepositoryPolicy",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
    "ecr:PutLifecyclePolicy",
    "ecr:StartImageScan",
    "ecr:StartLifecyclePolicyPreview",
    "ecr:UpdateImageStorageClass",
)
"""
The care of the images of one repository: look, scan, archive, expire, delete.

Neither the repository's policy nor the repository itself: both belong to the stack that declares them, and
whoever may write the policy may grant himself the rest.

Source: ECR user guide, "AWS managed policies", which draws the same line for AmazonEC2ContainerRegistryPowerUser:
no deleting of repositories, no change of the policies on them.
"""


def groups(actions: Iterable[str]) -> tuple[Group, ...]:
    """Return what *actions*, members of `ACTIONS`, let their holder do, each group once and in its order."""
    held = {ACTIONS[action] for action in actions}
    return tuple(group for group in GROUPS if group in held)


@lru_cache(maxsize=4096)
def expand(pattern: str) -> tuple[str, ...]:
    """
    Return the actions of ECR that *pattern* stands for, in the order of the alphabet, none when there are none.

    Case is of no account, `*` stands for any run of characters and `?` for one.

    Source: IAM user guide, "IAM JSON policy elements: Action".
    """
    folded = pattern.lower()
    if "*" not in folded and "?" not in folded:
        return (_BY_FOLDED_NAME[folded],) if folded in _BY_FOLDED_NAME else ()
    return tuple(name for lower, name in _BY_FOLDED_NAME.items() if is_like(folded, lower))


def is_like(pattern: str, text: str) -> bool:
    """
    Tell whether *pattern*, in which `*` is any run of characters and `?` any one, matches the whole of *text*.

    Case counts. Takes at most the product of both lengths: no pattern makes it hang.

    Source: IAM user guide, "IAM JSON policy elements: Condition operators", String condition operators.
    """
    if "?" not in pattern:
        return is_match(pattern, text)
    p = t = 0
    star, resume = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, resume = p, t
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", text[t]):
            p += 1
            t += 1
        elif star >= 0:
            resume += 1
            p, t = star + 1, resume
        else:
            return False
    return not pattern[p:].strip("*")


_BY_FOLDED_NAME = {name.lower(): name for name in sorted(ACTIONS)}
