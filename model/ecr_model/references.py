"""
References to images and repositories: ARNs, registry hosts, image URIs.

    arn:aws:ecr:eu-west-1:123456789012:repository/team/api                      RepositoryArn
    123456789012.dkr.ecr.eu-west-1.amazonaws.com                                Registry
    123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api:1.2.0@sha256:…        ImageUri
    docker.io/library/nginx:1.27, public.ecr.aws/nginx/nginx, nginx             ImageReference, of any registry
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ecr_model.findings import Finding, echo, errors, refuse
from ecr_model.names import (
    NAME_PART,
    Digest,
    RegistryId,
    RepositoryName,
    Tag,
    check_digest,
    check_registry_id,
    check_repository_name,
    check_tag,
)
from ecr_model.partitions import PARTITIONS, Partition, check_region, find_partition
from ecr_model.shapes import Text, alternatives

FIPS_REGIONS = ("us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2")
"""Source: AWS General Reference, "Amazon ECR endpoints and quotas"."""

REFERENCE = Text("reference", "must have no blanks and no special characters", r"[\x21-\x7e]+", 1, 1024)
"""What is looked at more closely; no legal ARN, host or image is longer."""

_FORM = "must be '<registry>/<repository>:<tag>', with '@<digest>' for the tag or after it"
_HOST = r"([^.]*)\.(dkr[.-]ecr)(-fips)?\.([^.]+)\.(.+)"
_PORT = r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?"
_PATH = rf"{NAME_PART}(?:/{NAME_PART})*"

# --- Repositories ---------------------------------------------------------------------------------------


class RepositoryArn(NamedTuple):
    """The ARN of one private repository."""

    region: str
    registry_id: RegistryId
    repository_name: RepositoryName


def check_repository_arn(value: object, field: str = "repository_arn") -> tuple[Finding, ...]:
    """
    Return why *value* is no ARN of one private repository; wildcards are for policies and refused here.

    Source: Service Authorization Reference, "Resource types defined by Amazon Elastic Container Registry".
    """
    if findings := REFERENCE.check(value, field):
        return findings
    elements = str(value).split(":", 5)
    if len(elements) != 6 or elements[0] != "arn" or elements[2] != "ecr":  # noqa: PLR2004 - the parts of an ARN
        requirement = "must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>'"
        return (Finding(field, "repository-arn", requirement, echo(value)),)
    _, partition, _, region, registry_id, resource = elements
    kind, _, name = resource.partition("/")
    kind_wrong = Finding(field, "repository-arn", "must name a 'repository/'", echo(resource))
    return (
        *check_region(region, field),
        *_check_partition(partition, find_partition(region), field),
        *check_registry_id(registry_id, field),
        *((kind_wrong,) if kind != "repository" else check_repository_name(name, field)),
    )


def parse_repository_arn(value: object, field: str = "repository_arn") -> RepositoryArn:
    """Return *value* as the ARN of a repository, or raise ModelError."""
    refuse(check_repository_arn(value, field))
    _, _, _, region, registry_id, resource = str(value).split(":", 5)
    return RepositoryArn(region, RegistryId(registry_id), RepositoryName(resource.partition("/")[2]))


def render_repository_arn(arn: RepositoryArn) -> str:
    """Return the ARN as text, in the partition of its Region; raise ModelError when no partition has it."""
    partition = _partition_of(arn.region)
    return f"arn:{partition.name}:ecr:{arn.region}:{arn.registry_id}:repository/{arn.repository_name}"


# --- Registries -----------------------------------------------------------------------------------------


class Registry(NamedTuple):
    """
    The host of a private registry.

    Attributes:
        registry_id: Account that owns it.
        region: Where it is.
        is_dual_stack: Whether the host answers over IPv6 too.
        is_fips: Whether the host's cryptography is validated under FIPS 140.
    """

    registry_id: RegistryId
    region: str
    is_dual_stack: bool = False
    is_fips: bool = False


def check_registry_host(value: object, field: str = "registry") -> tuple[Finding, ...]:
    """
    Return why *value* is no host of a private registry.

    Sources: AWS General Reference, "Amazon ECR endpoints and quotas"; ECR user guide, "Making requests to
    Amazon ECR registries".
    """
    if findings := _check_text(value, field):
        return findings
    found = re.fullmatch(_HOST, str(value))
    if found is None:
        requirement = "must be the host of a private registry, '<account>.dkr.ecr.<region>.amazonaws.com'"
        return (Finding(field, "registry-host", requirement, echo(value)),)
    registry_id, service, fips, region, suffix = found.groups()
    return (
        *check_registry_id(registry_id, field),
        *check_region(region, field),
        *_check_suffix(suffix, region, field, is_dual_stack=service == "dkr-ecr"),
        *(_check_fips(region, field) if fips else ()),
    )


def parse_registry_host(value: object, field: str = "registry") -> Registry:
    """Return *value* as the host of a private registry, or raise ModelError."""
    refuse(check_registry_host(value, field))
    found = re.fullmatch(_HOST, str(value))
    registry_id, service, fips, region, _ = found.groups() if found else ("", "", "", "", "")
    return Registry(RegistryId(registry_id), region, service == "dkr-ecr", bool(fips))


def render_registry_host(registry: Registry) -> str:
    """Return the host's name; raise ModelError when AWS has no such host in the Region."""
    partition, region = _partition_of(registry.region), registry.region
    suffix = partition.dual_stack_suffix if registry.is_dual_stack else partition.dns_suffix
    service = "dkr-ecr" if registry.is_dual_stack else "dkr.ecr"
    host = f"{registry.registry_id}.{service}{'-fips' if registry.is_fips else ''}.{region}.{suffix}"
    refuse(check_registry_host(host))
    return host


