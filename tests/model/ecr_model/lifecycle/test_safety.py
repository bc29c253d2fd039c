"""Warnings about valid policies that do what their author did not mean."""

import time

import pytest
from ecr_model.findings import Finding
from ecr_model.lifecycle import check_lifecycle_safety, parse_lifecycle, parse_lifecycle_document
from ecr_model.lifecycle.rules import LifecyclePolicy, Rule


def warning(field, rule, requirement, *, got=None, fix):
    return Finding(field, rule, requirement, got, fix, "warning")


def of(*rules, **options):
    """Return the warnings about a policy of these rules, untagged images taken care of by rule 900."""
    policy = LifecyclePolicy((*rules, rule(900, tag_status="untagged")), origin="p")
    return check_lifecycle_safety(policy, **options)


def rule(priority, *patterns, count=10, **changes):
    defaults = {
        "tag_status": "tagged" if patterns or changes.get("tag_prefixes") else "any",
        "count_type": "imageCountMoreThan",
        "count_number": count,
        "tag_patterns": patterns,
        "origin": f"p.rules[{priority}]",
    }
    return Rule(priority=priority, **(defaults | changes))


AGE = {"count_type": "sinceImagePushed"}
ARCHIVE = {"action": "transition"}
ARCHIVED = {"storage_class": "archive", "count_type": "sinceImageTransitioned", "count": 365}

SILENT = {
    "releases-and-the-rest": [rule(1, "v*"), rule(901)],
    "an-exception-before-a-general-rule-by-age": [rule(1, "prod-*"), rule(2, "p*", **AGE)],
    "tags-apart": [rule(1, "dev-*"), rule(2, "qa-*"), rule(3, tag_prefixes=("x",))],
    "some-tags-by-age": [rule(1, "dev-*", **AGE)],
    "a-rule-that-never-archives": [rule(1, tag_prefixes=("x",)), rule(2, "v*", **ARCHIVED)],
}


@pytest.mark.parametrize("rules", SILENT.values(), ids=SILENT)
def test_says_nothing_about(rules):
    assert of(*rules) == ()


WARNED = {
    "several-patterns-in-one-rule": (
        [rule(1, "v*", "release-*")],
        warning(
            "p.rules[1]",
            "lifecycle-tags-together",
            "should name one tag: rule 1 selects only images that have v* and release-* at once",
            fix="write one rule for each",
        ),
    ),
    "many-prefixes-in-one-rule": (
        [rule(1, tag_prefixes=("a", "b", "c", "d"))],
        warning(
            "p.rules[1]",
            "lifecycle-tags-together",
            "should name one tag: rule 1 selects only images that have a* and b* and c* and others at once",
            fix="write one rule for each",
        ),
    ),
    "a-regular-expression": (
        [rule(1, "v[0-9]+")],
        warning(
            "p.rules[1]",
            "lifecycle-tag-impossible",
            "should match some tag: rule 1 never acts, no tag contains '['",
            got="'v[0-9]+'",
            fix="write * for a run of characters, nothing else is special",
        ),
    ),
    "a-wildcard-in-a-prefix": (
        [rule(1, tag_prefixes=("v*",))],
        warning(
            "p.rules[1]",
            "lifecycle-tag-impossible",
            "should match some tag: rule 1 never acts, no tag contains '*'",
            got="'v*'",
            fix="write it in tagPatternList",
        ),
    ),
    "shadowed-by-a-wider-pattern": (
        [rule(1, "v*"), rule(2, "v1.*", **AGE)],
        warning(
            "p.rules[2]",
            "lifecycle-shadowed",
            "should select other images than rule 1: rule 2 can never act",
            fix="evaluate it before rule 1, or remove it",
        ),
    ),
    "a-pattern-shadowed-by-a-prefix": (
        [rule(1, tag_prefixes=("v",)), rule(2, "v*")],
        warning(
            "p.rules[2]",
            "lifecycle-shadowed",
            "should select other images than rule 1: rule 2 can never act",
            fix="evaluate it before rule 1, or remove it",
        ),
    ),
    "any-shadowed-by-two-rules": (
        [rule(1, "*"), rule(901)],
        warning(
            "p.rules[901]",
            "lifecycle-shadowed",
            "should select other images than rules 900 and 1: rule 901 can never act",
            fix="evaluate it before rule 900, or remove it",
        ),
    ),
    "patterns-that-cross": (
        [rule(1, "v*"), rule(2, "*-rc", **AGE)],
        warning(
            "p.rules[2]",
            "lifecycle-overlap",
            "should select other tags than rule 1, which decides first",
            got="'v-rc' in both",
            fix="tell the tags apart, or count on it",
        ),
    ),
    "a-count-in-which-others-take-places": (
        [rule(1, "prod-eu*"), rule(2, "prod*", count=5)],
        warning(
            "p.rules[2]",
            "lifecycle-overlap",
            "should select other tags than rule 1, which decides first and whose images take places among the newest 5",
            got="'prod-eu' in both",
            fix="tell the tags apart, or count on it",
        ),
    ),
    "everything-by-age": (
        [rule(901, count=30, **AGE)],
        warning(
            "p.rules[901]",
            "lifecycle-age",
            "should keep some images: rule 901 expires every image 30 days after its push,"
            " also the newest and those in use",
            fix="count images with imageCountMoreThan, or name the tags that may go",
        ),
    ),
}


