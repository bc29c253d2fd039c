"""Pull-through cache rules: which upstream registry fills which repositories, and with what credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ecr_model import wildcards
from ecr_model.filters import CACHE_PREFIX, ROOT, check_unique_prefixes, is_prefix_match, namespace
from ecr_model.findings import Finding, echo, refuse
from ecr_model.partitions import find_partition
from ecr_model.policy.principals import ROLE_ARN
from ecr_model.references import Registry, check_registry_host, parse_registry_host
from ecr_model.shapes import Section, Text, alternatives, check_list, read_section

MAX_CACHE_RULES = 50
"""Rules of one registry. Source: ECR user guide, "Amazon ECR service quotas"."""

UNAVAILABLE_REGIONS = ("cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1")
"""Source: ECR user guide, "Sync an upstream registry with an Amazon ECR private registry", considerations."""

SECRET_PREFIX = "ecr-pullthroughcache/"  # noqa: S105 - the beginning of a secret's name, no secret
"""Source: ECR user guide, "Creating a pull through cache rule in Amazon ECR", prerequisites."""

CREDENTIAL_ARN = Text(
    "cache-credential",
    f"must be the ARN of a Secrets Manager secret whose name begins with '{SECRET_PREFIX}'",
    r"arn:aws(?:-[a-zA-Z0-9_]+)*:secretsmanager:[a-zA-Z0-9:-]+:secret:ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]+",
    50,
    612,
)
"""Source: API shape `CredentialArn` of ECR."""


class Upstream(NamedTuple):
    """
    A registry that ECR can cache.

    Attributes:
        name: What the API calls it.
        url: Its host as a pattern, `*` for what the user fills in.
        needs_credential: Whether a rule without a secret is refused.
    """

    name: str
    url: str
    needs_credential: bool = False


UPSTREAMS = (
    Upstream("ecr", "*.dkr.ecr.*.*"),
    Upstream("ecr-public", "public.ecr.aws"),
    Upstream("quay", "quay.io"),
    Upstream("k8s", "registry.k8s.io"),
    Upstream("docker-hub", "registry-1.docker.io", needs_credential=True),
    Upstream("github-container-registry", "ghcr.io", needs_credential=True),
    Upstream("azure-container-registry", "*.azurecr.io", needs_credential=True),
    Upstream("gitlab-container-registry", "registry.gitlab.com", needs_credential=True),
    Upstream("chainguard", "cgr.dev", needs_credential=True),
)
"""
Sources: API shape `UpstreamRegistry` of ECR; `CreatePullThroughCacheRuleRequest`, `upstreamRegistryUrl`; ECR
user guide, "Sync an upstream registry with an Amazon ECR private registry". The host of Chainguard is
Chainguard's own, from "How to set up pull through from Chainguard's registry to Amazon ECR".
"""


class CacheRule(NamedTuple):
    """
    One pull-through cache rule.

    Attributes:
        prefix: First parts of the names of the repositories that it fills, or ROOT.
        upstream_registry_url: Host of the upstream registry.
        upstream_repository_prefix: First parts of the upstream names, or ROOT.
        credential_arn: Secret with the credentials; None for none.
        custom_role_arn: Role with which ECR reads a registry of another account; None for none.
    """

    prefix: str
    upstream_registry_url: str
    upstream_repository_prefix: str = ROOT
    credential_arn: str | None = None
    custom_role_arn: str | None = None


def find_upstream(url: str) -> Upstream | None:
    """Return the kind of registry behind the host *url*, None when ECR caches no such registry."""
    return next((upstream for upstream in UPSTREAMS if wildcards.is_match(upstream.url, url)), None)


def check_cache_rule(
    value: object, field: str = "pull_through", *, registry: Registry | None = None
) -> tuple[Finding, ...]:
    """
    Return why ECR refuses *value* as a pull-through cache rule, or cannot pull with it.

    Args:
        value: An object with the keys of `CreatePullThroughCacheRule`, or their snake_case.
        field: Path of *value*.
        registry: The registry that caches; None leaves accounts and Regions unjudged.

    Sources: API shape `CreatePullThroughCacheRuleRequest` of ECR; ECR user guide, "Creating a pull through
    cache rule in Amazon ECR", "Customizing repository prefixes for ECR to ECR pull through cache".
    """
    return _read(value, field, registry)[1]


def parse_cache_rule(value: object, field: str = "pull_through", *, registry: Registry | None = None) -> CacheRule:
    """Return *value* as a pull-through cache rule, or raise ModelError."""
    rule, findings = _read(value, field, registry)
    refuse(findings)
    return rule


def render_cache_rule(rule: CacheRule) -> dict[str, object]:
    """Return the rule as `CreatePullThroughCacheRule` takes it, without what is absent."""
    upstream = find_upstream(rule.upstream_registry_url)
    rendered = {
        "ecrRepositoryPrefix": rule.prefix,
        "upstreamRegistryUrl": rule.upstream_registry_url,
        "upstreamRegistry": upstream.name if upstream else None,
        "credentialArn": rule.credential_arn,
        "customRoleArn": rule.custom_role_arn,
        "upstreamRepositoryPrefix": rule.upstream_repository_prefix,
    }
    if rule.prefix == ROOT:
        del rendered["upstreamRepositoryPrefix"]
    return {key: given for key, given in rendered.items() if given is not None}


def check_cache_prefixes(prefixes: Sequence[str], field: str = "pull_through") -> tuple[Finding, ...]:
    """
    Return what is wrong with the rules of one registry as a whole: their number, and names given to two.

    Source: ECR user guide, "Amazon ECR service quotas"; ECR has one rule for each prefix.
    """
    findings = list(check_list(prefixes, field, "cache-rules", longest=MAX_CACHE_RULES))
    return (*findings, *check_unique_prefixes(prefixes, field, "cache-prefix-unique"))


def upstream_name(repository_name: str, rule: CacheRule) -> str | None:
    """
    Return the upstream repository that fills the repository, None when *rule* does not fill it.

    Source: ECR user guide, "Customizing repository prefixes for ECR to ECR pull through cache".
    """
    if not is_prefix_match(rule.prefix, repository_name):
        return None
    rest = repository_name if rule.prefix == ROOT else repository_name.removeprefix(namespace(rule.prefix))
    upstream = rule.upstream_repository_prefix
    return rest if upstream == ROOT else f"{namespace(upstream)}{rest}"


_TEXTS = {
    "ecrRepositoryPrefix": CACHE_PREFIX,
    "upstreamRepositoryPrefix": CACHE_PREFIX,
    "credentialArn": CREDENTIAL_ARN,
    "customRoleArn": ROLE_ARN,
}


def _read(value: object, field: str, registry: Registry | None) -> tuple[CacheRule, tuple[Finding, ...]]:
    section, wrong = read_section(
        value,
        field,
        "cache-rule",
        required=("ecrRepositoryPrefix", "upstreamRegistryUrl"),
        optional=("upstreamRegistry", "credentialArn", "customRoleArn", "upstreamRepositoryPrefix"),
    )
    given, paths = section.values, section.paths
    findings = list(wrong)
    for key, text in _TEXTS.items():
        if key in given:
            findings += text.check(given[key], paths[key])
    if given.get("ecrRepositoryPrefix") == ROOT and given.get("upstreamRepositoryPrefix", ROOT) != ROOT:
        requirement = f"must be absent when the prefix is {ROOT!r}"
        here = paths["upstreamRepositoryPrefix"]
        findings.append(Finding(here, "cache-prefix", requirement, echo(given["upstreamRepositoryPrefix"])))
    if "upstreamRegistryUrl" in given:
        findings += _check_upstream(section, registry)
    if registry:
        findings += _check_place(section, registry)
    texts = {key: given[key] for key in paths if isinstance(given.get(key), str)}
    return CacheRule(
        prefix=str(texts.get("ecrRepositoryPrefix")),
        upstream_registry_url=str(texts.get("upstreamRegistryUrl")),
        upstream_repository_prefix=str(texts.get("upstreamRepositoryPrefix", ROOT)),
        credential_arn=_optional(texts.get("credentialArn")),
        custom_role_arn=_optional(texts.get("customRoleArn")),
    ), tuple(findings)


def _check_upstream(section: Section, registry: Registry | None) -> tuple[Finding, ...]:
    given, paths = section.values, section.paths
    url, name, here = given["upstreamRegistryUrl"], given.get("upstreamRegistry"), paths["upstreamRegistryUrl"]
    upstream = find_upstream(url) if isinstance(url, str) else None
    if upstream is None:
        known = [f"{kind.url!r}" for kind in UPSTREAMS]
        requirement = f"must be the host of an upstream registry: {', '.join(known)}"
        fix = "write 'registry-1.docker.io'" if url in ("docker.io", "index.docker.io") else ""
        return (Finding(here, "cache-upstream", requirement, echo(url), fix),)
    findings = []
    if name not in (None, upstream.name):
        requirement = f"must be {upstream.name!r} for {url}"
        findings.append(Finding(paths["upstreamRegistry"], "cache-upstream", requirement, echo(name)))
    if upstream.needs_credential and "credentialArn" not in given:
        requirement = f"must be given: {upstream.name} answers nobody without credentials"
        fix = f"put them into a secret whose name begins with '{SECRET_PREFIX}'"
        findings.append(Finding(paths["credentialArn"], "cache-credential", requirement, fix=fix))
    if upstream.name == "ecr":
        findings += _check_ecr_upstream(section, str(url), registry)
    return tuple(findings)


def _check_ecr_upstream(section: Section, url: str, registry: Registry | None) -> tuple[Finding, ...]:
    here = section.paths["upstreamRegistryUrl"]
    if findings := check_registry_host(url, here):
        return findings
    upstream = parse_registry_host(url)
    if registry is None:
        return ()
    if (upstream.registry_id, upstream.region) == (registry.registry_id, registry.region):
        return (Finding(here, "cache-upstream", "must not be the registry that caches", echo(url)),)
    home, source = find_partition(registry.region), find_partition(upstream.region)
    if home and source and home != source:
        requirement = f"must be in partition {home.name!r}, as the registry is"
        return (Finding(here, "cache-upstream", requirement, f"{echo(url)}, of {source.name!r}"),)
    if upstream.registry_id != registry.registry_id and "customRoleArn" not in section.values:
        requirement = "must be given when the upstream registry is another account's"
        fix = "name a role that pullthroughcache.ecr.amazonaws.com may assume"
        return (Finding(section.paths["customRoleArn"], "cache-role", requirement, fix=fix),)
    return ()


def _check_place(section: Section, registry: Registry) -> tuple[Finding, ...]:
    """Return what is in another account or Region than the registry, or not offered in its Region."""
    findings = []
    if registry.region in UNAVAILABLE_REGIONS:
        requirement = f"must not be declared in {alternatives(UNAVAILABLE_REGIONS)}"
        findings.append(Finding(section.field, "cache-region", requirement, echo(registry.region)))
    credential, role = section.values.get("credentialArn"), section.values.get("customRoleArn")
    if isinstance(credential, str) and CREDENTIAL_ARN.is_match(credential):
        place = credential.split(":")[3:5]
        if place != [registry.region, registry.registry_id]:
            requirement = f"must be a secret of account {registry.registry_id} in {registry.region}"
            got = f"{place[1]} in {place[0]}"
            findings.append(Finding(section.paths["credentialArn"], "cache-credential", requirement, got))
    if isinstance(role, str) and ROLE_ARN.is_match(role) and role.split(":")[4] != registry.registry_id:
        requirement = f"must be a role of account {registry.registry_id}, the registry's own"
        findings.append(Finding(section.paths["customRoleArn"], "cache-role", requirement, echo(role)))
    return tuple(findings)


def _optional(value: object) -> str | None:
    return value if isinstance(value, str) else None
