"""The grammar of the raw lifecycle policy document: long, because every rule of it is one row of a table."""

import copy
import json
import re
from collections.abc import Mapping, Sequence

import pytest
from ecr_model.documents import compact
from ecr_model.findings import Finding, ModelError, errors
from ecr_model.lifecycle.document import check_lifecycle_document, parse_lifecycle_document
from ecr_model.lifecycle.rules import LifecyclePolicy, Rule, render_lifecycle
from hypothesis import given
from hypothesis import strategies as st


def rule(number=1, *, tags=None, **changes):
    """Return a correct rule; a change of None removes the key."""
    selection = {
        "tagStatus": "tagged",
        "tagPatternList": tags or ["v*"],
        "countType": "imageCountMoreThan",
        "countNumber": 10,
    }
    action = {"type": "expire"}
    whole = {"rulePriority": number, "selection": selection, "action": action}
    for key, value in changes.items():
        owner = next((part for part in (selection, action) if key in part), None)
        if owner is None:
            owner = {"type": action, "targetStorageClass": action}.get(key, selection)
        if value is None:
            owner.pop(key, None)
        else:
            owner[key] = value
    return whole


def age(number=1, **changes):
    return rule(number, **({"countType": "sinceImagePushed", "countUnit": "days"} | changes))


def archived(number=2, **changes):
    defaults = {
        "tagStatus": "any",
        "tagPatternList": None,
        "countType": "sinceImageTransitioned",
        "countUnit": "days",
        "storageClass": "archive",
        "countNumber": 90,
    }
    return rule(number, **(defaults | changes))


def untagged(number=1, **changes):
    return rule(number, **({"tagStatus": "untagged", "tagPatternList": None} | changes))


def check(*rules):
    return check_lifecycle_document(compact({"rules": rules}), "")


class Proxy(Mapping):
    """A mapping that is no dict, as policies see objects."""

    def __init__(self, value):
        self.value = value

    def __getitem__(self, key):
        return proxy(self.value[key])

    def __iter__(self):
        return iter(self.value)

    def __len__(self):
        return len(self.value)


class ListProxy(Sequence):
    """A sequence that is no list, as policies see lists."""

    def __init__(self, value):
        self.value = value

    def __getitem__(self, index):
        return proxy(self.value[index])

    def __len__(self):
        return len(self.value)


def proxy(value):
    if isinstance(value, dict):
        return Proxy(value)
    if isinstance(value, list):
        return ListProxy(value)
    return float(value) if isinstance(value, int) else value


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule()], id="count"),
        pytest.param([age()], id="age"),
        pytest.param([rule(tags=["*test*1*2*3"])], id="four-wildcards"),
        pytest.param([rule(tags=["a*", "b*"]), rule(2, tags=["a*"])], id="lists-that-share-a-pattern"),
        pytest.param([rule(tagPatternList=None, tagPrefixList=["prod"]), rule(2)], id="both-kinds-of-list"),
        pytest.param([rule(7), untagged(3), rule(50, tags=["x"])], id="gaps-in-any-order"),
        pytest.param([untagged(1), archived(2, tagStatus="untagged")], id="untagged-once-in-each-class"),
        pytest.param([rule(1, tagStatus="any", tagPatternList=None), archived(2)], id="any-once-in-each-class"),
        pytest.param([archived(1), rule(2)], id="any-before-a-rule-of-the-other-class"),
        pytest.param(
            [age(type="transition", targetStorageClass="archive", countType="sinceImagePulled")],
            id="archive-by-pull",
        ),
        pytest.param([rule(type="transition", targetStorageClass="archive")], id="archive-by-count"),
        pytest.param([rule(number, tags=[f"t{number}*"]) for number in range(1, 51)], id="fifty-rules"),
        pytest.param([rule(2_147_483_647, countNumber=2_147_483_647)], id="largest-numbers"),
    ],
)
def test_accepts(rules):
    assert check(*rules) == ()


SELECTION, ACTION = "rules[0].selection", "rules[0].action"
TAGS, COUNT = f"{SELECTION}.tagPatternList", f"{SELECTION}.countNumber"
NUMBER = "must be 1 to 2,147,483,647"
STATUSES = "must be 'tagged', 'untagged' or 'any'"
COUNTS = "must be 'imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled' or 'sinceImageTransitioned'"
RULE_KEYS = "remove it, the keys are rulePriority, description, selection, action"
PRIORITY = ("rules[0].rulePriority", "lifecycle-rule-priority")
LONG = {"description": "so that the document has the one hundred characters that ECR asks for"}

