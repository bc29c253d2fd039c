"""
What a lifecycle policy does that its author probably did not mean: warnings about valid policies.

They rest on three facts about ECR: a list of tags wants all of them on one image; a rule shields every image
that it selects from all later rules of the storage class, also the images that it keeps; and nothing protects
an image because it is in use.

Source: ECR user guide, "Automate the cleanup of images by using lifecycle policies in Amazon ECR".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_model.findings import Finding, echo
from ecr_model.lifecycle.rules import LifecyclePolicy, Rule, describe
from ecr_model.lifecycle.tags import common_tag, impossible_tag, is_narrower, why_impossible, wildcards

_MOST_COMPARED = 10  # tags of one rule that are compared with others: a longer list has a warning of its own
_MOST_SHOWN = 3  # tags of one rule that a message names


def check_lifecycle_safety(policy: LifecyclePolicy, *, protected_tags: Sequence[str] = ()) -> tuple[Finding, ...]:
    """
    Find what *policy* does that was probably not meant; all findings are warnings.

    Args:
        policy: A valid policy; findings point at the `origin` of its rules and name them by priority.
        protected_tags: Patterns of tags whose images must not be deleted, unless by a rule that names these
            tags and keeps the newest of them.
    """
    rules = sorted(policy.rules, key=lambda rule: rule.priority)
    acting = [rule for rule in rules if not impossible_tag(rule)]
    findings = [
        *_untagged(rules, policy.origin),
        *_parts(acting),
        *(finding for rule in rules for finding in check_rule_safety(rule)),
        *(finding for index, rule in enumerate(acting) for finding in _after(rule, acting[:index])),
        *(finding for pattern in protected_tags for finding in _unprotected(pattern, acting)),
    ]
    return tuple(findings)


def _warning(field: str, rule: str, requirement: str, *, got: str | None = None, fix: str) -> Finding:
    return Finding(field, rule, requirement, got, fix, severity="warning")


def _untagged(rules: Sequence[Rule], field: str) -> Iterator[Finding]:
    for storage_class, images in (("standard", "untagged images"), ("archive", "archived untagged images")):
        peers = [rule for rule in rules if rule.storage_class == storage_class]
        decides = next((rule for rule in peers if rule.tag_status != "tagged"), None)
        if decides is None:
            requirement = f"should expire {images}, no rule selects them and they stay for ever"
            fix = "add a rule with tagStatus 'untagged'"
            yield _warning(field, "lifecycle-untagged", requirement, fix=fix)
        if decides is None or decides.action == "expire":
            return


def _parts(rules: Sequence[Rule]) -> Iterator[Finding]:
    """
    Yield the rule by which the images of an archived index go, so that it cannot be restored whole.

    Source: ECR user guide, "Lifecycle policy evaluation rules": what a manifest list refers to cannot be expired
    "without the manifest list being deleted or archived first".
    """
    active = [rule for rule in rules if rule.storage_class == "standard"]
    decides = next((rule for rule in active if rule.tag_status != "tagged"), None)
    archiving = tuple(rule for rule in active if rule.action == "transition")
    if decides and decides.action == "expire" and archiving:
        verb = "archives" if len(archiving) == 1 else "archive"
        requirement = (
            f"should archive untagged images too, as {_numbers(archiving)} {verb} tagged ones: the images of an"
            f" archived index are untagged, ECR keeps them with it no longer, and rule {decides.priority} expires them"
        )
        fix = "write the action 'transition', or push images for one platform and without attestations"
        yield _warning(decides.origin, "lifecycle-archived-index", requirement, fix=fix)


def check_rule_safety(rule: Rule) -> Iterator[Finding]:
    """Find what *rule* does that was probably not meant, whatever the other rules of its policy are."""
    tags = wildcards(rule)
    number = f"rule {rule.priority}"
    if len(tags) > 1:
        shown = " and ".join(tags[:_MOST_SHOWN]) + (" and others" if len(tags) > _MOST_SHOWN else "")
        requirement = f"should name one tag: {number} selects only images that have {shown} at once"
        fix = "write one rule for each"
        yield _warning(rule.origin, "lifecycle-tags-together", requirement, fix=fix)
    if impossible := impossible_tag(rule):
        tag, why = impossible
        fix = "write * for a run of characters, nothing else is special"
        if "*" in why:
            fix = "write it in tagPatternList"
        requirement = f"should match some tag: {number} never acts, {why}"
        yield _warning(rule.origin, "lifecycle-tag-impossible", requirement, got=echo(tag), fix=fix)
    everything = rule.tag_status == "any" or (tags and all(is_narrower("*", tag) for tag in tags))
    if everything and rule.action == "expire" and rule.count_type == "sinceImagePushed":
        requirement = (
            f"should keep some images: {number} expires every image {rule.count_number} days after its push,"
            " also the newest and those in use"
        )
        fix = "count images with imageCountMoreThan, or name the tags that may go"
        yield _warning(rule.origin, "lifecycle-age", requirement, fix=fix)


def _after(rule: Rule, earlier: Sequence[Rule]) -> Iterator[Finding]:
    """Yield what is doubtful about *rule* because of the rules evaluated before it."""
    peers = [
        other
        for other in earlier
        if other.storage_class == rule.storage_class and len(wildcards(other)) <= _MOST_COMPARED
    ]
    if shadows := _shadows(rule, peers):
        requirement = f"should select other images than {_numbers(shadows)}: rule {rule.priority} can never act"
        fix = f"evaluate it before rule {shadows[0].priority}, or remove it"
        yield _warning(rule.origin, "lifecycle-shadowed", requirement, fix=fix)
        return
    yield from _overlap(rule, peers)
    for other in peers:
        yield from _shared(other, rule)


def _numbers(rules: Sequence[Rule]) -> str:
    *first, last = [str(rule.priority) for rule in rules]
    return f"rules {', '.join(first)} and {last}" if first else f"rule {last}"


def _shadows(rule: Rule, earlier: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the earlier rules that select every image that *rule* selects; none when it has images left."""
    if rule.tag_status == "tagged":
        return next(((other,) for other in earlier if _selects_all(other, wildcards(rule))), ())
    if rule.tag_status == "any":
        untagged = next((other for other in earlier if other.tag_status == "untagged"), None)
        tagged = next((other for other in earlier if _selects_all(other, ("*",))), None)
        return (untagged, tagged) if untagged and tagged else ()
    return ()