def is_registry_host(value: str) -> bool:
    """Tell whether *value* is the host of a private registry, in whatever account, partition and form."""
    return not errors(check_registry_host(value))


# --- Images ---------------------------------------------------------------------------------------------


class ImageReference(NamedTuple):
    """
    An image as a task definition, a function or a pod names it.

    Attributes:
        host: The registry; None when none is written, which container runtimes take for Docker Hub.
        path: The repository within the registry.
        tag: None when none is written; without a digest that means `latest`.
        digest: None when none is written; with it the tag decides nothing.
    """

    host: str | None
    path: str
    tag: Tag | None = None
    digest: Digest | None = None


def check_image_reference(value: object, field: str = "image") -> tuple[Finding, ...]:
    """
    Return why *value* is no image's reference, of whatever registry.

    Source: OCI distribution specification, "Pulling manifests"; distribution/reference, whose grammar runtimes
    share.
    """
    if findings := _check_text(value, field):
        return findings
    host, path, tag, digest = _split(str(value))
    is_legal = re.fullmatch(_PATH, path) and (host is None or re.fullmatch(_PORT, host))
    return (
        *(() if is_legal else (Finding(field, "image-reference", _FORM, echo(value)),)),
        *(() if tag is None else check_tag(tag, field)),
        *(() if digest is None else check_digest(digest, field)),
    )


def parse_image_reference(value: object, field: str = "image") -> ImageReference:
    """Return *value* as an image's reference, or raise ModelError."""
    refuse(check_image_reference(value, field))
    host, path, tag, digest = _split(str(value))
    return ImageReference(host, path, None if tag is None else Tag(tag), None if digest is None else Digest(digest))


def render_image_reference(reference: ImageReference) -> str:
    """Return the reference as text."""
    host = "" if reference.host is None else f"{reference.host}/"
    return f"{host}{reference.path}{_render_version(reference.tag, reference.digest)}"


class ImageUri(NamedTuple):
    """An image in a private registry; with neither tag nor digest it is the repository's URI."""

    registry: Registry
    repository_name: RepositoryName
    tag: Tag | None = None
    digest: Digest | None = None


