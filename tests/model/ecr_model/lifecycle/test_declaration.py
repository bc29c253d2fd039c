"""The typed declaration of a lifecycle, and the rules that it becomes."""

import json
import re

import pytest
from ecr_model.findings import Finding, ModelError, errors
from ecr_model.lifecycle import (
    DEFAULT,
    check_lifecycle,
    check_lifecycle_document,
    parse_lifecycle,
    parse_lifecycle_document,
    render_lifecycle,
)
from hypothesis import given
from hypothesis import strategies as st

RAW = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 5,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3},
                "action": {"type": "expire"},
            }
        ]
    }
)
ONE_OF_COUNTS = "must have one of 'count' or 'days'"
ONE_OF_TAGS = "must have one of 'tag_patterns', 'tag_prefixes' or 'any'"


def rules(declaration):
    """Return what the rules of a declaration do, in order."""
    return [rule["description"] for rule in json.loads(render_lifecycle(parse_lifecycle(declaration)))["rules"]]


def test_the_default_removes_untagged_images_and_nothing_else():
    assert render_lifecycle(DEFAULT) == (
        '{"rules":[{"rulePriority":1,"description":"Expire untagged images pushed more than 14 days ago",'
        '"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},'
        '"action":{"type":"expire"}}]}'
    )


@pytest.mark.parametrize("declaration", [None, {}, {"untagged": None, "keep": [], "archive": None}])
def test_declaring_nothing_is_the_default(declaration):
    assert check_lifecycle(declaration) == ()
    assert parse_lifecycle(declaration) == DEFAULT


def test_rules_come_in_the_order_of_evaluation():
    assert rules(
        {
            "archive": {"unpulled_days": 60, "then_expire_days": 365},
            "keep": [{"tag_patterns": ["v*", "release-*"], "count": 50}, {"tag_prefixes": ["dev-"], "days": 30.0}],
            "untagged": {"count": 3},
        }
    ) == [
        "Expire untagged images beyond the newest 3",
        "Expire images tagged v* beyond the newest 50",
        "Expire images tagged release-* beyond the newest 50",
        "Expire images tagged dev-* pushed more than 30 days ago",
        "Archive images not pulled for 60 days",
        "Expire images archived more than 365 days ago",
    ]


def test_any_image_comes_last():
    assert rules({"keep": [{"tag_prefixes": ["v"], "count": 5}, {"any": True, "days": 90}]}) == [
        "Expire untagged images pushed more than 14 days ago",
        "Expire images tagged v* beyond the newest 5",
        "Expire images pushed more than 90 days ago",
    ]


def test_the_archive_may_go_by_age_and_keep_for_ever():
    assert rules({"archive": {"days": 30}}) == [
        "Expire untagged images pushed more than 14 days ago",
        "Archive images pushed more than 30 days ago",
    ]


def test_each_rule_knows_the_entry_that_it_comes_from():
    policy = parse_lifecycle(
        {
            "keep": [{"tag_patterns": ["a", "b"], "count": 1}, {"tag_prefixes": ["c"], "days": 1}],
            "archive": {"days": 9, "then_expire_days": 90},
        }
    )

    assert [rule.origin for rule in policy.rules] == [
        "lifecycle",
        "lifecycle.keep[0].tag_patterns[0]",
        "lifecycle.keep[0].tag_patterns[1]",
        "lifecycle.keep[1].tag_prefixes[0]",
        "lifecycle.archive",
        "lifecycle.archive",
    ]


def test_a_raw_document_passes_through():
    assert check_lifecycle({"policy_json": RAW}) == ()
    assert parse_lifecycle({"policy_json": RAW}) == parse_lifecycle_document(RAW)
    assert parse_lifecycle({"policy_json": json.loads(RAW)}) == parse_lifecycle_document(RAW)
    assert parse_lifecycle({"policy_json": RAW}).rules[0].origin == "lifecycle.policy_json.rules[0]"


