"""A repository that is deleted takes every image with it, and what runs from them cannot start again."""

import re

from ecr_model.findings import Finding, echo

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, REPOSITORY_POLICY, Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN, top_level

_SECURITY = {
    REPOSITORY: (
        "encryptionConfigurations",
        "forceDelete",
        "imageScanningConfiguration",
        "imageTagMutability",
        "imageTagMutabilityExclusionFilters",
    ),
    REPOSITORY_POLICY: ("policy",),
}
"""The properties whose drift nobody may be asked to overlook."""


def _judge(resource: Resource, settings: Settings) -> Remarks:
    if resource.type == REPOSITORY:
        yield from _judge_deletion(resource, settings)
    for path in resource.ignore_changes:
        ignored = _root(path)
        if ignored == "*" or ignored in _SECURITY[resource.type]:
            requirement = "must not name a property that security depends on"
            fix = "remove it, so that a preview shows what has changed"
            yield Finding("options.ignoreChanges", "ignored-changes", requirement, echo(path), fix)


def _root(path: str) -> str:
    """Return the property that a *path* of Pulumi's begins with: `tags` in `tags.team` and in `["tags"].team`."""
    quoted = re.match(r'\["([^"]*)"\]', path)
    return quoted[1] if quoted else top_level(path)


def _judge_deletion(repository: Resource, settings: Settings) -> Remarks:
    force_delete = repository.props.get("forceDelete")
    if settings.flag("protect") and not repository.protect:
        fix = "set the resource option protect"
        yield Finding("options.protect", "protection", "must be true", "false", fix)
    if force_delete is UNKNOWN:
        yield Unevaluated("forceDelete")
    elif force_delete not in (None, False):
        fix = "remove it: ECR then refuses to delete a repository that holds images"
        yield Finding("forceDelete", "force-delete", "must not be true", echo(force_delete), fix)


CONTROL = Control(
    name="ecr-repository-deletion",
    description="A repository must not be deleted with its images, and no change to its security be overlooked.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Leave forceDelete out, set protect, and name no security property in ignoreChanges.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-delete.html",
    settings={
        "protect": Setting("boolean", "Whether a repository must have the resource option protect.", default=True),
    },
    types=tuple(_SECURITY),
    judge=_judge,
)