def check_image_uri(value: object, field: str = "image") -> tuple[Finding, ...]:
    """Return why *value* is no URI of an image, or of a repository, in a private registry."""
    if findings := _check_text(value, field):
        return findings
    host, path, tag, digest = _split(str(value))
    if host is None:
        return check_registry_host(value, field) or (Finding(field, "image-reference", _FORM, echo(value)),)
    return (
        *check_registry_host(host, field),
        *check_repository_name(path, field),
        *(() if tag is None else check_tag(tag, field)),
        *(() if digest is None else check_digest(digest, field)),
    )


def parse_image_uri(value: object, field: str = "image") -> ImageUri:
    """Return *value* as the URI of an image in a private registry, or raise ModelError."""
    refuse(check_image_uri(value, field))
    reference = parse_image_reference(value, field)
    registry = parse_registry_host(reference.host, field)
    return ImageUri(registry, RepositoryName(reference.path), reference.tag, reference.digest)


def render_image_uri(uri: ImageUri) -> str:
    """Return the URI as `docker pull` takes it; raise ModelError when AWS has no such host."""
    host = render_registry_host(uri.registry)
    return f"{host}/{uri.repository_name}{_render_version(uri.tag, uri.digest)}"


def _check_text(value: object, field: str) -> tuple[Finding, ...]:
    if findings := REFERENCE.check(value, field):
        return findings
    scheme, separator, rest = str(value).partition("://")
    if separator:
        requirement = "must be no URL: container clients choose the protocol themselves"
        return (Finding(field, "reference-scheme", requirement, echo(f"{scheme}://"), f"write {echo(rest)}"),)
    return ()


def _split(text: str) -> tuple[str | None, str, str | None, str | None]:
    """Return host, path, tag and digest of a reference, each as it is written."""
    name, at, digest = text.partition("@")
    # a ':' after the last '/' begins the tag, one before it the port
    head, slash, tail = name.rpartition("/")
    last, colon, tag = tail.partition(":")
    name = f"{head}{slash}{last}"
    first, slash, rest = name.partition("/")
    has_host = bool(slash) and (any(sign in first for sign in ".:") or first == "localhost")
    host, path = (first, rest) if has_host else (None, name)
    return host, path, tag if colon else None, digest if at else None


def _render_version(tag: str | None, digest: str | None) -> str:
    return f"{'' if tag is None else f':{tag}'}{'' if digest is None else f'@{digest}'}"


def _partition_of(region: str) -> Partition:
    partition = find_partition(region)
    if partition is None:
        refuse(check_region(region))
        raise AssertionError  # check_region has an error for every Region without a partition
    return partition


def _check_partition(name: str, home: Partition | None, field: str) -> tuple[Finding, ...]:
    known = [partition.name for partition in PARTITIONS]
    if name not in known:
        return (Finding(field, "arn-partition", f"must be in partition {alternatives(known)}", echo(name)),)
    if home is not None and home.name != name:
        requirement = f"must be in partition {home.name!r}, where its Region is"
        return (Finding(field, "arn-partition", requirement, echo(name)),)
    return ()


def _check_suffix(suffix: str, region: str, field: str, *, is_dual_stack: bool) -> tuple[Finding, ...]:
    partition = find_partition(region)
    if partition is None:  # the Region is an error already
        return ()
    expected = partition.dual_stack_suffix if is_dual_stack else partition.dns_suffix
    if expected is None:
        requirement = f"must not be a dual-stack host in partition {partition.name!r}, which has none"
        return (Finding(field, "registry-host", requirement, echo(suffix)),)
    if suffix != expected:
        return (Finding(field, "registry-host", f"must end with {expected!r} in {region}", echo(suffix)),)
    return ()


def _check_fips(region: str, field: str) -> tuple[Finding, ...]:
    if region in FIPS_REGIONS:
        return ()
    requirement = f"must be a FIPS host in {alternatives(FIPS_REGIONS)} alone"
    return (Finding(field, "registry-fips", requirement, echo(region), "leave '-fips' out"),)
