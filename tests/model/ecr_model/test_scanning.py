"""The scanning configuration of a registry."""

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.scanning import (
    ScanningConfiguration,
    ScanningRule,
    check_scanning,
    check_scanning_coverage,
    find_frequency,
    is_covered,
    parse_scanning,
    read_scanning,
    render_scanning,
)

ENHANCED = {
    "scanType": "ENHANCED",
    "rules": [
        {
            "scanFrequency": "CONTINUOUS_SCAN",
            "repositoryFilters": [
                {"filter": "prod*", "filterType": "WILDCARD"},
                {"filter": "stable", "filterType": "WILDCARD"},
            ],
        },
        {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]},
    ],
}
PARSED = ScanningConfiguration(
    "ENHANCED",
    (ScanningRule("CONTINUOUS_SCAN", ("prod*", "stable")), ScanningRule("SCAN_ON_PUSH", ("*",))),
)


def test_parses_the_document_of_the_api_and_renders_it_again():
    assert parse_scanning(ENHANCED) == PARSED
    assert render_scanning(PARSED) == ENHANCED


def test_parses_a_declaration_in_any_order():
    declared = {
        "scan_type": "ENHANCED",
        "rules": [
            {"scan_frequency": "SCAN_ON_PUSH", "repository_filters": ["*"]},
            {"scan_frequency": "CONTINUOUS_SCAN", "repository_filters": ["stable", "prod*", "stable"]},
        ],
    }

    assert parse_scanning(declared) == PARSED


def test_rules_may_be_absent():
    assert parse_scanning({"scan_type": "BASIC"}) == ScanningConfiguration("BASIC", ())


def rule(frequency, *filters):
    return {"scanFrequency": frequency, "repositoryFilters": list(filters)}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({}, (Finding("s.scan_type", "scanning", "must be given"),), id="empty"),
        pytest.param(
            {"scanType": "CLAIR"},
            (Finding("s.scanType", "scan-type", "must be 'BASIC' or 'ENHANCED'", "'CLAIR'"),),
            id="scan-type",
        ),
        pytest.param("BASIC", (Finding("s", "scanning", "must be an object", "'BASIC'"),), id="text"),
        pytest.param(
            {"scanType": "ENHANCED", "rules": [rule("MANUAL", "*")]},
            (
                Finding(
                    "s.rules[0].scanFrequency",
                    "scan-frequency",
                    "must be 'SCAN_ON_PUSH' or 'CONTINUOUS_SCAN' when the scan type is 'ENHANCED'",
                    "'MANUAL'",
                    "remove the rule: repositories without one are scanned by hand",
                ),
            ),
            id="manual-rule",
        ),
        pytest.param(
            {"scanType": "BASIC", "rules": [rule("CONTINUOUS_SCAN", "*")]},
            (
                Finding(
                    "s.rules[0].scanFrequency",
                    "scan-frequency",
                    "must be 'SCAN_ON_PUSH' when the scan type is 'BASIC'",
                    "'CONTINUOUS_SCAN'",
                ),
            ),
            id="continuous-needs-enhanced",
        ),
        pytest.param(
            {"scanType": "BASIC", "rules": [rule("SCAN_ON_PUSH", "a"), rule("SCAN_ON_PUSH", "b")]},
            (
                Finding(
                    "s.rules",
                    "scanning-rules",
                    "must have one rule for each frequency",
                    "2 with 'SCAN_ON_PUSH'",
                    "put all filters of the frequency into one rule",
                ),
            ),
            id="frequency-twice",
        ),
        pytest.param(
            {
                "scanType": "ENHANCED",
                "rules": [rule("SCAN_ON_PUSH", "a"), rule("CONTINUOUS_SCAN", "b"), "x"],
            },
            (
                Finding("s.rules", "scanning-rules", "must have at most 2 entries", "3"),
                Finding("s.rules[2]", "scanning-rule", "must be an object", "'x'"),
            ),
            id="three-rules",
        ),
        pytest.param(
            {"scanType": "BASIC", "rules": [{"scanFrequency": "SCAN_ON_PUSH"}]},
            (Finding("s.rules[0].repositoryFilters", "scanning-rule", "must be given"),),
            id="no-filters",
        ),
        pytest.param(
            {"scanType": "BASIC", "rules": [rule("SCAN_ON_PUSH", "team/")]},
            (
                Finding(
                    "s.rules[0].repositoryFilters[0]",
                    "scanning-filter",
                    "must be lower-case letters, digits and '*', with single '.', '_', '-' or '/' between them",
                    "'team/'",
                ),
            ),
            id="filter-ends-with-separator",
        ),
    ],
)
def test_refuses(value, expected):
    assert check_scanning(value, "s") == expected
    with pytest.raises(ModelError) as caught:
        parse_scanning(value, "s")
    assert caught.value.findings == expected