def _selects_all(rule: Rule, tags: Sequence[str]) -> bool:
    """Tell whether *rule* selects every image that has a tag for each of *tags*, whatever others it has."""
    if len(tags) > _MOST_COMPARED or rule.tag_status == "untagged":
        return False
    return all(any(is_narrower(tag, wanted) for tag in tags) for wanted in wildcards(rule))


def _selects_one(rule: Rule) -> bool:
    """Tell whether *rule* selects one image at most: a tag is that of one image, and what wears all tags wears it."""
    return any("*" not in tag for tag in wildcards(rule))


def _overlap(rule: Rule, earlier: Sequence[Rule]) -> Iterator[Finding]:
    """
    Yield the earlier rules that share a tag with *rule*, where that matters.

    A special rule before a general one that goes by age is how exceptions are written: no warning.
    """
    by_count = rule.count_type == "imageCountMoreThan"
    tags = wildcards(rule)
    common = {}
    for other in earlier:
        if len(tags) == 1 and len(wildcards(other)) == 1:
            tag = common_tag(wildcards(other)[0], tags[0])
            exception = is_narrower(wildcards(other)[0], tags[0]) and not by_count
            if tag is not None and not why_impossible(tag) and not exception:
                common[other] = tag
    if common:
        decide = "decides" if len(common) == 1 else "decide"
        requirement = f"should select other tags than {_numbers(tuple(common))}, which {decide} first"
        if by_count:
            requirement += f" and whose images take places among the newest {rule.count_number}"
        tag = next(iter(common.values()))
        fix = "tell the tags apart, or count on it"
        yield _warning(rule.origin, "lifecycle-overlap", requirement, got=f"{echo(tag)} in both", fix=fix)


def _shared(first: Rule, later: Rule) -> Iterator[Finding]:
    """
    Yield a tag that stands in two lists; ECR asks for "a unique set of prefixes", its reach is not documented.

    Source: the service's message "The set of all rules selecting a specific storage class must contain a
    unique set of prefixes".
    """
    patterns = set(first.tag_patterns) & set(later.tag_patterns)
    if shared := sorted(patterns | (set(first.tag_prefixes) & set(later.tag_prefixes))):
        requirement = f"should not name a tag of rule {first.priority}, ECR may refuse the policy"
        fix = "name each tag in one rule"
        yield _warning(later.origin, "lifecycle-unique", requirement, got=echo(shared[0]), fix=fix)


def _unprotected(pattern: str, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Yield the rules that can delete an image with a tag that *pattern* matches, whatever else it is tagged."""
    for index, rule in enumerate(rules):
        earlier = [other for other in rules[:index] if other.storage_class == rule.storage_class]
        if rule.action != "expire" or rule.tag_status == "untagged":
            continue
        if any(_selects_all(other, (pattern,)) for other in earlier):
            continue
        keeps = rule.tag_status == "tagged" and rule.count_type == "imageCountMoreThan"
        if keeps and (_selects_all(rule, (pattern,)) or _selects_one(rule)):
            continue
        requirement = (
            f"should not delete images that have a tag {pattern}: rule {rule.priority} may {describe(rule)},"
            f" and no earlier rule keeps {pattern}"
        )
        fix = f"evaluate a rule for {echo(pattern)} before it that counts images"
        if rule.storage_class == "archive":
            fix = "name the tags that may go: no rule counts archived images"
        yield _warning(rule.origin, "lifecycle-protected-tag", requirement, fix=fix)
