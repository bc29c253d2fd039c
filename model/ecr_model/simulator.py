"""
Tell what a lifecycle policy would do to the images of a repository at a given time, and why.

Not modelled, because ECR does not say: which of several images pushed at the same moment a count keeps (here
the one listed later, as in an example of the user guide; a warning says so), and whether the images that an
index refers to take places in a count (here they do).

Source: ECR user guide, "Automate the cleanup of images by using lifecycle policies in Amazon ECR", "Lifecycle
policy evaluation rules".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress
from typing import Literal, NamedTuple

from ecr_model.findings import Finding
from ecr_model.images import Image
from ecr_model.lifecycle.evaluation import DAY, Evaluation, active_since, used_at
from ecr_model.lifecycle.rules import LifecyclePolicy, Rule, StorageClass, describe

Verdict = Literal["expire", "transition", "kept", "unselected", "held", "referrer", "activating"]
"""
What becomes of an image:

- `expire`, `transition`: a rule acts on it;
- `kept`: a rule selects it without acting, and shields it from all later rules;
- `unselected`: no rule selects it;
- `held`: a rule would act, but an index refers to the image, and ECR keeps it as long as the index;
- `referrer`: it is a signature or the like, and follows its subject within 24 hours;
- `activating`: it is on its way between the storage classes, where no rule selects it.
"""

_STATUSES: Mapping[StorageClass, str] = {"standard": "ACTIVE", "archive": "ARCHIVED"}


class Outcome(NamedTuple):
    """What becomes of one image; `rule` is the first that selects it, None when none does."""

    image: Image
    verdict: Verdict
    rule: Rule | None


class Shield(NamedTuple):
    """How many images a rule keeps that a later one would have acted on."""

    rule: Rule
    later: Rule
    images: int


class Simulation:
    """
    What a policy would do to a repository.

    Args:
        policy: The policy.
        images: All images of the repository, archived ones included.
        now: Seconds since 1970.
        children: The digests that each index refers to, by the digest of the index; None when they are not
            known, because a listing does not show them. An index that is left out has a warning.
    """

    def __init__(
        self,
        policy: LifecyclePolicy,
        images: Sequence[Image],
        *,
        now: float,
        children: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.policy = policy
        self.images = images
        self._now = now
        self._children = children
        self._evaluations = tuple(self._evaluate(storage_class) for storage_class in _STATUSES)
        self._deciding: list[Rule | None] = [None] * len(images)
        self._acted = bytearray(len(images))
        for evaluation, members in self._evaluations:
            deciding = [None, *evaluation.rules]
            for index, first, acted in zip(members, evaluation.first, evaluation.acted, strict=True):
                self._deciding[index] = deciding[first]
                self._acted[index] = acted

    def _evaluate(self, storage_class: StorageClass) -> tuple[Evaluation, Sequence[int]]:
        """Evaluate the rules of one storage class; the places of its images in the listing come second."""
        rules = [rule for rule in self.policy.rules if rule.storage_class == storage_class]
        status = _STATUSES[storage_class]
        members = [i for i, image in enumerate(self.images) if image.status == status and not image.subject]
        images = [self.images[index] for index in members]
        return Evaluation(sorted(rules, key=lambda rule: rule.priority), images, self._now), members

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what becomes of each image, in the order of the listing."""
        for index, image in enumerate(self.images):
            yield Outcome(image, self._verdict(index), self._deciding[index])

    def actions(self) -> Iterator[Outcome]:
        """Yield the images that a rule expires or archives, in the order of the listing."""
        for image, rule in compress(zip(self.images, self._deciding, strict=True), self._acted):
            if rule and image.digest not in self._holders:
                yield Outcome(image, rule.action, rule)

    def _verdict(self, index: int) -> Verdict:
        image, rule = self.images[index], self._deciding[index]
        if image.subject:
            return "referrer"
        if image.status == "ACTIVATING":
            return "activating"
        if rule is None:
            return "unselected"
        if not self._acted[index]:
            return "kept"
        return "held" if image.digest in self._holders else rule.action

    @cached_property
    def _holders(self) -> Mapping[str, str]:
        """
        The index that keeps each child, one that stays if there is one; an archived index keeps nothing any more.

        Source: ECR user guide, "Lifecycle policy evaluation rules": an image that a manifest list refers to cannot
        go "without the manifest list being deleted or archived first".
        """
        if not self._children:
            return {}
        here = [image.digest for image in self.images if image.status != "ARCHIVED" and image.digest in self._children]
        here.sort(key=self._going.__contains__, reverse=True)
        return {child: index for index in here for child in self._children[index]}

    @cached_property
    def _going(self) -> Mapping[str, str]:
        going = compress(zip(self.images, self._deciding, strict=True), self._acted)
        return {image.digest: rule.action for image, rule in going if rule}

    def shields(self) -> tuple[Shield, ...]:
        """Return which rules keep images from which later rules."""
        return tuple(
            Shield(evaluation.rules[rule], evaluation.rules[later], count)
            for evaluation, _ in self._evaluations
            for (rule, later), count in sorted(evaluation.shields.items())
        )

    def explain(self, index: int) -> str:
        """Return why the image at *index* of the listing goes or stays, as the end of a sentence about it."""
        image, verdict, rule = self.images[index], self._verdict(index), self._deciding[index]
        if verdict == "referrer":
            return f"it belongs to {image.subject} and goes within 24 hours after it"
        if verdict == "activating":
            return "it is being restored from the archive, and no rule selects it until then"
        if rule is None:
            return "no rule selects it"
        evaluation, member = self._place(index)
        why = f"rule {rule.priority} ({describe(rule)}), {self._fact(rule, image, evaluation, member)}"
        if verdict == "held":
            index_digest = self._holders[image.digest]
            ends = {"expire": "until the index has gone", "transition": "until the index is archived"}
            end = ends.get(self._going.get(index_digest, ""), "with the index")
            return f"{why}, but index {index_digest} refers to it, and ECR keeps it {end}"
        if verdict != "kept":
            return why
        shielded = [
            str(later.priority)
            for later, hits in zip(evaluation.rules, evaluation.hits, strict=True)
            if later.priority > rule.priority and hits[member]
        ]
        return f"kept by {why}" + (f"; shielded from rule {', '.join(shielded)}" if shielded else "")

    def _fact(self, rule: Rule, image: Image, evaluation: Evaluation, member: int) -> str:
        if rule.count_type == "imageCountMoreThan":
            number, total = evaluation.number(evaluation.rules.index(rule), member)
            return f"number {number} of {total} that it selects"
        if rule.count_type == "sinceImagePushed":
            event = "pushed" if image.activated_at is None else "restored"
            return f"{event} {self._days(active_since(image))} ago"
        if rule.count_type == "sinceImagePulled":
            event = "last pulled" if used_at(image) == image.pulled_at else "not pulled since it came"
            return f"{event} {self._days(used_at(image))} ago"
        if image.archived_at is None:
            return "archived at an unknown time"
        return f"archived {self._days(image.archived_at)} ago"

    def _days(self, since: float) -> str:
        days = f"{(self._now - since) / DAY:.2f}".rstrip("0").rstrip(".")
        return f"{days} day{'' if days == '1' else 's'}"

    def _place(self, index: int) -> tuple[Evaluation, int]:
        """Return the evaluation of an image of the listing that a rule selects, and its place there."""
        evaluation, members = self._evaluations[self.images[index].status == "ARCHIVED"]
        return evaluation, bisect_left(members, index)

    def warnings(self) -> tuple[Finding, ...]:
        """Return what the result depends on and cannot be known from the listing."""
        return tuple(self._warn())

    def _warn(self) -> Iterator[Finding]:
        for evaluation, _ in self._evaluations:
            for place in evaluation.split_ties:
                rule = evaluation.rules[place]
                requirement = (
                    f"should not end among images of the same moment: which of them rule {rule.priority} keeps"
                    " is not documented, the result takes those listed later"
                )
                yield _warning(rule.origin, "simulation-tie", requirement)
        statuses = {image.status for image in self.images}
        if "ACTIVATING" in statuses:
            requirement = "should hold no images that are being restored, no rule selects them until then"
            yield _warning("images", "simulation-activating", requirement, "repeat it when they are restored")
        if any(rule.storage_class == "archive" for rule in self.policy.rules):
            yield from self._warn_of_archived()
        if any(image.pushed_at > self._now for image in self.images):
            requirement = "should be pushed before the time of the simulation"
            yield _warning("images", "simulation-time", requirement, "choose a later time")
        if unread := sum(map(self._is_unread, self.images)):
            yield from self._warn_of_children(unread)

    def _warn_of_archived(self) -> Iterator[Finding]:
        archived = [image for image in self.images if image.status == "ARCHIVED"]
        if not archived and self._children is None:  # whoever reads the indexes of a live repository lists all of it
            requirement = "should include archived images when a rule expires them"
            yield _warning("images", "simulation-archived", requirement, "list with imageStatus=ANY")
        if undated := sum(image.archived_at is None for image in archived):
            requirement = f"should have lastArchivedAt, which {undated} archived images lack: they stay here"
            yield _warning("images", "simulation-archived", requirement)

    def _is_unread(self, image: Image) -> bool:
        """Tell whether *image* is an index that may keep others, nobody knows which."""
        return image.is_index and image.status != "ARCHIVED" and image.digest not in (self._children or ())

    def _warn_of_children(self, unread: int) -> Iterator[Finding]:
        untagged = sum(not image.tags and not image.is_index for image, _, _ in self.actions())
        if untagged:
            requirement = (
                f"should say which images belong to an index: {untagged} untagged images would go, and ECR keeps"
                f" those among them that one of {unread} indexes refers to"
            )
            fix = "simulate the live repository, whose manifests tell" if self._children is None else ""
            yield _warning("images", "simulation-index", requirement, fix)


def _warning(field: str, rule: str, requirement: str, fix: str = "") -> Finding:
    return Finding(field, rule, requirement, fix=fix, severity="warning")
