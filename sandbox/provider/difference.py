"""Find what an update would change: the old state against the new inputs, property by property."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sandbox.provider.documents import normalize
from sandbox.provider.resource import Property, ResourceType
from sandbox.provider.wire import UNKNOWN, has_unknown

DEFAULTS: Final = "__defaults"
"""In every object of checked inputs: the names of the members that the plugin filled in."""

_TEXT: Final = Property()
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEP: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.\[\]]+)')


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed place: its property path, what happens to it, and whether that needs another resource."""

    path: str
    kind: Literal["add", "delete", "update"]
    replaces: bool = False

    @property
    def name(self) -> str:
        """The top-level property that the place is in."""
        return str(_steps(self.path)[0])


def differences(
    entry: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any], ignored: Sequence[str] = ()
) -> list[Difference]:
    """Return what *new* inputs change of the *old* state, without the paths that the program ignores."""
    found = _members(entry.properties, old, new, "")
    patterns = [_steps(path) for path in ignored]
    return [each for each in found if not any(_covers(pattern, _steps(each.path)) for pattern in patterns)]


def deletes_first(entry: ResourceType, new: Mapping[str, Any]) -> bool:
    """
    Return whether a replacement must delete before it creates: always so for the type, or it has a name of its own.

    Source: pulumi-terraform-bridge, `nameRequiresDeleteBeforeReplace`.
    """
    name = entry.autoname
    if name is None or not name.guards or name.property not in new:
        return entry.delete_first
    return entry.delete_first or name.property not in new.get(DEFAULTS, [name.property])


def is_blank(value: Any) -> bool:
    """Return whether *value* is what Terraform takes for "not set"."""
    return value in (None, "", False, 0) or (isinstance(value, (Mapping, list)) and not value)


def _members(
    properties: Mapping[str, Property], old: Mapping[str, Any], new: Mapping[str, Any], prefix: str
) -> Iterator[Difference]:
    for name, rule in properties.items():
        yield from _property(rule, old.get(name), new.get(name), f"{prefix}.{name}" if prefix else name)


def _property(rule: Property, old: Any, new: Any, path: str) -> Iterator[Difference]:
    if new is None:
        if not rule.kept and not is_blank(old) and old != rule.default:
            yield Difference(path, "delete", rule.replaces or rule.switches)
    elif old is None:
        if not is_blank(new):
            yield Difference(path, "add", rule.replaces or rule.switches)
    else:
        for each in _value(rule, old, new, path):
            yield replace(each, replaces=each.replaces or rule.replaces)


def _value(rule: Property, old: Any, new: Any, path: str) -> Iterable[Difference]:
    update = (Difference(path, "update"),)
    if new is UNKNOWN or old is UNKNOWN:
        return update
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _map(old, new, path) if rule.kind == "map" else _members(rule.fields or {}, old, new, path)
    if isinstance(old, list) and isinstance(new, list):
        return _set(rule, old, new, path) if rule.kind == "set" else _list(rule, old, new, path)
    equal = old == new or (rule.same is not None and rule.same(str(old), str(new)))
    return () if equal else update


def _map(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Difference]:
    for key in sorted({*old, *new} - {DEFAULTS}):
        place = f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key)}]"
        yield from _property(_TEXT, old.get(key), new.get(key), place)


def _list(rule: Property, old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[Difference]:
    element = Property(kind="object", fields=rule.fields) if rule.fields else _TEXT
    for index in range(max(len(old), len(new))):
        place = f"{path}[{index}]"
        if index >= len(new):
            yield Difference(place, "delete")
        elif index >= len(old):
            yield Difference(place, "add")
        else:
            yield from _value(element, old[index], new[index], place)


def _set(rule: Property, old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[Difference]:
    old_keys = [_key(rule, each) for each in old]
    new_keys = [_key(rule, each) for each in new]
    added = {index for index, key in enumerate(new_keys) if key not in old_keys}
    removed = {index for index, key in enumerate(old_keys) if key not in new_keys}
    for index in sorted(added | removed):
        both = index in added and index in removed
        yield Difference(f"{path}[{index}]", "update" if both else "add" if index in added else "delete")


def _key(rule: Property, element: Any) -> str:
    """Return what two equal elements of a set have in common."""
    if has_unknown(element):
        return f"unknown {id(element)}"
    if not isinstance(element, Mapping):
        return normalize({"": element})
    rules = (rule.fields or {}).items()
    return normalize({name: _member_key(member, element.get(name, member.default)) for name, member in rules})


def _member_key(rule: Property, value: Any) -> Any:
    if value is None:
        return None
    if rule.kind == "set":
        return sorted(_key(rule, each) for each in value)
    if rule.kind == "json":
        return normalize(value)
    if rule.kind == "map":
        return {key: item for key, item in value.items() if key != DEFAULTS}
    return _key(rule, value) if rule.kind == "object" else value


def _steps(path: str) -> list[str]:
    return [quoted or index or plain for quoted, index, plain in _STEP.findall(path)]


def _covers(pattern: Sequence[str], steps: Sequence[str]) -> bool:
    return len(pattern) <= len(steps) and all(want in {"*", step} for want, step in zip(pattern, steps, strict=False))
