"""The settings of a private repository: tag mutability, encryption, scanning, AWS tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ecr_model import wildcards
from ecr_model.documents import member
from ecr_model.filters import TAG_EXCLUSION_FILTER, read_filters
from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.partitions import find_partition
from ecr_model.shapes import Text, check_choice, is_list, read_section

REPLACES = frozenset({"name", "encryptionConfigurations", "region"})
"""
Properties of an `aws:ecr/repository:Repository` whose change deletes the repository, images and all.

Source: ECR user guide, "Encryption at rest": settings of encryption cannot be changed after creation;
the API has no operation that renames or moves a repository.
"""

# --- Tag mutability -------------------------------------------------------------------------------------

TagMutabilityMode = Literal["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"]
"""Source: API shape `ImageTagMutability` of ECR."""

TAG_MUTABILITY_MODES: tuple[TagMutabilityMode, ...] = get_args(TagMutabilityMode)

DEFAULT_TAG_MUTABILITY_MODE: TagMutabilityMode = "MUTABLE"
"""What an absent setting means. Source: API shape `CreateRepositoryRequest` of ECR, `imageTagMutability`."""

EXCLUSION_FILTER_TYPE = "WILDCARD"
"""Source: API shape `ImageTagMutabilityExclusionFilterType` of ECR."""

MAX_EXCLUSION_FILTERS = 5
"""Filters of one repository. Source: API shape `ImageTagMutabilityExclusionFilters` of ECR."""

MAX_WILDCARDS = 2
"""`*` in one filter. Source: ECR user guide, "Preventing image tags from being overwritten"."""

RELEASE_TAGS = ("#.#.#", "v#.#.#", "release-#.#.#", "release-v#.#.#")
"""What the tags of releases look like; `#` is a number. Our own choice, after semver.org and calver.org."""


@dataclass(frozen=True, slots=True)
class TagMutability:
    """
    Which tags of a repository can be moved to another image.

    Attributes:
        mode: With `IMMUTABLE_WITH_EXCLUSION` the tags that match a filter can be moved and no others; with
            `MUTABLE_WITH_EXCLUSION` it is the other way round.
        exclusion_filters: Patterns with `*` for any run of characters, sorted.
    """

    mode: TagMutabilityMode = DEFAULT_TAG_MUTABILITY_MODE
    exclusion_filters: tuple[str, ...] = ()

    def is_movable(self, tag: str) -> bool:
        """
        Tell whether a push may move *tag* to another image.

        Source: ECR user guide, "Preventing image tags from being overwritten".
        """
        excluded = any(wildcards.is_match(pattern, tag) for pattern in self.exclusion_filters)
        return excluded != self.mode.startswith("MUTABLE")


def check_tag_mutability(
    mode: object,
    exclusion_filters: object = None,
    field: str = "image_tag_mutability",
    filters_field: str = "image_tag_mutability_exclusion_filters",
) -> tuple[Finding, ...]:
    """
    Return why ECR refuses the setting *mode* with *exclusion_filters*.

    Args:
        mode: Absent it is `MUTABLE`.
        exclusion_filters: Patterns, or the API's objects with `filter` and `filterType`; they belong to the two
            modes with exclusions, and absent there are none.
        field: Path of *mode*.
        filters_field: Path of *exclusion_filters*.

    Source: API shapes `ImageTagMutability` and `ImageTagMutabilityExclusionFilters` of ECR.
    """
    wrong_mode = check_choice(mode, TAG_MUTABILITY_MODES, field, "tag-mutability") if mode is not None else ()
    excludes = isinstance(mode, str) and mode.endswith("_WITH_EXCLUSION")
    if exclusion_filters is None or (is_list(exclusion_filters) and not exclusion_filters):
        if not excludes or wrong_mode:
            return wrong_mode
        missing = f"must have 1 to {MAX_EXCLUSION_FILTERS} entries when the mode is {mode!r}"
        fix = "list the tags to exclude, or leave the exclusion out of the mode"
        return (Finding(filters_field, "tag-exclusion-filters", missing, fix=fix),)
    unused = _check_unused(mode, filters_field) if not excludes and not wrong_mode else ()
    return (*wrong_mode, *unused, *_read_filters(exclusion_filters, filters_field)[1])


def parse_tag_mutability(
    mode: object,
    exclusion_filters: object = None,
    field: str = "image_tag_mutability",
    filters_field: str = "image_tag_mutability_exclusion_filters",
) -> TagMutability:
    """Return the setting, its filters sorted and each once, or raise ModelError."""
    refuse(check_tag_mutability(mode, exclusion_filters, field, filters_field))
    chosen = next((known for known in TAG_MUTABILITY_MODES if known == mode), DEFAULT_TAG_MUTABILITY_MODE)
    return TagMutability(chosen, tuple(sorted(_read_filters(exclusion_filters or (), filters_field)[0])))


def is_immutable(mode: object) -> bool:
    """Tell whether no tag at all can be moved; an absent *mode* means `MUTABLE`."""
    return mode == "IMMUTABLE"


def movable_release_tag(pattern: str, release_tags: Sequence[str] = RELEASE_TAGS) -> str | None:
    """
    Return a release tag that *pattern*, as an exclusion from immutability, lets move; None when there is none.

    Args:
        pattern: An exclusion filter, e.g. `v*`.
        release_tags: What is a release: patterns with `*` for anything and `#` for a number.
    """
    examples = (wildcards.common_example(pattern, release) for release in release_tags)
    return next((example for example in examples if example is not None), None)


def check_immutability(
    mode: object,
    exclusion_filters: object = None,
    field: str = "image_tag_mutability",
    filters_field: str = "image_tag_mutability_exclusion_filters",
    *,
    allowed_filters: Sequence[str] | None = None,
    release_tags: Sequence[str] = RELEASE_TAGS,
) -> tuple[Finding, ...]:
    """
    Return how tags that have been released could still be moved.

    This judges security; whether ECR accepts the setting is the matter of `check_tag_mutability`.

    Args:
        mode: The setting; absent it is `MUTABLE`.
        exclusion_filters: Patterns of the tags to which *mode* does not apply.
        field: Path of *mode*.
        filters_field: Path of *exclusion_filters*.
        allowed_filters: The only filters that may be used; None allows every one that spares releases.
        release_tags: As in `movable_release_tag`.
    """
    if is_immutable(mode):
        return ()
    if mode != "IMMUTABLE_WITH_EXCLUSION":
        got = f"nothing, which means {DEFAULT_TAG_MUTABILITY_MODE!r}" if mode is None else echo(mode)
        return (Finding(field, "tag-immutability", "must be 'IMMUTABLE'", got),)
    findings = []
    for pattern, here in _read_filters(exclusion_filters or (), filters_field)[0].items():
        released = movable_release_tag(pattern, release_tags)
        if released is not None:
            requirement = f"must not let release tags move, as it does with {released!r}"
            fix = "name the moving tags alone, as 'latest' or 'branch-*'"
            findings.append(Finding(here, "tag-immutability-release", requirement, echo(pattern), fix))
        if allowed_filters is not None and pattern not in allowed_filters:
            requirement = "must be on the list of allowed exclusion filters"
            fix = "remove it, or have it put on the list"
            findings.append(Finding(here, "tag-immutability-filter", requirement, echo(pattern), fix))
    return tuple(findings)


def _check_unused(mode: object, field: str) -> tuple[Finding, ...]:
    used = mode or DEFAULT_TAG_MUTABILITY_MODE
    requirement = f"must be absent when the mode is {used!r}"
    return (Finding(field, "tag-exclusion-filters", requirement, fix=f"use '{used}_WITH_EXCLUSION'"),)


def _read_filters(filters: object, field: str) -> tuple[dict[str, str], tuple[Finding, ...]]:
    paths, findings = read_filters(
        filters, field, TAG_EXCLUSION_FILTER, EXCLUSION_FILTER_TYPE, longest=MAX_EXCLUSION_FILTERS
    )
    requirement = f"must have at most {MAX_WILDCARDS} '*'"
    many = tuple(
        Finding(here, TAG_EXCLUSION_FILTER.rule, requirement, echo(pattern))
        for pattern, here in paths.items()
        if pattern.count("*") > MAX_WILDCARDS
    )
    return paths, (*findings, *many)


# --- Encryption -----------------------------------------------------------------------------------------

EncryptionType = Literal["AES256", "KMS", "KMS_DSSE"]
"""Source: API shape `EncryptionType` of ECR."""

ENCRYPTION_TYPES: tuple[EncryptionType, ...] = get_args(EncryptionType)

DEFAULT_ENCRYPTION_TYPE: EncryptionType = "AES256"
"""What an absent setting means. Source: API shape `EncryptionConfiguration` of ECR."""

DUAL_LAYER_PARTITIONS = ("aws-us-gov",)
"""
Where `KMS_DSSE` exists.

