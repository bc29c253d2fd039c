"""
The lifecycle as a person declares it in a stack, and the rules of ECR that it becomes.

    lifecycle:
      untagged: {days: 14}                # or {count: 3}
      keep:
        - {tag_patterns: ["v*"], count: 50}
        - {tag_prefixes: [dev-], days: 30}
        - {any: true, count: 200}         # last
      archive: {unpulled_days: 90, then_expire_days: 365}   # or {days: 90}

The order is the order of evaluation, and an image belongs to the first entry that names it:

1. `untagged` removes images without a tag. Absent, they are removed after 14 days: a push that moves a tag
   leaves the older image untagged, so a repository without this rule grows for ever.
2. `keep`, in its order. `count` keeps the newest images and removes the rest; `days` keeps every image for
   that long after its push. Entries that name no image of yours cost nothing.
   Several patterns in one entry mean *one of them*, each kept on its own: in ECR's own document a list means
   *all of them at once*, so an entry becomes as many rules as it has patterns.
   What an entry keeps is kept from all that follows: a rule of ECR shields whatever it selects.
3. `keep` with `any`, or `archive`, takes all the rest. ECR allows one rule for any image and wants it last,
   so it is one or the other.
4. `then_expire_days` removes archived images; without it they stay.

No declaration at all is the same as an empty one: untagged images go, every tagged image stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ecr_model.findings import Finding, echo, errors, join, refuse
from ecr_model.lifecycle.document import check_lifecycle_document, parse_lifecycle_document
from ecr_model.lifecycle.rules import (
    LONGEST_TEXT,
    MAX_RULES,
    SHORTEST_ARCHIVE_DAYS,
    CountType,
    LifecyclePolicy,
    Rule,
    describe,
    render_lifecycle,
)
from ecr_model.lifecycle.values import check_known_keys, check_number, check_tags, integer
from ecr_model.shapes import alternatives, is_list

UNTAGGED_DAYS = 14
"""Days that untagged images stay when nothing is declared. Source: none, our choice; ECR keeps them for ever."""

_KEYS = ("untagged", "keep", "archive", "policy_json")
_TAGS = {"tag_patterns": True, "tag_prefixes": False}  # whether `*` is a wildcard in the list
_COUNTS: dict[str, CountType] = {
    "count": "imageCountMoreThan",
    "days": "sinceImagePushed",
    "unpulled_days": "sinceImagePulled",
}


def check_lifecycle(declaration: object, field: str = "lifecycle") -> tuple[Finding, ...]:
    """Find what is wrong with a typed declaration, or with the raw document in its `policy_json`."""
    if declaration is None:
        return ()
    if not isinstance(declaration, Mapping):
        return (Finding(field, "lifecycle-declaration", "must be an object", echo(declaration)),)
    if declaration.get("policy_json") is not None:
        return tuple(_check_raw(declaration, field))
    findings = tuple(_check_typed(declaration, field))
    if errors(findings):
        return findings
    return (*findings, *_check_rendered(_build(declaration, field), field))


def parse_lifecycle(declaration: object = None, field: str = "lifecycle") -> LifecyclePolicy:
    """
    Return the policy of a declaration; each rule's `origin` is the path of the entry that it comes from.

    Args:
        declaration: The keys are in this module's docstring; None declares nothing, which is `DEFAULT`.
        field: Path of the declaration, for the findings.

    Raises:
        ModelError: With everything that `check_lifecycle` calls an error.
    """
    refuse(check_lifecycle(declaration, field))
    declared = cast("Mapping[str, Any]", declaration or {})
    if (raw := declared.get("policy_json")) is not None:
        return parse_lifecycle_document(raw, join(field, "policy_json"))
    return _build(declared, field)


def _check_raw(declaration: Mapping[str, object], field: str) -> Iterator[Finding]:
    for key in declaration:
        if key in _KEYS and key != "policy_json" and declaration[key] is not None:
            requirement = "must be absent beside policy_json"
            yield Finding(join(field, key), "lifecycle-declaration", requirement, fix="keep one of the two")
    yield from check_known_keys(declaration, _KEYS, field)
    yield from check_lifecycle_document(declaration["policy_json"], join(field, "policy_json"))


def _check_typed(declaration: Mapping[str, object], field: str) -> Iterator[Finding]:
    yield from check_known_keys(declaration, _KEYS, field)
    if (untagged := declaration.get("untagged")) is not None:
        yield from _check_entry(untagged, join(field, "untagged"), counts=("count", "days"))
    keep = declaration.get("keep")
    if keep is not None:
        yield from _check_keep(keep, join(field, "keep"))
    if (archive := declaration.get("archive")) is None:
        return
    path = join(field, "archive")
    others = ("then_expire_days",)
    yield from _check_entry(archive, path, counts=("unpulled_days", "days"), others=others)
    if isinstance(archive, Mapping):
        path, days = join(path, "then_expire_days"), archive.get("then_expire_days")
        yield from check_number(days, path, "lifecycle-count-number", least=SHORTEST_ARCHIVE_DAYS)
    for index in _any_entries(keep):
        path = join(field, f"keep[{index}].any")
        requirement = "must be absent beside archive, ECR takes one rule for any image"
        yield Finding(path, "lifecycle-any-last", requirement, fix='name the tags, ["*"] is every tag')


def _check_entry(entry: object, field: str, *, counts: Sequence[str], others: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield what is wrong with an object that has exactly one of *counts*, and perhaps *others*."""
    if not isinstance(entry, Mapping):
        requirement = f"must be an object with {alternatives(counts)}"
        yield Finding(field, "lifecycle-declaration", requirement, echo(entry))
        return
    yield from check_known_keys(entry, (*others, *counts), field)
    given = [key for key in counts if entry.get(key) is not None]
    if len(given) != 1:
        requirement = f"must have one of {alternatives(counts)}"
        yield Finding(field, "lifecycle-count-type", requirement, "all of them" if given else "none")
    for key in given:
        yield from check_number(entry[key], join(field, key), "lifecycle-count-number")


