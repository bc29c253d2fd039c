"""
Tell how many images and bytes a lifecycle policy leaves, day by day, when pushes go on at a given rate.

The forecast pushes images, lets the policy act once a day as ECR does, and counts. It takes pulls for absent:
a rule about unpulled images acts as early as it can. The images that an index refers to stay with it, signatures and
the like go with their image. Bytes are added up image by image, as `describe-images` gives them; ECR stores a layer
once that several images share, so a bill is lower.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ecr_model.findings import Finding, ModelError, echo
from ecr_model.images import INDEX_MEDIA_TYPES, Image
from ecr_model.lifecycle.evaluation import DAY
from ecr_model.lifecycle.rules import LifecyclePolicy
from ecr_model.names import TAG
from ecr_model.simulator import Simulation
from ecr_model.wildcards import is_match

UNTAGGED = "untagged"
"""The family of images without a tag."""

OTHER = "other"
"""The family of images from before the forecast whose tags no family has."""

MOST_PUSHES = 1_000_000
"""Images that one forecast may push: our own bound, ten times ECR's default quota for a repository."""

MOST_LOOKS = 50_000_000
"""Images that one forecast may look at, each once a day: our own bound, a minute or two of one processor."""

_WINDOW = 30  # days of a listing from which rates are taken
_TOLERANCE = 0.02  # of the last count, within which the counts before it are the same
_TOO_LATE = 0.8  # of the days: a count that settles after them may as well go on


class Family(NamedTuple):
    """
    Images that are pushed alike.

    Attributes:
        tag: `dev-*` gives every image its own tag, with a running number for the `*`; `latest` is one tag that
            moves to each new image and leaves the one before untagged; `untagged` gives none.
        per_day: Pushes in a day, also less than one.
        size: Bytes of an image, those of its parts and of its referrers included.
        parts: How many untagged images come with each, which is an index then and refers to them.
        referrers: How many signatures, SBOMs and the like come with each and its parts.
    """

    tag: str
    per_day: float
    size: int = 0
    parts: int = 0
    referrers: int = 0

    @property
    def images_per_day(self) -> float:
        """All that is pushed in a day."""
        return self.per_day * (1 + self.parts + self.referrers)


class Day(NamedTuple):
    """The repository after a day's cleanup; `families` counts images of both storage classes by their family."""

    day: int
    images: int
    size: int
    archived_images: int
    archived_size: int
    families: Mapping[str, int]


class Forecast(NamedTuple):
    """What remains from day 0, before any push, on; `settles_on` is the day from which the count stays, or None."""

    days: tuple[Day, ...]
    settles_on: int | None


def check_families(families: Sequence[Family], days: int, field: str = "push") -> tuple[Finding, ...]:
    """Find what is wrong with the rates of a forecast over so many days."""
    findings = []
    for tag, times in Counter(family.tag for family in families).items():
        if times > 1:
            findings.append(Finding(field, "forecast-tag", "must stand once", echo(tag)))
    for family in families:
        if family.tag.count("*") > 1 or not TAG.is_match(family.tag.replace("*", "0")):
            requirement = "must name a tag, with one * for a running number"
            findings.append(Finding(field, "forecast-tag", requirement, echo(family.tag)))
        if not (math.isfinite(family.per_day) and family.per_day >= 0):
            findings.append(Finding(field, "forecast-rate", "must be pushes in a day", echo(family.per_day)))
    pushes = sum(family.images_per_day for family in families) * days
    if not findings and pushes > MOST_PUSHES:
        requirement = f"must push at most {MOST_PUSHES:,} images"
        findings.append(Finding(field, "forecast-rate", requirement, f"{pushes:,.0f}", "forecast fewer days"))
    return tuple(findings)


