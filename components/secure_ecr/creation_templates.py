"""The templates of a registry, declared ones and those of its caches, and the role that works with them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pulumi
from ecr_model.filters import ROOT, namespace
from ecr_model.findings import Finding, echo, join
from ecr_model.repository import check_encryption, is_kms_encrypted
from ecr_model.templates import APPLIED_FOR, CreationTemplate, check_template, check_template_prefixes, template_for

from secure_ecr.locations import partition_of
from secure_ecr.registry_declarations import CreationTemplateArgs
from secure_ecr.repository_settings import (
    check_resource_tags,
    encryption,
    lifecycle_text,
    read_repository_policy,
    tag_mutability,
)
from secure_ecr.role_policies import render_template_permissions

DEFAULT_ENCRYPTION_TYPE = "KMS"

LONGEST_DESCRIPTION, SHORTEST_PREFIX = 255, 2
"""
What the AWS provider takes; ECR itself takes 256 characters, and 1.

Source: the provider's schema of `aws_ecr_repository_creation_template`, `description` and `prefix`.
"""

_CACHE: Final = "PULL_THROUGH_CACHE"
_JUDGED_BY_MODEL = ("prefix", "applied_for", "description", "custom_role_arn")


def all_templates(
    declared: Sequence[CreationTemplateArgs], cache_prefixes: Sequence[str]
) -> tuple[CreationTemplateArgs, ...]:
    """Return the *declared* templates, and a secure one for each cache whose repositories none of them covers."""
    known = parsed_templates(declared)
    taken = {namespace(template.prefix) for template in known}
    missing = [
        prefix
        for prefix in cache_prefixes
        if namespace(prefix) not in taken and template_for(f"{namespace(prefix)}name", known, _CACHE) is None
    ]
    return (*declared, *(CreationTemplateArgs(prefix=prefix, applied_for=[_CACHE]) for prefix in missing))


def parsed_templates(templates: Sequence[CreationTemplateArgs]) -> list[CreationTemplate]:
    """Return of each template what decides which repositories it covers."""
    return [
        CreationTemplate(
            template["prefix"], tuple(reason for reason in APPLIED_FOR if reason in template["applied_for"])
        )
        for template in templates
    ]


def template_settings(template: CreationTemplateArgs, region: str | None) -> dict[str, Any]:
    """Return the arguments of a RepositoryCreationTemplate but for its role."""
    policy, _ = read_repository_policy(template.get("access"), region, "")
    return {
        "prefix": template["prefix"].rstrip("/"),
        "applied_fors": _reasons(template),
        "description": template.get("description", "Settings of repositories that ECR creates"),
        **_mutability(template),
        "encryption_configurations": encryption(template.get("kms_key_arn"), _encryption_type(template)),
        "lifecycle_policy": lifecycle_text(template.get("lifecycle")),
        "repository_policy": policy,
        "resource_tags": template.get("resource_tags"),
    }


def needs_role(template: CreationTemplateArgs) -> bool:
    """
    Tell whether a role has to be made for *template*.

    Source: ECR user guide, "Creating a repository creation template in Amazon ECR": KMS keys and resource tags.
    """
    is_beyond_ecr = is_kms_encrypted(_encryption_type(template)) or bool(template.get("resource_tags"))
    return is_beyond_ecr and "custom_role_arn" not in template


def template_permissions(
    templates: Sequence[CreationTemplateArgs], *, account_id: str, region: str
) -> pulumi.Output[str]:
    """Return what the role of those *templates* may do that need it."""
    partition, served = partition_of(region), [template for template in templates if needs_role(template)]
    names = [template["prefix"] for template in served]
    repositories = [
        f"arn:{partition}:ecr:{region}:{account_id}:repository/{'' if name == 'ROOT' else namespace(name)}*"
        for name in names
    ]
    keys = [template["kms_key_arn"] for template in served if "kms_key_arn" in template]
    return pulumi.Output.all(*keys).apply(
        lambda arns: render_template_permissions(repositories, key_arns=arns, keys_by_alias={})
    )


def check_templates(
    templates: Sequence[Mapping[str, Any]],
    cache_prefixes: Sequence[str],
    field: str,
    *,
    account_id: str | None,
    region: str | None,
) -> Iterator[Finding]:
    """Yield what is wrong with templates whose keys have the right types; a wrong one is absent here."""
    for index, template in enumerate(templates):
        here = join(field, f"[{index}]")
        # A role that is known later is a role, and that is all there is to judge
        known = {
            key: template[key]
            for key in _JUDGED_BY_MODEL
            if key in template and (key != "custom_role_arn" or isinstance(template[key], str))
        }
        yield from check_template(known, here, region=region, registry_id=account_id)
        if len(known.get("description", "")) == LONGEST_DESCRIPTION + 1:
            requirement = f"must be at most {LONGEST_DESCRIPTION} characters: the AWS provider takes no more"
            yield Finding(join(here, "description"), "template-description", requirement)
        yield from check_prefix_length(known.get("prefix", ROOT), join(here, "prefix"))
        yield from _check_encryption(template, region, here)
        yield from check_resource_tags(template.get("resource_tags", {}), join(here, "resource_tags"))
        yield from read_repository_policy(template.get("access"), region, here)[1]
        yield from _check_cache(template, cache_prefixes, here)
    # A prefix that could not be read is like no other
    prefixes = [template.get("prefix", f"[{index}]") for index, template in enumerate(templates)]
    yield from check_template_prefixes(prefixes, field)


def check_prefix_length(prefix: str, field: str) -> Iterator[Finding]:
    """Yield that the AWS provider takes no template for *prefix*, which may end in '/'."""
    if len(prefix.rstrip("/")) == SHORTEST_PREFIX - 1:
        requirement = f"must have {SHORTEST_PREFIX} characters or more: the AWS provider takes no shorter template"
        yield Finding(field, "template-prefix", requirement, echo(prefix))


def _check_encryption(template: Mapping[str, Any], region: str | None, field: str) -> Iterator[Finding]:
    key, encryption_type = template.get("kms_key_arn"), template.get("encryption_type", DEFAULT_ENCRYPTION_TYPE)
    yield from check_encryption(
        encryption_type,
        key if isinstance(key, str) else None,
        region,
        type_field=join(field, "encryption_type"),
        key_field=join(field, "kms_key_arn"),
    )
    if encryption_type == "AES256" and key is not None and not isinstance(key, str):
        requirement = "must be absent when the encryption type is 'AES256'"
        yield Finding(join(field, "kms_key_arn"), "encryption-key", requirement)


def _check_cache(template: Mapping[str, Any], cache_prefixes: Sequence[str], field: str) -> Iterator[Finding]:
    """Yield warnings about a template whose settings and a cache do not fit together."""
    reasons, here = template.get("applied_for", []), join(field, "applied_for")
    if _CACHE in reasons and (set(reasons) != {_CACHE} or "mutable_tag_patterns" in template):
        requirement = f"should be for {_CACHE!r} alone, whose tags must move: ECR refreshes no tag that cannot"
        fix = "give the cache a template of its own, without mutable_tag_patterns"
        yield Finding(here, "template-cache", requirement, fix=fix, severity="warning")
    is_cached = namespace(template.get("prefix", "")) in map(namespace, cache_prefixes)
    if is_cached and reasons and _CACHE not in reasons:
        requirement = f"should have {_CACHE!r}: a pull-through rule has the same prefix"
        fix = "without it the cached images are neither encrypted with KMS nor cleaned up"
        yield Finding(here, "template-cache", requirement, fix=fix, severity="warning")


def _reasons(template: CreationTemplateArgs) -> list[str]:
    return sorted(set(template["applied_for"]))


def _encryption_type(template: CreationTemplateArgs) -> str:
    return template.get("encryption_type", DEFAULT_ENCRYPTION_TYPE)


def _mutability(template: CreationTemplateArgs) -> dict[str, Any]:
    """
    Return which tags move: those of a cache do, or it would serve for ever what it was asked for first.

    Source: ECR user guide, "Preventing image tags from being overwritten in Amazon ECR": a push to such a tag fails.
    """
    if _reasons(template) == [_CACHE] and "mutable_tag_patterns" not in template:
        return {"image_tag_mutability": "MUTABLE"}
    return tag_mutability(template.get("mutable_tag_patterns", []))
