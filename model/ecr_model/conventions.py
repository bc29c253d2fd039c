"""
Naming conventions: what an organisation asks of a repository's name beyond ECR's grammar.

A convention is a pattern such as `{team}/{service}`: a placeholder stands for one part of the name, anything
else for itself. It is no regular expression, so that nobody's configuration can make a check hang.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ecr_model.findings import Finding, echo, join, refuse
from ecr_model.shapes import alternatives, check_list, entries, read_section, texts

ENVIRONMENTS = (
    "dev",
    "development",
    "test",
    "qa",
    "stage",
    "staging",
    "uat",
    "preprod",
    "prod",
    "production",
)
"""Words that name an environment; a convention refuses them unless it says otherwise."""

LONGEST_PATTERN = 256
"""Characters; as long as a repository's name may be."""

MAX_VALUES = 1000
"""Words that one placeholder may be limited to."""

_RULE = "naming-convention"
_PART = r"\{[a-z][a-z0-9_]{0,30}\}|[a-z0-9._-]+"
_VERSION = r"v[0-9]+|v?[0-9]+(?:\.[0-9]+)+|latest"


class NamingConvention(NamedTuple):
    """
    What every repository's name has to look like.

    Attributes:
        pattern: Parts separated by `/`, each a `{placeholder}` or literal.
        values: The words that a placeholder may stand for; one that is not listed may stand for any.
        refused_words: Words that may not occur in a name, between its separators.
    """

    pattern: str
    values: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    refused_words: tuple[str, ...] = ENVIRONMENTS


def check_convention(name: str, convention: NamingConvention, field: str) -> tuple[Finding, ...]:
    """
    Return how *name* departs from *convention*.

    A version, or `latest`, is refused under every convention: versions are what tags are for.
    """
    return (*_check_parts(name, convention, field), *_check_words(name, convention, field))


def check_naming_convention(value: object, field: str = "naming") -> tuple[Finding, ...]:
    """
    Return why *value* is no naming convention.

    A pattern alone is one, and so is an object with `pattern` and perhaps `values` and `refused_words`.
    """
    return _read(value, field)[1]


def parse_naming_convention(value: object, field: str = "naming") -> NamingConvention:
    """Return *value* as a naming convention, or raise ModelError with everything that is wrong."""
    convention, findings = _read(value, field)
    refuse(findings)
    return convention


def _read(value: object, field: str) -> tuple[NamingConvention, tuple[Finding, ...]]:
    if isinstance(value, str):
        return NamingConvention(value), _check_pattern(value, field)
    section, wrong = read_section(value, field, _RULE, required=("pattern",), optional=("values", "refusedWords"))
    given, paths = section.values, section.paths
    pattern, values, words = given.get("pattern"), given.get("values"), given.get("refusedWords")
    findings = (
        *wrong,
        *(_check_pattern(pattern, paths["pattern"]) if pattern is not None else ()),
        *(_check_values(values, paths["values"], pattern) if values is not None else ()),
        *(_check_word_list(words, paths["refusedWords"]) if words is not None else ()),
    )
    allowed = values if isinstance(values, Mapping) else {}
    convention = NamingConvention(
        pattern if isinstance(pattern, str) else "",
        MappingProxyType({key: texts(listed) for key, listed in allowed.items() if isinstance(key, str)}),
        ENVIRONMENTS if words is None else texts(words),
    )
    return convention, findings


def _check_parts(name: str, convention: NamingConvention, field: str) -> tuple[Finding, ...]:
    wanted, got = convention.pattern.split("/"), name.split("/")
    rule, requirement = "repository-name-convention", f"must have the form '{convention.pattern}'"
    if len(wanted) != len(got):
        return (Finding(field, rule, requirement, echo(name)),)
    findings = []
    for want, part in zip(wanted, got, strict=True):
        allowed = convention.values.get(want[1:-1]) if want.startswith("{") else (want,)
        if allowed is not None and part not in allowed:
            fix = f"write {alternatives(allowed)} instead of {part!r}"
            findings.append(Finding(field, rule, requirement, echo(name), fix))
    return tuple(findings)


def _check_words(name: str, convention: NamingConvention, field: str) -> tuple[Finding, ...]:
    findings = []
    for word in re.split(r"[/_-]+", name):
        if re.fullmatch(_VERSION, word):
            rule, requirement = "repository-name-version", f"must not contain a version such as {word!r}"
            findings.append(Finding(field, rule, requirement, echo(name), "put versions into tags"))
        elif word in convention.refused_words:
            rule, requirement = "repository-name-word", f"must not contain the word {word!r}"
            fix = "leave it out; one name in every account is what replication and promotion rely on"
            findings.append(Finding(field, rule, requirement, echo(name), fix))
    return tuple(findings)


def _check_pattern(value: object, field: str) -> tuple[Finding, ...]:
    requirement = "must be parts separated by '/', each '{placeholder}' or literal, as '{team}/{service}'"
    if isinstance(value, str) and len(value) <= LONGEST_PATTERN:
        parts = value.split("/")
        if all(re.fullmatch(_PART, part) for part in parts):
            return ()
    return (Finding(field, _RULE, requirement, echo(value)),)


def _check_values(values: object, field: str, pattern: object) -> tuple[Finding, ...]:
    written = pattern[:LONGEST_PATTERN] if isinstance(pattern, str) else ""
    placeholders = re.findall(r"\{([a-z][a-z0-9_]*)\}", written)
    section, wrong = read_section(values, field, _RULE, optional=placeholders)
    return (
        *wrong,
        *(
            finding
            for key, words in section.values.items()
            for finding in _check_word_list(words, section.paths[key], shortest=1)
        ),
    )


def _check_word_list(value: object, field: str, *, shortest: int = 0) -> tuple[Finding, ...]:
    if wrong := check_list(value, field, _RULE, longest=MAX_VALUES, shortest=shortest):
        return wrong
    return tuple(
        Finding(join(field, f"[{index}]"), _RULE, "must be a text", echo(word))
        for index, word in enumerate(entries(value))
        if not isinstance(word, str)
    )