Source: ECR user guide, "Templates to control repositories created during a pull through cache, create on
push, or replication action".
"""

KMS_KEY_ARN = Text(
    "kms-key-arn",
    "must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>'",
    r"arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+",
    1,
    2048,
)
"""
Source: API shape `KmsKeyForRepositoryCreationTemplate` of ECR.

ECR takes an alias or an id for a repository as well and answers with the key's ARN, which an infrastructure
program then takes for a change; and that change replaces the repository. So we ask for the ARN everywhere.
"""


def check_encryption(
    encryption_type: object = None,
    kms_key: object = None,
    region: str | None = None,
    *,
    type_field: str = "encryption_type",
    key_field: str = "kms_key",
) -> tuple[Finding, ...]:
    """
    Return why a repository in *region* cannot, or should not, be encrypted so.

    Args:
        encryption_type: Absent it is `AES256`.
        kms_key: Full ARN of the key; absent it is the AWS managed key `aws/ecr` when the type is a KMS one.
        region: Where the repository is; None when that is not known, which leaves Regions unjudged.
        type_field: Path of *encryption_type*.
        key_field: Path of *kms_key*.

    Source: API shape `EncryptionConfiguration` of ECR; ECR user guide, "Encryption at rest".
    """
    findings: list[Finding] = []
    if encryption_type is not None:
        findings += check_choice(encryption_type, ENCRYPTION_TYPES, type_field, "encryption-type")
    partition = find_partition(region) if region else None
    if encryption_type == "KMS_DSSE" and partition and partition.name not in DUAL_LAYER_PARTITIONS:
        requirement = "must not be 'KMS_DSSE' outside the AWS GovCloud (US) Regions"
        findings.append(Finding(type_field, "encryption-region", requirement, echo(region), "write 'KMS'"))
    if kms_key is not None:
        findings += check_kms_key(kms_key, region, key_field)
        if (encryption_type or DEFAULT_ENCRYPTION_TYPE) == "AES256":
            requirement = "must be absent when the encryption type is 'AES256'"
            fix = f"set {type_field} to 'KMS', or remove the key"
            findings.append(Finding(key_field, "encryption-key", requirement, echo(kms_key), fix))
    return tuple(findings)


def check_kms_key(value: object, region: str | None = None, field: str = "kms_key") -> tuple[Finding, ...]:
    """
    Return why a repository in *region* cannot, or should not, be encrypted with the key *value*.

    Source: API shape `EncryptionConfiguration` of ECR, `kmsKey`.
    """
    fix = "write the key's ARN: ECR stores that, and anything else is a difference at every preview"
    if findings := KMS_KEY_ARN.check(value, field, fix=fix):
        return findings
    _, partition, _, key_region, *_ = str(value).split(":")
    home = find_partition(key_region)
    if home is None or home.name != partition:
        requirement = f"must name a Region of partition {partition!r}"
        return (Finding(field, "kms-key-region", requirement, echo(key_region)),)
    if region and key_region != region:
        requirement = f"must be a key in {region!r}, where the repository is"
        return (Finding(field, "kms-key-region", requirement, echo(key_region)),)
    return ()


def is_kms_encrypted(encryption_type: object) -> bool:
    """Tell whether images are encrypted with a KMS key; an absent type means `AES256`."""
    return encryption_type in ("KMS", "KMS_DSSE")


# --- Scanning -------------------------------------------------------------------------------------------


def is_scan_on_push(value: object) -> bool:
    """
    Tell whether the repository's own flag asks for scans; absent means it does not.

    Under enhanced scanning the flag has no effect, and it is being deprecated: see `scanning.is_covered`.

    Source: API shape `ImageScanningConfiguration` of ECR.
    """
    return value is True


# --- AWS tags -------------------------------------------------------------------------------------------

TAG_KEY = Text("resource-tag-key", "must be any text", r"(?s:.+)", 1, 128)
TAG_VALUE = Text("resource-tag-value", "must be any text", r"(?s:.*)", 0, 256)
"""Source: API shape `Tag` of ECR."""

MAX_TAGS = 50
"""AWS tags of one repository. Source: API shape `TooManyTagsException` of ECR."""

RESERVED_TAG_PREFIX = "aws:"
"""Source: "Tagging AWS Resources" user guide, "Tag naming limits and requirements"."""


def check_tags(value: object, field: str = "tags") -> tuple[Finding, ...]:
    """Return why *value* is no set of AWS tags: an object from key to value, or a list of `Key` and `Value`."""
    return read_tags(value, field)[1]


def read_tags(value: object, field: str = "tags") -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Return the AWS tags that *value* declares, in its order, and what is wrong with them."""
    if value is None:
        return {}, ()
    pairs, findings = _read_pairs(value, field)
    tags: dict[str, str] = {}
    if len(pairs) > MAX_TAGS:
        findings.append(Finding(field, "resource-tags", f"must have at most {MAX_TAGS} entries", str(len(pairs))))
    for key, text, here in pairs:
        findings += (*TAG_KEY.check(key, here), *TAG_VALUE.check(text, here))
        if not isinstance(key, str) or not isinstance(text, str):
            continue
        if key.lower().startswith(RESERVED_TAG_PREFIX):
            requirement = f"must not begin with {RESERVED_TAG_PREFIX!r}, which AWS keeps for itself"
            findings.append(Finding(here, TAG_KEY.rule, requirement, echo(key)))
        if key in tags:
            findings.append(Finding(here, TAG_KEY.rule, "must be given once", echo(key)))
        tags[key] = text
    return tags, tuple(findings)


def _read_pairs(value: object, field: str) -> tuple[list[tuple[object, object, str]], list[Finding]]:
    """Return key, value and path of each tag, however the tags are written."""
    if isinstance(value, Mapping):
        return [(key, text, member(field, key)) for key, text in value.items()], []
    if not is_list(value):
        return [], [Finding(field, "resource-tags", "must be an object", echo(value))]
    pairs: list[tuple[object, object, str]] = []
    findings: list[Finding] = []
    for index, entry in enumerate(value):
        here = join(field, f"[{index}]")
        section, wrong = read_section(entry, here, "resource-tags", required=("Key", "Value"))
        findings += wrong
        if not wrong:
            pairs.append((section.values["Key"], section.values["Value"], here))
    return pairs, findings
