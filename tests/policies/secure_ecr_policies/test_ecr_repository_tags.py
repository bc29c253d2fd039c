import json

import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

REQUIRED = {"required_tags": ["team", "cost-center"]}


def missing(key, got=""):
    return f"tags.{key}: must be given{got}; add the AWS tag with its value"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param({"team": "payments", "cost-center": "7", "__defaults": []}, [], id="all"),
        pytest.param({"team": "payments"}, [missing("cost-center")], id="one-missing"),
        pytest.param(None, [missing("team"), missing("cost-center")], id="absent"),
        pytest.param("team", [missing("team"), missing("cost-center")], id="malformed"),
        pytest.param(
            {"Team": "payments", "cost-center": ""},
            [missing("team", ", got 'Team' instead"), missing("cost-center", ", got an empty text")],
            id="other-case-and-no-value",
        ),
        pytest.param({"team": UNKNOWN, "cost-center": "7"}, [], id="unknown-value-is-one"),
        pytest.param(UNKNOWN, ["not evaluated: tags: known at the update only"], id="unknown"),
    ],
)
def test_judges_repositories(findings, tags, expected):
    assert findings(REPOSITORY, {"tags": tags}, config=REQUIRED) == expected


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        pytest.param(json.dumps({"tags": {"team": "payments", "cost-center": "7"}}), [], id="text"),
        pytest.param({"tags": {"team": "payments"}}, [missing("cost-center")], id="object"),
        pytest.param("{", [missing("team"), missing("cost-center")], id="malformed"),
        pytest.param(json.dumps({"tags": ["team"]}), [missing("team"), missing("cost-center")], id="no-object"),
        pytest.param(UNKNOWN, ["not evaluated: provider.defaultTags: known at the update only"], id="unknown"),
    ],
)
def test_the_provider_may_give_them(findings, defaults, expected):
    assert findings(REPOSITORY, {}, provider={"defaultTags": defaults}, config=REQUIRED) == expected


def test_what_is_unknown_does_not_matter_where_nothing_is_missing(findings):
    tags = {"team": "payments", "cost-center": "7"}

    assert findings(REPOSITORY, {"tags": tags}, provider={"defaultTags": UNKNOWN}, config=REQUIRED) == []


def test_asks_for_nothing_by_itself(findings):
    assert findings(REPOSITORY, {}) == ["not applicable"]


def test_looks_at_repositories_alone(findings):
    assert findings(LIFECYCLE_POLICY, {}, config=REQUIRED) == ["not applicable"]
