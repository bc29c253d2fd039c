"""Repository creation templates: the settings of repositories that ECR creates by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from ecr_model.filters import ROOT, TEMPLATE_PREFIX, check_unique_prefixes, is_prefix_match, namespace
from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.lifecycle.document import check_lifecycle_document, parse_lifecycle_document
from ecr_model.lifecycle.rules import render_lifecycle
from ecr_model.partitions import find_partition
from ecr_model.policy.document import check_repository_policy, parse_policy, render_policy
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.principals import ROLE_ARN
from ecr_model.replication import ReplicationConfiguration
from ecr_model.repository import (
    DEFAULT_ENCRYPTION_TYPE,
    ENCRYPTION_TYPES,
    EXCLUSION_FILTER_TYPE,
    EncryptionType,
    TagMutability,
    check_encryption,
    check_immutability,
    check_tag_mutability,
    check_tags,
    is_kms_encrypted,
    parse_tag_mutability,
    read_tags,
)
from ecr_model.shapes import Section, Text, check_choice, check_list, entries, read_section, texts

AppliedFor = Literal["REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"]
"""Source: API shape `RCTAppliedFor` of ECR."""

APPLIED_FOR: tuple[AppliedFor, ...] = get_args(AppliedFor)

DESCRIPTION = Text("template-description", "must be a text", r"(?s:.*)", 0, 256)
"""Source: API shape `RepositoryTemplateDescription` of ECR."""

_OPTIONAL = (
    "description",
    "encryptionConfiguration",
    "resourceTags",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "repositoryPolicy",
    "lifecyclePolicy",
    "customRoleArn",
)


class CreationTemplate(NamedTuple):
    """
    What repositories below *prefix* get when ECR creates them; later changes do not reach them.

    Attributes:
        prefix: First parts of the name, or ROOT.
        applied_for: Why ECR creates repositories that take these settings.
        mutability: Which tags can be moved.
        encryption_type: How layers are encrypted.
        kms_key: Full ARN of the key; None for the AWS managed key, or for no KMS key at all.
        resource_tags: AWS tags.
        repository_policy: Text of the policy; None for no policy.
        lifecycle_policy: Text of the policy; None for no policy.
        custom_role_arn: The role with which ECR creates the repository; None for its service-linked role.
        description: For people; None for none.
    """

    prefix: str
    applied_for: tuple[AppliedFor, ...]
    mutability: TagMutability = TagMutability()
    encryption_type: EncryptionType = DEFAULT_ENCRYPTION_TYPE
    kms_key: str | None = None
    resource_tags: Mapping[str, str] = MappingProxyType({})
    repository_policy: str | None = None
    lifecycle_policy: str | None = None
    custom_role_arn: str | None = None
    description: str | None = None


def check_template(
    value: object,
    field: str = "creation_template",
    *,
    region: str | None = None,
    registry_id: str | None = None,
) -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value* as a creation template, or cannot create repositories from it.

    Whom the repository policy lets in is another question.

    Args:
        value: An object with the keys of `CreateRepositoryCreationTemplate`, or their snake_case.
        field: Path of *value*.
        region: The registry's; None leaves the Region of a key unjudged.
        registry_id: The registry's account; None leaves the account of the role unjudged.

    Source: API shape `CreateRepositoryCreationTemplateRequest` of ECR; ECR user guide, "Templates to control
    repositories created during a pull through cache, create on push, or replication action".
    """
    return _read(value, field, region, registry_id)[1]


def parse_template(
    value: object,
    field: str = "creation_template",
    *,
    region: str | None = None,
    registry_id: str | None = None,
) -> CreationTemplate:
    """Return *value* as a creation template, or raise ModelError."""
    section, findings = _read(value, field, region, registry_id)
    refuse(findings)
    return _build(section, region)


def render_template(template: CreationTemplate) -> dict[str, object]:
    """Return the template as `CreateRepositoryCreationTemplate` takes it, without what is absent."""
    encryption: dict[str, object] = {"encryptionType": template.encryption_type}
    if template.kms_key:
        encryption["kmsKey"] = template.kms_key
    rendered: dict[str, object] = {
        "prefix": template.prefix,
        "description": template.description,
        "encryptionConfiguration": encryption,
        "resourceTags": [{"Key": key, "Value": text} for key, text in sorted(template.resource_tags.items())],
        "imageTagMutability": template.mutability.mode,
        "imageTagMutabilityExclusionFilters": [
            {"filter": pattern, "filterType": EXCLUSION_FILTER_TYPE}
            for pattern in template.mutability.exclusion_filters
        ],
        "repositoryPolicy": template.repository_policy,
        "lifecyclePolicy": template.lifecycle_policy,
        "appliedFor": list(template.applied_for),
        "customRoleArn": template.custom_role_arn,
    }
    return {key: given for key, given in rendered.items() if given}


def check_template_prefixes(prefixes: Sequence[str], field: str = "creation_templates") -> tuple[Finding, ...]:
    """Return which of the templates of one registry cover the same names: ECR has one for each prefix."""
    return check_unique_prefixes(prefixes, field, "template-prefix-unique")


