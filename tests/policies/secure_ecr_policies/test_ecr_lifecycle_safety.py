import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

UNTAGGED = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}
RELEASES = {
    "tagStatus": "tagged",
    "tagPatternList": ["v*"],
    "countType": "imageCountMoreThan",
    "countNumber": 50,
}
EVERYTHING = UNTAGGED | {"tagStatus": "any"}

KEEPS_UNTAGGED = (
    "policy: should expire untagged images, no rule selects them and they stay for ever;"
    " add a rule with tagStatus 'untagged'"
)
BY_AGE = (
    "policy.rules[0]: should keep some images: rule 1 expires every image 14 days after its push,"
    " also the newest and those in use; count images with imageCountMoreThan, or name the tags that may go"
)


def deletes(pattern):
    return (
        f"policy.rules[0]: should not delete images that have a tag {pattern}: rule 1 may expire images pushed more"
        f" than 14 days ago, and no earlier rule keeps {pattern};"
        f" evaluate a rule for '{pattern}' before it that counts images"
    )


def document(*selections):
    return {
        "rules": [
            {"rulePriority": index + 1, "selection": selection, "action": {"type": "expire"}}
            for index, selection in enumerate(selections)
        ]
    }


@pytest.mark.parametrize(
    ("policy", "config", "expected"),
    [
        pytest.param(document(UNTAGGED, RELEASES), {}, [], id="object"),
        pytest.param(json.dumps(document(UNTAGGED, RELEASES)), {}, [], id="text"),
        pytest.param(document(RELEASES), {}, [KEEPS_UNTAGGED], id="untagged-images-stay"),
        pytest.param(document(EVERYTHING), {}, [BY_AGE, deletes("v*")], id="everything-goes"),
        pytest.param(document(EVERYTHING), {"protected_tags": []}, [BY_AGE], id="nothing-protected"),
        pytest.param(
            document(EVERYTHING), {"protected_tags": ["prod-*"]}, [BY_AGE, deletes("prod-*")], id="other-tags-protected"
        ),
        pytest.param("{", {}, ["not applicable"], id="malformed-is-the-grammar's"),
        pytest.param(None, {}, ["not applicable"], id="null"),
        pytest.param(UNKNOWN, {}, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(UNTAGGED | {"countNumber": UNKNOWN}),
            {},
            ["not evaluated: policy.rules[0].selection.countNumber: known at the update only"],
            id="unknown-number",
        ),
        pytest.param(
            document(UNTAGGED | {"countNumber": UNKNOWN}, EVERYTHING),
            {},
            [
                BY_AGE.replace("rules[0]", "rules[1]").replace("rule 1", "rule 2"),
                "not evaluated: policy.rules[0].selection.countNumber: known at the update only",
            ],
            id="unknown-number-beside-a-rule-that-goes-by-age",
        ),
        pytest.param(
            {"rules": [{"a": UNKNOWN}, {"b": 7}, 7]},
            {},
            ["not evaluated: policy.rules[0].a: known at the update only"],
            id="unknown-beside-malformed",
        ),
    ],
)
def test_judges_lifecycle_policies(findings, policy, config, expected):
    assert findings(LIFECYCLE_POLICY, {"policy": policy}, config=config) == expected


def test_judges_creation_templates_that_have_a_lifecycle_policy(findings):
    assert findings(CREATION_TEMPLATE, {}) == ["not applicable"]
    assert findings(CREATION_TEMPLATE, {"lifecyclePolicy": json.dumps(document(RELEASES))}) == [
        KEEPS_UNTAGGED.replace("policy:", "lifecyclePolicy:", 1)
    ]


def test_looks_at_nothing_else(findings):
    assert findings(REPOSITORY, {"policy": document(EVERYTHING)}) == ["not applicable"]
