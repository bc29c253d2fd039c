"""Register what declaration.json says: plain repositories, some below a component, and SecureRepository."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import ecr
from secure_ecr import SecureRepository, reported


class Registry(pulumi.ComponentResource):
    """A component as another team would have written it."""

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__("shop:index:Registry", name)
        register(name, args, pulumi.ResourceOptions(parent=self))


def register(name: str, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
    """Register a repository with the SDK's own resources, and the policies that *args* has for it."""
    repository = ecr.Repository(name, **args["repository"], opts=opts)
    if "lifecycle" in args:
        ecr.LifecyclePolicy(f"{name}-rules", repository=repository.name, policy=args["lifecycle"], opts=opts)
    if "policy" in args:
        ecr.RepositoryPolicy(f"{name}-readers", repository=repository.name, policy=args["policy"], opts=opts)


declared = json.loads(Path("declaration.json").read_text(encoding="utf-8"))
for logical_name, plain in declared.get("plain", {}).items():
    register(logical_name, plain)
for logical_name, below in declared.get("below", {}).items():
    Registry(logical_name, below)
with reported():
    for logical_name, secure in declared.get("secure", {}).items():
        SecureRepository(logical_name, secure)
