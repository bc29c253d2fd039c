"""How a repository that exists already, in AWS or in the stack, becomes the child of a component."""

import re
from collections.abc import Mapping
from typing import Any

import pulumi
from ecr_model.findings import Finding, echo, join
from ecr_model.repository import ENCRYPTION_TYPES
from ecr_model.shapes import alternatives, check_choice, check_keys

from secure_ecr.declarations import AdoptArgs

_WAYS = ("import_id", "logical_name", "urn")
_RULE = "adopt"

_URN = r"urn:pulumi:[^:]+::[^:]+::(?:[^:]+:[^:]+:[^:]+\$)*aws:ecr/repository:Repository::.+"
"""Source: Pulumi documentation, "Resource names: URNs"."""

_LONGEST_URN = 1024


def check_adoption(value: object, field: str = "adopt") -> tuple[Finding, ...]:
    """Return why *value* does not say what a repository is today."""
    findings = [*check_keys(value, field, _RULE, optional=(*_WAYS, "encryption_type"))]
    if not isinstance(value, Mapping):
        return tuple(findings)
    given = [key for key in _WAYS if value.get(key) is not None]
    if len(given) != 1:
        got = " and ".join(given) if given else "none"
        findings.append(Finding(field, _RULE, f"must have one of {alternatives(_WAYS)}", got))
    findings += [
        Finding(join(field, key), _RULE, "must be a text", echo(value[key]))
        for key in given
        if not isinstance(value[key], str)
    ]
    if isinstance(urn := value.get("urn"), str) and not _is_repository_urn(urn):
        requirement = "must be the URN of an aws.ecr.Repository"
        findings.append(Finding(join(field, "urn"), _RULE, requirement, echo(urn), "'pulumi stack --show-urns' has it"))
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


def adoption_options(adopt: AdoptArgs) -> dict[str, Any]:
    """Return the resource options with which a new child takes the place of what *adopt* names."""
    if (import_id := adopt.get("import_id")) is not None:
        return {"import_": import_id}
    if (urn := adopt.get("urn")) is not None:
        return {"aliases": [urn]}
    if (name := adopt.get("logical_name")) is not None:
        return {"aliases": [pulumi.Alias(name=name, parent=pulumi.ROOT_STACK_RESOURCE)]}
    return {}


def _is_repository_urn(urn: str) -> bool:
    return len(urn) <= _LONGEST_URN and re.fullmatch(_URN, urn) is not None