def template_for(
    repository_name: str, templates: Iterable[CreationTemplate], reason: AppliedFor
) -> CreationTemplate | None:
    """
    Return the template whose settings the repository gets when ECR creates it for *reason*.

    The longest prefix decides, and ROOT when no other fits. None means ECR's defaults (mutable tags, AES256,
    no policies), and for a push that no repository is created at all. AWS does not say what happens when the
    template with the longest prefix is not applied for *reason*: here it gives no settings, nor does another.

    Source: ECR user guide, "Templates to control repositories created during a pull through cache, create on
    push, or replication action".
    """
    fitting = [template for template in templates if is_prefix_match(template.prefix, repository_name)]
    best = max(fitting, key=lambda template: -1 if template.prefix == ROOT else len(template.prefix), default=None)
    return best if best and reason in best.applied_for else None


def check_replication_coverage(
    configuration: ReplicationConfiguration,
    templates: Sequence[CreationTemplate],
    field: str = "replication",
) -> tuple[Finding, ...]:
    """
    Return a warning for each replicated prefix with names that no template at the destination covers.

    A replication filter is the beginning of a name, a template's prefix its first parts: the filter `prod`
    replicates `production`, which the template `prod` does not cover.
    """
    findings = []
    for index, rule in enumerate(configuration.rules):
        for prefix in rule.prefixes or ("",):
            name = find_uncovered_name(prefix, templates)
            if name is None:
                continue
            requirement = f"should replicate names alone that a creation template covers, not {name!r}"
            fix = f"add a template for {ROOT} at the destination, or create the repositories there beforehand"
            here = join(field, f"rules[{index}]")
            got = repr(prefix) if prefix else "all repositories"
            findings.append(Finding(here, "replication-template", requirement, got, fix, "warning"))
    return tuple(findings)


def find_uncovered_name(prefix: str, templates: Sequence[CreationTemplate]) -> str | None:
    """Return a name that begins with *prefix* and gets no settings when it is replicated, None if all do."""
    names = _names(prefix, templates)
    return next((name for name in names if template_for(name, templates, "REPLICATION") is None), None)


def find_replica_templates(prefix: str, templates: Sequence[CreationTemplate]) -> tuple[CreationTemplate, ...]:
    """Return the templates that give their settings to replicas whose names begin with *prefix*."""
    used = (template_for(name, templates, "REPLICATION") for name in _names(prefix, templates))
    return tuple({template.prefix: template for template in used if template}.values())


def _names(prefix: str, templates: Sequence[CreationTemplate]) -> Iterator[str]:
    """Yield a name for each way in which *templates* can treat those that begin with *prefix*."""
    # besides a name that goes on inside the last part, only the namespaces of longer templates may differ
    yield f"{prefix}new"
    yield from (f"{namespace(longer.prefix)}new" for longer in templates if longer.prefix.startswith(prefix))


def check_template_security(
    value: object,
    field: str = "creation_template",
    *,
    allowed_filters: Sequence[str] | None = None,
    needs_own_key: bool = True,
) -> tuple[Finding, ...]:
    """
    Return which of the settings that security asks for *value*, a template, does not give to its repositories.

    They are immutable tags, a KMS key and a lifecycle policy; what a template leaves out is mutable, encrypted
    with AES256 and kept for ever. A template for the pull through cache alone may leave tags mutable: the cache
    could not follow its upstream otherwise.

    Args:
        value: As in `check_template`, which judges whether ECR takes it.
        field: Path of *value*.
        allowed_filters: As in `check_immutability`.
        needs_own_key: Whether the key must be one of the customer's.

    Source: ECR user guide, "Templates to control repositories created during a pull through cache, create on
    push, or replication action".
    """
    section, _ = read_section(value, field, "creation-template", required=("prefix", "appliedFor"), optional=_OPTIONAL)
    if not section.paths:
        return ()
    given, paths = section.values, section.paths
    findings: list[Finding] = []
    if set(texts(given.get("appliedFor"))) != {"PULL_THROUGH_CACHE"}:
        findings += check_immutability(
            given.get("imageTagMutability"),
            given.get("imageTagMutabilityExclusionFilters"),
            paths["imageTagMutability"],
            paths["imageTagMutabilityExclusionFilters"],
            allowed_filters=allowed_filters,
        )
    findings += _check_key(section, needs_own_key=needs_own_key)
    if given.get("lifecyclePolicy", "") == "":
        requirement = "must be given: without it the repositories keep every image for ever"
        findings.append(Finding(paths["lifecyclePolicy"], "template-lifecycle", requirement))
    return tuple(findings)


def _check_key(template: Section, *, needs_own_key: bool) -> Iterator[Finding]:
    here = template.paths["encryptionConfiguration"]
    encryption, _ = _read_encryption(template)
    kind, key = encryption.values.get("encryptionType"), encryption.values.get("kmsKey")
    if not is_kms_encrypted(kind):
        got = f"nothing, which means {DEFAULT_ENCRYPTION_TYPE!r}" if kind is None else echo(kind)
        path = encryption.paths.get("encryptionType", here)
        yield Finding(path, "template-encryption", "must be 'KMS'", got, "write 'KMS', with the ARN of the key")
    elif needs_own_key and key in (None, ""):
        requirement, got = "must name a key of your own", "nothing, so AWS holds the key"
        yield Finding(encryption.paths["kmsKey"], "template-key", requirement, got, "write its full ARN")


