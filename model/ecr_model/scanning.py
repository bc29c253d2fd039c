"""The scanning configuration of a registry, and which repositories it really covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from ecr_model.filters import SCANNING_FILTER, is_scanning_match, read_filters
from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.shapes import alternatives, check_choice, check_list, entries, read_section

ScanType = Literal["BASIC", "ENHANCED"]
"""Source: API shape `ScanType` of ECR."""

SCAN_TYPES: tuple[ScanType, ...] = get_args(ScanType)

DEFAULT_SCAN_TYPE: ScanType = "BASIC"
"""
What a registry has that nobody has configured.

Source: ECR user guide, "Scan images for software vulnerabilities in Amazon ECR".
"""

ScanFrequency = Literal["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"]
"""Source: API shape `ScanFrequency` of ECR."""

SCAN_FREQUENCIES: tuple[ScanFrequency, ...] = get_args(ScanFrequency)

RULE_FREQUENCIES: dict[ScanType, tuple[ScanFrequency, ...]] = {
    "BASIC": ("SCAN_ON_PUSH",),
    "ENHANCED": ("SCAN_ON_PUSH", "CONTINUOUS_SCAN"),
}
"""
What a rule can ask for; `MANUAL` is what repositories without a rule have, so that no rule needs it.

Source: API shape `RegistryScanningRule` of ECR, `scanFrequency`.
"""

SCANNING_FILTER_TYPE = "WILDCARD"
"""Source: API shape `ScanningRepositoryFilterType` of ECR."""

MAX_SCANNING_RULES = 2
"""Source: API shape `RegistryScanningRuleList` of ECR."""

MAX_SCANNING_FILTERS = 100
"""Filters of one rule. Source: API shape `ScanningRepositoryFilterList` of ECR."""

_SHOWN = 5  # filters that a message repeats


class ScanningRule(NamedTuple):
    """How often the images of the repositories that one of *filters* selects are scanned."""

    frequency: ScanFrequency
    filters: tuple[str, ...]


class ScanningConfiguration(NamedTuple):
    """How the images of one registry, in one Region, are scanned."""

    scan_type: ScanType = DEFAULT_SCAN_TYPE
    rules: tuple[ScanningRule, ...] = ()


def check_scanning(value: object, field: str = "scanning") -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value* as a scanning configuration.

    Args:
        value: An object with `scanType` and `rules`, each with `scanFrequency` and `repositoryFilters`.
        field: Path of *value*.

    Source: API shapes `RegistryScanningConfiguration` and `RegistryScanningRule` of ECR.
    """
    return read_scanning(value, field)[1]


def parse_scanning(value: object, field: str = "scanning") -> ScanningConfiguration:
    """Return *value* as a scanning configuration, or raise ModelError."""
    configuration, findings = read_scanning(value, field)
    refuse(findings)
    return configuration


def read_scanning(value: object, field: str = "scanning") -> tuple[ScanningConfiguration, tuple[Finding, ...]]:
    """Return the rules of *value* that can be read, and all that is wrong with it; see `check_scanning`."""
    section, wrong = read_section(value, field, "scanning", required=("scanType",), optional=("rules",))
    findings = list(wrong)
    given = section.values.get("scanType", DEFAULT_SCAN_TYPE)
    findings += check_choice(given, SCAN_TYPES, section.paths.get("scanType", field), "scan-type")
    scan_type = next((known for known in SCAN_TYPES if known == given), DEFAULT_SCAN_TYPE)
    listed, here = section.values.get("rules", ()), section.paths.get("rules", field)
    findings += check_list(listed, here, "scanning-rules", longest=MAX_SCANNING_RULES)
    rules = []
    for index, entry in enumerate(entries(listed)):
        rule, wrong = _read_rule(entry, join(here, f"[{index}]"), scan_type)
        findings += wrong
        if rule:
            rules.append(rule)
    findings += _check_repeated(rules, here)
    return ScanningConfiguration(scan_type, _sorted(rules)), tuple(findings)


def render_scanning(configuration: ScanningConfiguration) -> dict[str, object]:
    """Return the configuration as `PutRegistryScanningConfiguration` takes it, its rules sorted."""
    return {
        "scanType": configuration.scan_type,
        "rules": [
            {
                "scanFrequency": rule.frequency,
                "repositoryFilters": [
                    {"filter": pattern, "filterType": SCANNING_FILTER_TYPE} for pattern in rule.filters
                ],
            }
            for rule in _sorted(configuration.rules)
        ],
    }