def forecast(
    policy: LifecyclePolicy,
    families: Sequence[Family],
    *,
    days: int,
    images: Sequence[Image] = (),
    children: Mapping[str, Collection[str]] | None = None,
    now: float = 0.0,
) -> Forecast:
    """
    Return what *policy* leaves on each of the next *days*.

    Args:
        policy: The policy.
        families: What is pushed.
        days: How far to look; the time that this takes grows with the days and with the images that remain.
        images: What the repository holds now.
        children: The digests that each index among them refers to, as far as they are known.
        now: Seconds since 1970, the time of day 0.

    Raises:
        ModelError: With what `check_families` finds, or when so many images remain that so many days take too long.
    """
    if findings := check_families(families, days):
        raise ModelError(findings)
    repository = _Repository(families, images, children or {})
    results = [repository.count(0)]
    looks = 0
    for day in range(1, days + 1):
        looks += results[-1].images + results[-1].archived_images
        if looks > MOST_LOOKS:
            requirement = f"must look at at most {MOST_LOOKS:,} images, each once a day"
            raise ModelError([Finding("days", "forecast-days", requirement, str(days), f"forecast at most {day - 1}")])
        repository.push(day, now)
        repository.clean(policy, now + day * DAY)
        results.append(repository.count(day))
    per_day = sum(family.images_per_day for family in families)
    return Forecast(tuple(results), _settles_on([day.images + day.archived_images for day in results], per_day))


def families_of(
    images: Sequence[Image], now: float, children: Mapping[str, Collection[str]] | None = None
) -> tuple[Family, ...]:
    """
    Return the families of a listing, with their rates and sizes in the last 30 days, or since the oldest image.

    Images that have been removed within that time are not in the listing, so a rate may come out too low.

    Args:
        images: The listing.
        now: Seconds since 1970.
        children: The digests that each index among the images refers to, as far as they are known.
    """
    known = children or {}
    untagged = {image.digest: image for image in images if not image.tags}
    owners = _owners(images, known)
    referrers: dict[str, list[Image]] = defaultdict(list)
    for image in images:
        if image.subject:
            referrers[_root(image, owners).digest].append(image)
    oldest = max((now - image.pushed_at for image in images), default=0.0)
    window = min(max(oldest / DAY, 1.0), _WINDOW)
    sizes: dict[str, list[int]] = defaultdict(list)
    parts: Counter[str] = Counter()
    signatures: Counter[str] = Counter()
    for image in images:
        is_part = image.digest in owners and not image.tags
        if not is_part and not image.subject and 0 <= now - image.pushed_at <= window * DAY:
            named = [_family_tag(tag) for tag in image.tags]
            family = next((tag for tag in named if "*" in tag), named[0] if named else UNTAGGED)
            own = [untagged[digest] for digest in known.get(image.digest, ()) if digest in untagged]
            signing = referrers[image.digest]
            sizes[family].append(image.size + sum(other.size for other in (*own, *signing)))
            parts[family] += len(own)
            signatures[family] += len(signing)
    return tuple(
        Family(
            tag,
            len(of_tag) / window,
            sum(of_tag) // len(of_tag),
            round(parts[tag] / len(of_tag)),
            round(signatures[tag] / len(of_tag)),
        )
        for tag, of_tag in sorted(sizes.items())
    )


def _owners(images: Sequence[Image], children: Mapping[str, Collection[str]]) -> dict[str, Image]:
    """Return what each image belongs to: the index that refers to it, or the image that it is a signature of."""
    here = {image.digest: image for image in images}
    owners = {child: index for index in here.values() for child in children.get(index.digest, ())}
    return owners | {image.digest: subject for image in images if (subject := here.get(image.subject or ""))}


def _root(image: Image, owners: Mapping[str, Image]) -> Image:
    """Return the image that *image* came with, itself when it came alone or has tags of its own."""
    seen = set()
    while image.digest in owners and image.digest not in seen and (image.subject or not image.tags):
        seen.add(image.digest)
        image = owners[image.digest]
    return image


def _family_tag(tag: str) -> str:
    """Return `dev-*` for `dev-12`, `v*` for `v1.2`, `*` for a number or a commit, and `latest` for itself."""
    if re.fullmatch("[0-9a-f]{7,64}", tag):
        return "*"
    if re.fullmatch("[A-Za-z]+", tag):
        return tag
    head = re.match(r"[A-Za-z]+(?:[-_.]|(?=[0-9]))", tag)
    return f"{head.group()}*" if head else "*"


