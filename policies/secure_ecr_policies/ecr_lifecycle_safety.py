"""A lifecycle policy that ECR accepts can still delete what runs, or keep everything for ever."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ecr_model.findings import Finding, ModelError, join
from ecr_model.lifecycle import check_lifecycle_safety, check_rule_safety, parse_lifecycle_document
from ecr_model.shapes import entries

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.documents import LIFECYCLES
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import unknown_paths


def _judge(resource: Resource, settings: Settings) -> Remarks:
    field = LIFECYCLES[resource.type]
    document = resource.typed(field)
    if unknown := tuple(unknown_paths(document, field)):
        yield from _judge_known_rules(document, field)
        yield from map(Unevaluated, unknown)
        return
    try:
        policy = parse_lifecycle_document(document, field)
    except ModelError:
        raise NotApplicableError from None  # ecr-lifecycle-grammar says why
    yield from check_lifecycle_safety(policy, protected_tags=settings.texts("protected_tags"))


def _judge_known_rules(document: object, field: str) -> Iterator[Finding]:
    """Yield what is doubtful about each rule of which everything is known, whatever the others turn out to be."""
    for index, rule in enumerate(entries(document.get("rules") if isinstance(document, Mapping) else None)):
        if any(unknown_paths(rule, "")):
            continue
        try:
            (known,) = parse_lifecycle_document({"rules": [rule]}, field).rules
        except ModelError:
            continue  # ecr-lifecycle-grammar says why
        yield from check_rule_safety(replace(known, origin=join(field, f"rules[{index}]")))


CONTROL = Control(
    name="ecr-lifecycle-safety",
    description="A lifecycle policy must clean up, and must spare releases.",
    severity="medium",
    levels=Levels(dev="advisory", prod="advisory"),
    reason=__doc__,
    remediation="Change the rule that the finding names; `secure-ecr lifecycle simulate` shows what it would do.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
    settings={
        "protected_tags": Setting(
            "strings",
            "Tags whose images only a rule of their own may delete, and only beyond the newest; as 'v*'.",
            default=("v*",),
        ),
    },
    types=tuple(LIFECYCLES),
    judge=_judge,
)
