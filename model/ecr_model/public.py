"""Repositories of Amazon ECR Public: another service, with names and limits of its own."""

from __future__ import annotations

from dataclasses import dataclass

from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.shapes import Text, alternatives, check_list, entries, read_section, texts

HOST = "public.ecr.aws"
"""Source: ECR Public user guide, "Public repositories"."""

REGIONS = ("us-east-1",)
"""
Where the API creates repositories; it answers in us-west-2 too, for reading.

Source: AWS General Reference, "Amazon ECR Public endpoints and quotas".
"""

PUBLIC_REPOSITORY_NAME = Text(
    "public-repository-name",
    "must be lower-case letters and digits, with single '.', '_', '-' or '/' between them",
    r"[a-z0-9]+(?:[._/-][a-z0-9]+)*",
    2,
    205,
)
"""Source: API shape `RepositoryName` of ECR Public."""

ALIAS = Text(
    "public-alias",
    "must begin with a letter and have lower-case letters and digits, with single '.', '_' or '-' between them",
    r"[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*",
    2,
    50,
)
"""Source: API shape `RegistryAliasName` of ECR Public."""

_ANYTHING = r"(?s:.*)"

DESCRIPTION = Text("public-description", "must be a text", _ANYTHING, 0, 1024)
"""Source: API shape `RepositoryDescription` of ECR Public."""

ABOUT_TEXT = Text("public-about-text", "must be a text", _ANYTHING, 0, 25600)
"""Source: API shape `AboutText` of ECR Public."""

USAGE_TEXT = Text("public-usage-text", "must be a text", _ANYTHING, 0, 25600)
"""Source: API shape `UsageText` of ECR Public."""

ARCHITECTURE = Text("public-architecture", "must be a text", _ANYTHING, 1, 50)
"""Source: API shape `Architecture` of ECR Public."""

OPERATING_SYSTEM = Text("public-operating-system", "must be a text", _ANYTHING, 1, 50)
"""Source: API shape `OperatingSystem` of ECR Public."""

MAX_ARCHITECTURES = 50
"""Source: API shape `ArchitectureList` of ECR Public."""

MAX_OPERATING_SYSTEMS = 50
"""Source: API shape `OperatingSystemList` of ECR Public."""

MAX_LOGO_BYTES = 512_000
"""Bytes of the image before it is encoded. Source: API shape `LogoImageBlob` of ECR Public."""

LOGO = Text(
    "public-logo",
    f"must be an image of at most {MAX_LOGO_BYTES:,} bytes in base64",
    r"[A-Za-z0-9+/]+={0,2}",
    1,
    4 * -(-MAX_LOGO_BYTES // 3),
)
"""
Source: API shape `LogoImageBlob` of ECR Public; RFC 4648: four characters for each three bytes, begun ones
included, so that one byte too many passes.
"""

LISTED_ARCHITECTURES = ("ARM", "ARM 64", "x86", "x86-64")
"""What the gallery filters by. Source: API shape `RepositoryCatalogDataInput` of ECR Public."""

LISTED_OPERATING_SYSTEMS = ("Linux", "Windows")
"""What the gallery filters by. Source: API shape `RepositoryCatalogDataInput` of ECR Public."""


_TEXTS = {"description": DESCRIPTION, "aboutText": ABOUT_TEXT, "usageText": USAGE_TEXT, "logoImageBlob": LOGO}
_LISTS = {
    "architectures": (ARCHITECTURE, MAX_ARCHITECTURES, LISTED_ARCHITECTURES),
    "operatingSystems": (OPERATING_SYSTEM, MAX_OPERATING_SYSTEMS, LISTED_OPERATING_SYSTEMS),
}


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the gallery shows of a repository; the texts are Markdown, the logo is in base64, an empty one is none."""

    description: str | None = None
    about_text: str | None = None
    usage_text: str | None = None
    logo_image_blob: str | None = None
    architectures: tuple[str, ...] = ()
    operating_systems: tuple[str, ...] = ()


def check_public_repository_name(value: object, field: str = "repository_name") -> tuple[Finding, ...]:
    """Return why *value* is no name of a public repository, without the registry's alias."""
    return PUBLIC_REPOSITORY_NAME.check(value, field)


def check_catalog(value: object, field: str = "catalog") -> tuple[Finding, ...]:
    """
    Return why ECR Public refuses *value* as the catalog data of a repository.

    An architecture or a system that the gallery does not know is a warning: it is kept, and not shown.

    Source: API shape `RepositoryCatalogDataInput` of ECR Public.
    """
    return _read(value, field)[1]


def parse_catalog(value: object, field: str = "catalog") -> Catalog:
    """Return *value* as catalog data, or raise ModelError."""
    catalog, findings = _read(value, field)
    refuse(findings)
    return catalog


def render_catalog(catalog: Catalog) -> dict[str, object]:
    """Return the data as `PutRepositoryCatalogData` takes it, without what is absent."""
    rendered: dict[str, object] = {
        "description": catalog.description,
        "architectures": list(catalog.architectures),
        "operatingSystems": list(catalog.operating_systems),
        "logoImageBlob": catalog.logo_image_blob,
        "aboutText": catalog.about_text,
        "usageText": catalog.usage_text,
    }
    return {key: given for key, given in rendered.items() if given}


def public_image_uri(alias: str, repository_name: str) -> str:
    """
    Return what `docker pull` takes, without a tag; raise ModelError when alias or name are none.

    Source: ECR Public user guide, "Public repositories".
    """
    refuse((*ALIAS.check(alias, "alias"), *check_public_repository_name(repository_name)))
    return f"{HOST}/{alias}/{repository_name}"


def _read(value: object, field: str) -> tuple[Catalog, tuple[Finding, ...]]:
    section, wrong = read_section(value, field, "public-catalog", optional=(*_TEXTS, *_LISTS))
    given, paths = section.values, section.paths
    findings = list(wrong)
    for key, text in _TEXTS.items():
        if key in given:
            findings += text.check(given[key], paths[key])
    for key, (text, longest, listed) in _LISTS.items():
        if key in given:
            findings += _check_labels(given[key], paths[key], text, longest, listed)
    written = {key: text for key, text in given.items() if isinstance(text, str)}
    labels = {key: tuple(sorted(set(texts(given.get(key))))) for key in _LISTS}
    return Catalog(
        written.get("description") or None,
        written.get("aboutText") or None,
        written.get("usageText") or None,
        written.get("logoImageBlob"),
        labels["architectures"],
        labels["operatingSystems"],
    ), tuple(findings)


def _check_labels(value: object, field: str, text: Text, longest: int, listed: tuple[str, ...]) -> tuple[Finding, ...]:
    findings = list(check_list(value, field, text.rule, longest=longest))
    for index, label in enumerate(entries(value)):
        here = join(field, f"[{index}]")
        if wrong := text.check(label, here):
            findings += wrong
        elif label not in listed:
            requirement = f"should be {alternatives(listed)}: the gallery shows no other"
            findings.append(Finding(here, text.rule, requirement, echo(label), severity="warning"))
    return tuple(findings)
