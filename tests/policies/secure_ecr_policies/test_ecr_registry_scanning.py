import pytest
from secure_ecr_policies.pack.registry import SCANNING_CONFIGURATION
from secure_ecr_policies.pack.resource import REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN


def rule(*filters, frequency="SCAN_ON_PUSH"):
    selected = [{"filter": pattern, "filterType": "WILDCARD"} for pattern in filters]
    return {"scanFrequency": frequency, "repositoryFilters": selected}


def registry(scan_type, *rules):
    return {"scanType": scan_type, "rules": list(rules)}


def uncovered(pattern="*", got="no filter"):
    fix = "add a filter that selects them to a rule; '*' selects all repositories"
    return f"rules: must select every repository {pattern!r}, got {got}; {fix}"


def later(path):
    return f"not evaluated: {path}: known at the update only"


GRAMMAR = "must be lower-case letters, digits and '*', with single '.', '_', '-' or '/' between them"


@pytest.mark.parametrize(
    ("props", "config", "expected"),
    [
        pytest.param(registry("BASIC", rule("*")), {}, [], id="basic"),
        pytest.param(registry("ENHANCED", rule("prod", frequency="CONTINUOUS_SCAN"), rule("*")), {}, [], id="enhanced"),
        pytest.param(
            {
                "scanType": "BASIC",
                "rules": [
                    {"scan_frequency": "SCAN_ON_PUSH", "repository_filters": [{"filter": "*", "__defaults": []}]}
                ],
            },
            {},
            [],
            id="snake-case",
        ),
        pytest.param(registry("BASIC"), {}, [uncovered()], id="no-rules"),
        pytest.param({"scanType": "ENHANCED"}, {}, [uncovered()], id="rules-absent"),
        pytest.param(registry("BASIC", rule("prod*")), {}, [uncovered(got="the filters 'prod*'")], id="some"),
        pytest.param(
            registry("BASIC", rule("prod/*")), {"scanned_repositories": ["prod/*"]}, [], id="all-that-must-be"
        ),
        pytest.param(
            registry("BASIC", rule("prod/*")),
            {"scanned_repositories": ["prod/*", "dev/*"]},
            [uncovered("dev/*", "the filters 'prod/*'")],
            id="not-all-that-must-be",
        ),
        pytest.param(registry("BASIC"), {"scanned_repositories": []}, [], id="nothing-must-be"),
        pytest.param(
            registry("BASIC", rule("*")),
            {"scan_type": "ENHANCED"},
            ["scanType: must be 'ENHANCED', got 'BASIC'; write 'ENHANCED'"],
            id="enhanced-wanted",
        ),
        pytest.param(registry("ENHANCED", rule("*")), {"scan_type": "ENHANCED"}, [], id="enhanced-as-wanted"),
        pytest.param(
            registry("ENHANCED", rule("*"), rule("a", frequency="MANUAL")),
            {},
            [
                (
                    "rules[1].scanFrequency: must be 'SCAN_ON_PUSH' or 'CONTINUOUS_SCAN' when the scan type is"
                    " 'ENHANCED', got 'MANUAL'; remove the rule: repositories without one are scanned by hand"
                )
            ],
            id="manual",
        ),
        pytest.param(
            registry("BASIC", rule("*", frequency="CONTINUOUS_SCAN")),
            {},
            [
                "rules[0].scanFrequency: must be 'SCAN_ON_PUSH' when the scan type is 'BASIC', got 'CONTINUOUS_SCAN'",
                uncovered(),
            ],
            id="frequency-of-the-other-type",
        ),
        pytest.param(
            registry("BASIC", rule("*", "Prod")),
            {},
            [f"rules[0].repositoryFilters[1].filter: {GRAMMAR}, got 'Prod'"],
            id="filter-of-another-grammar",
        ),
        pytest.param(
            registry("ENHANCED", rule("*"), rule("a", frequency="CONTINUOUS_SCAN"), rule("b")),
            {},
            [
                "rules: must have at most 2 entries, got 3",
                (
                    "rules: must have one rule for each frequency, got 2 with 'SCAN_ON_PUSH';"
                    " put all filters of the frequency into one rule"
                ),
            ],
            id="three-rules",
        ),
        pytest.param({}, {}, ["scanType: must be given", uncovered()], id="empty"),
        pytest.param(
            {"scanType": [], "rules": {"x": 1}},
            {"scan_type": "BASIC"},
            ["scanType: must be 'BASIC' or 'ENHANCED', got a list", "rules: must be a list, got a dict", uncovered()],
            id="malformed",
        ),
        pytest.param(
            registry(UNKNOWN, rule("*", frequency="CONTINUOUS_SCAN")),
            {"scan_type": "ENHANCED"},
            [later("scanType")],
            id="unknown-type",
        ),
        pytest.param(registry(UNKNOWN), {}, [uncovered(), later("scanType")], id="unknown-type-and-no-rules"),
        pytest.param({"scanType": "BASIC", "rules": UNKNOWN}, {}, [later("rules")], id="unknown-rules"),
        pytest.param(
            registry("BASIC", rule("Prod", UNKNOWN)),
            {},
            [
                f"rules[0].repositoryFilters[0].filter: {GRAMMAR}, got 'Prod'",
                later("rules[0].repositoryFilters[1].filter"),
            ],
            id="unknown-filter-beside-a-wrong-one",
        ),
    ],
)
def test_judges_scanning_configurations(findings, props, config, expected):
    assert findings(SCANNING_CONFIGURATION, props, config=config) == expected


def test_looks_at_scanning_configurations_alone(findings):
    assert findings(REPOSITORY, {"scanType": "BASIC"}) == ["not applicable"]