@pytest.mark.parametrize(("rules", "finding"), WARNED.values(), ids=WARNED)
def test_warns_of(rules, finding):
    assert of(*rules) == (finding,)


@pytest.mark.parametrize(("number", "fields"), [(10, ["p.rules[1]", "p.rules[2]"]), (11, ["p.rules[1]"])])
def test_a_rule_of_more_than_ten_tags_is_compared_with_no_other(number, fields):
    many = rule(1, *(f"v{n}*" for n in range(number)))

    assert [finding.field for finding in of(many, rule(2, "v1*"))] == fields


def test_names_all_rules_that_share_a_tag_with_a_later_one():
    (finding,) = of(rule(1, "v*"), rule(2, "dev-*"), rule(3, "*", count=5))

    assert finding.requirement == (
        "should select other tags than rules 1 and 2, which decide first"
        " and whose images take places among the newest 5"
    )


def test_warns_of_a_tag_in_two_lists_because_ecr_may_refuse_it():
    findings = of(rule(1, "a*", "b*"), rule(2, "a*", "c*"))

    assert findings[-1] == warning(
        "p.rules[2]",
        "lifecycle-unique",
        "should not name a tag of rule 1, ECR may refuse the policy",
        got="'a*'",
        fix="name each tag in one rule",
    )


@pytest.mark.parametrize(
    ("rules", "requirement"),
    [
        pytest.param(
            [rule(1, "v*")],
            "should expire untagged images, no rule selects them and they stay for ever",
            id="no-rule-selects-them",
        ),
        pytest.param(
            [rule(1, **ARCHIVE)],
            "should expire archived untagged images, no rule selects them and they stay for ever",
            id="archived-and-no-more",
        ),
    ],
)
def test_warns_of_untagged_images_that_stay_for_ever(rules, requirement):
    assert check_lifecycle_safety(LifecyclePolicy(tuple(rules), origin="p")) == (
        warning("p", "lifecycle-untagged", requirement, fix="add a rule with tagStatus 'untagged'"),
    )


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule(1, tag_status="untagged")], id="untagged"),
        pytest.param([rule(1)], id="any"),
        pytest.param([rule(1, **ARCHIVE), rule(2, **ARCHIVED)], id="archived-then-expired"),
    ],
)
def test_untagged_images_that_go_are_fine(rules):
    assert check_lifecycle_safety(LifecyclePolicy(tuple(rules), origin="p")) == ()


@pytest.mark.parametrize(
    ("rules", "decides", "archive"),
    [
        pytest.param([rule(1, "v*", **ARCHIVE), rule(2, "v*", **ARCHIVED)], 900, "rule 1 archives", id="some-tags"),
        pytest.param([rule(901, **AGE, **ARCHIVE)], 900, "rule 901 archives", id="everything-by-age"),
        pytest.param(
            [rule(1, "v*", **ARCHIVE), rule(2, "w*", **ARCHIVE), rule(3)], 3, "rules 1 and 2 archive", id="beside-any"
        ),
    ],
)
def test_tells_that_an_archived_index_loses_its_images(rules, decides, archive):
    found = [finding for finding in of(*rules) if finding.rule == "lifecycle-archived-index"]

    assert found == [
        warning(
            "p.rules[" + str(decides) + "]",
            "lifecycle-archived-index",
            f"should archive untagged images too, as {archive} tagged ones: the images of an archived index are"
            f" untagged, ECR keeps them with it no longer, and rule {decides} expires them",
            fix="write the action 'transition', or push images for one platform and without attestations",
        )
    ]