REFUSED = {
    "51-rules": (
        [rule(number, tags=[f"t{number}*"]) for number in range(1, 52)],
        Finding("rules", "lifecycle-rules", "must have 1 to 50 rules", "51 rules"),
    ),
    "a-rule-that-is-a-text": (
        [rule(), "expire"],
        Finding("rules[1]", "lifecycle-rule", "must be an object", "'expire'"),
    ),
    "priority-zero": ([rule(0)], Finding(*PRIORITY, NUMBER, "0")),
    "priority-too-large": ([rule(2**31)], Finding(*PRIORITY, NUMBER, "2147483648")),
    "priority-in-quotes": ([rule("1")], Finding(*PRIORITY, "must be an integer", "'1'", "remove the quotes")),
    "priority-in-words": ([rule("one")], Finding(*PRIORITY, "must be an integer", "'one'")),
    "priority-true": ([rule(True)], Finding(*PRIORITY, "must be an integer", "true")),
    "priority-fraction": ([rule(1.5)], Finding(*PRIORITY, "must be an integer", "1.5")),
    "description-number": (
        [rule() | {"description": 3}],
        Finding("rules[0].description", "lifecycle-description", "must be a string", "3"),
    ),
    "misspelt-key": (
        [rule() | {"descripton": "x"}],
        Finding("rules[0].descripton", "lifecycle-key", "must be a known key", "'descripton'", "write 'description'"),
    ),
    "unknown-key": (
        [rule() | {"note": "x"}],
        Finding("rules[0].note", "lifecycle-key", "must be a known key", "'note'", RULE_KEYS),
    ),
    "missing-action": (
        [{"rulePriority": 1, "selection": rule()["selection"]} | LONG],
        Finding("rules[0]", "lifecycle-key", "must have the key 'action'"),
    ),
    "missing-count": ([rule(countNumber=None)], Finding(SELECTION, "lifecycle-key", "must have the key 'countNumber'")),
    "selection-text": (
        [rule() | {"selection": "tagged"} | LONG],
        Finding(SELECTION, "lifecycle-selection", "must be an object", "'tagged'"),
    ),
    "action-text": (
        [rule() | {"action": "expire"}],
        Finding(ACTION, "lifecycle-action", "must be an object", "'expire'", 'write {"type": "expire"}'),
    ),
    "tag-status-in-capitals": (
        [rule(tagStatus="TAGGED")],
        Finding(f"{SELECTION}.tagStatus", "lifecycle-tag-status", STATUSES, "'TAGGED'", "write 'tagged'"),
    ),
    "tag-status-list": (
        [rule(tagStatus=["tagged"])],
        Finding(f"{SELECTION}.tagStatus", "lifecycle-tag-status", STATUSES, "a list"),
    ),
    "tagged-without-a-list": (
        [rule(tagPatternList=None)],
        Finding(
            SELECTION,
            "lifecycle-tag-list",
            "must have tagPatternList or tagPrefixList when tagStatus is 'tagged'",
            fix='write "tagPatternList": ["*"] for every tag',
        ),
    ),
    "both-lists": (
        [rule(tagPrefixList=["prod"])],
        Finding(
            SELECTION,
            "lifecycle-tag-list",
            "must have one of tagPatternList and tagPrefixList",
            "both",
            "write two rules",
        ),
    ),
    "untagged-with-a-list": (
        [rule(tagStatus="untagged")],
        Finding(
            TAGS,
            "lifecycle-tag-list",
            "must be absent when tagStatus is 'untagged'",
            fix="remove it, or write 'tagged' instead of 'untagged'",
        ),
    ),
    "empty-list": (
        [rule(tagPatternList=[])],
        Finding(TAGS, "lifecycle-tag-list", "must name at least one of the tag patterns", "an empty list"),
    ),
    "list-that-is-a-text": (
        [rule(tagPatternList="v*")],
        Finding(TAGS, "lifecycle-tag-list", "must be a list of tag patterns", "'v*'", "write ['v*']"),
    ),
    "empty-pattern": (
        [rule(tags=["a", ""])],
        Finding(f"{TAGS}[1]", "lifecycle-tag-list", "must be a non-empty text", "''"),
    ),
    "prefix-that-is-a-number": (
        [rule(tagPatternList=None, tagPrefixList=[3])],
        Finding(f"{SELECTION}.tagPrefixList[0]", "lifecycle-tag-list", "must be a non-empty text", "3"),
    ),
    "six-wildcards": (
        [rule(tags=["test*1*2*3*4*5*6"])],
        Finding(f"{TAGS}[0]", "lifecycle-tag-pattern", "must have at most 4 wildcards", "'test*1*2*3*4*5*6'"),
    ),
    "hours": (
        [age(countUnit="hours")],
        Finding(f"{SELECTION}.countUnit", "lifecycle-count-unit", "must be 'days'", "'hours'"),
    ),
    "age-without-a-unit": (
        [age(countUnit=None)],
        Finding(
            SELECTION,
            "lifecycle-count-unit",
            "must have the key 'countUnit' when countType is 'sinceImagePushed'",
            fix='write "countUnit": "days"',
        ),
    ),
    "count-with-a-unit": (
        [rule(countUnit="days")],
        Finding(
            f"{SELECTION}.countUnit",
            "lifecycle-count-unit",
            "must be absent when countType is 'imageCountMoreThan'",
            "'days'",
            "remove it",
        ),
    ),
    "misspelt-count-type": (
        [rule(countType="imageCountMoreThen")],
        Finding(
            f"{SELECTION}.countType",
            "lifecycle-count-type",
            COUNTS,
            "'imageCountMoreThen'",
            "write 'imageCountMoreThan'",
        ),
    ),
    "count-zero": ([rule(countNumber=0)], Finding(COUNT, "lifecycle-count-number", NUMBER, "0")),
    "expire-by-pull": (
        [age(countType="sinceImagePulled")],
        Finding(
            f"{ACTION}.type",
            "lifecycle-action",
            "must be 'transition' when countType is 'sinceImagePulled'",
            "'expire'",
            "archive by 'sinceImagePulled', then expire by 'sinceImageTransitioned' after 90 days or more",
        ),
    ),
    "archive-what-is-archived": (
        [archived(type="transition", targetStorageClass="archive")],
        Finding(
            f"{ACTION}.type",
            "lifecycle-action",
            "must be 'expire' when countType is 'sinceImageTransitioned'",
            "'transition'",
        ),
    ),
    "89-days-in-archive": (
        [archived(countNumber=89)],
        Finding(COUNT, "lifecycle-count-number", "must be 90 to 2,147,483,647", "89"),
    ),
    "transitioned-without-a-class": (
        [archived(storageClass=None)],
        Finding(
            SELECTION,
            "lifecycle-storage-class",
            "must have the key 'storageClass' when countType is 'sinceImageTransitioned'",
            fix='write "storageClass": "archive"',
        ),
    ),
    "transitioned-in-standard": (
        [archived(storageClass="standard")],
        Finding(
            f"{SELECTION}.storageClass",
            "lifecycle-storage-class",
            "must be 'archive' when countType is 'sinceImageTransitioned'",
            "'standard'",
        ),
    ),
    "count-in-the-archive": (
        [rule(storageClass="archive")],
        Finding(
            f"{SELECTION}.storageClass",
            "lifecycle-storage-class",
            "must be absent when countType is 'imageCountMoreThan'",
            "'archive'",
            "remove it, or count by 'sinceImageTransitioned'",
        ),
    ),
    "unknown-class": (
        [rule(storageClass="glacier")],
        Finding(f"{SELECTION}.storageClass", "lifecycle-storage-class", "must be 'standard' or 'archive'", "'glacier'"),
    ),
    "transition-to-nowhere": (
        [rule(type="transition")],
        Finding(
            ACTION,
            "lifecycle-target-storage-class",
            "must have the key 'targetStorageClass' when type is 'transition'",
            fix='write "targetStorageClass": "archive"',
        ),
    ),
    "transition-to-glacier": (
        [rule(type="transition", targetStorageClass="glacier")],
        Finding(f"{ACTION}.targetStorageClass", "lifecycle-target-storage-class", "must be 'archive'", "'glacier'"),
    ),
    "expire-to-the-archive": (
        [rule(targetStorageClass="archive")],
        Finding(
            f"{ACTION}.targetStorageClass",
            "lifecycle-target-storage-class",
            "must be absent when type is 'expire'",
            "'archive'",
            "remove it",
        ),
    ),
    "unknown-action": (
        [rule(type="delete")],
        Finding(f"{ACTION}.type", "lifecycle-action", "must be 'expire' or 'transition'", "'delete'"),
    ),
    "null": (
        [rule() | {"action": {"type": "expire", "targetStorageClass": None}}],
        Finding(f"{ACTION}.targetStorageClass", "lifecycle-null", "must not be null", fix="remove the key"),
    ),
    "same-priority": (
        [rule(), rule(1, tags=["x"])],
        Finding(
            "rules[1].rulePriority",
            "lifecycle-unique",
            "must be unique in the policy",
            fix="change this or rules[0].rulePriority",
        ),
    ),
    "same-list-in-another-order": (
        [rule(1, tags=["a", "b"]), rule(2, tags=["b", "a"])],
        Finding(
            "rules[1].selection.tagPatternList",
            "lifecycle-unique",
            "must not be the list of another rule in its storage class",
            fix="change this or rules[0].selection.tagPatternList",
        ),
    ),
    "two-untagged-rules": (
        [untagged(1), untagged(2, countNumber=3)],
        Finding(
            "rules[1].selection.tagStatus",
            "lifecycle-unique",
            "must be the only rule for 'untagged' in its storage class",
            fix="change this or rules[0].selection.tagStatus",
        ),
    ),
    "any-before-another-rule": (
        [untagged(3, tagStatus="any"), rule(5)],
        Finding(
            "rules[0].rulePriority",
            "lifecycle-any-last",
            "must be the highest of its storage class when tagStatus is 'any'",
            "3",
            "write a number above 5",
        ),
    ),
}


