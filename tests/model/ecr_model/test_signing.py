"""Managed signing."""

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.signing import (
    SigningConfiguration,
    SigningRule,
    check_signing,
    parse_signing,
    render_signing,
    signing_profiles,
)

RELEASE = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release"
AUDIT = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/audit"
DOCUMENT = {
    "rules": [
        {"signingProfileArn": AUDIT},
        {
            "signingProfileArn": RELEASE,
            "repositoryFilters": [
                {"filter": "*/production", "filterType": "WILDCARD_MATCH"},
                {"filter": "prod/*", "filterType": "WILDCARD_MATCH"},
            ],
        },
    ]
}
PARSED = SigningConfiguration((SigningRule(AUDIT), SigningRule(RELEASE, ("*/production", "prod/*"))))


def test_parses_the_document_of_the_api_and_renders_it_again():
    assert parse_signing(DOCUMENT) == PARSED
    assert render_signing(PARSED) == DOCUMENT


def test_parses_a_declaration_in_any_order():
    declared = {
        "rules": [
            {"signing_profile_arn": RELEASE, "repository_filters": ["prod/*", "*/production"]},
            {"signing_profile_arn": AUDIT},
        ]
    }

    assert parse_signing(declared) == PARSED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("prod/api", (AUDIT, RELEASE), id="both"),
        pytest.param("dev/api", (AUDIT,), id="rule-without-filters-is-for-all"),
        pytest.param("team/production", (AUDIT, RELEASE), id="end"),
        pytest.param("prod", (AUDIT,), id="whole-name"),
    ],
)
def test_tells_which_profiles_sign(name, expected):
    assert signing_profiles(name, PARSED) == expected


def test_refuses_everything_that_is_wrong_at_once():
    value = {
        "rules": [
            {"signingProfileArn": f"{RELEASE}/abcdef", "repositoryFilters": []},
            {"repositoryFilters": ["Prod"]},
        ]
    }
    findings = (
        Finding(
            "s.rules[0].signingProfileArn",
            "signing-profile",
            "must be the ARN of a signing profile without a version, "
            "'arn:aws:signer:<region>:<account>:/signing-profiles/<name>'",
            f"'{RELEASE}/abcdef'",
        ),
        Finding("s.rules[0].repositoryFilters", "signing-filter", "must have 1 to 100 entries", "0"),
        Finding("s.rules[1].signingProfileArn", "signing-rule", "must be given"),
        Finding(
            "s.rules[1].repositoryFilters[0]",
            "signing-filter",
            "must be lower-case letters, digits and '*', with single '.', '_', '-' or '/' between them",
            "'Prod'",
        ),
    )

    assert check_signing(value, "s") == findings
    with pytest.raises(ModelError) as caught:
        parse_signing(value, "s")
    assert caught.value.findings == findings


def test_refuses_too_many_rules():
    assert check_signing({"rules": [{"signingProfileArn": RELEASE}] * 11}, "s") == (
        Finding("s.rules", "signing-rules", "must have at most 10 entries", "11"),
    )