def find_frequency(repository_name: str, configuration: ScanningConfiguration) -> ScanFrequency | None:
    """
    Return how often the images of the repository are scanned by the registry's rules.

    In place of a name, `team/*` asks how often those of every repository are whose name it matches: a filter
    selects them all when it selects a name with a `*` in it, because nothing but its own `*` takes that. None
    means never: under enhanced scanning a repository that no rule selects cannot be scanned by hand
    either, and under basic scanning it can (`MANUAL`). Continuous scanning wins over scanning on push.

    Source: ECR user guide, "Scan images for OS and programming language package vulnerabilities".
    """
    asked = {
        rule.frequency
        for rule in configuration.rules
        if any(is_scanning_match(pattern, repository_name) for pattern in rule.filters)
    }
    if "CONTINUOUS_SCAN" in asked:
        return "CONTINUOUS_SCAN"
    if "SCAN_ON_PUSH" in asked:
        return "SCAN_ON_PUSH"
    return "MANUAL" if configuration.scan_type == "BASIC" else None


def is_covered(repository_name: str, configuration: ScanningConfiguration, *, scan_on_push: object = None) -> bool:
    """
    Tell whether every image pushed to the repository is scanned without anybody's asking.

    Args:
        repository_name: The repository; with `*` for any run of characters, every one that it matches.
        configuration: That of its registry; `ScanningConfiguration()` when nobody has set one.
        scan_on_push: The repository's own flag, which counts under basic scanning alone.

    Source: API shapes `ImageScanningConfiguration` and `RegistryScanningRule` of ECR.
    """
    if configuration.scan_type == "BASIC" and scan_on_push is True:
        return True
    return find_frequency(repository_name, configuration) in {"SCAN_ON_PUSH", "CONTINUOUS_SCAN"}


def check_scanning_coverage(
    configuration: ScanningConfiguration, patterns: Sequence[str], field: str = "scanning.rules"
) -> tuple[Finding, ...]:
    """
    Return which of *patterns* name repositories that the registry's rules do not all scan.

    Args:
        configuration: That of the registry.
        patterns: Names of repositories, with `*` for any run of characters.
        field: Path of the rules.
    """
    filters = sorted({pattern for rule in configuration.rules for pattern in rule.filters})
    got = f"the filters {', '.join(map(repr, filters[:_SHOWN]))}" if filters else "no filter"
    return tuple(
        Finding(
            field,
            "scanning-coverage",
            f"must select every repository {pattern!r}",
            got,
            "add a filter that selects them to a rule; '*' selects all repositories",
        )
        for pattern in patterns
        if not is_covered(pattern, configuration)
    )


def _read_rule(value: object, field: str, scan_type: ScanType) -> tuple[ScanningRule | None, tuple[Finding, ...]]:
    required = ("scanFrequency", "repositoryFilters")
    section, wrong = read_section(value, field, "scanning-rule", required=required)
    findings = list(wrong)
    given, possible = section.values.get("scanFrequency"), RULE_FREQUENCIES[scan_type]
    if given is not None and given not in possible:
        requirement = f"must be {alternatives(possible)} when the scan type is {scan_type!r}"
        fix = "remove the rule: repositories without one are scanned by hand" if given == "MANUAL" else ""
        here = section.paths["scanFrequency"]
        findings.append(Finding(here, "scan-frequency", requirement, echo(given), fix))
    listed, here = section.values.get("repositoryFilters", ()), section.paths.get("repositoryFilters", field)
    filters, wrong = read_filters(listed, here, SCANNING_FILTER, SCANNING_FILTER_TYPE, longest=MAX_SCANNING_FILTERS)
    findings += wrong
    if "repositoryFilters" in section.values and not entries(listed) and not wrong:
        requirement = "should name repositories: a rule without filters selects none"
        fix = "write '*' for all of them"
        findings.append(Finding(here, "scanning-rule-empty", requirement, None, fix, "warning"))
    frequency = next((known for known in possible if known == given), None)
    return (ScanningRule(frequency, tuple(sorted(filters))) if frequency else None), tuple(findings)


def _check_repeated(rules: list[ScanningRule], field: str) -> tuple[Finding, ...]:
    frequencies = [rule.frequency for rule in rules]
    return tuple(
        Finding(
            field,
            "scanning-rules",
            "must have one rule for each frequency",
            f"{frequencies.count(frequency)} with {frequency!r}",
            "put all filters of the frequency into one rule",
        )
        for frequency in SCAN_FREQUENCIES
        if frequencies.count(frequency) > 1
    )


def _sorted(rules: Iterable[ScanningRule]) -> tuple[ScanningRule, ...]:
    return tuple(sorted(rules, key=lambda rule: (rule.frequency, rule.filters)))
