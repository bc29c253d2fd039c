import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

GRAMMAR = "name: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/'"
FORM = "name: must have the form '{team}/{service}'"
NAMING = {"naming": {"pattern": "{team}/{service}", "values": {"team": ["payments", "storefront"]}}}


@pytest.mark.parametrize(
    ("props", "config", "expected"),
    [
        pytest.param({"name": "payments/api"}, {}, [], id="name"),
        pytest.param({"name": "1abc"}, {}, [], id="doubtful-but-accepted"),
        pytest.param({}, {}, ["not evaluated: name: Pulumi makes it up later; write a name"], id="absent"),
        pytest.param({"name": UNKNOWN}, {}, ["not evaluated: name: known at the update only"], id="unknown"),
        pytest.param(
            {"name": "Payments/API"}, {}, [f"{GRAMMAR}, got 'Payments/API'; write 'payments/api'"], id="capitals"
        ),
        pytest.param({"name": "a"}, {}, ["name: must be 2 to 256 characters, got 1: 'a'"], id="too-short"),
        pytest.param({"name": 3.0}, {}, ["name: must be a text, got 3; put it in quotes"], id="number"),
        pytest.param({"name": ["a"]}, {}, ["name: must be a text, got a list"], id="malformed"),
        pytest.param({"name": "payments/api"}, NAMING, [], id="follows-the-convention"),
        pytest.param(
            {"name": "payments-api"},
            NAMING,
            [f"{FORM}, got 'payments-api'"],
            id="other-form",
        ),
        pytest.param(
            {"name": "shop/api"},
            NAMING,
            [f"{FORM}, got 'shop/api'; write 'payments' or 'storefront' instead of 'shop'"],
            id="team-that-does-not-exist",
        ),
        pytest.param(
            {"name": "payments/latest"},
            NAMING,
            ["name: must not contain a version such as 'latest', got 'payments/latest'; put versions into tags"],
            id="version-in-the-name",
        ),
    ],
)
def test_judges_repositories(findings, props, config, expected):
    assert findings(REPOSITORY, props, config=config) == expected


def test_looks_at_repositories_alone(findings):
    assert findings(LIFECYCLE_POLICY, {"name": "X"}) == ["not applicable"]