def test_an_archived_index_keeps_its_images_where_untagged_images_are_archived():
    rules = [
        *(rule(1, "v*", **ARCHIVE), rule(2, "v*", **ARCHIVED)),
        *(rule(3, tag_status="untagged", **AGE, **ARCHIVE), rule(4, **ARCHIVED)),
    ]

    assert check_lifecycle_safety(LifecyclePolicy(tuple(rules), origin="p")) == ()


def protected(*rules, tags=("v*",)):
    return [
        (finding.field, finding.message)
        for finding in of(*rules, protected_tags=tags)
        if finding.rule == "lifecycle-protected-tag"
    ]


def test_tells_which_rule_can_delete_protected_tags():
    message = (
        "should not delete images that have a tag v*: rule {} may expire images {}, and no earlier rule keeps v*;"
        " evaluate a rule for 'v*' before it that counts images"
    )

    assert protected(rule(1, "dev-*", **AGE), rule(901)) == [
        ("p.rules[1]", message.format(1, "tagged dev-* pushed more than 10 days ago")),
        ("p.rules[901]", message.format(901, "beyond the newest 10")),
    ]


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule(1, "v*"), rule(2, "dev-*", **AGE), rule(901)], id="a-count-of-them-comes-first"),
        pytest.param([rule(1, "*"), rule(901)], id="a-count-of-all-tags-comes-first"),
        pytest.param([rule(1, "dev-*", **ARCHIVE)], id="nothing-is-deleted"),
        pytest.param([rule(1, "^x")], id="the-rule-never-acts"),
        pytest.param([rule(1, "latest"), rule(2, "dev-*", "stable")], id="one-image-has-the-tag"),
    ],
)
def test_protected_tags_are_safe_when(rules):
    assert protected(*rules) == []


@pytest.mark.parametrize("tag", ["v*", "latest"])
def test_protected_tags_are_not_safe_by_age(tag):
    assert [field for field, _ in protected(rule(1, tag, **AGE))] == ["p.rules[1]"]


def test_protected_tags_are_not_safe_in_the_archive():
    assert protected(rule(1, "v*", **ARCHIVE), rule(2, **ARCHIVED)) == [
        (
            "p.rules[2]",
            (
                "should not delete images that have a tag v*: rule 2 may expire images archived more than 365 days ago,"
                " and no earlier rule keeps v*; name the tags that may go: no rule counts archived images"
            ),
        )
    ]


def test_a_rule_for_part_of_the_protected_tags_does_not_keep_the_others():
    assert [field for field, _ in protected(rule(1, "v1.*"), rule(901))] == ["p.rules[1]", "p.rules[901]"]


def test_findings_point_at_the_declaration_that_the_rules_come_from():
    policy = parse_lifecycle({"keep": [{"tag_patterns": ["v*", "v1*"], "count": 1}]})

    assert [finding.field for finding in check_lifecycle_safety(policy)] == ["lifecycle.keep[0].tag_patterns[1]"]


@pytest.mark.parametrize(
    "lists",
    [
        pytest.param([[f"{letter}{n}*" for n in range(1500)] for letter in "ab"], id="two-rules-of-thousands"),
        pytest.param([[f"{r}-{n}*" for n in range(40)] for r in range(49)], id="many-rules-of-fifty"),
        pytest.param([["*a" * 4 + "a" * 280 + str(n)] for n in range(49)], id="long-patterns"),
    ],
)
def test_takes_little_time_for_the_largest_policies(lists):
    rules = [
        {
            "rulePriority": number,
            "selection": {
                "tagStatus": "tagged",
                "tagPatternList": patterns,
                "countType": "imageCountMoreThan",
                "countNumber": 1,
            },
            "action": {"type": "expire"},
        }
        for number, patterns in enumerate(lists, start=1)
    ]
    policy = parse_lifecycle_document({"rules": rules})
    start = time.process_time()

    assert check_lifecycle_safety(policy, protected_tags=["v*", "*-prod"])
    assert time.process_time() - start < 5
