"""Naming conventions."""

import pytest
from ecr_model.conventions import (
    ENVIRONMENTS,
    NamingConvention,
    check_convention,
    check_naming_convention,
    parse_naming_convention,
)
from ecr_model.findings import Finding, ModelError

TEAM_SERVICE = NamingConvention("{team}/{service}")
FORM = "must have the form '{team}/{service}'"
PATTERN = "must be parts separated by '/', each '{placeholder}' or literal, as '{team}/{service}'"
LEAVE_OUT = "leave it out; one name in every account is what replication and promotion rely on"


@pytest.mark.parametrize("name", ["payments/api", "platform/base-images", "team/area-51", "qa-tools/x"])
def test_accepts_names_that_follow(name):
    assert check_convention(name, NamingConvention("{team}/{service}", refused_words=("prod",)), "n") == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("api", (Finding("n", "repository-name-convention", FORM, "'api'"),), id="too-few-parts"),
        pytest.param("a/b/c", (Finding("n", "repository-name-convention", FORM, "'a/b/c'"),), id="too-many-parts"),
        pytest.param(
            "team/api-v2",
            (
                Finding(
                    "n",
                    "repository-name-version",
                    "must not contain a version such as 'v2'",
                    "'team/api-v2'",
                    "put versions into tags",
                ),
            ),
            id="version",
        ),
        pytest.param(
            "team/python-3.12",
            (
                Finding(
                    "n",
                    "repository-name-version",
                    "must not contain a version such as '3.12'",
                    "'team/python-3.12'",
                    "put versions into tags",
                ),
            ),
            id="dotted-version",
        ),
        pytest.param(
            "prod/api-latest",
            (
                Finding(
                    "n",
                    "repository-name-word",
                    "must not contain the word 'prod'",
                    "'prod/api-latest'",
                    LEAVE_OUT,
                ),
                Finding(
                    "n",
                    "repository-name-version",
                    "must not contain a version such as 'latest'",
                    "'prod/api-latest'",
                    "put versions into tags",
                ),
            ),
            id="environment-and-latest",
        ),
    ],
)
def test_refuses_names_that_depart(name, expected):
    assert check_convention(name, TEAM_SERVICE, "n") == expected


def test_limits_placeholders_and_literals():
    convention = NamingConvention("acme/{team}", {"team": ("payments", "storefront")})

    assert check_convention("acme/payments", convention, "n") == ()
    assert check_convention("acne/payment", convention, "n") == (
        Finding(
            "n",
            "repository-name-convention",
            "must have the form 'acme/{team}'",
            "'acne/payment'",
            "write 'acme' instead of 'acne'",
        ),
        Finding(
            "n",
            "repository-name-convention",
            "must have the form 'acme/{team}'",
            "'acne/payment'",
            "write 'payments' or 'storefront' instead of 'payment'",
        ),
    )


def test_words_may_be_allowed():
    assert check_convention("prod/api", NamingConvention("{team}/{service}", refused_words=()), "n") == ()


def test_parses_a_pattern_alone():
    assert parse_naming_convention("{team}/{service}") == NamingConvention("{team}/{service}")


@pytest.mark.parametrize("words", ["refused_words", "refusedWords"])
def test_parses_an_object(words):
    declared = {"pattern": "{team}/x", "values": {"team": ["a", "b"]}, words: ["legacy"]}

    assert parse_naming_convention(declared) == NamingConvention("{team}/x", {"team": ("a", "b")}, ("legacy",))


def test_environments_are_refused_unless_words_are_given():
    assert parse_naming_convention({"pattern": "{team}"}).refused_words == ENVIRONMENTS
    assert parse_naming_convention({"pattern": "{team}", "refused_words": []}).refused_words == ()


@pytest.mark.parametrize("pattern", ["", "{team", "{Team}/x", "a//b", "(a+)+", "{}", "x" * 257, 5])
def test_refuses_patterns(pattern):
    findings = check_naming_convention({"pattern": pattern}, "n")

    assert [(finding.field, finding.requirement) for finding in findings] == [("n.pattern", PATTERN)]


def test_the_longest_pattern_is_accepted():
    assert check_naming_convention({"pattern": "x" * 256}, "n") == ()


def test_reports_everything_at_once():
    declared = {"pattern": "{Team}", "values": {"service": [], "team": [1]}, "refused_words": "prod", "x": 1}

    with pytest.raises(ModelError) as caught:
        parse_naming_convention(declared, "n")

    assert [(finding.field, finding.requirement) for finding in caught.value.findings] == [
        ("n.x", "must be a known key"),
        ("n.pattern", PATTERN),
        ("n.values.service", "must be a known key"),
        ("n.values.team", "must be a known key"),
        ("n.refused_words", "must be a list"),
    ]


def test_words_have_a_bound():
    declared = {"pattern": "{team}", "values": {"team": [f"t{number}" for number in range(1001)]}}

    assert check_naming_convention(declared, "n") == (
        Finding("n.values.team", "naming-convention", "must have 1 to 1000 entries", "1001"),
    )


def test_words_are_texts():
    declared = {"pattern": "{team}", "values": {"team": [1]}}

    assert check_naming_convention(declared, "n") == (
        Finding("n.values.team[0]", "naming-convention", "must be a text", "1"),
    )