REFUSED = {
    "no-object": ([], Finding("lifecycle", "lifecycle-declaration", "must be an object", "a list")),
    "unknown-key": (
        {"untaged": {"days": 1}},
        Finding("lifecycle.untaged", "lifecycle-key", "must be a known key", "'untaged'", "write 'untagged'"),
    ),
    "untagged-number": (
        {"untagged": 14},
        Finding("lifecycle.untagged", "lifecycle-declaration", "must be an object with 'count' or 'days'", "14"),
    ),
    "untagged-without-a-count": (
        {"untagged": {}},
        Finding("lifecycle.untagged", "lifecycle-count-type", ONE_OF_COUNTS, "none"),
    ),
    "untagged-with-both-counts": (
        {"untagged": {"days": 1, "count": 1}},
        Finding("lifecycle.untagged", "lifecycle-count-type", ONE_OF_COUNTS, "all of them"),
    ),
    "days-in-quotes": (
        {"untagged": {"days": "14"}},
        Finding("lifecycle.untagged.days", "lifecycle-count-number", "must be an integer", "'14'", "remove the quotes"),
    ),
    "keep-object": (
        {"keep": {"any": True, "count": 1}},
        Finding("lifecycle.keep", "lifecycle-declaration", "must be a list of entries", "a dict"),
    ),
    "keep-nobody": (
        {"keep": [{"count": 1}]},
        Finding("lifecycle.keep[0]", "lifecycle-tag-list", ONE_OF_TAGS, "none"),
    ),
    "keep-patterns-and-any": (
        {"keep": [{"count": 1, "tag_patterns": ["v*"], "any": True}]},
        Finding("lifecycle.keep[0]", "lifecycle-tag-list", ONE_OF_TAGS, "tag_patterns and any"),
    ),
    "any-false": (
        {"keep": [{"count": 1, "any": False}]},
        Finding("lifecycle.keep[0].any", "lifecycle-tag-status", "must be true or absent", "false"),
    ),
    "five-wildcards": (
        {"keep": [{"count": 1, "tag_patterns": ["*a*b*c*d*"]}]},
        Finding(
            "lifecycle.keep[0].tag_patterns[0]",
            "lifecycle-tag-pattern",
            "must have at most 4 wildcards",
            "'*a*b*c*d*'",
        ),
    ),
    "any-before-another-entry": (
        {"keep": [{"count": 1, "any": True}, {"count": 1, "tag_patterns": ["v*"]}]},
        Finding(
            "lifecycle.keep[0].any",
            "lifecycle-any-last",
            "must stand in the last entry, ECR evaluates it last",
            fix="move the entry to the end",
        ),
    ),
    "any-beside-archive": (
        {"keep": [{"count": 1, "any": True}], "archive": {"days": 30}},
        Finding(
            "lifecycle.keep[0].any",
            "lifecycle-any-last",
            "must be absent beside archive, ECR takes one rule for any image",
            fix='name the tags, ["*"] is every tag',
        ),
    ),
    "a-tag-in-two-entries": (
        {"keep": [{"count": 1, "tag_patterns": ["v*"]}, {"days": 1, "tag_patterns": ["x", "v*"]}]},
        Finding(
            "lifecycle.keep[1].tag_patterns[1]",
            "lifecycle-unique",
            "must be named once, the first entry decides",
            "'v*'",
            "see lifecycle.keep[0].tag_patterns[0]",
        ),
    ),
    "archive-for-too-short": (
        {"archive": {"days": 1, "then_expire_days": 89}},
        Finding("lifecycle.archive.then_expire_days", "lifecycle-count-number", "must be 90 to 2,147,483,647", "89"),
    ),
    "archive-never": (
        {"archive": {"then_expire_days": 90}},
        Finding("lifecycle.archive", "lifecycle-count-type", "must have one of 'unpulled_days' or 'days'", "none"),
    ),
    "too-many-rules": (
        {"keep": [{"tag_patterns": [f"t{number}*" for number in range(50)], "count": 1}]},
        Finding("lifecycle", "lifecycle-rules", "must make at most 50 rules, one for each pattern", "51 rules"),
    ),
    "too-long": (
        {"keep": [{"tag_patterns": ["x" * 20_000], "count": 1}]},
        Finding("lifecycle", "document-length", "must be at most 30,720 characters as a document", "40,439 characters"),
    ),
    "typed-and-raw": (
        {"policy_json": RAW, "untagged": {"days": 1}},
        Finding(
            "lifecycle.untagged",
            "lifecycle-declaration",
            "must be absent beside policy_json",
            fix="keep one of the two",
        ),
    ),
    "raw-mistake": (
        {"policy_json": RAW.replace("expire", "expires")},
        Finding(
            "lifecycle.policy_json.rules[0].action.type",
            "lifecycle-action",
            "must be 'expire' or 'transition'",
            "'expires'",
            "write 'expire'",
        ),
    ),
}


