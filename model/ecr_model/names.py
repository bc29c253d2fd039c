"""The names that ECR gives: repositories, tags, digests, registries; and our logical names for them."""

from __future__ import annotations

import re
from typing import NewType

from ecr_model.conventions import NamingConvention, check_convention
from ecr_model.findings import Finding, echo, refuse
from ecr_model.shapes import Text

RepositoryName = NewType("RepositoryName", str)
Tag = NewType("Tag", str)
Digest = NewType("Digest", str)
RegistryId = NewType("RegistryId", str)

_SEPARATOR = r"\.|_|__|-+"

NAME_PART = rf"[a-z0-9]+(?:(?:{_SEPARATOR})[a-z0-9]+)*"
"""
What stands between two `/` of a name, in ECR as in every other registry.

Sources: API shape `RepositoryName` of ECR; distribution/reference, `path-component`.
"""

REPOSITORY_NAME = Text(
    "repository-name",
    "must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/'",
    rf"{NAME_PART}(?:/{NAME_PART})*",
    2,
    256,
)
"""Source: API shape `RepositoryName` of ECR."""

TAG = Text(
    "image-tag",
    "must be letters, digits, '_', '.' and '-', and not begin with '.' or '-'",
    r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
    1,
    128,
)
"""Source: OCI distribution specification, "Pulling manifests"; API shape `ImageTag` allows 300 of any kind."""

DIGEST = Text(
    "image-digest",
    "must be 'sha256:' and 64 lower-case hexadecimal digits",
    r"sha256:[0-9a-f]{64}",
    71,
    71,
)
"""Source: OCI image specification, "Descriptors: Digests", SHA-256; ECR computes no other."""

REGISTRY_ID = Text("registry-id", "must be an account id of 12 digits", r"[0-9]{12}", 12, 12)
"""Source: API shape `RegistryId` of ECR: a private registry is known by its account."""


def check_repository_name(
    value: object, field: str = "repository_name", *, convention: NamingConvention | None = None
) -> tuple[Finding, ...]:
    """
    Return why *value* is no name of a private repository, or none that *convention* allows.

    A name that begins with a digit is a warning: the API's pattern accepts it, its description does not.

    Source: API shapes `RepositoryName` and `CreateRepositoryRequest` of ECR.
    """
    if not isinstance(value, str):
        return REPOSITORY_NAME.check(value, field)
    if not REPOSITORY_NAME.is_match(value):
        return REPOSITORY_NAME.check(value, field, fix=_fix(value))
    findings = check_convention(value, convention, field) if convention else ()
    if not value[0].isdigit():
        return findings
    requirement = "should begin with a letter, which ECR's documentation asks for"
    return (Finding(field, "repository-name-start", requirement, echo(value), severity="warning"), *findings)


def parse_repository_name(value: object, field: str = "repository_name") -> RepositoryName:
    """Return *value* as the name of a private repository, or raise ModelError."""
    refuse(check_repository_name(value, field))
    return RepositoryName(str(value))


def check_tag(value: object, field: str = "tag") -> tuple[Finding, ...]:
    """Return why *value* is no image tag."""
    return TAG.check(value, field)


def parse_tag(value: object, field: str = "tag") -> Tag:
    """Return *value* as an image tag, or raise ModelError."""
    refuse(check_tag(value, field))
    return Tag(str(value))


def check_digest(value: object, field: str = "digest") -> tuple[Finding, ...]:
    """Return why *value* is no digest of an image manifest."""
    return DIGEST.check(value, field)


def parse_digest(value: object, field: str = "digest") -> Digest:
    """Return *value* as the digest of an image manifest, or raise ModelError."""
    refuse(check_digest(value, field))
    return Digest(str(value))


def check_registry_id(value: object, field: str = "registry_id") -> tuple[Finding, ...]:
    """
    Return why *value* is no account id.

    A number is refused even if it has 12 digits: YAML and JSON drop the leading zero of the next one.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        fix = "put it in quotes, with its leading zeros"
        return (Finding(field, REGISTRY_ID.rule, REGISTRY_ID.requirement, echo(value), fix),)
    if isinstance(value, str) and len(value) != REGISTRY_ID.longest:
        got = f"{len(value)} characters: {echo(value)}"
        return (Finding(field, REGISTRY_ID.rule, REGISTRY_ID.requirement, got),)
    return REGISTRY_ID.check(value, field)


def parse_registry_id(value: object, field: str = "registry_id") -> RegistryId:
    """Return *value* as an account id, or raise ModelError."""
    refuse(check_registry_id(value, field))
    return RegistryId(str(value))


def logical_name(repository_name: str) -> str:
    """
    Return the name under which a stack knows the repository: `team/api` is `team--api`.

    Two legal names never become one. `/` becomes `--`, and a run of two or more hyphens grows by one,
    so that `team--api` is `team---api`; everything else stays as it is.
    """
    return re.sub(r"--+|/", lambda found: "--" if found[0] == "/" else f"{found[0]}-", repository_name)


def _fix(name: str) -> str:
    """Return the advice to write the legal name nearest to *name*, "" when there is none to offer."""
    if len(name) > REPOSITORY_NAME.longest:
        return ""
    parts = [re.sub(r"[^a-z0-9]+", _separator, part).strip("._-") for part in name.lower().split("/")]
    legal = "/".join(part for part in parts if part)
    return f"write {legal!r}" if REPOSITORY_NAME.is_match(legal) else ""


def _separator(found: re.Match[str]) -> str:
    """Return what ECR takes between letters in place of what was *found* there: the same where it can be."""
    return found[0] if re.fullmatch(_SEPARATOR, found[0]) else "-"
