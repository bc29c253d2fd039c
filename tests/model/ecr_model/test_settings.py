"""Account settings and pull-time exclusions."""

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.settings import (
    check_account_settings,
    check_pull_time_exclusions,
    parse_account_settings,
    parse_pull_time_exclusions,
)

ROLE = "arn:aws:iam::123456789012:role/scanners/nightly"
USER = "arn:aws-us-gov:iam::123456789012:user/auditor"
REQUIREMENT = "must be the ARN of an IAM role or user; a session or the account's root cannot be excluded"


def test_parses_settings_by_name():
    settings = parse_account_settings({"REGISTRY_POLICY_SCOPE": "V2", "BLOB_MOUNTING": "DISABLED"})

    assert list(settings.items()) == [("BLOB_MOUNTING", "DISABLED"), ("REGISTRY_POLICY_SCOPE", "V2")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"REGISTRY_POLICY_SCOPE": "V1", "BASIC_SCAN_TYPE_VERSION": "CLAIR"},
            (
                Finding(
                    "s.REGISTRY_POLICY_SCOPE",
                    "account-setting",
                    "must be 'V2'",
                    "'V1'",
                    "write 'V2', under which a registry policy covers all actions",
                ),
                Finding(
                    "s.BASIC_SCAN_TYPE_VERSION",
                    "account-setting",
                    "must be 'AWS_NATIVE'",
                    "'CLAIR'",
                    "write 'AWS_NATIVE': Clair was removed on 2 February 2026",
                ),
            ),
            id="values-of-the-past",
        ),
        pytest.param(
            {"BLOB_MOUNTING": True},
            (Finding("s.BLOB_MOUNTING", "account-setting", "must be 'ENABLED' or 'DISABLED'", "true"),),
            id="boolean",
        ),
        pytest.param(
            {"BLOB_MOUNT": "ENABLED"},
            (
                Finding(
                    "s.BLOB_MOUNT",
                    "account-setting",
                    "must be 'BASIC_SCAN_TYPE_VERSION', 'BLOB_MOUNTING' or 'REGISTRY_POLICY_SCOPE'",
                    "'BLOB_MOUNT'",
                    "write 'BLOB_MOUNTING'",
                ),
            ),
            id="misspelt",
        ),
        pytest.param([], (Finding("s", "account-settings", "must be an object", "a list"),), id="list"),
        pytest.param(
            {"BLOB\nMOUNTING": "ENABLED"},
            (
                Finding(
                    "s",
                    "account-setting",
                    "must be 'BASIC_SCAN_TYPE_VERSION', 'BLOB_MOUNTING' or 'REGISTRY_POLICY_SCOPE'",
                    r"'BLOB\nMOUNTING'",
                    "write 'BLOB_MOUNTING'",
                ),
            ),
            id="name-of-two-lines",
        ),
    ],
)
def test_refuses_settings(value, expected):
    assert check_account_settings(value, "s") == expected
    with pytest.raises(ModelError):
        parse_account_settings(value, "s")


def test_parses_exclusions_each_once():
    assert parse_pull_time_exclusions([ROLE, USER, ROLE]) == (USER, ROLE)


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:sts::123456789012:assumed-role/nightly/session",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::12345678901:role/nightly",
        "arn:aws:iam::123456789012:role/",
    ],
)
def test_refuses_principals(principal):
    assert check_pull_time_exclusions([ROLE, principal], "e") == (
        Finding("e[1]", "pull-time-exclusion", REQUIREMENT, f"'{principal}'"),
    )


def test_refuses_too_many_exclusions():
    many = [f"{ROLE}{number}" for number in range(101)]

    assert check_pull_time_exclusions(many, "e") == (
        Finding("e", "pull-time-exclusion", "must have at most 100 entries", "101"),
    )
