"""Creation templates, as the controls about them read and configure them."""

from __future__ import annotations

from ecr_model.findings import Finding
from ecr_model.shapes import is_list
from ecr_model.templates import check_template_security

from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import spare_unknown, unknown_paths

MUTABLE_TAGS = Setting(
    "strings",
    "The exclusion filters that may be used, as 'branch-*'; absent or empty, none may.",
    default=(),
)

SECURITY: dict[str, Setting] = {
    "mutable_tags": MUTABLE_TAGS,
    "customer_key": Setting("boolean", "Whether a template must name a key of the customer's own.", default=True),
}
"""What a configuration can set of the repositories that templates make."""

_KEYS = (
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

_COUNT_AS_SET = ("customRoleArn", "encryptionConfiguration.kmsKey", "lifecyclePolicy", "repositoryPolicy")
"""What cannot be told from any other unknown value when the same stack makes it."""


def template_document(template: Resource) -> dict[str, object]:
    """
    Return the request that ECR's API calls `CreateRepositoryCreationTemplate`.

    A program writes some of it elsewhere: see `template_path`.
    """
    encryption = template.typed("encryptionConfigurations")
    if is_list(encryption):
        encryption = encryption[0] if encryption else None
    return {key: template.typed(key) for key in _KEYS} | {
        "appliedFor": template.props.get("appliedFors"),
        "encryptionConfiguration": encryption,
        "resourceTags": template.props.get("resourceTags"),  # its keys are the user's
    }


def template_path(path: str) -> str:
    """Return where a program writes what stands at *path* of a `template_document`."""
    for key, written in _WRITTEN.items():
        if path == key or path.startswith((f"{key}.", f"{key}[")):
            return f"{written}{path.removeprefix(key)}"
    return path


def judge_security(document: dict[str, object], settings: Settings) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return what security misses in a `template_document`, and the unknown values that this depends on."""
    unknown = tuple(unknown_paths(document, ""))
    spared = list(unknown)
    if any(path.startswith("appliedFor") for path in unknown):
        spared += ["imageTagMutability", "imageTagMutabilityExclusionFilters"]  # the cache may leave tags mutable
    findings = check_template_security(
        document,
        "",
        allowed_filters=settings.texts("mutable_tags"),
        needs_own_key=settings.flag("customer_key"),
    )
    matters = tuple(path for path in unknown if path not in _COUNT_AS_SET and not path.startswith("resourceTags"))
    return spare_unknown(findings, spared), matters
