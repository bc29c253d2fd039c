"""
The plugin that offers the components to every Pulumi language.

It differs from the SDK's component provider in how arguments arrive: that one converts them by the schema,
drops keys it does not know, stops at the first that is missing and shows a traceback for any error. Here they
reach the component as they were written, so its own reader finds every mistake, and each mistake goes back as
an error of its property.
"""

import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from inspect import cleandoc, get_annotations
from typing import Any, cast

import pulumi
from ecr_model import __version__
from ecr_model.findings import Finding
from pulumi import InputPropertyErrorDetails
from pulumi.provider.experimental.analyzer import ComponentDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.provider import ConstructResult
from pulumi.provider.server import ComponentInitError

from secure_ecr.arguments import at
from secure_ecr.errors import DeclarationError
from secure_ecr.public_repository import PublicRepository
from secure_ecr.pull_role import PullRole
from secure_ecr.push_role import PushRole
from secure_ecr.registry_endpoints import RegistryEndpoints
from secure_ecr.registry_monitoring import RegistryMonitoring
from secure_ecr.registry_settings import RegistrySettings
from secure_ecr.replication_topology import ReplicationTopology
from secure_ecr.repository_key import RepositoryKey
from secure_ecr.secure_repository import SecureRepository
from secure_ecr.wire import camel_case, keys, unwire

NAME = "secure-ecr"

COMPONENTS: Sequence[type[pulumi.ComponentResource]] = (
    PublicRepository,
    PullRole,
    PushRole,
    RegistryEndpoints,
    RegistryMonitoring,
    RegistrySettings,
    ReplicationTopology,
    RepositoryKey,
    SecureRepository,
)


class SecureEcrProvider(ComponentProvider):
    """The components, their schema, and errors that name properties as the caller's language does."""

    def __init__(self) -> None:
        super().__init__(list(COMPONENTS), NAME, version=__version__)
        known = {key for component in COMPONENTS for key in keys(args_type(component))}
        self.described: Any = _described(json.loads(cast("str", self.schema)), known)
        self.schema = json.dumps(self.described)

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """Return *inputs* with the keys and numbers that the component's reader expects; unknown keys stay."""
        mapped: pulumi.Inputs = unwire(args_type(self._components[component_def.name]), _whole(inputs))
        return mapped

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Register the component, or raise InputPropertiesError with everything that is wrong with *inputs*."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if not isinstance(error.inner, DeclarationError):
                raise
            schema = args_type(self._components[resource_type.rpartition(":")[2]])
            details = [_detail(finding, at("", name), set(keys(schema))) for finding in error.inner.findings]
            raise pulumi.InputPropertiesError("", details) from error


def render_schema() -> str:
    """Return the schema of the plugin as JSON text, keys sorted."""
    return json.dumps(SecureEcrProvider().described, indent=2, sort_keys=True) + "\n"


def args_type(component: type[pulumi.ComponentResource]) -> type:
    """Return the `TypedDict` of a component's arguments."""
    schema: type = get_annotations(component.__init__)["args"]
    return schema


def _described(schema: Any, known: Collection[str]) -> Any:
    """Return *schema* with each description as its readers need it: not indented, all keys in camelCase."""
    if isinstance(schema, list):
        return [_described(each, known) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _spelt(cleandoc(value), known)
        if key == "description" and isinstance(value, str)
        else _described(value, known)
        for key, value in schema.items()
    }


def _whole(value: Any) -> Any:
    """Return *value* with integers in place of whole floats: on the wire every number is one, and errors show it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def _detail(finding: Finding, prefix: str, known: Collection[str]) -> InputPropertyErrorDetails:
    """Return *finding* as the engine takes it: the path without the component's name, all keys in camelCase."""
    path = finding.field.removeprefix(prefix).lstrip(".")
    return {"property_path": _spelt(path, known), "reason": _spelt(finding.message, known)}


def _spelt(text: str, known: Collection[str]) -> str:
    return re.sub(r"\w+", lambda word: camel_case(word[0]) if word[0] in known else word[0], text)


if __name__ == "__main__":
    sys.stdout.write(render_schema())
