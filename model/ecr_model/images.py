"""
The images of a repository, as `aws ecr describe-images` prints them.

Only what decides about an image's life is kept. Times are seconds since 1970, as numbers: a repository may
have 100,000 images, and a lifecycle compares each with many.

Source: ECR API, shapes ImageDetail and ImageStatus.
"""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast, get_args

from ecr_model.findings import Finding, ModelError, echo, join
from ecr_model.shapes import check_choice, is_list

ImageStatus = Literal["ACTIVE", "ARCHIVED", "ACTIVATING"]

INDEX_MEDIA_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
"""Manifests that refer to other images, one for each platform. Source: OCI image specification; Docker registry."""

_LATEST = 253_402_300_800  # seconds: the year 10,000; a larger number is meant in milliseconds
_LONGEST_TIME = 40  # characters of an RFC 3339 time with nanoseconds and an offset
_LARGEST_SIZE = 2**63  # bytes: the service's integer
_TIMES = ("imagePushedAt", "lastRecordedPullTime", "lastArchivedAt", "lastActivatedAt")
_STATUSES = (None, *get_args(ImageStatus))
_MOST_FINDINGS = 100  # of one listing: the next ones would say the same


class Image(NamedTuple):
    """
    One manifest of a repository.

    Attributes:
        digest: `sha256:` and 64 digits; it names the image.
        pushed_at: Seconds since 1970.
        tags: None for most images of an index and for images whose tag has moved.
        pulled_at: The last recorded pull, None when there was none; ECR refreshes it once in 24 hours.
        status: `ACTIVE` is the standard storage class, `ARCHIVED` the archive, `ACTIVATING` in between.
        archived_at: When it was last archived, None when it never was.
        activated_at: When it was last restored from the archive, None when it never was.
        size: Bytes, layers compressed; 0 for an index, whose images have their own. ECR repeats the largest for it.
        media_type: Of the manifest; one of INDEX_MEDIA_TYPES has children.
        subject: Digest of the image that this one is a signature, an SBOM or the like of, None for images.
    """

    digest: str
    pushed_at: float
    tags: tuple[str, ...] = ()
    pulled_at: float | None = None
    status: ImageStatus = "ACTIVE"
    archived_at: float | None = None
    activated_at: float | None = None
    size: int = 0
    media_type: str | None = None
    subject: str | None = None

    @property
    def is_index(self) -> bool:
        """Whether the image stands for several, one for each platform."""
        return self.media_type in INDEX_MEDIA_TYPES


def parse_time(value: object, field: str = "time") -> float:
    """
    Return an RFC 3339 text, a number of seconds since 1970 or a datetime as seconds since 1970.

    A leap second is refused: Python has none.

    Raises:
        ModelError: It is none of these, it has no offset from UTC, or it is before 1970 or after 9999.
    """
    if (seconds := _seconds(value)) is not None:
        return seconds
    raise ModelError([_no_time(value, field)])


def _no_time(value: object, field: str) -> Finding:
    milliseconds = isinstance(value, (int, float)) and _LATEST <= value < math.inf
    fix = "divide milliseconds by 1,000" if milliseconds else "write it like 2026-01-31T12:00:00Z"
    if isinstance(value, str) and value.isdecimal():
        fix = "remove the quotes"
    requirement = "must be an RFC 3339 time with its offset, or seconds since 1970"
    return Finding(field, "time", requirement, echo(value), fix)


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        if len(value) > _LONGEST_TIME:
            return None
        try:
            value = dt.datetime.fromisoformat(value.upper())  # RFC 3339 allows `t` and `z`, Python does not
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        value = None if value.tzinfo is None else value.timestamp()
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _LATEST:
        return float(value)
    return None


def parse_images(details: Iterable[object], field: str = "imageDetails") -> list[Image]:
    """
    Return the images of a listing; *details* may be a stream, it is read once.

    Raises:
        ModelError: With what is wrong with the listing, a hundred findings at most.
    """
    images: list[Image] = []
    findings: list[Finding] = []
    digests: set[str] = set()
    for index, detail in enumerate(details):
        try:
            image = parse_image(detail, "")
        except ModelError as error:
            findings += [finding.at(f"{field}[{index}]") for finding in error.findings]
        else:
            if image.digest in digests:
                path, fix = f"{field}[{index}].imageDigest", "list the repository anew: every image counts once"
                findings.append(Finding(path, "image", "must stand once in the listing", echo(image.digest), fix))
            digests.add(image.digest)
            images.append(image)
        if len(findings) > _MOST_FINDINGS:
            findings[_MOST_FINDINGS:] = [Finding(field, "images", "must be a listing of images, more is wrong")]
            break
    if findings:
        raise ModelError(findings)
    return images


def parse_image(detail: object, field: str = "image") -> Image:
    """
    Return the image that one entry of `imageDetails` describes; keys that do not matter here may be anything.

    Raises:
        ModelError: With all that is wrong with the entry.

    Source: ECR API, shape ImageDetail.
    """
    if not isinstance(detail, Mapping):
        raise ModelError([Finding(field, "image", "must be an object", echo(detail))])
    get = detail.get
    times = tuple([_seconds(get(key)) for key in _TIMES])
    if findings := _check_detail(detail, times, field):
        raise ModelError(findings)
    pushed_at, pulled_at, archived_at, activated_at = times
    media_type = get("imageManifestMediaType")
    return Image(
        cast("str", get("imageDigest")),
        cast("float", pushed_at),
        tuple(get("imageTags") or ()),
        pulled_at,
        get("imageStatus") or "ACTIVE",
        archived_at,
        activated_at,
        0 if media_type in INDEX_MEDIA_TYPES else int(get("imageSizeInBytes") or 0),
        media_type and sys.intern(media_type),  # a listing repeats a handful of them
        get("subjectManifestDigest"),
    )


def _check_detail(detail: Mapping[str, Any], times: Sequence[float | None], field: str) -> list[Finding]:
    """Return what is wrong; an image that is as it should be costs a few comparisons only."""
    get = detail.get
    findings: list[Finding] = []

    def find(key: str, requirement: str) -> None:
        findings.append(Finding(join(field, key), "image", requirement, echo(get(key))))

    digest = get("imageDigest")
    if not (isinstance(digest, str) and digest):
        find("imageDigest", "must be a digest")
    for key, seconds in zip(_TIMES, times, strict=True):
        if seconds is None and (key == "imagePushedAt" or get(key) is not None):
            findings.append(_no_time(get(key), join(field, key)))
    tags = get("imageTags")
    if tags is not None and not (is_list(tags) and all(isinstance(tag, str) for tag in tags)):
        find("imageTags", "must be a list of texts")
    if get("imageStatus") not in _STATUSES:
        findings += check_choice(get("imageStatus"), get_args(ImageStatus), join(field, "imageStatus"), "image")
    size = get("imageSizeInBytes")
    if size is not None and (
        isinstance(size, bool) or not isinstance(size, (int, float)) or not 0 <= size < _LARGEST_SIZE
    ):
        find("imageSizeInBytes", "must be a number of bytes")
    for key in ("imageManifestMediaType", "subjectManifestDigest"):
        if get(key) is not None and not isinstance(get(key), str):
            find(key, "must be a text")
    return findings
