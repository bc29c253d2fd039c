"""Show what a lifecycle policy would do: as ECR's own preview has it, and for people."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ecr_model.findings import Finding, echo
from ecr_model.images import Image
from ecr_model.lifecycle import describe
from ecr_model.simulator import Outcome, Simulation
from ecr_model.wildcards import is_match
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from secure_ecr_ops.output import console, findings_as_json, print_findings, printable

_DIGEST_SHOWN = 19  # characters: `sha256:` and twelve digits, as Docker shows them


def preview_as_json(simulation: Simulation, findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """
    Return the preview in the shape of ECR's own, with *findings* among the warnings; its results are an iterator.

    Source: ECR API, GetLifecyclePolicyPreview.
    """
    kinds = Counter(outcome.verdict for outcome in simulation.actions())
    archived = [{"targetStorageClass": "ARCHIVE", "imageTotalCount": kinds["transition"]}]
    return {
        "previewResults": (
            {
                "imageDigest": outcome.image.digest,
                "imageTags": list(outcome.image.tags),
                "imagePushedAt": _time(outcome.image.pushed_at),
                "action": {"type": outcome.verdict.upper()},
                "appliedRulePriority": outcome.rule and outcome.rule.priority,
            }
            for outcome in simulation.actions()
        ),
        "summary": {
            "expiringImageTotalCount": kinds["expire"],
            "transitioningImageTotalCounts": archived if kinds["transition"] else [],
        },
        "warnings": findings_as_json([*simulation.warnings(), *findings]),
    }


def explanations(simulation: Simulation, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """Return why each image goes or stays that has a wanted tag (`*` is a wildcard) or whose digest begins so."""
    return [
        {
            "imageDigest": image.digest,
            "imageTags": list(image.tags),
            "explanation": simulation.explain(index),
        }
        for index, image in enumerate(simulation.images)
        if any(_is_wanted(image, one) for one in wanted)
    ]


def find_unknown(simulation: Simulation, wanted: Sequence[str]) -> tuple[Finding, ...]:
    """Return which of *wanted* are no image's tag or digest."""
    requirement = "should be a tag of an image, or the beginning of its digest"
    return tuple(
        Finding("--explain", "simulation-explain", requirement, echo(one), severity="warning")
        for one in wanted
        if not any(_is_wanted(image, one) for image in simulation.images)
    )


def _is_wanted(image: Image, wanted: str) -> bool:
    if not wanted:
        return False
    return image.digest.startswith(wanted) or any(is_match(wanted, tag) for tag in image.tags or ("",))


def print_preview(simulation: Simulation, *, limit: int) -> None:
    """Print what each rule does, the first *limit* images that go, and which rule keeps images from which."""
    outcomes = list(simulation.outcomes())
    out = console()
    out.print(_rules(simulation, outcomes))
    actions = [outcome for outcome in outcomes if outcome.verdict in ("expire", "transition")]
    if actions and limit:
        out.print(_images(actions[:limit]))
    if len(actions) > limit:
        out.print(f"and {len(actions) - limit} more images")
    for shield in simulation.shields():
        images = _images_text(shield.images)
        out.print(f"rule {shield.rule.priority} keeps {images} that rule {shield.later.priority} would act on")
    stay: Counter[str] = Counter(outcome.verdict for outcome in outcomes)
    for verdict, why in _STAY.items():
        if stay[verdict]:
            out.print(f"{_images_text(stay[verdict])}: {why}")
    expired = sum(outcome.image.size for outcome in actions if outcome.verdict == "expire")
    out.print(
        f"{stay['expire']} of {_images_text(len(outcomes))} would expire ({decimal(expired)}),"
        f" {stay['transition']} would be archived"
    )
    print_findings(simulation.warnings())


_STAY = {
    "unselected": "no rule selects them",
    "held": "an index refers to them, and ECR keeps them as long as the index",
    "referrer": "they belong to another image and follow it within 24 hours",
    "activating": "they are being restored from the archive",
}


def _images_text(count: int) -> str:
    return f"{count} image{'' if count == 1 else 's'}"


def _rules(simulation: Simulation, outcomes: Sequence[Outcome]) -> Table:
    acts: Counter[int] = Counter()
    keeps: Counter[int] = Counter()
    for outcome in outcomes:
        if outcome.rule:
            (acts if outcome.verdict in ("expire", "transition") else keeps)[outcome.rule.priority] += 1
    table = Table("rule", "does", "acts on", "keeps", box=None, pad_edge=False)
    for rule in simulation.policy.rules:
        number = rule.priority
        table.add_row(str(number), Text(printable(describe(rule))), str(acts[number]), str(keeps[number]))
    return table


def _images(actions: Sequence[Outcome]) -> Table:
    table = Table("rule", "action", "pushed", "size", "tags", "digest", box=None, pad_edge=False)
    for image, verdict, rule in actions:
        table.add_row(
            str(rule and rule.priority),
            verdict,
            _time(image.pushed_at)[:16].replace("T", " "),
            decimal(image.size),
            Text(printable(", ".join(image.tags))),
            Text(printable(image.digest[:_DIGEST_SHOWN])),
        )
    return table


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