@pytest.mark.parametrize(("rules", "finding"), REFUSED.values(), ids=REFUSED)
def test_refuses(rules, finding):
    assert check(*rules) == (finding,)


@pytest.mark.parametrize(
    ("rules", "finding"),
    [
        pytest.param(
            [rule(storageClass="standard")],
            Finding(
                "rules[0].selection.storageClass",
                "lifecycle-storage-class",
                "should be left out, it is the default and ECR was seen to refuse it written out",
                "'standard'",
                severity="warning",
            ),
            id="default-written-out",
        ),
        pytest.param(
            [rule(tags=["a", "a"])],
            Finding(
                "rules[0].selection.tagPatternList[1]",
                "lifecycle-tag-list",
                "should stand once in its list",
                "'a'",
                severity="warning",
            ),
            id="pattern-twice",
        ),
    ],
)
def test_warns(rules, finding):
    assert check(*rules) == (finding,)


@pytest.mark.parametrize(
    ("source", "findings"),
    [
        pytest.param(
            '{"rules":[]}',
            (
                Finding("p", "document-length", "must be at least 100 characters", "12 characters"),
                Finding("p.rules", "lifecycle-rules", "must have 1 to 50 rules", "0 rules"),
            ),
            id="no-rule",
        ),
        pytest.param(
            {"rule": []},
            (
                Finding("p.rule", "lifecycle-key", "must be a known key", "'rule'", "write 'rules'"),
                Finding("p", "lifecycle-rules", "must have a list of rules", None, 'write {"rules": [...]}'),
            ),
            id="misspelt-rules",
        ),
        pytest.param(
            {"rules": {}},
            (Finding("p.rules", "lifecycle-rules", "must be a list of rules", "a dict"),),
            id="rules-object",
        ),
        pytest.param(
            {"rules": None},
            (Finding("p.rules", "lifecycle-null", "must not be null", None, "remove the key"),),
            id="rules-null",
        ),
        pytest.param(
            {"rules": [rule(tags=["x" * 31_000])]},
            (Finding("p", "document-length", "must be at most 30,720 characters as text", "31,164 characters"),),
            id="object-too-long-as-text",
        ),
    ],
)
def test_judges_the_document_as_a_whole(source, findings):
    assert check_lifecycle_document(source, "p") == findings


