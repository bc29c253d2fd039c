"""Managed signing: which repositories' images AWS Signer signs at every push, and with which profiles."""

from __future__ import annotations

from dataclasses import dataclass

from ecr_model.filters import SIGNING_FILTER, is_signing_match, read_filters
from ecr_model.findings import Finding, join, refuse
from ecr_model.shapes import Text, check_list, entries, read_section

SIGNING_PROFILE_ARN = Text(
    "signing-profile",
    "must be the ARN of a signing profile without a version, "
    "'arn:aws:signer:<region>:<account>:/signing-profiles/<name>'",
    r"arn:aws(?:-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:/signing-profiles/[a-zA-Z0-9_]{2,}",
    1,
    200,
)
"""Source: API shape `SigningProfileArn` of ECR."""

SIGNING_ACTION = "signer:SignPayload"
"""
What whoever pushes must be allowed on the profiles that sign the image. Source: ECR user guide, "Managed signing".
"""

SIGNING_FILTER_TYPE = "WILDCARD_MATCH"
"""Source: API shape `SigningRepositoryFilterType` of ECR."""

MAX_SIGNING_RULES = 10
"""Source: API shape `SigningRuleList` of ECR."""

MAX_SIGNING_FILTERS = 100
"""Filters of one rule. Source: API shape `SigningRepositoryFilterList` of ECR."""


@dataclass(frozen=True, slots=True, order=True)
class SigningRule:
    """A signing profile, and the filters of the repositories it is for; without filters it is for all."""

    profile_arn: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningConfiguration:
    """All signing rules of one registry, in one Region, sorted."""

    rules: tuple[SigningRule, ...] = ()


def check_signing(value: object, field: str = "signing") -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value* as a signing configuration.

    Args:
        value: An object with `rules`, each with `signingProfileArn` and perhaps `repositoryFilters`.
        field: Path of *value*.

    Source: API shapes `SigningConfiguration` and `SigningRule` of ECR.
    """
    return _read(value, field)[1]


def parse_signing(value: object, field: str = "signing") -> SigningConfiguration:
    """Return *value* as a signing configuration, or raise ModelError."""
    configuration, findings = _read(value, field)
    refuse(findings)
    return configuration


def render_signing(configuration: SigningConfiguration) -> dict[str, object]:
    """Return the configuration as `PutSigningConfiguration` takes it, without what is absent."""
    return {"rules": [_render_rule(rule) for rule in configuration.rules]}


def signing_profiles(repository_name: str, configuration: SigningConfiguration) -> tuple[str, ...]:
    """
    Return the profiles that sign an image pushed to the repository, one signature each.

    Source: API shape `SigningRule` of ECR.
    """
    return tuple(
        sorted(
            {
                rule.profile_arn
                for rule in configuration.rules
                if not rule.filters or any(is_signing_match(pattern, repository_name) for pattern in rule.filters)
            }
        )
    )


def _render_rule(rule: SigningRule) -> dict[str, object]:
    rendered: dict[str, object] = {"signingProfileArn": rule.profile_arn}
    if rule.filters:
        rendered["repositoryFilters"] = [
            {"filter": pattern, "filterType": SIGNING_FILTER_TYPE} for pattern in rule.filters
        ]
    return rendered


def _read(value: object, field: str) -> tuple[SigningConfiguration, tuple[Finding, ...]]:
    section, wrong = read_section(value, field, "signing", required=("rules",))
    findings = list(wrong)
    listed, here = section.values.get("rules", ()), section.paths.get("rules", field)
    findings += check_list(listed, here, "signing-rules", longest=MAX_SIGNING_RULES)
    rules = []
    for index, entry in enumerate(entries(listed)):
        rule, wrong = _read_rule(entry, join(here, f"[{index}]"))
        findings += wrong
        rules.append(rule)
    return SigningConfiguration(tuple(sorted(rules))), tuple(findings)


def _read_rule(value: object, field: str) -> tuple[SigningRule, tuple[Finding, ...]]:
    section, wrong = read_section(
        value, field, "signing-rule", required=("signingProfileArn",), optional=("repositoryFilters",)
    )
    findings = list(wrong)
    profile, filters = section.values.get("signingProfileArn"), section.values.get("repositoryFilters")
    if profile is not None:
        findings += SIGNING_PROFILE_ARN.check(profile, section.paths["signingProfileArn"])
    patterns: dict[str, str] = {}
    if filters is not None:
        patterns, wrong = read_filters(
            filters,
            section.paths["repositoryFilters"],
            SIGNING_FILTER,
            SIGNING_FILTER_TYPE,
            shortest=1,
            longest=MAX_SIGNING_FILTERS,
        )
        findings += wrong
    arn = profile if isinstance(profile, str) else ""
    return SigningRule(arn, tuple(sorted(patterns))), tuple(findings)
