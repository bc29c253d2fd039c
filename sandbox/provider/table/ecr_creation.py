"""What a registry does to repositories that nobody declares: templates, pull-through caches, pull-time exclusions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_lifecycle, same_policy
from sandbox.provider.resource import Change, Property, ResourceType, State
from sandbox.provider.table.ecr_repository import (
    ENCRYPTION_TYPES,
    EXCLUSION_FILTERS,
    MUTABILITIES,
    encryption,
    encryption_parameter,
    exclusion_filters,
)
from sandbox.provider.tags import listed, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ecr"


# Creation templates


def _template(inputs: Mapping[str, Any]) -> State:
    return {
        "prefix": inputs["prefix"],
        "appliedFor": inputs["appliedFors"],
        "customRoleArn": inputs.get("customRoleArn"),
        "description": inputs.get("description"),
        "encryptionConfiguration": encryption_parameter(inputs),
        "imageTagMutability": inputs.get("imageTagMutability"),
        "imageTagMutabilityExclusionFilters": exclusion_filters(inputs),
        "lifecyclePolicy": _text(inputs, "lifecyclePolicy"),
        "repositoryPolicy": _text(inputs, "repositoryPolicy"),
        "resourceTags": listed(inputs.get("resourceTags", {})),
    }


def _text(inputs: Mapping[str, Any], name: str) -> str | None:
    return normalize(inputs[name]) if inputs.get(name) else None


def _described(template: Mapping[str, Any]) -> State:
    return {
        "appliedFors": template["appliedFor"],
        "customRoleArn": template.get("customRoleArn"),
        "description": template.get("description"),
        "encryptionConfigurations": encryption(template.get("encryptionConfiguration")),
        "imageTagMutability": template.get("imageTagMutability"),
        "imageTagMutabilityExclusionFilters": template.get("imageTagMutabilityExclusionFilters"),
        "lifecyclePolicy": template.get("lifecyclePolicy") or None,
        "prefix": template["prefix"],
        "repositoryPolicy": template.get("repositoryPolicy") or None,
        "resourceTags": unlisted(template.get("resourceTags", [])) or None,
    }


def _create_template(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call("create_repository_creation_template", **_template(inputs))
    return inputs["prefix"], _described(answer["repositoryCreationTemplate"]) | {"registryId": answer["registryId"]}


def _read_template(aws: Aws, prefix: str) -> State | None:
    answer = aws.call("describe_repository_creation_templates", prefixes=[prefix])
    for template in answer["repositoryCreationTemplates"]:
        return _described(template) | {"registryId": answer["registryId"]}
    return None


def _update_template(aws: Aws, _prefix: str, change: Change) -> None:
    # What the program no longer sets is emptied: a member that is left out would stay as it is.
    emptied = {
        "customRoleArn": "",
        "description": "",
        "lifecyclePolicy": "",
        "repositoryPolicy": "",
        "resourceTags": [],
    }
    given = {name: value for name, value in _template(change.new).items() if value is not None}
    aws.call("update_repository_creation_template", **emptied | given)


def _delete_template(aws: Aws, prefix: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_repository_creation_template", prefix=prefix)


REPOSITORY_CREATION_TEMPLATE: Final = ResourceType(
    type_name="aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    service="ecr",
    inputs={
        "appliedFors": Property(
            kind="set", required=True, values=("CREATE_ON_PUSH", "PULL_THROUGH_CACHE", "REPLICATION")
        ),
        "customRoleArn": Property(),
        "description": Property(),
        "encryptionConfigurations": Property(
            kind="list",
            kept=True,
            fields={
                "encryptionType": Property(default="AES256", values=ENCRYPTION_TYPES),
                "kmsKey": Property(kept=True),
            },
        ),
        "imageTagMutability": Property(default="MUTABLE", values=MUTABILITIES),
        "imageTagMutabilityExclusionFilters": EXCLUSION_FILTERS,
        "lifecyclePolicy": Property(kind="json", same=same_lifecycle),
        "prefix": Property(required=True, replaces=True),
        "repositoryPolicy": Property(kind="json", same=same_policy),
        "resourceTags": Property(kind="map"),
    },
    outputs=("registryId",),
    create=_create_template,
    read=_read_template,
    update=_update_template,
    delete=_delete_template,
    missing=frozenset({"TemplateNotFoundException"}),
    import_id="the prefix",
    identifier=("prefix",),
    sources=(f"{_TERRAFORM}/repository_creation_template.go", "pulumi_aws.ecr.RepositoryCreationTemplate"),
)


# Pull-through cache


def _create_cache_rule(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    names = ("ecrRepositoryPrefix", "upstreamRegistryUrl", "credentialArn", "customRoleArn", "upstreamRepositoryPrefix")
    answer = aws.call("create_pull_through_cache_rule", **{name: inputs.get(name) for name in names})
    return inputs["ecrRepositoryPrefix"], {"registryId": answer["registryId"]}


def _read_cache_rule(aws: Aws, prefix: str) -> State:
    rule = aws.call("describe_pull_through_cache_rules", ecrRepositoryPrefixes=[prefix])["pullThroughCacheRules"][0]
    return {
        "credentialArn": rule.get("credentialArn"),
        "customRoleArn": rule.get("customRoleArn"),
        "ecrRepositoryPrefix": rule["ecrRepositoryPrefix"],
        "registryId": rule["registryId"],
        "upstreamRegistryUrl": rule["upstreamRegistryUrl"],
        "upstreamRepositoryPrefix": rule.get("upstreamRepositoryPrefix"),
    }


def _update_cache_rule(aws: Aws, prefix: str, change: Change) -> None:
    aws.call(
        "update_pull_through_cache_rule",
        ecrRepositoryPrefix=prefix,
        credentialArn=change.new.get("credentialArn"),
        customRoleArn=change.new.get("customRoleArn"),
    )


def _delete_cache_rule(aws: Aws, prefix: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_pull_through_cache_rule", ecrRepositoryPrefix=prefix)


PULL_THROUGH_CACHE_RULE: Final = ResourceType(
    type_name="aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    service="ecr",
    inputs={
        "credentialArn": Property(),
        "customRoleArn": Property(),
        "ecrRepositoryPrefix": Property(required=True, replaces=True),
        "upstreamRegistryUrl": Property(required=True, replaces=True),
        "upstreamRepositoryPrefix": Property(replaces=True),
    },
    outputs=("registryId",),
    create=_create_cache_rule,
    read=_read_cache_rule,
    update=_update_cache_rule,
    delete=_delete_cache_rule,
    missing=frozenset({"PullThroughCacheRuleNotFoundException"}),
    import_id="the prefix of the repositories",
    identifier=("ecrRepositoryPrefix",),
    sources=(f"{_TERRAFORM}/pull_through_cache_rule.go", "pulumi_aws.ecr.PullThroughCacheRule"),
)


# Pull-time exclusions


def _register(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    aws.call("register_pull_time_update_exclusion", principalArn=inputs["principalArn"])
    return inputs["principalArn"], {}


def _read_exclusion(aws: Aws, principal: str) -> State | None:
    registered = aws.call("list_pull_time_update_exclusions")["pullTimeUpdateExclusions"]
    return {"principalArn": principal} if principal in registered else None


def _deregister(aws: Aws, principal: str, _old: Mapping[str, Any]) -> None:
    aws.call("deregister_pull_time_update_exclusion", principalArn=principal)


PULL_TIME_UPDATE_EXCLUSION: Final = ResourceType(
    type_name="aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion",
    service="ecr",
    inputs={"principalArn": Property(required=True, replaces=True)},
    create=_register,
    read=_read_exclusion,
    delete=_deregister,
    missing=frozenset({"ExclusionNotFoundException"}),
    import_id="the ARN of the principal",
    identifier=("principalArn",),
    sources=(f"{_TERRAFORM}/pull_time_update_exclusion.go", "pulumi_aws.ecr.PullTimeUpdateExclusion"),
)

ENTRIES: Final = (REPOSITORY_CREATION_TEMPLATE, PULL_THROUGH_CACHE_RULE, PULL_TIME_UPDATE_EXCLUSION)
