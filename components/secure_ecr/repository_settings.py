"""What the settings of a secure repository are on the wire; the templates of its replicas take the same ones."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pulumi
from ecr_model.findings import Finding, ModelError, echo, nearest
from ecr_model.lifecycle import parse_lifecycle, render_lifecycle
from ecr_model.repository import check_immutability, check_tag_mutability, check_tags
from ecr_model.shapes import Text

from secure_ecr.arguments import at
from secure_ecr.locations import partition_of

_IMMUTABLE = "IMMUTABLE"
_WITH_EXCLUSION = "IMMUTABLE_WITH_EXCLUSION"

_PORTABLE = "_.:/=+-@"

_REASON = Text("mutable-tag-reason", "must say why, in one line", r"[^\n]*\S[^\n]*", 1, 256)


def check_mutable_tag_patterns(value: object, field: str = "mutable_tag_patterns") -> tuple[Finding, ...]:
    """Return why *value* is no list of the tags that may move, or which releases it would let move."""
    if value == []:
        return ()
    return (
        *check_tag_mutability(_WITH_EXCLUSION, value, field, field),
        *check_immutability(_WITH_EXCLUSION, value, field, field),
    )


def check_mutable_tag_reasons(
    reasons: Mapping[str, str], patterns: Sequence[str], field: str = "mutable_tag_reasons"
) -> tuple[Finding, ...]:
    """
    Return why *reasons* do not say of each of *patterns*, and of nothing else, why its tags may move.

    Nobody has to give reasons: what a pattern could do to releases is judged by `check_mutable_tag_patterns`, whatever
    the reason. Who gives one gives all, so that a reviewer sees which pattern came without.
    """
    findings: list[Finding] = []
    for pattern, reason in reasons.items():
        findings += _REASON.check(reason, at(field, pattern))
        if pattern not in patterns:
            near = nearest(pattern, patterns)
            fix = f"write {near!r}" if near else "remove it, or add the pattern"
            requirement = "must be for one of mutable_tag_patterns"
            findings.append(Finding(at(field, pattern), _REASON.rule, requirement, echo(pattern), fix))
    unexplained = [pattern for pattern in patterns if pattern not in reasons]
    requirement = "must have a reason for each of mutable_tag_patterns"
    fix = "say why its tags may move, or leave all reasons out"
    findings += [Finding(field, _REASON.rule, requirement, f"none for {echo(each)}", fix) for each in unexplained]
    return tuple(findings)


def tag_mutability(patterns: Sequence[str]) -> dict[str, Any]:
    """Return the arguments that make every tag immutable except those that match *patterns*."""
    if not patterns:
        return {"image_tag_mutability": _IMMUTABLE}
    filters = [{"filter": pattern, "filter_type": "WILDCARD"} for pattern in sorted(set(patterns))]
    return {"image_tag_mutability": _WITH_EXCLUSION, "image_tag_mutability_exclusion_filters": filters}


def encryption(key: pulumi.Input[str] | None, encryption_type: str) -> list[Any]:
    """Return the encryption configuration; with KMS and no *key* ECR takes `aws/ecr`, the account's own."""
    return [{"encryption_type": encryption_type, **({} if key is None else {"kms_key": key})}]


def check_resource_tags(tags: Mapping[str, object], field: str) -> tuple[Finding, ...]:
    """Return why *tags* are no AWS tags; a value that is not known yet may become anything."""
    return check_tags({key: value if isinstance(value, str) else "" for key, value in tags.items()}, field)


def check_portable_tags(tags: Mapping[str, object], field: str) -> Iterator[Finding]:
    """
    Yield the *tags* that not every service of AWS takes: IAM refuses a role that has them.

    Source: API shapes `tagKeyType` and `tagValueType` of IAM; "Tagging AWS Resources" user guide, "Tag naming limits
    and requirements".
    """
    for key, value in tags.items():
        for text in (key, value):
            if isinstance(text, str) and not all(_is_portable(character) for character in text):
                requirement = f"must be letters, digits, spaces and {_PORTABLE!r}: IAM takes no others"
                yield Finding(at(field, key), "resource-tags", requirement, echo(text))


def _is_portable(character: str) -> bool:
    return character in _PORTABLE or unicodedata.category(character)[0] in "LNZ"


def lifecycle_text(declaration: object) -> str:
    """Return the lifecycle policy of *declaration*, which `check_lifecycle` has passed; None is the default one."""
    return _lifecycle_text(json.dumps(declaration))


# What is known of policies is imported by those who grant something: every program would wait for it


def check_repository_access(access: object, field: str) -> tuple[Finding, ...]:
    """Return what `ecr_model.access.check_access` finds wrong with *access*, a declaration at *field*."""
    from ecr_model.access import check_access  # noqa: PLC0415 -- see above

    return check_access(access, field)


def read_repository_policy(
    access: object, region: str | None, field: str, *, functions_region: str | None = None
) -> tuple[str | None, tuple[Finding, ...]]:
    """
    Return the policy that grants *access*, None when nobody is granted anything, and why it cannot be made.

    Args:
        access: A declaration that `check_access` has passed; None is no declaration.
        region: Region of the repository, whose partition the ARNs must have; None is the provider's.
        field: Path of the declaration that has *access*, for the findings.
        functions_region: The one Region whose Lambda functions may be let in; None lets in those of every Region.
    """
    if not access:
        return None, ()
    try:
        policy = _repository_policy(json.dumps(access), partition_of(region), functions_region)
    except ModelError as error:
        return None, tuple(finding.at(field) for finding in error.findings)
    return policy, ()


# A stack repeats itself: its repositories share lifecycle and access by the hundred


@lru_cache(maxsize=256)
def _lifecycle_text(declaration: str) -> str:
    return render_lifecycle(parse_lifecycle(json.loads(declaration)))


@lru_cache(maxsize=256)
def _repository_policy(access: str, partition: str, functions_region: str | None) -> str | None:
    from ecr_model.access import parse_access, render_repository_policy  # noqa: PLC0415 -- see above

    # The component cannot know its own account; it matters for Lambda alone, whose grant names the account too
    return render_repository_policy(
        parse_access(json.loads(access)), partition=partition, account_id="", region=functions_region
    )
