"""
The filters and prefixes of ECR, each with the grammar and the meaning of its own.

    replication filter      a plain prefix of the name: `prod` takes `prod/api` and `production`
    scanning filter         without `*` any part of the name, with `*` the whole name
    signing filter          the whole name, with `*`
    tag exclusion filter    the whole tag, with `*`
    template prefix         the parts of a name before a `/`, or ROOT for what no other template covers
    cache prefix            the same, shorter
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_model import wildcards
from ecr_model.findings import Finding, echo, join
from ecr_model.names import REPOSITORY_NAME
from ecr_model.shapes import Text, check_list, entries, read_section

ROOT = "ROOT"
"""
The prefix of the template, or of the cache rule, for every repository that no other one covers.

Source: API shape `CreateRepositoryCreationTemplateRequest` of ECR, `prefix`.
"""

REPLICATION_FILTER = Text(
    "replication-filter",
    "must be the beginning of repository names, without wildcards",
    # AWS nests repetitions; a part is a letter or digit and then anything, which reads the same in linear time
    r"(?:[a-z0-9][a-z0-9._-]*/)*[a-z0-9._-]*",
    2,
    256,
)
"""Source: API shape `RepositoryFilterValue` of ECR."""

SCANNING_FILTER = Text(
    "scanning-filter",
    "must be lower-case letters, digits and '*', with single '.', '_', '-' or '/' between them",
    # AWS's own pattern takes 23 s to refuse some texts of 24 characters; this one accepts the same texts
    r"[a-z0-9*]+(?:[._/-][a-z0-9*]+)*",
    1,
    255,
)
"""Source: API shape `ScanningRepositoryFilterValue` of ECR."""

SIGNING_FILTER = Text("signing-filter", SCANNING_FILTER.requirement, SCANNING_FILTER.pattern, 1, 256)
"""Source: API shape `SigningRepositoryFilterValue` of ECR: another pattern, the same texts."""

TAG_EXCLUSION_FILTER = Text(
    "tag-exclusion-filter",
    "must be letters, digits, '.', '_', '-' and '*'",
    r"[0-9a-zA-Z._*-]+",
    1,
    128,
)
"""Source: API shape `ImageTagMutabilityExclusionFilterValue` of ECR."""

_PREFIX_PATTERN = rf"(?:{REPOSITORY_NAME.pattern}/?|{ROOT})"
_PREFIX_REQUIREMENT = f"must be the first parts of repository names, as 'team' or 'team/api', or '{ROOT}'"

TEMPLATE_PREFIX = Text("template-prefix", _PREFIX_REQUIREMENT, _PREFIX_PATTERN, 1, 256)
"""Source: API shape `Prefix` of ECR."""

CACHE_PREFIX = Text("cache-prefix", _PREFIX_REQUIREMENT, _PREFIX_PATTERN, 2, 30)
"""Source: API shape `PullThroughCacheRuleRepositoryPrefix` of ECR."""


def is_replication_match(pattern: str, repository_name: str) -> bool:
    """
    Tell whether the replication filter *pattern* selects the repository.

    Source: API shape `RepositoryFilter` of ECR, `PREFIX_MATCH`.
    """
    return repository_name.startswith(pattern)


def is_scanning_match(pattern: str, repository_name: str) -> bool:
    """
    Tell whether the scanning filter *pattern* selects the repository: `prod` selects `reproduction` too.

    Source: ECR user guide, "Filters to choose which repositories are scanned in Amazon ECR".
    """
    if "*" not in pattern:
        return pattern in repository_name
    return wildcards.is_match(pattern, repository_name)


def is_signing_match(pattern: str, repository_name: str) -> bool:
    """
    Tell whether the signing filter *pattern* selects the repository.

    Source: API shape `SigningRepositoryFilter` of ECR, `WILDCARD_MATCH`.
    """
    return wildcards.is_match(pattern, repository_name)


def is_prefix_match(prefix: str, repository_name: str) -> bool:
    """
    Tell whether a template or cache rule with *prefix* can apply to the repository; ROOT can to every one.

    Source: API shape `CreateRepositoryCreationTemplateRequest` of ECR: "there is always an assumed / applied
    to the end of the prefix".
    """
    return prefix == ROOT or repository_name.startswith(namespace(prefix))


def namespace(prefix: str) -> str:
    """Return *prefix* as ECR understands it, with one `/` at its end: `team` is `team/`."""
    return prefix if prefix.endswith("/") else f"{prefix}/"


def check_unique_prefixes(prefixes: Sequence[str], field: str, rule: str) -> tuple[Finding, ...]:
    """Return which of *prefixes*, of the templates or of the cache rules of one registry, are the same to ECR."""
    first: dict[str, int] = {}
    findings = []
    for index, prefix in enumerate(prefixes):
        earlier = first.setdefault(namespace(prefix), index)
        if earlier != index:
            requirement = f"must differ from prefix [{earlier}]; ECR reads a '/' at the end of each"
            findings.append(Finding(join(field, f"[{index}]"), rule, requirement, echo(prefix)))
    return tuple(findings)


def read_filters(
    value: object, field: str, text: Text, filter_type: str, *, longest: int, shortest: int = 0
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """
    Return the path of each valid filter of a list, and what is wrong with the list.

    Args:
        value: Texts, or objects with `filter` and `filterType` as the API has them, or both.
        field: Path of the list.
        text: Grammar of one filter.
        filter_type: The only type that ECR knows here.
        longest: Entries, at most.
        shortest: Entries, at least.
    """
    paths: dict[str, str] = {}
    findings = list(check_list(value, field, text.rule, shortest=shortest, longest=longest))
    for index, entry in enumerate(entries(value)):
        here = join(field, f"[{index}]")
        pattern: object = entry
        if isinstance(entry, Mapping):
            section, wrong = read_section(entry, here, text.rule, required=("filter",), optional=("filterType",))
            findings += wrong
            given = section.values.get("filterType", filter_type)
            if given != filter_type:
                requirement = f"must be {filter_type!r}"
                findings.append(Finding(section.paths["filterType"], text.rule, requirement, echo(given)))
            if "filter" not in section.values:
                continue
            pattern, here = section.values["filter"], section.paths["filter"]
        wrong = text.check(pattern, here, fix=_fix(pattern, text))
        findings += wrong
        if isinstance(pattern, str) and not wrong:
            paths.setdefault(pattern, here)
    return paths, tuple(findings)


def _fix(pattern: object, text: Text) -> str:
    """Return the advice to leave a `*` out where only a prefix is understood."""
    if isinstance(pattern, str) and text is REPLICATION_FILTER and "*" in pattern:
        return f"write {pattern.split('*')[0]!r}: a replication filter is a prefix already"
    return ""