class _Repository:
    """The images at one moment of the forecast, each with its family."""

    def __init__(
        self, families: Sequence[Family], images: Sequence[Image], children: Mapping[str, Collection[str]]
    ) -> None:
        self._families = families
        self._children = dict(children)
        owners = _owners(images, children)
        self._images = [(image, self._family(_root(image, owners))) for image in images]
        subjects = _owners(images, {})
        self._subjects = {image.digest: _root(image, subjects).digest for image in images if image.subject}
        self._pushed: Counter[str] = Counter()

    def _family(self, image: Image) -> str:
        if not image.tags:
            return UNTAGGED
        tags = (family.tag for family in self._families)
        return next((tag for tag in tags if any(is_match(tag, own) for own in image.tags)), OTHER)

    def push(self, day: int, start: float) -> None:
        """Push what is due until the end of *day*, each image after its share of a day."""
        pushed = []
        for family in self._families:
            due = math.floor(family.per_day * day)
            numbers = range(self._pushed[family.tag] + 1, due + 1)
            self._pushed[family.tag] = due
            moves = "*" not in family.tag
            if numbers and moves:
                self._untag(family.tag)
            for number in numbers:
                untagged = family.tag == UNTAGGED or (moves and number < due)
                tags = () if untagged else (family.tag.replace("*", str(number)),)
                pushed_at = start + number / family.per_day * DAY
                images = self._make(f"{family.tag} {number}", pushed_at, tags, family)
                pushed += [(image, UNTAGGED if untagged else family.tag) for image in images]
        self._images += sorted(pushed, key=lambda push: push[0].pushed_at)

    def _make(self, digest: str, pushed_at: float, tags: tuple[str, ...], family: Family) -> Iterator[Image]:
        """Yield an image, or an index and its parts, and the referrers, whose bytes count as the image's."""
        digests = [f"{digest} {part}" for part in range(family.parts)]
        if digests:
            self._children[digest] = digests
            yield Image(digest, pushed_at, tags, media_type=INDEX_MEDIA_TYPES[0])
        else:
            yield Image(digest, pushed_at, tags, size=family.size)
        for part, of_part in enumerate(digests):
            size = family.size // family.parts + (part < family.size % family.parts)
            yield Image(of_part, pushed_at, size=size)
        for number in range(family.referrers):
            referrer = f"{digest} referrer {number}"
            self._subjects[referrer] = digest
            yield Image(referrer, pushed_at, subject=digest)

    def _untag(self, tag: str) -> None:
        for place, (image, _) in enumerate(self._images):
            if tag in image.tags:
                left = image._replace(tags=tuple(other for other in image.tags if other != tag))
                self._images[place] = (left, self._family(left))

    def clean(self, policy: LifecyclePolicy, now: float) -> None:
        """Let the policy act."""
        images = [image for image, _ in self._images]
        simulation = Simulation(policy, images, now=now, children=self._children)
        verdicts = {outcome.image.digest: outcome.verdict for outcome in simulation.actions()}
        if not verdicts:
            return
        remaining = []
        for image, family in self._images:
            verdict = verdicts.get(self._subjects.get(image.digest, image.digest))
            if verdict == "transition":
                remaining.append((image._replace(status="ARCHIVED", archived_at=now), family))
            elif verdict is None:
                remaining.append((image, family))
        self._images = remaining

    def count(self, day: int) -> Day:
        """Return what is there."""
        archived = [image.size for image, _ in self._images if image.status == "ARCHIVED"]
        total = sum(image.size for image, _ in self._images)
        families = Counter(family for _, family in self._images)
        active = len(self._images) - len(archived)
        return Day(day, active, total - sum(archived), len(archived), sum(archived), dict(families))


def _settles_on(counts: Sequence[int], per_day: float) -> int | None:
    """Return the day from which *counts* stay about the same, None when they may go on to grow or shrink."""
    last = counts[-1]
    tolerance = max(per_day, 1.0, last * _TOLERANCE)
    day = next(day for day in range(len(counts)) if all(abs(count - last) <= tolerance for count in counts[day:]))
    return day if day <= len(counts) * _TOO_LATE else None