def _check_keep(keep: object, field: str) -> Iterator[Finding]:
    if not is_list(keep):
        yield Finding(field, "lifecycle-declaration", "must be a list of entries", echo(keep))
        return
    places: dict[tuple[str, str], str] = {}
    for index, entry in enumerate(keep):
        path = f"{field}[{index}]"
        yield from _check_entry(entry, path, counts=("count", "days"), others=(*_TAGS, "any"))
        if isinstance(entry, Mapping):
            yield from _check_who(entry, path)
            yield from _check_again(entry, path, places)
    for index in _any_entries(keep):
        if index < len(keep) - 1:
            requirement = "must stand in the last entry, ECR evaluates it last"
            fix = "move the entry to the end"
            yield Finding(f"{field}[{index}].any", "lifecycle-any-last", requirement, fix=fix)


def _check_who(entry: Mapping[str, object], field: str) -> Iterator[Finding]:
    given = [key for key in (*_TAGS, "any") if entry.get(key) is not None]
    if len(given) != 1:
        requirement = f"must have one of {alternatives((*_TAGS, 'any'))}"
        got = " and ".join(given) if given else "none"
        yield Finding(field, "lifecycle-tag-list", requirement, got)
    for key in given:
        path = join(field, key)
        if key in _TAGS:
            yield from check_tags(entry[key], path, wildcards=_TAGS[key])
        elif entry[key] is not True:
            yield Finding(path, "lifecycle-tag-status", "must be true or absent", echo(entry[key]))


def _check_again(entry: Mapping[str, object], field: str, places: dict[tuple[str, str], str]) -> Iterator[Finding]:
    """Yield the tags of *entry* that an earlier entry has named; *places* remembers where."""
    for key in _TAGS:
        tags = entry.get(key)
        named = {}
        for index, tag in enumerate(tags if is_list(tags) else ()):
            path = f"{join(field, key)}[{index}]"
            if not isinstance(tag, str):
                continue
            if (key, tag) in places:
                requirement = "must be named once, the first entry decides"
                yield Finding(path, "lifecycle-unique", requirement, echo(tag), f"see {places[key, tag]}")
            named[key, tag] = path
        places.update(named)


def _any_entries(keep: object) -> list[int]:
    """Return the places of the entries for any image; a wrong `any` has its own finding."""
    entries = keep if is_list(keep) else ()
    return [index for index, entry in enumerate(entries) if isinstance(entry, Mapping) and entry.get("any") is True]


def _check_rendered(policy: LifecyclePolicy, field: str) -> Iterator[Finding]:
    if len(policy.rules) > MAX_RULES:
        requirement = f"must make at most {MAX_RULES} rules, one for each pattern"
        yield Finding(field, "lifecycle-rules", requirement, f"{len(policy.rules)} rules")
    length = len(render_lifecycle(policy))
    if length > LONGEST_TEXT:
        requirement = f"must be at most {LONGEST_TEXT:,} characters as a document"
        yield Finding(field, "document-length", requirement, f"{length:,} characters")


def _build(declaration: Mapping[str, Any], field: str) -> LifecyclePolicy:
    rules = _rules(declaration, field)
    numbered = (replace(rule, priority=number) for number, rule in enumerate(rules, start=1))
    described = (replace(rule, description=_sentence(describe(rule))) for rule in numbered)
    return LifecyclePolicy(tuple(described), origin=field)


def _rules(declaration: Mapping[str, Any], field: str) -> Iterator[Rule]:
    untagged = declaration.get("untagged")
    yield Rule(
        priority=0,
        tag_status="untagged",
        **_count({"days": UNTAGGED_DAYS} if untagged is None else untagged),
        origin=field if untagged is None else join(field, "untagged"),
    )
    for index, entry in enumerate(declaration.get("keep") or ()):
        origin, count = join(field, f"keep[{index}]"), _count(entry)
        for key in _TAGS:
            for tag, place in _first_places(entry.get(key) or ()).items():
                tags: dict[str, Any] = {key: (tag,)}
                path = join(origin, f"{key}[{place}]")
                yield Rule(priority=0, tag_status="tagged", **tags, **count, origin=path)
        if entry.get("any"):
            yield Rule(priority=0, tag_status="any", **count, origin=origin)
    if (archive := declaration.get("archive")) is None:
        return
    origin = join(field, "archive")
    yield Rule(priority=0, tag_status="any", **_count(archive), action="transition", origin=origin)
    if (days := integer(archive.get("then_expire_days"))) is not None:
        yield Rule(
            priority=0,
            tag_status="any",
            storage_class="archive",
            count_type="sinceImageTransitioned",
            count_number=days,
            origin=origin,
        )


def _first_places(tags: Sequence[str]) -> dict[str, int]:
    """Return each of *tags* once, with the place where it stands first."""
    places: dict[str, int] = {}
    for place, tag in enumerate(tags):
        places.setdefault(tag, place)
    return places


def _count(entry: Mapping[str, Any]) -> dict[str, Any]:
    key = next(key for key in _COUNTS if entry.get(key) is not None)
    return {"count_type": _COUNTS[key], "count_number": integer(entry[key])}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


DEFAULT = parse_lifecycle()
"""What a repository gets that declares nothing: untagged images expire after 14 days, all others stay."""
