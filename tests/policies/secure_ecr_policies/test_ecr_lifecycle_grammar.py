import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN


def rule(priority=1, **selection):
    chosen = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}
    return {"rulePriority": priority, "selection": chosen | selection, "action": {"type": "expire"}}


def document(*rules):
    return {"rules": list(rules)}


SNAKE_CASE = document(
    {
        "rule_priority": 1.0,
        "selection": {
            "tag_status": "untagged",
            "count_type": "sinceImagePushed",
            "count_unit": "days",
            "count_number": 14.0,
            "__defaults": [],
        },
        "action": {"type": "expire"},
    }
)
SECOND = "policy.rules[1]"
ZERO = "policy.rules[0].selection.countNumber: must be 1 to 2,147,483,647, got 0"
NOT_JSON = (
    "must be JSON, at line 1 column 2: expecting property name enclosed in double quotes, got the end of the line"
)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(json.dumps(document(rule())), [], id="text"),
        pytest.param(document(rule()), [], id="object"),
        pytest.param(SNAKE_CASE, [], id="snake-case"),
        pytest.param(json.dumps(document(rule(countNumber=0))), [ZERO], id="wrong-text"),
        pytest.param(document(rule(countNumber=0.0)), [ZERO], id="wrong-object"),
        pytest.param(None, ["policy: must be a JSON object or its text, got null"], id="null"),
        pytest.param("{", [f"policy: {NOT_JSON}"], id="no-json"),
        pytest.param([], ["policy: must be a JSON object or its text, got a list"], id="malformed"),
        pytest.param(document(), ["policy.rules: must have 1 to 50 rules, got 0 rules"], id="no-rules"),
        pytest.param(
            document(rule(), rule()),
            [
                f"{SECOND}.rulePriority: must be unique in the policy; change this or policy.rules[0].rulePriority",
                (
                    f"{SECOND}.selection.tagStatus: must be the only rule for 'untagged' in its storage class;"
                    " change this or policy.rules[0].selection.tagStatus"
                ),
            ],
            id="rules-that-do-not-go-together",
        ),
        pytest.param(
            document(rule(storageClass="standard")), [], id="written-default-is-a-warning-and-not-this-control's"
        ),
        pytest.param(UNKNOWN, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(rule(countNumber=UNKNOWN), rule(2, tagStatus="any", countUnit="hours")),
            [
                "policy.rules[1].selection.countUnit: must be 'days', got 'hours'",
                "not evaluated: policy.rules[0].selection.countNumber: known at the update only",
            ],
            id="unknown-number-the-rest-judged",
        ),
        pytest.param(
            document(*(rule(n, tagStatus="tagged", tagPrefixList=[UNKNOWN]) for n in (1, 2))),
            [
                "not evaluated: policy.rules[0].selection.tagPrefixList[0]: known at the update only",
                "not evaluated: policy.rules[1].selection.tagPrefixList[0]: known at the update only",
            ],
            id="two-unknown-tags-are-not-the-same-tag",
        ),
    ],
)
def test_judges_lifecycle_policies(findings, policy, expected):
    assert findings(LIFECYCLE_POLICY, {"policy": policy}) == expected


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({}, ["not applicable"], id="absent"),
        pytest.param({"lifecyclePolicy": ""}, ["not applicable"], id="empty"),
        pytest.param({"lifecyclePolicy": json.dumps(document(rule()))}, [], id="policy"),
        pytest.param({"lifecyclePolicy": "{"}, [f"lifecyclePolicy: {NOT_JSON}"], id="no-json"),
        pytest.param(
            {"lifecyclePolicy": UNKNOWN},
            ["not evaluated: lifecyclePolicy: known at the update only"],
            id="unknown",
        ),
    ],
)
def test_judges_creation_templates_that_have_a_lifecycle_policy(findings, props, expected):
    assert findings(CREATION_TEMPLATE, props) == expected


def test_looks_at_nothing_else(findings):
    assert findings(REPOSITORY, {"policy": "{"}) == ["not applicable"]
