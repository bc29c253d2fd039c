"""Images as workloads name them: which bits run, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ecr_model.findings import Finding, echo, errors
from ecr_model.references import (
    ImageReference,
    check_image_reference,
    check_registry_host,
    parse_image_reference,
    parse_registry_host,
)
from ecr_model.shapes import Text

REGISTRY_HOST = Text(
    "registry-host",
    "must be the host of a registry, as 111122223333.dkr.ecr.eu-west-1.amazonaws.com",
    r"[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?",
    1,
    253,
)
"""Source: RFC 1123, "Host Names and Numbers"; the port is that of registries of one's own."""

_DOCKER_HUB = "docker.io"
_LATEST = "latest"


def check_workload_image(
    value: object, field: str = "image", *, registries: Collection[str] = (), needs_digest: bool = True
) -> tuple[Finding, ...]:
    """
    Return why a workload must not run the image *value*.

    A tag says what an image is called today. Without one, container runtimes take `latest`; with a digest, they pass
    over the tag. Without a host, they take Docker Hub.

    Args:
        value: The reference.
        field: Its path.
        registries: Hosts of the registries that images may come from, of ECR in any of their forms; empty, any.
        needs_digest: Ask for a digest, not for a tag.

    Source: Kubernetes documentation, "Images", Image names and Image pull policy; ECR user guide, "Pulling an image".
    """
    if findings := check_image_reference(value, field):
        return findings
    reference = parse_image_reference(value, field)
    return (*_version(reference, value, field, needs_digest=needs_digest), *_source(reference, registries, field))


def _version(reference: ImageReference, value: object, field: str, *, needs_digest: bool) -> Iterator[Finding]:
    if reference.digest is not None:
        return
    if needs_digest:
        requirement, fix = "must be named by its digest: a tag can move", "append '@sha256:<digest>'"
        yield Finding(field, "image-digest", requirement, echo(value), fix)
    elif reference.tag in (None, _LATEST):
        got = f"{echo(value)}, which means {_LATEST!r}" if reference.tag is None else echo(value)
        requirement, fix = f"must have a tag that is not {_LATEST!r}", "name the version"
        yield Finding(field, "image-tag", requirement, got, fix)


def _source(reference: ImageReference, registries: Collection[str], field: str) -> Iterator[Finding]:
    host = reference.host or _DOCKER_HUB
    if registries and _place(host) not in map(_place, registries):
        requirement = "must come from a registry on the list"
        yield Finding(field, "image-registry", requirement, echo(host), "copy the image to one of ours")


def _place(host: str) -> tuple[str, ...]:
    """Return what identifies the registry at *host*: ECR's has four names in a Region."""
    if errors(check_registry_host(host)):
        return (host.lower(),)
    registry = parse_registry_host(host)
    return (registry.registry_id, registry.region)
