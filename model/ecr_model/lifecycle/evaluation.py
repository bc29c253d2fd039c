"""
Evaluate the rules of one storage class on the images that are in it.

A set of images is a string of bytes, one byte for each image, 1 for a member; whole sets are combined as long
integers. So the cost is linear in the images, and each further rule adds little to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, compress, islice

from ecr_model.images import Image
from ecr_model.lifecycle.rules import Rule
from ecr_model.lifecycle.tag_index import TagIndex

DAY = 86_400
"""Seconds of a day, the unit of every age."""

_Set = bytes


class Evaluation:
    """
    What the rules of one storage class do at a given time.

    Every rule counts all images that it selects, also those that an earlier rule takes or keeps; but only the
    first rule that selects an image may act on it.

    Attributes:
        rules: The rules, the first evaluated first; a place below is a place in this list.
        first: For each image, 1 + the place of the first rule that selects it, 0 when there is none.
        acted: The images on which that rule acts.
        hits: For each rule, the images that it acts on unless an earlier rule selects them.
        shields: How many images a rule keeps that a later one would act on, by the places of both.
        split_ties: The places of rules whose count ends among images of the same moment.

    Source: ECR user guide, "Automate the cleanup of images by using lifecycle policies in Amazon ECR",
    "Lifecycle policy evaluation rules".
    """

    def __init__(self, rules: Sequence[Rule], images: Sequence[Image], now: float) -> None:
        self.rules = rules
        self._candidates = candidates = _Candidates(images, now)
        self._selections: list[_Set] = []
        self.hits: list[_Set] = []
        self.shields: Counter[tuple[int, int]] = Counter()
        self.split_ties: list[int] = []
        self.first = self.acted = kept = bytes(len(images))
        for place, rule in enumerate(rules):
            selection = candidates.selection(rule)
            hits = candidates.hits(rule, selection)
            fresh = _without(selection, _either(self.acted, kept))
            for shield, count in Counter(compress(self.first, _both(hits, kept))).items():
                self.shields[shield - 1, place] = count
            if candidates.splits_tie(rule, selection, fresh):
                self.split_ties.append(place)
            self.first = _either(self.first, fresh.replace(b"\1", bytes([place + 1])))
            self.acted = _either(self.acted, _both(fresh, hits))
            kept = _either(kept, _without(fresh, hits))
            self._selections.append(selection)
            self.hits.append(hits)
        self._numbers: dict[int, dict[int, int]] = {}

    def number(self, place: int, image: int) -> tuple[int, int]:
        """Return which one *image* is among all that a rule selects, the youngest being 1, and how many they are."""
        if place not in self._numbers:
            chosen = self._candidates.youngest_first(self._selections[place])
            self._numbers[place] = {other: number for number, other in enumerate(chosen, start=1)}
        numbers = self._numbers[place]
        return numbers[image], len(numbers)


class _Candidates:
    """The images of one storage class, and what rules ask about them; an image is its place in the list."""

    def __init__(self, images: Sequence[Image], now: float) -> None:
        self._images = images
        self._now = now
        self._ages = [now - active_since(image) for image in images]

    def selection(self, rule: Rule) -> _Set:
        """Return the images that *rule* selects: all of its tags must find a tag of the image, any tag each."""
        if rule.tag_status == "any":
            return b"\1" * len(self._images)
        if rule.tag_status == "untagged":
            return bytes([not image.tags for image in self._images])
        tagged = chain(
            map(self._tags.with_pattern, rule.tag_patterns),
            map(self._tags.with_prefix, rule.tag_prefixes),
        )
        selection = b"\1" * len(self._images)
        for images in tagged:
            selection = _both(selection, self._set(images))
            if 1 not in selection:  # a policy has room for thousands of patterns, each of which takes its time
                break
        return selection

    def hits(self, rule: Rule, selection: _Set) -> _Set:
        """Return the images of *selection* that are beyond the count of *rule*, or older than its days."""
        if rule.count_type == "imageCountMoreThan":
            return _without(selection, self._set(islice(self.youngest_first(selection), rule.count_number)))
        ages = {
            "sinceImagePushed": lambda: self._ages,
            "sinceImagePulled": lambda: self._unpulled,
            "sinceImageTransitioned": lambda: self._archived,
        }[rule.count_type]()
        days = float(rule.count_number * DAY)
        return _both(selection, bytes(map(days.__lt__, ages)))

    def splits_tie(self, rule: Rule, selection: _Set, fresh: _Set) -> bool:
        """Tell whether the count of *rule* ends among *fresh* images that are equally old."""
        if rule.count_type != "imageCountMoreThan":
            return False
        border = islice(self.youngest_first(selection), rule.count_number - 1, rule.count_number + 1)
        ages = [self._ages[image] for image in border]
        if len(ages) < 2 or ages[0] != ages[1]:  # noqa: PLR2004 -- the last one kept and the first one hit
            return False
        low = bisect_left(self._order, ages[0], key=self._ages.__getitem__)
        high = bisect_right(self._order, ages[0], key=self._ages.__getitem__)
        return any(fresh[image] for image in self._order[low:high])

    def youngest_first(self, images: _Set) -> Iterator[int]:
        """Yield the members of a set, the youngest first."""
        return compress(self._order, map(images.__getitem__, self._order))

    @cached_property
    def _order(self) -> list[int]:
        # Of two images of the same age the one listed later counts as younger, as in the user guide's example.
        order = list(reversed(range(len(self._images))))
        order.sort(key=self._ages.__getitem__)
        return order

    @cached_property
    def _tags(self) -> TagIndex:
        return TagIndex(image.tags for image in self._images)

    @cached_property
    def _unpulled(self) -> list[float]:
        return [self._now - used_at(image) for image in self._images]

    @cached_property
    def _archived(self) -> list[float]:
        return [-1.0 if image.archived_at is None else self._now - image.archived_at for image in self._images]

    def _set(self, images: Iterable[int]) -> _Set:
        members = bytearray(len(self._images))
        for image in images:
            members[image] = 1
        return bytes(members)


def active_since(image: Image) -> float:
    """Return the time by which ECR ranks an image: a restored image is as young as its restoration."""
    return image.pushed_at if image.activated_at is None else image.activated_at


def used_at(image: Image) -> float:
    """Return the time of the last pull; without one since the push or the restoration, the time of that."""
    pulled_at, since = image.pulled_at, image.activated_at
    if pulled_at is None or (since is not None and pulled_at < since):
        return active_since(image)
    return pulled_at


def _both(one: _Set, two: _Set) -> _Set:
    return (int.from_bytes(one) & int.from_bytes(two)).to_bytes(len(one))


def _either(one: _Set, two: _Set) -> _Set:
    return (int.from_bytes(one) | int.from_bytes(two)).to_bytes(len(one))


def _without(one: _Set, two: _Set) -> _Set:
    return (int.from_bytes(one) & ~int.from_bytes(two)).to_bytes(len(one))
