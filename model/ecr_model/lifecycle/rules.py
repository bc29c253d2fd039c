"""
The values of a lifecycle policy, and their one canonical text.

A policy is a list of rules in the order of their `rulePriority`; the lowest number is evaluated first.
Both ways in, the typed declaration and the raw document, end in these values.

Sources: ECR user guide, "Lifecycle policy properties in Amazon ECR" and "Amazon ECR service quotas"; ECR API,
shapes LifecyclePolicyText and LifecyclePolicyRulePriority.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ecr_model.documents import compact

TagStatus = Literal["tagged", "untagged", "any"]
CountType = Literal["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"]
StorageClass = Literal["standard", "archive"]
ActionType = Literal["expire", "transition"]
TargetStorageClass = Literal["archive"]

LOWEST_PRIORITY = 1
"""Source: ECR API, shape LifecyclePolicyRulePriority."""

MAX_RULES = 50
"""Rules that a policy may have. Source: ECR user guide, "Amazon ECR service quotas"."""

SHORTEST_TEXT = 100
"""Characters that a policy must have. Source: ECR API, shape LifecyclePolicyText."""

LONGEST_TEXT = 30_720
"""Characters that a policy may have. Source: ECR API, shape LifecyclePolicyText."""

MAX_WILDCARDS = 4
"""`*` in one item of `tagPatternList`. Source: ECR user guide, "Lifecycle policy properties in Amazon ECR"."""

SHORTEST_ARCHIVE_DAYS = 90
"""Days in archive before a rule may expire an image. Source: ECR user guide, "Archive examples"."""

LARGEST_NUMBER = 2_147_483_647
"""Largest integer of the service's protocol. Source: ECR API, shape LifecyclePolicyRulePriority (32 bits)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One rule: which images it selects, which of those it hits, and what happens to them.

    Attributes:
        priority: `rulePriority`; unique in the policy, the lowest is evaluated first.
        tag_status: `tagged` takes exactly one of the two lists below, the others take neither.
        tag_patterns: Wildcards that must *all* find a tag of the image, any tag each.
        tag_prefixes: The same for beginnings of tags.
        storage_class: `archive` goes with `sinceImageTransitioned`, and only with it.
        count_type: How `count_number` is counted: images that stay, or days since an event.
        count_number: Images or days, 1 or more.
        action: `expire` deletes; `transition` moves to the archive storage class.
        description: Free text, None to leave it out.
        origin: Path of what the caller wrote for this rule; findings about the rule point at it.
    """

    priority: int
    tag_status: TagStatus
    tag_patterns: tuple[str, ...] = ()
    tag_prefixes: tuple[str, ...] = ()
    storage_class: StorageClass = "standard"
    count_type: CountType
    count_number: int
    action: ActionType = "expire"
    description: str | None = None
    origin: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LifecyclePolicy:
    """The rules of one repository, the first evaluated first; `origin` is the path of what the caller wrote."""

    rules: tuple[Rule, ...]
    origin: str = field(default="", compare=False, repr=False)


def describe(rule: Rule) -> str:
    """Return what *rule* does, as the end of a sentence: `expire untagged images pushed more than 14 days ago`."""
    tags = " and ".join([*rule.tag_patterns, *(f"{prefix}*" for prefix in rule.tag_prefixes)])
    images = {"tagged": f"images tagged {tags}", "untagged": "untagged images", "any": "images"}[rule.tag_status]
    days = f"{rule.count_number} day{'' if rule.count_number == 1 else 's'}"
    which = {
        "imageCountMoreThan": f"beyond the newest {rule.count_number}",
        "sinceImagePushed": f"pushed more than {days} ago",
        "sinceImagePulled": f"not pulled for {days}",
        "sinceImageTransitioned": f"archived more than {days} ago",
    }[rule.count_type]
    verb = {"expire": "expire", "transition": "archive"}[rule.action]
    return f"{verb} {images} {which}"


def render_lifecycle(policy: LifecyclePolicy) -> str:
    """
    Return the text of *policy* for `lifecyclePolicyText`: compact JSON, rules by priority.

    Nothing that ECR fills in itself is written: it has been reported to refuse `"storageClass": "standard"`,
    and refuses null. ECR returns rules by priority, so this order makes no difference at the next preview.

    Source: ECR user guide, "Lifecycle policy template".
    """
    rules = [_render_rule(rule) for rule in sorted(policy.rules, key=lambda rule: rule.priority)]
    return compact({"rules": rules})


def _render_rule(rule: Rule) -> dict[str, object]:
    selection: dict[str, object] = {"tagStatus": rule.tag_status}
    if rule.tag_patterns:
        selection["tagPatternList"] = list(rule.tag_patterns)
    if rule.tag_prefixes:
        selection["tagPrefixList"] = list(rule.tag_prefixes)
    if rule.storage_class != "standard":
        selection["storageClass"] = rule.storage_class
    selection["countType"] = rule.count_type
    if rule.count_type != "imageCountMoreThan":
        selection["countUnit"] = "days"
    selection["countNumber"] = rule.count_number
    action: dict[str, object] = {"type": rule.action}
    if rule.action == "transition":
        action["targetStorageClass"] = "archive"
    description = {} if rule.description is None else {"description": rule.description}
    return {"rulePriority": rule.priority, **description, "selection": selection, "action": action}