def test_a_text_one_character_too_long_is_refused():
    text = compact({"rules": [rule()]})
    just = text + " " * (30_720 - len(text))

    assert check_lifecycle_document(just) == ()
    assert [finding.rule for finding in check_lifecycle_document(just + " ")] == ["document-length"]


def test_parses_what_it_accepts_with_the_place_of_each_rule():
    policy = parse_lifecycle_document(
        {"rules": [rule(9) | {"description": "Nine"}, archived(10), age(3, tagPatternList=None, tagPrefixList=["d"])]},
        "p",
    )

    assert policy == LifecyclePolicy(
        (
            Rule(priority=3, tag_status="tagged", tag_prefixes=("d",), count_type="sinceImagePushed", count_number=10),
            Rule(
                priority=9,
                tag_status="tagged",
                tag_patterns=("v*",),
                count_type="imageCountMoreThan",
                count_number=10,
                description="Nine",
            ),
            Rule(
                priority=10,
                tag_status="any",
                storage_class="archive",
                count_type="sinceImageTransitioned",
                count_number=90,
            ),
        )
    )
    assert [rule.origin for rule in policy.rules] == ["p.rules[2]", "p.rules[0]", "p.rules[1]"]
    assert policy.origin == "p"


def test_refuses_to_parse_with_all_errors_at_once():
    with pytest.raises(ModelError) as refusal:
        parse_lifecycle_document({"rules": [rule(0), rule(countNumber="3")]}, "p")

    assert [finding.field for finding in refusal.value.findings] == [
        "p.rules[0].rulePriority",
        "p.rules[1].selection.countNumber",
        "p.rules[1].selection.tagPatternList",
    ]