def test_a_rule_without_filters_is_doubtful():
    assert check_scanning({"scanType": "BASIC", "rules": [rule("SCAN_ON_PUSH")]}, "s") == (
        Finding(
            "s.rules[0].repositoryFilters",
            "scanning-rule-empty",
            "should name repositories: a rule without filters selects none",
            None,
            "write '*' for all of them",
            "warning",
        ),
    )


@pytest.mark.parametrize(
    ("scan_type", "name", "expected"),
    [
        pytest.param("ENHANCED", "prod/api", "CONTINUOUS_SCAN", id="continuous-wins"),
        pytest.param("ENHANCED", "very-stable/api", "CONTINUOUS_SCAN", id="without-star-anywhere"),
        pytest.param("ENHANCED", "dev/api", "SCAN_ON_PUSH", id="on-push"),
    ],
)
def test_finds_the_frequency(scan_type, name, expected):
    assert find_frequency(name, ScanningConfiguration(scan_type, PARSED.rules)) == expected


@pytest.mark.parametrize(("scan_type", "expected"), [("BASIC", "MANUAL"), ("ENHANCED", None)])
def test_what_no_rule_selects_is_scanned_by_hand_or_not_at_all(scan_type, expected):
    assert find_frequency("dev/api", ScanningConfiguration(scan_type, PARSED.rules[:1])) == expected


@pytest.mark.parametrize(
    ("configuration", "flag", "expected"),
    [
        pytest.param(ScanningConfiguration(), None, False, id="nothing-configured"),
        pytest.param(ScanningConfiguration(), True, True, id="own-flag-under-basic"),
        pytest.param(ScanningConfiguration("ENHANCED"), True, False, id="own-flag-under-enhanced"),
        pytest.param(
            ScanningConfiguration("BASIC", (ScanningRule("SCAN_ON_PUSH", ("prod*",)),)),
            False,
            True,
            id="rule-over-flag",
        ),
        pytest.param(PARSED, False, True, id="continuous"),
        pytest.param(
            ScanningConfiguration("BASIC", (ScanningRule("SCAN_ON_PUSH", ("prod",)),)),
            "true",
            True,
            id="substring",
        ),
        pytest.param(
            ScanningConfiguration("BASIC", (ScanningRule("SCAN_ON_PUSH", ("*prod",)),)),
            "true",
            False,
            id="text-is-no-flag",
        ),
    ],
)
def test_tells_whether_a_repository_is_covered(configuration, flag, expected):
    assert is_covered("prod/api", configuration, scan_on_push=flag) is expected


def test_reads_the_rules_that_can_be_read():
    value = {"scanType": "BASIC", "rules": [rule("CONTINUOUS_SCAN", "*"), rule("SCAN_ON_PUSH", "prod*", "A")]}

    configuration, findings = read_scanning(value, "s")

    assert configuration == ScanningConfiguration("BASIC", (ScanningRule("SCAN_ON_PUSH", ("prod*",)),))
    assert findings == check_scanning(value, "s") != ()


def on_push(*filters):
    return ScanningConfiguration("BASIC", (ScanningRule("SCAN_ON_PUSH", filters),))


@pytest.mark.parametrize(
    ("configuration", "pattern", "got"),
    [
        pytest.param(on_push("*"), "*", None, id="everything"),
        pytest.param(on_push("prod*"), "prod/*", None, id="more-than-asked"),
        pytest.param(on_push("prod"), "team-prod/*", None, id="substring"),
        pytest.param(on_push("prod/*"), "prod*", "the filters 'prod/*'", id="less-than-asked"),
        pytest.param(on_push("a*", "b*"), "*", "the filters 'a*', 'b*'", id="some-of-them"),
        pytest.param(on_push("api"), "prod/api", None, id="one-name"),
        pytest.param(ScanningConfiguration("ENHANCED"), "prod/api", "no filter", id="no-rule"),
    ],
)
def test_tells_which_repositories_the_rules_leave_out(configuration, pattern, got):
    fix = "add a filter that selects them to a rule; '*' selects all repositories"
    expected = Finding("s.rules", "scanning-coverage", f"must select every repository {pattern!r}", got, fix)

    assert check_scanning_coverage(configuration, [pattern], "s.rules") == ((expected,) if got else ())
