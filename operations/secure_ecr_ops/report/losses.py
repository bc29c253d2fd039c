"""Where the steps of a preview would delete a repository, and its images with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecr_model.findings import Finding
from secure_ecr_policies.pack.resource import REPOSITORY

from secure_ecr_ops.report.events import Events, State, Step, Urn, plain

PUBLIC_REPOSITORY = "aws:ecrpublic/repository:Repository"
REPOSITORIES = (REPOSITORY, PUBLIC_REPOSITORY)

_REASON = "ECR cannot move images: a repository that is deleted takes them along, and what runs from them cannot start."
_REMEDIATION = (
    "Leave the repository as it is; where it must change, create one of another name, copy the images, then switch."
)
_URL = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-delete.html"

LOSSES = {
    "repository-replaced": (
        "No change may replace a repository that holds images.",
        "critical",
        _REASON,
        _REMEDIATION,
        _URL,
    ),
    "repository-deleted": (
        "No change may delete a repository that holds images.",
        "critical",
        _REASON,
        _REMEDIATION,
        _URL,
    ),
}
"""The rules of this report: description, severity, reason, remediation and page, by name."""

_FIXES = {
    "encryptionConfigurations": "leave the encryption as it is, or encrypt a repository of another name and copy",
    "name": "keep the name, or create the other repository beside this one and copy the images",
    "region": "keep the Region, or let replication copy the images to the other one",
}
"""What to do instead of changing an input that ECR fixes at creation, by input."""


class Loss(NamedTuple):
    """A repository that would go: its URN, which rule that breaks, and why, in words."""

    urn: str
    rule: str
    message: str


def find_losses(events: Events) -> Iterator[Loss]:
    """
    Yield each repository that the steps replace or delete, whether or not it holds images: the engine cannot know.

    Source: Pulumi provider `aws`, inputs of `ecr.Repository` that force a replacement; ECR API, `DeleteRepository`:
    without `force` ECR refuses to delete a repository that holds images.
    """
    created = {
        name: urn
        for urn, steps in events.steps.items()
        for step in steps
        if step.op == "create" and Urn.parse(urn).type in REPOSITORIES and (name := _name(step.new))
    }
    for urn, steps in events.steps.items():
        for step in steps if Urn.parse(urn).type in REPOSITORIES else ():
            if step.op in ("replace", "delete") and step.old and not step.old.retain:
                yield _loss(urn, step, step.old, created.get(_name(step.old)))


def _loss(urn: str, step: Step, state: State, moved_to: str | None) -> Loss:
    end = (
        "and forceDelete lets ECR delete its images"
        if state.inputs.get("forceDelete") is True
        else "and the update fails halfway if it holds images: ECR refuses to delete them without forceDelete"
    )
    if step.op == "delete":
        fix = "keep it in the program, or set the resource option retain_on_delete first"
        if moved_to:
            fix = f"{Urn.parse(moved_to).name!r} has the same name: give it an alias of this URN, or let it adopt this"
        requirement = f"must not be deleted: the program declares {_name(state)!r} no more, {end}"
        return Loss(urn, "repository-deleted", str(Finding("", "repository-deleted", requirement, fix=fix)))
    keys = step.keys or ("an input",)
    fix = _FIXES.get(keys[0].split("[", 1)[0].split(".", 1)[0], "leave it as it is")
    requirement = f"must not change: the update deletes the repository {_name(state)!r} and creates it anew, {end}"
    return Loss(urn, "repository-replaced", str(Finding(", ".join(keys), "repository-replaced", requirement, fix=fix)))


def _name(state: State | None) -> str:
    inputs = state.inputs if state else {}
    name = inputs.get("name") or inputs.get("repositoryName")
    return plain(name) if isinstance(name, str) else ""
