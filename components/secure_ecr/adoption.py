"""
How a repository that exists already, in AWS or in the stack, becomes the child of a component.

What was declared wrongly about it must not cost the images. An import that does not fit is refused by the engine.
An alias that does not fit is not: the engine would create a repository, and delete the old one. So a hook refuses
the creation of what is to be adopted, and creation comes before deletion, at preview as well as at the deployment.
"""

import re
from collections.abc import Mapping
from typing import Any

import pulumi
from ecr_model.findings import Finding, echo, join
from ecr_model.repository import ENCRYPTION_TYPES
from ecr_model.shapes import Text, alternatives, check_choice, check_keys

from secure_ecr.declarations import AdoptArgs
from secure_ecr.errors import DeclarationError

_WAYS = ("import_id", "logical_name", "urn")
_POLICIES = {"lifecycle_policy": "LifecyclePolicy", "repository_policy": "RepositoryPolicy"}
_RULE = "adopt"

_URN = r"urn:pulumi:[^:]+::[^:]+::(?:[^:$]+:[^:$]+:[^:$]+\$)*aws:ecr/{}:{}::.+"
"""Source: Pulumi documentation, "Resource names: URNs"."""

_NAME = Text(_RULE, "must be in one line", r"[^\n]+", 1, 1024)
_SHOW_URNS = "'pulumi stack --show-urns' has it"


def check_adoption(value: object, field: str = "adopt") -> tuple[Finding, ...]:
    """Return why *value* does not say what a repository is today."""
    findings = [*check_keys(value, field, _RULE, optional=(*_WAYS, "encryption_type", *_POLICIES))]
    if not isinstance(value, Mapping):
        return tuple(findings)
    given = [key for key in _WAYS if value.get(key) is not None]
    if len(given) != 1:
        got = " and ".join(given) if given else "none"
        findings.append(Finding(field, _RULE, f"must have one of {alternatives(_WAYS)}", got))
    for key in given:
        findings += _check_way(key, value[key], join(field, key))
    for key in _POLICIES:
        if value.get(key) is not None:
            findings += _check_policy(key, value[key], given, join(field, key))
    if (encryption_type := value.get("encryption_type")) is not None:
        findings += check_choice(encryption_type, ENCRYPTION_TYPES, join(field, "encryption_type"), _RULE)
    return tuple(findings)


def check_import_id(
    import_id: str, repository_name: str, region: str | None, field: str = "adopt.import_id"
) -> tuple[Finding, ...]:
    """
    Return why *import_id* imports another repository than the one of that name in *region*.

    Source: Pulumi registry, "aws.ecr.Repository: Import"; AWS provider guide, "Enhanced Region Support".
    """
    name, at_sign, home = import_id.partition("@")
    if name == repository_name and (not at_sign or home == region):
        return ()
    expected = f"{repository_name}@{region}" if region else repository_name
    requirement = "must be the name of the repository, or the name, '@' and the region of these arguments"
    return (Finding(field, _RULE, requirement, echo(import_id), f"write {expected!r}"),)


def adoption_options(adopt: AdoptArgs, name: str, field: str) -> dict[str, Any]:
    """
    Return the resource options with which a new repository takes the place of what *adopt* names.

    Args:
        adopt: A declaration that `check_adoption` has passed; an empty one asks for nothing.
        name: Logical name of the repository.
        field: Path of *adopt*, for what the hook says.

    Source: Pulumi documentation, "Resource option: hooks": an error of a hook before a creation fails it, also at
    preview when the hook asks for that; "Resource option: deleteBeforeReplace".
    """
    way = next((key for key in _WAYS if adopt.get(key) is not None), None)
    if way is None:
        return {}
    named = str(adopt.get(way))
    options = {"import_": named} if way == "import_id" else _alias(named)
    hook = _refusal(f"{name} adopts {named}", join(field, way), named)
    return {
        **options,
        "delete_before_replace": False,  # or the deployment would come to the hook when the images are gone
        "hooks": pulumi.ResourceHookBinding(before_create=[hook]),
    }


def policy_options(repository: pulumi.Resource, named: str | None) -> dict[str, Any]:
    """
    Return the resource options of a policy that hangs on a repository.

    Args:
        repository: The repository, in whose deletion its policies go; one whose deletion is refused keeps them.
        named: The logical name or the URN of the policy whose place it takes; None when there is none.

    Source: Pulumi documentation, "Resource option: deletedWith".
    """
    # A repository has one policy of each kind: deleting the old one must not take the new one with it
    options = {"delete_before_replace": True, "deleted_with": repository}
    return {**options, **({} if named is None else _alias(named))}


def _check_way(key: str, value: object, field: str) -> tuple[Finding, ...]:
    if findings := _NAME.check(value, field):
        return findings
    text = str(value)
    if key == "urn" and not _is_urn(text, "Repository"):
        return (Finding(field, _RULE, "must be the URN of an aws.ecr.Repository", echo(text), _SHOW_URNS),)
    if key == "logical_name" and text.startswith("urn:"):
        return (Finding(field, _RULE, "must be a logical name", echo(text), "write a URN under 'urn'"),)
    return ()


def _check_policy(key: str, value: object, ways: list[str], field: str) -> tuple[Finding, ...]:
    if findings := _NAME.check(value, field):
        return findings
    text, resource = str(value), _POLICIES[key]
    if "import_id" in ways:
        fix = "remove it: the repository that is imported has its policy overwritten"
        return (Finding(field, _RULE, "must stand beside 'logical_name' or 'urn'", echo(text), fix),)
    if text.startswith("urn:") and not _is_urn(text, resource):
        return (Finding(field, _RULE, f"must be the URN of an aws.ecr.{resource}", echo(text), _SHOW_URNS),)
    return ()


def _is_urn(text: str, resource: str) -> bool:
    module = resource[0].lower() + resource[1:]
    return re.fullmatch(_URN.format(module, resource), text) is not None


def _alias(named: str) -> dict[str, Any]:
    if named.startswith("urn:"):
        return {"aliases": [named]}
    return {"aliases": [pulumi.Alias(name=named, parent=pulumi.ROOT_STACK_RESOURCE)]}


def _refusal(name: str, field: str, named: str) -> pulumi.ResourceHook:
    """Return the hook called *name*, which refuses the creation of a repository that was to be adopted."""

    def refuse_creation(_: pulumi.ResourceHookArgs) -> None:
        requirement = "must name a repository that is as these arguments say: this would be a new one"
        fix = (
            "compare its name, Region, encryption type and key with repository_name, region, adopt.encryption_type and"
            " kms_key_arn; remove adopt where nothing is to be adopted"
        )
        raise DeclarationError([Finding(field, _RULE, requirement, echo(named), fix)])

    return pulumi.ResourceHook(name, refuse_creation, pulumi.ResourceHookOptions(on_dry_run=True))
