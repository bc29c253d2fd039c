import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

MODE = "imageTagMutability"
FILTERS = "imageTagMutabilityExclusionFilters"
ALLOWED = {"mutable_tags": ["branch-*", "latest"]}
MODES = f"{MODE}: must be 'MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION' or 'MUTABLE_WITH_EXCLUSION'"
NO_FILTERS = (
    f"{FILTERS}: must have 1 to 5 entries when the mode is 'IMMUTABLE_WITH_EXCLUSION';"
    " list the tags to exclude, or leave the exclusion out of the mode"
)


def excluding(*patterns, mode="IMMUTABLE_WITH_EXCLUSION"):
    return {MODE: mode, FILTERS: [{"filter": pattern, "filterType": "WILDCARD"} for pattern in patterns]}


def not_allowed(index, pattern):
    requirement = "must be on the list of allowed exclusion filters"
    return f"{FILTERS}[{index}].filter: {requirement}, got '{pattern}'; remove it, or have it put on the list"


def moves(index, pattern, release):
    requirement = f"must not let release tags move, as it does with '{release}'"
    fix = "name the moving tags alone, as 'latest' or 'branch-*'"
    return f"{FILTERS}[{index}].filter: {requirement}, got '{pattern}'; {fix}"


def not_evaluated(path):
    return f"not evaluated: {path}: known at the update only"


@pytest.mark.parametrize(
    ("props", "config", "expected"),
    [
        pytest.param({MODE: "IMMUTABLE"}, {}, [], id="immutable"),
        pytest.param({}, {}, [f"{MODE}: must be 'IMMUTABLE', got nothing, which means 'MUTABLE'"], id="absent"),
        pytest.param({MODE: "MUTABLE"}, {}, [f"{MODE}: must be 'IMMUTABLE', got 'MUTABLE'"], id="mutable"),
        pytest.param({MODE: "immutable"}, {}, [f"{MODES}, got 'immutable'; write 'IMMUTABLE'"], id="lower-case"),
        pytest.param({MODE: ["IMMUTABLE"]}, {}, [f"{MODES}, got a list"], id="malformed-mode"),
        pytest.param({MODE: UNKNOWN}, {}, [not_evaluated(MODE)], id="unknown-mode"),
        pytest.param(excluding("branch-*"), ALLOWED, [], id="allowed-exclusion"),
        pytest.param(
            {MODE: "IMMUTABLE_WITH_EXCLUSION", FILTERS: [{"filter": "latest", "filter_type": "WILDCARD"}]},
            ALLOWED,
            [],
            id="snake-case",
        ),
        pytest.param(excluding("branch-*"), {}, [not_allowed(0, "branch-*")], id="exclusion-not-allowed"),
        pytest.param(
            excluding("v*"), {"mutable_tags": ["v*"]}, [moves(0, "v*", "v0.0.0")], id="releases-move-though-allowed"
        ),
        pytest.param(
            excluding("branch-*", mode="MUTABLE_WITH_EXCLUSION"),
            ALLOWED,
            [f"{MODE}: must be 'IMMUTABLE', got 'MUTABLE_WITH_EXCLUSION'"],
            id="mutable-with-exclusion",
        ),
        pytest.param(
            excluding(UNKNOWN, "release-*"),
            ALLOWED,
            [
                moves(1, "release-*", "release-0.0.0"),
                not_allowed(1, "release-*"),
                not_evaluated(f"{FILTERS}[0].filter"),
            ],
            id="one-filter-unknown-the-other-judged",
        ),
        pytest.param(
            {MODE: "IMMUTABLE_WITH_EXCLUSION", FILTERS: UNKNOWN},
            ALLOWED,
            [not_evaluated(FILTERS)],
            id="unknown-filters",
        ),
        pytest.param({MODE: "IMMUTABLE", FILTERS: UNKNOWN}, {}, [], id="unknown-filters-of-no-matter"),
        pytest.param({MODE: "IMMUTABLE_WITH_EXCLUSION"}, {}, [NO_FILTERS], id="exclusion-without-filters"),
        pytest.param(
            {MODE: "IMMUTABLE_WITH_EXCLUSION", FILTERS: [{"filter": "a*b*c*"}, {"filterType": "WILDCARD"}]},
            {"mutable_tags": ["a*b*c*"]},
            [f"{FILTERS}[1].filter: must be given", f"{FILTERS}[0].filter: must have at most 2 '*', got 'a*b*c*'"],
            id="malformed-filters",
        ),
    ],
)
def test_judges_repositories(findings, props, config, expected):
    assert findings(REPOSITORY, props, config=config) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        pytest.param("block", [not_evaluated(MODE)], id="block"),
        pytest.param("warn", [f"advisory: {not_evaluated(MODE)}"], id="warn"),
        pytest.param("allow", ["not applicable"], id="allow-is-not-a-pass"),
    ],
)
def test_the_configuration_says_what_an_unknown_value_leads_to(findings, mode, expected):
    assert findings(REPOSITORY, {MODE: UNKNOWN}, config={"unknown": mode}) == expected


def test_looks_at_repositories_alone(findings):
    assert findings(LIFECYCLE_POLICY, {}) == ["not applicable"]