def test_judges_objects_of_policies_as_it_judges_text():
    good, bad = {"rules": [rule(), untagged(2)]}, {"rules": [rule(0), untagged(3), untagged(3)]}

    assert check_lifecycle_document(Proxy(good)) == ()
    assert parse_lifecycle_document(Proxy(good)) == parse_lifecycle_document(good)
    assert [f.field for f in check_lifecycle_document(Proxy(bad))] == [f.field for f in check_lifecycle_document(bad)]


KEYS = (
    *("rules", "rulePriority", "description", "selection", "action", "type", "targetStorageClass", "x"),
    *("tagStatus", "tagPatternList", "tagPrefixList", "storageClass", "countType", "countUnit", "countNumber"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 100) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@st.composite
def policies(draw):
    """Draw canonical policies, whole grammar."""
    names = draw(st.lists(st.text("abv*-.", min_size=1, max_size=6), unique=True, max_size=6))
    names = [name for name in names if name.count("*") <= 4]
    selections = [
        {"tagStatus": "tagged", draw(st.sampled_from(["tagPatternList", "tagPrefixList"])): [name]} for name in names
    ]
    selections += draw(st.lists(st.just({"tagStatus": "untagged"}), max_size=1))
    selections += draw(st.lists(st.just({"tagStatus": "any"}), max_size=1))
    standard = [draw(standard_rules(selection)) for selection in selections]
    stored = [draw(archive_rules(selection)) for selection in draw(st.permutations(selections))[:2]]
    stored.sort(key=lambda rule: rule["selection"]["tagStatus"] == "any")
    rules = [*standard, *stored] or [draw(standard_rules({"tagStatus": "any"}))]
    numbers = sorted(draw(st.sets(st.integers(1, 900), min_size=len(rules), max_size=len(rules))))
    described = draw(st.lists(st.none() | st.text(max_size=9), min_size=len(rules), max_size=len(rules)))
    return {
        "rules": [
            {"rulePriority": number, **({} if text is None else {"description": text}), **whole}
            for number, text, whole in zip(numbers, described, rules, strict=True)
        ]
    }


@st.composite
def standard_rules(draw, selection):
    kind = draw(st.sampled_from(["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled"]))
    unit = {} if kind == "imageCountMoreThan" else {"countUnit": "days"}
    archive = kind == "sinceImagePulled" or draw(st.booleans())
    action = {"type": "transition", "targetStorageClass": "archive"} if archive else {"type": "expire"}
    count = {"countType": kind, **unit, "countNumber": draw(st.integers(1, 500))}
    return {"selection": {**selection, **count}, "action": action}


@st.composite
def archive_rules(draw, selection):
    count = {"countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": draw(st.integers(90, 500))}
    return {"selection": {**selection, "storageClass": "archive", **count}, "action": {"type": "expire"}}


@given(policies())
def test_rendering_what_was_parsed_is_the_identity_on_canonical_documents(document):
    if len(compact(document)) >= 100:
        assert render_lifecycle(parse_lifecycle_document(compact(document))) == compact(document)


@st.composite
def mutations(draw, document):
    """Draw a document with something in it replaced or removed."""
    document = copy.deepcopy(document)
    owner = document
    while True:
        keys = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
        if not keys:
            return document
        key = draw(st.sampled_from(keys))
        if not isinstance(owner[key], (dict, list)) or draw(st.booleans()):
            break
        owner = owner[key]
    if isinstance(owner, dict) and draw(st.booleans()):
        del owner[key]
    else:
        owner[key] = draw(JSON | st.sampled_from(["any", "archive", "standard", 0, True, "days"]))
    return document


@given(JSON | policies().flatmap(mutations))
def test_parsing_raises_nothing_but_its_own_error_and_every_path_exists(document):
    findings = check_lifecycle_document(document, "")

    for finding in findings:
        assert exists(document, finding.field), finding
    if errors(findings):
        with pytest.raises(ModelError) as refusal:
            parse_lifecycle_document(document, "")
        assert refusal.value.findings == errors(findings)
    else:
        parse_lifecycle_document(document, "")


@given(st.text() | st.binary() | JSON.map(json.dumps))
def test_parsing_text_raises_nothing_but_its_own_error(text):
    if not errors(check_lifecycle_document(text)):
        parse_lifecycle_document(text)


def exists(document, path):
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        try:
            document = document[int(index)] if index else document[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
