"""The settings of an account's registry that are single values, and whose pulls are not recorded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecr_model.documents import member
from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.shapes import Text, check_choice, check_list, entries

ACCOUNT_SETTINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "BASIC_SCAN_TYPE_VERSION": ("AWS_NATIVE",),
        "BLOB_MOUNTING": ("ENABLED", "DISABLED"),
        "REGISTRY_POLICY_SCOPE": ("V2",),
    }
)
"""
The account settings and their values. `CLAIR` and `V1`, which older documents name, are no longer accepted.

Source: API shape `PutAccountSettingRequest` of ECR.
"""

RETIRED_VALUES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("BASIC_SCAN_TYPE_VERSION", "CLAIR"): "write 'AWS_NATIVE': Clair was removed on 2 February 2026",
        ("REGISTRY_POLICY_SCOPE", "V1"): "write 'V2', under which a registry policy covers all actions",
    }
)
"""What to write for a value of the past. Source: ECR user guide, "Document history"."""

EXCLUDED_PRINCIPAL_ARN = Text(
    "pull-time-exclusion",
    "must be the ARN of an IAM role or user; a session or the account's root cannot be excluded",
    r"arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:(?:role|user)/[A-Za-z0-9_+=,.@-]+(?:/[A-Za-z0-9_+=,.@-]+)*",
    1,
    200,
)
"""Source: API shape `PrincipalArn` of ECR."""

MAX_PULL_TIME_EXCLUSIONS = 100
"""Principals of one account. Source: API shape `PullTimeUpdateExclusionList` of ECR."""


def check_account_settings(value: object, field: str = "account_settings") -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value*, an object from the name of a setting to its value.

    Source: API shape `PutAccountSettingRequest` of ECR.
    """
    if not isinstance(value, Mapping):
        return (Finding(field, "account-settings", "must be an object", echo(value)),)
    findings: list[Finding] = []
    for name, given in value.items():
        here = member(field, name)
        if unknown := check_choice(name, ACCOUNT_SETTINGS, here, "account-setting"):
            findings += unknown
        elif wrong := check_choice(given, ACCOUNT_SETTINGS[name], here, "account-setting"):
            retired = RETIRED_VALUES.get((name, given)) if isinstance(given, str) else None
            fix = retired or wrong[0].fix
            findings.append(Finding(here, "account-setting", wrong[0].requirement, wrong[0].got, fix))
    return tuple(findings)


def parse_account_settings(value: object, field: str = "account_settings") -> Mapping[str, str]:
    """Return the settings by name, sorted, or raise ModelError."""
    refuse(check_account_settings(value, field))
    settings = value if isinstance(value, Mapping) else {}
    return MappingProxyType({str(name): str(settings[name]) for name in sorted(settings)})


def check_pull_time_exclusions(value: object, field: str = "pull_time_exclusions") -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value* as the list of principals whose pulls do not count as use of an image.

    Source: ECR user guide, "Pull-time update exclusions"; API shape `PrincipalArn` of ECR.
    """
    longest = MAX_PULL_TIME_EXCLUSIONS
    findings = [*check_list(value, field, EXCLUDED_PRINCIPAL_ARN.rule, longest=longest)]
    for index, principal in enumerate(entries(value)):
        findings += EXCLUDED_PRINCIPAL_ARN.check(principal, join(field, f"[{index}]"))
    return tuple(findings)


def parse_pull_time_exclusions(value: object, field: str = "pull_time_exclusions") -> tuple[str, ...]:
    """Return the principals, sorted and each once, or raise ModelError."""
    refuse(check_pull_time_exclusions(value, field))
    return tuple(sorted({str(principal) for principal in entries(value)}))