def _read(
    value: object, field: str, region: str | None, registry_id: str | None
) -> tuple[Section, tuple[Finding, ...]]:
    section, wrong = read_section(
        value, field, "creation-template", required=("prefix", "appliedFor"), optional=_OPTIONAL
    )
    if not section.paths:
        return section, wrong
    given, paths = section.values, section.paths
    findings = list(wrong)
    for key, check in _CHECKS.items():
        if key in given:
            findings += check(given[key], paths[key])
    findings += check_tag_mutability(
        given.get("imageTagMutability"),
        given.get("imageTagMutabilityExclusionFilters"),
        paths["imageTagMutability"],
        paths["imageTagMutabilityExclusionFilters"],
    )
    encryption, wrong = _read_encryption(section)
    findings += wrong
    if encryption.paths:
        findings += check_encryption(
            encryption.values.get("encryptionType"),
            encryption.values.get("kmsKey"),
            region,
            type_field=encryption.paths["encryptionType"],
            key_field=encryption.paths["kmsKey"],
        )
    needs_role = bool(given.get("resourceTags")) or is_kms_encrypted(encryption.values.get("encryptionType"))
    return section, (*findings, *_check_role(section, registry_id, is_needed=needs_role))


def _build(section: Section, region: str | None) -> CreationTemplate:
    """Return the template of a section without errors."""
    given, encryption = section.values, _read_encryption(section)[0].values
    asked = encryption.get("encryptionType")
    return CreationTemplate(
        prefix=str(given["prefix"]),
        applied_for=tuple(known for known in APPLIED_FOR if known in entries(given["appliedFor"])),
        mutability=parse_tag_mutability(
            given.get("imageTagMutability"), given.get("imageTagMutabilityExclusionFilters")
        ),
        encryption_type=next((known for known in ENCRYPTION_TYPES if known == asked), DEFAULT_ENCRYPTION_TYPE),
        kms_key=_text(encryption.get("kmsKey")),
        resource_tags=MappingProxyType(read_tags(given.get("resourceTags"))[0]),
        repository_policy=_repository_policy(given.get("repositoryPolicy"), region),
        lifecycle_policy=_lifecycle_policy(given.get("lifecyclePolicy")),
        custom_role_arn=_text(given.get("customRoleArn")),
        description=_text(given.get("description")) or None,
    )


def _read_encryption(template: Section) -> tuple[Section, tuple[Finding, ...]]:
    if "encryptionConfiguration" not in template.values:
        return Section(template.field, {}, {}), ()
    return read_section(
        template.values["encryptionConfiguration"],
        template.paths["encryptionConfiguration"],
        "encryption",
        required=("encryptionType",),
        optional=("kmsKey",),
    )


def _check_applied_for(value: object, field: str) -> tuple[Finding, ...]:
    findings = list(check_list(value, field, "template-applied-for", shortest=1, longest=len(APPLIED_FOR)))
    for index, reason in enumerate(entries(value)):
        findings += check_choice(reason, APPLIED_FOR, join(field, f"[{index}]"), "template-applied-for")
    return tuple(findings)


def _check_role(template: Section, registry_id: str | None, *, is_needed: bool) -> tuple[Finding, ...]:
    """Return why ECR cannot create repositories with the template's role, or without one."""
    role, here = template.values.get("customRoleArn"), template.paths.get("customRoleArn", template.field)
    if role is None and is_needed:
        requirement = "must be given when repositories get resource tags or a KMS key"
        fix = "name a role that ECR may assume: its service-linked role can do neither"
        return (Finding(here, "template-role", requirement, fix=fix),)
    if registry_id and isinstance(role, str) and ROLE_ARN.is_match(role) and role.split(":")[4] != registry_id:
        requirement = f"must be a role of account {registry_id}, the registry's own"
        return (Finding(here, "template-role", requirement, echo(role)),)
    return ()


def _repository_policy(value: object, region: str | None) -> str | None:
    """Return a policy's text, the canonical one when it was given as an object."""
    if not isinstance(value, Mapping):
        return _text(value)
    home = find_partition(region) if region else None
    document = parse_policy(value, REPOSITORY_POLICY)
    return render_policy(document, partition=home.name) if home else render_policy(document)


def _lifecycle_policy(value: object) -> str | None:
    """Return a policy's text, the canonical one when it was given as an object."""
    if isinstance(value, Mapping):
        return render_lifecycle(parse_lifecycle_document(value))
    return _text(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


_CHECKS: Mapping[str, Callable[[object, str], tuple[Finding, ...]]] = {
    "prefix": TEMPLATE_PREFIX.check,
    "description": DESCRIPTION.check,
    "appliedFor": _check_applied_for,
    "resourceTags": check_tags,
    "repositoryPolicy": check_repository_policy,
    "lifecyclePolicy": check_lifecycle_document,
    "customRoleArn": ROLE_ARN.check,
}
