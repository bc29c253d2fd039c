"""Describe the table as a Pulumi package: what programs in YAML, and `pulumi package get-schema`, ask a plugin for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.functions import FUNCTIONS, Function
from sandbox.provider.resource import Property, ResourceType
from sandbox.provider.table import TABLE

_STRING: Final = {"type": "string"}
_ANY: Final = {"$ref": "pulumi.json#/Any"}
_STRINGS: Final = {"type": "object", "additionalProperties": _STRING}
_PLAIN: Final[Mapping[str, dict[str, Any]]] = {
    "string": _STRING,
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "map": _STRINGS,
    # A document may be written as text or as an object; the plugin always answers with text.
    "json": {"oneOf": [_STRING, {"type": "object", "additionalProperties": _ANY}]},
}


def schema(version: str) -> dict[str, Any]:
    """Return the package schema of *version*, with every type in the table and every function."""
    types: dict[str, Any] = {}
    return {
        "name": "aws",
        "version": version,
        # Tokens carry the file that the SDKs keep a type in: `ecr/repository` is the module `ecr`.
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "description": "The types that the sandbox's stand-in for the aws provider knows.",
        "config": {"variables": {"region": _STRING}},
        "provider": {"inputProperties": _provider()},
        "resources": {token: _resource(entry, types) for token, entry in TABLE.items()},
        "types": types,
        "functions": {token: _function(function) for token, function in FUNCTIONS.items()},
    }


def _provider() -> dict[str, Any]:
    """Return the provider's own inputs, in the shapes that `read` in settings.py takes."""
    lists_of_objects = {"type": "array", "items": _STRINGS}
    lists = {"type": "array", "items": _STRING}
    return {
        "accessKey": _STRING,
        "allowedAccountIds": lists,
        "assumeRoles": lists_of_objects,
        "defaultTags": {"type": "object", "additionalProperties": _STRINGS},
        "endpoints": lists_of_objects,
        "forbiddenAccountIds": lists,
        "region": _STRING,
        "secretKey": _STRING | {"secret": True},
        "token": _STRING | {"secret": True},
    }


def _resource(entry: ResourceType, types: dict[str, Any]) -> dict[str, Any]:
    inputs = {name: _property(entry, name, rule, types) for name, rule in entry.properties.items() if name != "tagsAll"}
    plain_outputs: dict[str, Any] = dict.fromkeys(entry.outputs, _STRING)
    if entry.tagged:
        plain_outputs["tagsAll"] = _STRINGS
    outputs = {
        name: _STRING if rule.kind == "json" else inputs[name]
        for name, rule in entry.properties.items()
        if name in inputs
    }
    return {
        "inputProperties": inputs,
        "requiredInputs": [name for name, rule in entry.inputs.items() if rule.required],
        "properties": outputs | plain_outputs,
    }


def _property(entry: ResourceType, name: str, rule: Property, types: dict[str, Any]) -> dict[str, Any]:
    if rule.lacking:
        return _ANY
    if rule.kind in _PLAIN:
        return _PLAIN[rule.kind]
    item: dict[str, Any] = _STRING
    if rule.fields:
        item = {"$ref": f"#/types/{_object(entry, name, rule.fields, types)}"}
    return item if rule.kind == "object" else {"type": "array", "items": item}


def _object(entry: ResourceType, name: str, fields: Mapping[str, Property], types: dict[str, Any]) -> str:
    module = entry.type_name.split(":")[1].partition("/")[0]
    path = f"{entry.type_name.rpartition(':')[2]}{name[0].upper()}{name[1:]}"
    token = f"aws:{module}/{path}:{path}"
    types[token] = {
        "type": "object",
        "properties": {
            # The path of a member names its type, so that two members of one name do not meet.
            member: _property(entry, f"{name}{member[0].upper()}{member[1:]}", rule, types)
            for member, rule in fields.items()
        },
        "required": [member for member, rule in fields.items() if rule.required],
    }
    return token


def _function(function: Function) -> dict[str, Any]:
    return {
        "inputs": {"type": "object", "properties": dict.fromkeys(function.arguments, _ANY)},
        "outputs": {"type": "object", "properties": dict.fromkeys(function.results, _ANY)},
    }
