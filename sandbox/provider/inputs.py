"""
Check the inputs of a resource and complete them, as the official plugin does before anything is deployed.

Source: pulumi-terraform-bridge, `Check`, `TransformJSONDocument` and `ComputeAutoNameDefault`; pulumi-aws,
`provider/region.go` and `provider/tags.go`.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sandbox.provider.difference import DEFAULTS
from sandbox.provider.documents import normalize
from sandbox.provider.resource import Autoname, Property, ResourceType
from sandbox.provider.wire import UNKNOWN, has_unknown

Mode = Literal["propose", "enforce", "disable"]

RANDOM_CHARACTERS: Final = 7
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LACKING: Final = "the sandbox's stand-in for the aws provider cannot do it, only the official plugin can"
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "json": (str,),
    "map": (Mapping,),
    "object": (Mapping,),
    "list": (list,),
    "set": (list,),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One property that cannot be as it is: its path, and the reason for the operator."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Naming:
    """
    What the engine says of a name that the program leaves out.

    Attributes:
        logical: The resource's name in the program.
        seed: Bytes that stay the same from preview to update; empty, any name will do.
        proposed: A name by the stack's `pulumi:autonaming` configuration; "" when it has none.
        mode: What that name is worth.
    """

    logical: str
    seed: bytes = b""
    proposed: str = ""
    mode: Mode = "propose"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the provider's configuration adds to each resource."""

    region: str
    tags: Mapping[str, str] = field(default_factory=dict)


def check(
    entry: ResourceType,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    naming: Naming,
    around: Surroundings,
) -> tuple[dict[str, Any], list[Failure]]:
    """
    Return the completed inputs and every mistake in them.

    Args:
        entry: What the type may have.
        old: The checked inputs of the last deployment; empty for a new resource and for a replacement.
        new: What the program says.
        naming: What a missing name is made of.
        around: What a missing Region and the tags come from.
    """
    failures: list[Failure] = []
    given = dict(new)
    if entry.regional and "region" not in given:
        given["region"] = around.region
    if entry.tagged:
        given["tagsAll"] = merge_tags(around.tags, given.get("tags", {}))
    name = entry.autoname
    named = name is not None and (name.property in given or f"{name.property}Prefix" in given)
    checked = _object(entry.properties, given, "", failures)
    if name and not named:
        try:
            checked[name.property] = _name(name, old, naming)
        except ValueError as error:
            failures.append(Failure(name.property, str(error)))
        checked[DEFAULTS] = sorted([*checked[DEFAULTS], name.property])
    return checked, failures


def merge_tags(defaults: Mapping[str, str], tags: Any) -> Any:
    """Return *tags* over *defaults*; unknown as soon as a part of them is, because then no key is certain."""
    if has_unknown(tags):
        return UNKNOWN
    own = tags if isinstance(tags, Mapping) else {}  # what is no tag is refused where `tags` is checked
    return {**defaults, **{key: value for key, value in own.items() if key != DEFAULTS and isinstance(value, str)}}


def _object(
    properties: Mapping[str, Property], given: Mapping[str, Any], path: str, failures: list[Failure]
) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    defaults = []
    for name in sorted(given.keys() - properties.keys() - {DEFAULTS}):
        near = difflib.get_close_matches(name, properties, n=1)
        hint = f"; write {near[0]}" if near else "; remove it"
        failures.append(Failure(_join(path, name), f"must be a property of this type, got a stranger{hint}"))
    for name, rule in properties.items():
        if name in given:
            checked[name] = _value(rule, given[name], _join(path, name), failures)
        elif rule.default is not None:
            checked[name] = rule.default
            defaults.append(name)
        elif rule.required:
            failures.append(Failure(_join(path, name), "must be set, got nothing"))
    checked[DEFAULTS] = sorted(defaults)
    return checked


def _value(rule: Property, value: Any, path: str, failures: list[Failure]) -> Any:
    if rule.lacking and value != rule.default:
        failures.append(Failure(path, f"must be left out: {_LACKING}, got {_echo(value)}"))
        return value
    if value is UNKNOWN:
        return value
    if rule.kind == "json":
        return _document(value, path, failures)
    value = _typed(rule, value)
    if not _is_of(rule, value):
        failures.append(Failure(path, f"must be of type {rule.kind}, got {_echo(value)}"))
        return value
    failures.extend(Failure(path, reason) for reason in _range(rule, value))
    if rule.kind == "map":
        return _map(value, path, failures)
    if rule.kind == "object":
        return _object(rule.fields or {}, value, path, failures)
    if rule.kind in {"list", "set"}:
        element = Property(kind="object" if rule.fields else "string", fields=rule.fields, values=rule.values)
        return [_value(element, each, f"{path}[{index}]", failures) for index, each in enumerate(value)]
    return value


def _document(value: Any, path: str, failures: list[Failure]) -> Any:
    if has_unknown(value):
        return UNKNOWN
    try:
        text = normalize(value)
    except (ValueError, TypeError) as error:
        failures.append(Failure(path, f"must be JSON, got text that is none: {error}"))
        return value
    # Text is kept as it was written: only the comparison looks through its spelling.
    return value if isinstance(value, str) else text


def _map(value: Mapping[str, Any], path: str, failures: list[Failure]) -> dict[str, Any]:
    for key, item in value.items():
        if key != DEFAULTS and not isinstance(item, str) and item is not UNKNOWN:
            failures.append(Failure(f"{path}.{key}", f"must be of type string, got {_echo(item)}"))
    return {**value, DEFAULTS: []}


def _typed(rule: Property, value: Any) -> Any:
    """Return a number or a boolean that arrived as text, as it does from a stack file, as what it stands for."""
    if rule.kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if rule.kind == "integer" and isinstance(value, str) and value.isdecimal():
        return int(value)
    if rule.kind == "number" and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _is_of(rule: Property, value: Any) -> bool:
    numeric = rule.kind in {"integer", "number"}
    return isinstance(value, _TYPES[rule.kind]) and not (numeric and isinstance(value, bool))


def _range(rule: Property, value: Any) -> Iterator[str]:
    if rule.values and isinstance(value, str) and value not in rule.values:
        yield f"must be one of {', '.join(rule.values)}, got {_echo(value)}"
    if rule.between and not rule.between[0] <= value <= rule.between[1]:
        yield f"must be {rule.between[0]} to {rule.between[1]}, got {value}"


def _name(autoname: Autoname, old: Mapping[str, Any], naming: Naming) -> str:
    if autoname.property in old and autoname.property in old.get(DEFAULTS, [autoname.property]):
        return str(old[autoname.property])
    if naming.mode == "disable":
        raise ValueError("must be set, because the stack's autonaming is disabled")
    if naming.mode == "enforce":
        return naming.proposed
    name = naming.proposed or f"{naming.logical}-{_random(naming.seed)}"
    if not name.startswith(autoname.prefix):
        name = autoname.prefix + name
    if len(name) > autoname.longest:
        raise ValueError(f"must be at most {autoname.longest} characters, got {_echo(name)}; set it in the program")
    return name


def _random(seed: bytes) -> str:
    digest = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(RANDOM_CHARACTERS)
    return digest[:RANDOM_CHARACTERS]


def _echo(value: Any) -> str:
    if value is UNKNOWN:
        return "a value that is not known yet"
    text = repr(value) if isinstance(value, (str, int, float, bool)) else f"a {type(value).__name__}"
    return text if len(text) <= 80 else text[:79] + "…"  # noqa: PLR2004  # one terminal line


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
