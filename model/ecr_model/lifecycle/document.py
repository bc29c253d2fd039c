"""
The grammar of the lifecycle policy document, as ECR judges it at `PutLifecyclePolicy`.

Whatever the grammar refuses here fails today at apply at the earliest: providers check only that the text is
JSON. Findings are in the order of the document, the rules' mutual conditions last. A missing key is reported
at the object that lacks it, so that every path exists.

Sources: ECR user guide, "Lifecycle policy properties in Amazon ECR", "Examples of lifecycle policies in Amazon
ECR", "Automate the cleanup of images by using lifecycle policies in Amazon ECR".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, cast, get_args

from ecr_model.documents import read_document
from ecr_model.findings import Finding, echo, errors, join, refuse
from ecr_model.lifecycle.rules import (
    LONGEST_TEXT,
    LOWEST_PRIORITY,
    MAX_RULES,
    SHORTEST_ARCHIVE_DAYS,
    SHORTEST_TEXT,
    ActionType,
    CountType,
    LifecyclePolicy,
    Rule,
    StorageClass,
    TagStatus,
    TargetStorageClass,
    render_lifecycle,
)
from ecr_model.lifecycle.values import (
    check_known_keys,
    check_number,
    check_optional_choice,
    check_tags,
    integer,
)
from ecr_model.shapes import is_list

_Read = tuple[Mapping[str, object] | None, tuple[Finding, ...]]

TAG_LISTS = ("tagPatternList", "tagPrefixList")
"""The two ways to name tags; a rule about tagged images has exactly one of them."""

_RULE_KEYS = ("rulePriority", "description", "selection", "action")
_SELECTION_KEYS = ("tagStatus", *TAG_LISTS, "storageClass", "countType", "countUnit", "countNumber")
_ACTION_KEYS = ("type", "targetStorageClass")


def check_lifecycle_document(value: object, field: str = "policy") -> tuple[Finding, ...]:
    """Find what ECR refuses in a raw lifecycle policy: its text, UTF-8 bytes, or the parsed object."""
    return _read(value, field)[1]


def parse_lifecycle_document(value: object, field: str = "policy") -> LifecyclePolicy:
    """
    Return the policy that a raw document declares; each rule's `origin` is its path in the document.

    Raises:
        ModelError: With everything that `check_lifecycle_document` calls an error.
    """
    document, findings = _read(value, field)
    refuse(findings)
    return _build(cast("Mapping[str, object]", document), field)


def _read(value: object, field: str) -> _Read:
    return _read_text(value, field) if isinstance(value, str) else _read_value(value, field)


@lru_cache(maxsize=64)  # two rules ask it of each text, and the repositories of a stack share a few
def _read_text(text: str, field: str) -> _Read:
    return _read_value(text, field)


def _read_value(value: object, field: str) -> _Read:
    document, findings = read_document(value, field=field, longest=LONGEST_TEXT, shortest=SHORTEST_TEXT)
    if document is None:
        return None, findings
    findings += tuple(_check_policy(document, field))
    if isinstance(value, Mapping) and not errors(findings):
        length = len(render_lifecycle(_build(document, field)))
        if length > LONGEST_TEXT:
            requirement = f"must be at most {LONGEST_TEXT:,} characters as text"
            findings += (Finding(field, "document-length", requirement, f"{length:,} characters"),)
    return document, findings


def _check_policy(document: Mapping[str, object], field: str) -> Iterator[Finding]:
    yield from _check_keys(document, ("rules",), field)
    if "rules" not in document:
        yield Finding(field, "lifecycle-rules", "must have a list of rules", fix='write {"rules": [...]}')
        return
    path = join(field, "rules")
    rules = document["rules"]
    if not is_list(rules):
        if rules is not None:
            yield Finding(path, "lifecycle-rules", "must be a list of rules", echo(rules))
        return
    if not 1 <= len(rules) <= MAX_RULES:
        yield Finding(path, "lifecycle-rules", f"must have 1 to {MAX_RULES} rules", f"{len(rules)} rules")
    for index, rule in enumerate(rules):
        yield from _check_rule(rule, f"{path}[{index}]")
    yield from _check_together(rules, path)


def _check_rule(rule: object, field: str) -> Iterator[Finding]:
    if not isinstance(rule, Mapping):
        yield Finding(field, "lifecycle-rule", "must be an object", echo(rule))
        return
    yield from _check_keys(rule, _RULE_KEYS, field)
    yield from _missing(rule, ("rulePriority", "selection", "action"), field)
    path = join(field, "rulePriority")
    yield from check_number(rule.get("rulePriority"), path, "lifecycle-rule-priority", least=LOWEST_PRIORITY)
    description = rule.get("description", "")
    if not isinstance(description, str) and description is not None:
        path = join(field, "description")
        yield Finding(path, "lifecycle-description", "must be a string", echo(description))
    selection, action = rule.get("selection"), rule.get("action")
    yield from _check_selection(selection, join(field, "selection"))
    yield from _check_action(action, join(field, "action"))
    if isinstance(selection, Mapping) and isinstance(action, Mapping):
        yield from _check_effect(selection, action, join(field, "action"))


def _check_keys(value: Mapping[str, object], allowed: Sequence[str], field: str) -> Iterator[Finding]:
    """
    Yield unknown keys and nulls; ECR refuses both: "instance failed to match exactly one schema".

    Source: github.com/cloudposse/terraform-aws-ecr/issues/158.
    """
    yield from check_known_keys(value, allowed, field)
    for key in allowed:
        if key in value and value[key] is None:
            yield Finding(join(field, key), "lifecycle-null", "must not be null", fix="remove the key")


def _missing(value: Mapping[str, object], keys: Sequence[str], field: str) -> Iterator[Finding]:
    for key in keys:
        if key not in value:
            yield Finding(field, "lifecycle-key", f"must have the key {echo(key)}")


def _check_selection(selection: object, field: str) -> Iterator[Finding]:
    if not isinstance(selection, Mapping):
        if selection is not None:
            yield Finding(field, "lifecycle-selection", "must be an object", echo(selection))
        return
    yield from _check_keys(selection, _SELECTION_KEYS, field)
    yield from _missing(selection, ("tagStatus", "countType", "countNumber"), field)
    yield from _check_tags(selection, field)
    yield from _check_count(selection, field)
    yield from _check_storage_class(selection, field)


def _check_tags(selection: Mapping[str, object], field: str) -> Iterator[Finding]:
    status = selection.get("tagStatus")
    yield from check_optional_choice(status, get_args(TagStatus), join(field, "tagStatus"), "lifecycle-tag-status")
    present = [name for name in TAG_LISTS if selection.get(name) is not None]
    for name in present:
        yield from check_tags(selection[name], join(field, name), wildcards=name == "tagPatternList")
        if status in ("untagged", "any"):
            fix = f"remove it, or write 'tagged' instead of {echo(status)}"
            requirement = f"must be absent when tagStatus is {echo(status)}"
            yield Finding(join(field, name), "lifecycle-tag-list", requirement, fix=fix)
    if len(present) > 1:
        requirement = "must have one of tagPatternList and tagPrefixList"
        yield Finding(field, "lifecycle-tag-list", requirement, "both", "write two rules")
    if not present and status == "tagged":
        requirement = "must have tagPatternList or tagPrefixList when tagStatus is 'tagged'"
        yield Finding(field, "lifecycle-tag-list", requirement, fix='write "tagPatternList": ["*"] for every tag')


def _check_count(selection: Mapping[str, object], field: str) -> Iterator[Finding]:
    count_type = selection.get("countType")
    yield from check_optional_choice(count_type, get_args(CountType), join(field, "countType"), "lifecycle-count-type")
    unit = selection.get("countUnit")
    path = join(field, "countUnit")
    if count_type == "imageCountMoreThan":
        if unit is not None:
            requirement = "must be absent when countType is 'imageCountMoreThan'"
            yield Finding(path, "lifecycle-count-unit", requirement, echo(unit), "remove it")
    elif unit is not None:
        yield from check_optional_choice(unit, ("days",), path, "lifecycle-count-unit")
    elif count_type in get_args(CountType) and "countUnit" not in selection:
        fix = 'write "countUnit": "days"'
        requirement = f"must have the key 'countUnit' when countType is {echo(count_type)}"
        yield Finding(field, "lifecycle-count-unit", requirement, fix=fix)
    least = SHORTEST_ARCHIVE_DAYS if count_type == "sinceImageTransitioned" else 1
    path = join(field, "countNumber")
    yield from check_number(selection.get("countNumber"), path, "lifecycle-count-number", least=least)


def _check_storage_class(selection: Mapping[str, object], field: str) -> Iterator[Finding]:
    """
    Yield what is wrong with the storage class; the written default is a warning, ECR was seen to refuse it.

    Sources: ECR user guide, "Lifecycle policy properties in Amazon ECR", Storage class;
    github.com/cloudposse/terraform-aws-ecr/issues/159.
    """
    storage_class, count_type = selection.get("storageClass"), selection.get("countType")
    path = join(field, "storageClass")
    rule = "lifecycle-storage-class"
    yield from check_optional_choice(storage_class, get_args(StorageClass), path, rule)
    if count_type == "sinceImageTransitioned":
        if "storageClass" not in selection:
            fix = 'write "storageClass": "archive"'
            requirement = "must have the key 'storageClass' when countType is 'sinceImageTransitioned'"
            yield Finding(field, rule, requirement, fix=fix)
        elif storage_class == "standard":
            requirement = "must be 'archive' when countType is 'sinceImageTransitioned'"
            yield Finding(path, rule, requirement, echo(storage_class))
    elif storage_class == "archive" and count_type in get_args(CountType):
        requirement = f"must be absent when countType is {echo(count_type)}"
        fix = "remove it, or count by 'sinceImageTransitioned'"
        yield Finding(path, rule, requirement, echo(storage_class), fix)
    elif storage_class == "standard":
        requirement = "should be left out, it is the default and ECR was seen to refuse it written out"
        yield Finding(path, rule, requirement, echo(storage_class), severity="warning")


def _check_action(action: object, field: str) -> Iterator[Finding]:
    if not isinstance(action, Mapping):
        if action is not None:
            yield Finding(field, "lifecycle-action", "must be an object", echo(action), 'write {"type": "expire"}')
        return
    yield from _check_keys(action, _ACTION_KEYS, field)
    yield from _missing(action, ("type",), field)
    kind, target = action.get("type"), action.get("targetStorageClass")
    yield from check_optional_choice(kind, get_args(ActionType), join(field, "type"), "lifecycle-action")
    path = join(field, "targetStorageClass")
    rule = "lifecycle-target-storage-class"
    if kind == "expire" and target is not None:
        yield Finding(path, rule, "must be absent when type is 'expire'", echo(target), "remove it")
        return
    yield from check_optional_choice(target, get_args(TargetStorageClass), path, rule)
    if kind == "transition" and "targetStorageClass" not in action:
        fix = 'write "targetStorageClass": "archive"'
        yield Finding(field, rule, "must have the key 'targetStorageClass' when type is 'transition'", fix=fix)


def _check_effect(selection: Mapping[str, object], action: Mapping[str, object], field: str) -> Iterator[Finding]:
    """
    Yield the pairs of count and action that ECR refuses.

    Source: ECR user guide, "Examples of lifecycle policies in Amazon ECR", the two notes marked Important.
    """
    count_type, kind = selection.get("countType"), action.get("type")
    path = join(field, "type")
    if count_type == "sinceImagePulled" and kind == "expire":
        requirement = "must be 'transition' when countType is 'sinceImagePulled'"
        fix = "archive by 'sinceImagePulled', then expire by 'sinceImageTransitioned' after 90 days or more"
        yield Finding(path, "lifecycle-action", requirement, echo(kind), fix)
    if count_type == "sinceImageTransitioned" and kind == "transition":
        requirement = "must be 'expire' when countType is 'sinceImageTransitioned'"
        yield Finding(path, "lifecycle-action", requirement, echo(kind))


def _check_together(rules: Sequence[object], field: str) -> Iterator[Finding]:
    """
    Yield the conditions that rules fail together.

    Sources: ECR user guide, "Lifecycle policy properties in Amazon ECR" (unique priorities, `any` last); the
    service's own messages: "Only one rule can select Untagged images per storage class.", "Rule for
    tagStatus=ANY must have the lowest priority per storage class", "The set of all rules selecting a specific
    storage class must contain a unique set of prefixes".
    """
    peers = [_Peer.of(rule, f"{field}[{index}]") for index, rule in enumerate(rules) if isinstance(rule, Mapping)]
    first: dict[object, str] = {}
    for claim in (claim for peer in peers for claim in peer.claims()):
        if claim.value in first:
            fix = f"change this or {first[claim.value]}"
            yield Finding(claim.path, "lifecycle-unique", claim.requirement, fix=fix)
        first.setdefault(claim.value, claim.path)
    for storage_class in get_args(StorageClass):
        yield from _check_any_last([peer for peer in peers if peer.storage_class == storage_class])


def _check_any_last(peers: Sequence[_Peer]) -> Iterator[Finding]:
    last = max((peer.priority for peer in peers), default=0)
    for peer in peers:
        if peer.tag_status == "any" and 0 < peer.priority < last:
            requirement = "must be the highest of its storage class when tagStatus is 'any'"
            path = join(peer.path, "rulePriority")
            fix = f"write a number above {last}"
            yield Finding(path, "lifecycle-any-last", requirement, echo(peer.priority), fix)


class _Claim(NamedTuple):
    """What must be one rule's alone."""

    value: object
    path: str
    requirement: str


