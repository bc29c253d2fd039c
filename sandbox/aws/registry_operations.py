"""
The operations of a private registry that moto lacks, in moto's own terms.

Each is a method of moto's ECRResponse: it reads its parameters, changes the backend of the caller's account and
Region, and returns what moto serialises by the API model. State lives on that backend, so that moto's reset
empties it too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

Item = dict[str, Any]

# API PutAccountSetting and ECR user guide, "Account settings": the value of a setting that nobody has put.
ACCOUNT_SETTINGS: Final = {
    "BASIC_SCAN_TYPE_VERSION": "AWS_NATIVE",
    "REGISTRY_POLICY_SCOPE": "V2",
    "BLOB_MOUNTING": "DISABLED",
}

TEMPLATE: Final = (
    "description",
    "encryptionConfiguration",
    "resourceTags",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "repositoryPolicy",
    "lifecyclePolicy",
    "appliedFor",
    "customRoleArn",
)
CACHE_RULE: Final = (
    "upstreamRegistryUrl",
    "upstreamRegistry",
    "credentialArn",
    "customRoleArn",
    "upstreamRepositoryPrefix",
)


class RegistryError(ServiceException):
    """What a registry refuses: an error code of the API and its message; a class of ours, as moto asks for one."""


def create_repository_creation_template(response: ECRResponse) -> ActionResult:
    """Add a template. Source: API CreateRepositoryCreationTemplate."""
    prefix = _parameter(response, "prefix")
    templates = _items(response, "creation_templates")
    if prefix in templates:
        raise RegistryError(
            "TemplateAlreadyExistsException",
            f"The template with prefix '{prefix}' already exists in the registry with id '{_registry(response)}'",
        )
    defaults = {"encryptionConfiguration": {"encryptionType": "AES256"}, "imageTagMutability": "MUTABLE"}
    templates[prefix] = {"prefix": prefix, "createdAt": _now(), **defaults}
    return _change_template(response, templates[prefix])


def update_repository_creation_template(response: ECRResponse) -> ActionResult:
    """Replace the given members of a template. Source: API UpdateRepositoryCreationTemplate."""
    return _change_template(response, _template(response))


def delete_repository_creation_template(response: ECRResponse) -> ActionResult:
    """Remove a template. Source: API DeleteRepositoryCreationTemplate."""
    template = _template(response)
    del _items(response, "creation_templates")[template["prefix"]]
    return ActionResult({"registryId": _registry(response), "repositoryCreationTemplate": template})


def describe_repository_creation_templates(response: ECRResponse) -> ActionResult:
    """List the templates, or those of the given prefixes. Source: API DescribeRepositoryCreationTemplates."""
    wanted = _parameter(response, "prefixes")
    found = [item for prefix, item in _items(response, "creation_templates").items() if not wanted or prefix in wanted]
    return ActionResult({"registryId": _registry(response), "repositoryCreationTemplates": found})


def create_pull_through_cache_rule(response: ECRResponse) -> ActionResult:
    """Add a rule. Source: API CreatePullThroughCacheRule."""
    prefix = _parameter(response, "ecrRepositoryPrefix")
    rules = _items(response, "cache_rules")
    if prefix in rules:
        raise RegistryError(
            "PullThroughCacheRuleAlreadyExistsException",
            f"Pull through cache rule already exists with repository prefix '{prefix}' "
            f"in the registry with id '{_registry(response)}'",
        )
    rule = {"ecrRepositoryPrefix": prefix, "registryId": _registry(response), "createdAt": _now()}
    rules[prefix] = rule | _given(response, CACHE_RULE)
    return ActionResult(rules[prefix])


def update_pull_through_cache_rule(response: ECRResponse) -> ActionResult:
    """Replace the credential or the role of a rule. Source: API UpdatePullThroughCacheRule."""
    rule = _cache_rule(response, _parameter(response, "ecrRepositoryPrefix"))
    rule |= _given(response, ("credentialArn", "customRoleArn")) | {"updatedAt": _now()}
    return ActionResult(rule)


def delete_pull_through_cache_rule(response: ECRResponse) -> ActionResult:
    """Remove a rule. Source: API DeletePullThroughCacheRule."""
    rule = _cache_rule(response, _parameter(response, "ecrRepositoryPrefix"))
    del _items(response, "cache_rules")[rule["ecrRepositoryPrefix"]]
    return ActionResult(rule)


def describe_pull_through_cache_rules(response: ECRResponse) -> ActionResult:
    """List the rules; a prefix without one is an error. Source: API DescribePullThroughCacheRules."""
    wanted = _parameter(response, "ecrRepositoryPrefixes")
    if wanted:
        found = [_cache_rule(response, prefix) for prefix in wanted]
    else:
        found = list(_items(response, "cache_rules").values())
    return ActionResult({"pullThroughCacheRules": found})


def put_account_setting(response: ECRResponse) -> ActionResult:
    """Set one account setting. Source: API PutAccountSetting."""
    name = _setting_name(response)
    setting = {"name": name, "value": _parameter(response, "value")}
    _items(response, "account_settings")[name] = setting
    return ActionResult(setting)


def get_account_setting(response: ECRResponse) -> ActionResult:
    """Return one account setting, put or not. Source: API GetAccountSetting."""
    name = _setting_name(response)
    unset = {"name": name, "value": ACCOUNT_SETTINGS[name]}
    return ActionResult(_items(response, "account_settings").get(name, unset))


def register_pull_time_update_exclusion(response: ECRResponse) -> ActionResult:
    """Exclude a principal's pulls. Source: API RegisterPullTimeUpdateExclusion."""
    principal = _parameter(response, "principalArn")
    exclusions = _items(response, "pull_time_exclusions")
    if principal in exclusions:
        raise RegistryError("ExclusionAlreadyExistsException", f"An exclusion for '{principal}' already exists")
    exclusions[principal] = {"principalArn": principal, "createdAt": _now()}
    return ActionResult(exclusions[principal])


