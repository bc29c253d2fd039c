"""
The policies that this stack has for a repository which a component adopts: one that is not named would be lost.

When nothing takes the place of the old policy, the engine deletes it last, and in ECR the new one with it: a repository
has one of each kind. A hook as for the repository itself (`adoption`) would refuse too much, because another text
makes another policy. So the last deployment is asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from ecr_model.findings import Finding, echo, join

from secure_ecr.declarations import AdoptArgs
from secure_ecr.last_deployment import read_outputs

_COMPONENT = "secure-ecr:index:SecureRepository$"
_REPOSITORY = "aws:ecr/repository:Repository"
_POLICIES = {
    "lifecycle_policy": ("aws:ecr/lifecyclePolicy:LifecyclePolicy", "lifecycle"),
    "repository_policy": ("aws:ecr/repositoryPolicy:RepositoryPolicy", "policy"),
}
"""By the key of `adopt`: the type, and what ends the logical name of the component's own."""


def check_adopted_policies(adopt: AdoptArgs, name: str, field: str) -> Iterator[Finding]:
    """
    Yield the policies of an adopted repository of this stack whose place nothing takes.

    Args:
        adopt: What could be read of the declaration.
        name: Logical name of the component.
        field: Path of *adopt*.
    """
    repository = adopt.get("urn") or adopt.get("logical_name")
    if repository is None:
        return
    deployed = read_outputs()
    home = deployed.get(_urn(repository, _REPOSITORY))
    if home is None:
        return  # it was adopted before, or is misspelt and refused by the hook
    for key, (type_name, role) in _POLICIES.items():
        named = adopt.get(key)
        left = [urn for urn in deployed if _is_for(urn, deployed[urn], type_name, home)]
        own = f"{_COMPONENT}{type_name}::{name}-{role}"
        if left and not any(urn.endswith(own) or urn == _urn(str(named), type_name) for urn in left):
            requirement = f"must be {_shown(left[0])!r}, or the engine deletes that last and the new policy with it"
            yield Finding(join(field, key), "adopt", requirement, None if named is None else echo(named))


def _is_for(urn: str, outputs: Mapping[str, Any], type_name: str, home: Mapping[str, Any]) -> bool:
    """Tell whether a resource is a policy, of that type, of the repository with the outputs *home*."""
    is_here = outputs.get("repository") == home.get("name") and outputs.get("region") == home.get("region")
    return urn.rpartition("::")[0].endswith(type_name) and is_here


def _urn(named: str, type_name: str) -> str:
    """Return the URN that *named*, a logical name at the top level or a URN, stands for."""
    top = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{type_name}::"
    return named if named.startswith("urn:") else f"{top}{named}"


def _shown(urn: str) -> str:
    """Return how a declaration names the resource *urn*: by its logical name where it stands at the top level."""
    _, _, types, name = urn.split("::", 3)
    return urn if "$" in types else name