@pytest.mark.parametrize(("declaration", "finding"), REFUSED.values(), ids=REFUSED)
def test_refuses(declaration, finding):
    assert check_lifecycle(declaration) == (finding,)
    with pytest.raises(ModelError) as refusal:
        parse_lifecycle(declaration)
    assert refusal.value.findings == (finding,)


def test_accepts_fifty_rules():
    patterns = [f"v{number}-*" for number in range(49)]

    assert check_lifecycle({"keep": [{"tag_patterns": patterns, "count": 1}]}) == ()
    assert len(rules({"keep": [{"tag_patterns": patterns, "count": 1}]})) == 50


def test_the_limit_of_length_counts_the_last_character():
    tags = [f"{'x' * 600}{number}" for number in range(20)]

    def declared(length):
        return {"keep": [{"tag_patterns": [*tags, "y" * length], "days": 1}]}

    longest = 1 + (30_720 - len(render_lifecycle(parse_lifecycle(declared(1))))) // 2  # its rule and its description

    assert len(render_lifecycle(parse_lifecycle(declared(longest)))) == 30_720
    assert [finding.requirement for finding in check_lifecycle(declared(longest + 1))] == [
        "must be at most 30,720 characters as a document"
    ]


def test_names_all_mistakes_at_once():
    findings = check_lifecycle(
        {
            "untagged": {"day": 1},
            "keep": [{"any": True, "count": 0}, {"tag_patterns": "v*", "days": 1}],
            "archive": {"days": 1, "then_expire_days": 1},
        },
        "a.lifecycle",
    )

    assert [(finding.field, finding.rule) for finding in findings] == [
        ("a.lifecycle.untagged.day", "lifecycle-key"),
        ("a.lifecycle.untagged", "lifecycle-count-type"),
        ("a.lifecycle.keep[0].count", "lifecycle-count-number"),
        ("a.lifecycle.keep[1].tag_patterns", "lifecycle-tag-list"),
        ("a.lifecycle.keep[0].any", "lifecycle-any-last"),
        ("a.lifecycle.archive.then_expire_days", "lifecycle-count-number"),
        ("a.lifecycle.keep[0].any", "lifecycle-any-last"),
    ]


def test_a_pattern_twice_in_one_entry_is_a_warning_and_one_rule():
    declaration = {"keep": [{"tag_patterns": ["v*", "v*"], "count": 1}]}

    assert [finding.severity for finding in check_lifecycle(declaration)] == ["warning"]
    assert len(parse_lifecycle(declaration).rules) == 2


COUNTS = st.sampled_from(["count", "days"]).flatmap(lambda key: st.fixed_dictionaries({key: st.integers(1, 999)}))
ENTRIES = st.builds(
    lambda key, tags, count: {key: tags, **count},
    st.sampled_from(["tag_patterns", "tag_prefixes"]),
    st.lists(st.text("ab-.", min_size=1, max_size=5), min_size=1, max_size=3, unique=True),
    COUNTS,
)
DECLARATIONS = st.fixed_dictionaries(
    {},
    optional={
        "untagged": COUNTS,
        "keep": st.lists(ENTRIES, max_size=5),
        "archive": st.sampled_from([{"days": 3}, {"unpulled_days": 3, "then_expire_days": 90}]),
    },
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 99) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["untagged", "keep", "archive", "policy_json", "count", "days", "any", "tag_patterns", "tag_prefixes"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(DECLARATIONS)
def test_ecr_accepts_the_document_of_every_declaration_without_findings(declaration):
    if check_lifecycle(declaration) == ():
        text = render_lifecycle(parse_lifecycle(declaration))

        assert check_lifecycle_document(text) == ()
        assert parse_lifecycle_document(text) == parse_lifecycle(declaration)


@given(ANYTHING | DECLARATIONS)
def test_parsing_raises_nothing_but_its_own_error_and_every_path_exists(declaration):
    findings = check_lifecycle(declaration, "")

    for finding in findings:
        place = declaration
        for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", finding.field):
            assert place is not None
            place = place[int(index)] if index else place[key]
    if not errors(findings):
        parse_lifecycle(declaration, "")