def list_pull_time_update_exclusions(response: ECRResponse) -> ActionResult:
    """List the excluded principals. Source: API ListPullTimeUpdateExclusions."""
    return ActionResult({"pullTimeUpdateExclusions": list(_items(response, "pull_time_exclusions"))})


def deregister_pull_time_update_exclusion(response: ECRResponse) -> ActionResult:
    """Count a principal's pulls again. Source: API DeregisterPullTimeUpdateExclusion."""
    principal = _parameter(response, "principalArn")
    if _items(response, "pull_time_exclusions").pop(principal, None) is None:
        raise RegistryError("ExclusionNotFoundException", f"No exclusion for '{principal}' exists")
    return ActionResult({"principalArn": principal})


OPERATIONS: Final[dict[str, Callable[[ECRResponse], ActionResult]]] = {
    operation.__name__: operation
    for operation in (
        create_repository_creation_template,
        update_repository_creation_template,
        delete_repository_creation_template,
        describe_repository_creation_templates,
        create_pull_through_cache_rule,
        update_pull_through_cache_rule,
        delete_pull_through_cache_rule,
        describe_pull_through_cache_rules,
        put_account_setting,
        get_account_setting,
        register_pull_time_update_exclusion,
        list_pull_time_update_exclusions,
        deregister_pull_time_update_exclusion,
    )
}
"""By the method name under which moto looks for the operation."""


def _change_template(response: ECRResponse, template: Item) -> ActionResult:
    given = _given(response, TEMPLATE)
    template |= given | {"updatedAt": _now()}
    # As the AWS provider counts on: it sends no empty list when the tags that move are taken out
    if not given.get("imageTagMutability", "WITH_EXCLUSION").endswith("WITH_EXCLUSION"):
        template.pop("imageTagMutabilityExclusionFilters", None)
    return ActionResult({"registryId": _registry(response), "repositoryCreationTemplate": template})


def _template(response: ECRResponse) -> Item:
    prefix = _parameter(response, "prefix")
    template = _items(response, "creation_templates").get(prefix)
    if template is None:
        raise RegistryError(
            "TemplateNotFoundException",
            f"The template with prefix '{prefix}' does not exist in the registry with id '{_registry(response)}'",
        )
    return template


def _cache_rule(response: ECRResponse, prefix: str) -> Item:
    rule = _items(response, "cache_rules").get(prefix)
    if rule is None:
        raise RegistryError(
            "PullThroughCacheRuleNotFoundException",
            f"Pull through cache rule not found for repository prefix '{prefix}' "
            f"in the registry with id '{_registry(response)}'",
        )
    return rule


def _setting_name(response: ECRResponse) -> str:
    name: str = _parameter(response, "name")
    if name not in ACCOUNT_SETTINGS:
        raise RegistryError(
            "InvalidParameterException",
            f"Invalid parameter at 'name' failed to satisfy constraint: 'must be one of {sorted(ACCOUNT_SETTINGS)}'",
        )
    return name


def _items(response: ECRResponse, kind: str) -> dict[str, Item]:
    items: dict[str, Item] = response.ecr_backend.__dict__.setdefault(kind, {})
    return items


def _given(response: ECRResponse, names: tuple[str, ...]) -> Item:
    return {name: value for name in names if (value := _parameter(response, name)) is not None}


def _parameter(response: ECRResponse, name: str) -> Any:
    return response._get_param(name)  # noqa: SLF001  # how moto's own operations read their input


def _registry(response: ECRResponse) -> str:
    account: str = response.ecr_backend.account_id
    return account


def _now() -> datetime:
    return datetime.now(UTC)