class _Peer(NamedTuple):
    """What its siblings are compared with of a rule that may be wrong in itself; a wrong priority is 0."""

    path: str
    priority: int
    tag_status: object
    storage_class: object
    tags: Mapping[str, frozenset[object]]

    @classmethod
    def of(cls, rule: Mapping[str, object], path: str) -> _Peer:
        selection = rule.get("selection")
        selection = selection if isinstance(selection, Mapping) else {}
        tags = {
            name: frozenset(item for item in selection[name] if isinstance(item, str))
            for name in TAG_LISTS
            if is_list(selection.get(name))
        }
        storage_class = selection.get("storageClass", "standard")
        priority = integer(rule.get("rulePriority")) or 0
        return cls(path, priority, selection.get("tagStatus"), storage_class, tags)

    def claims(self) -> Iterator[_Claim]:
        if self.priority:
            path = join(self.path, "rulePriority")
            yield _Claim(("priority", self.priority), path, "must be unique in the policy")
        if self.storage_class not in get_args(StorageClass):
            return
        selection = join(self.path, "selection")
        if self.tag_status in ("untagged", "any"):
            requirement = f"must be the only rule for {echo(self.tag_status)} in its storage class"
            yield _Claim((self.tag_status, self.storage_class), join(selection, "tagStatus"), requirement)
        for name, tags in self.tags.items():
            requirement = "must not be the list of another rule in its storage class"
            yield _Claim((name, self.storage_class, tags), join(selection, name), requirement)


def _build(document: Mapping[str, object], field: str) -> LifecyclePolicy:
    rules = cast("Sequence[Mapping[str, object]]", document["rules"])
    built = [_build_rule(rule, f"{join(field, 'rules')}[{index}]") for index, rule in enumerate(rules)]
    return LifecyclePolicy(tuple(sorted(built, key=lambda rule: rule.priority)), origin=field)


def _build_rule(rule: Mapping[str, object], origin: str) -> Rule:
    selection = cast("Mapping[str, object]", rule["selection"])
    action = cast("Mapping[str, object]", rule["action"])
    return Rule(
        priority=cast("int", integer(rule["rulePriority"])),
        tag_status=cast("TagStatus", selection["tagStatus"]),
        tag_patterns=tuple(cast("Sequence[str]", selection.get("tagPatternList", ()))),
        tag_prefixes=tuple(cast("Sequence[str]", selection.get("tagPrefixList", ()))),
        storage_class=cast("StorageClass", selection.get("storageClass", "standard")),
        count_type=cast("CountType", selection["countType"]),
        count_number=cast("int", integer(selection["countNumber"])),
        action=cast("ActionType", action["type"]),
        description=cast("str | None", rule.get("description")),
        origin=origin,
    )
