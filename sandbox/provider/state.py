"""
Make the state of a resource from its inputs and what AWS says, and inputs from its state.

Source: pulumi-terraform-bridge, `MakeTerraformOutputs` and `ExtractInputsFromOutputs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.provider.difference import DEFAULTS, is_blank
from sandbox.provider.documents import normalize
from sandbox.provider.resource import Property, ResourceType, State
from sandbox.provider.wire import UNKNOWN, Unknown


def created(entry: ResourceType, inputs: Mapping[str, Any], said: Mapping[str, Any]) -> State:
    """Return the state of a new resource: its inputs, completed by what AWS *said*."""
    return _fill(entry.properties, {**inputs, **_news(entry, inputs, said)}, {}, None) | _outputs(entry, said)


def planned(entry: ResourceType, inputs: Mapping[str, Any]) -> State:
    """Return the state that a preview can promise for a new resource: what AWS decides is unknown."""
    return _fill(entry.properties, inputs, {}, UNKNOWN) | dict.fromkeys(entry.outputs, UNKNOWN)


def updated(entry: ResourceType, old: Mapping[str, Any], inputs: Mapping[str, Any], said: Mapping[str, Any]) -> State:
    """Return the state after an update: the new inputs, and of the *old* state what AWS decided and keeps."""
    values = {**inputs, **_news(entry, inputs, said)}
    return _fill(entry.properties, values, old, None) | _outputs(entry, {**old, **said})


def live(entry: ResourceType, said: Mapping[str, Any], old: Mapping[str, Any]) -> State:
    """
    Return the state of a resource that exists: what AWS *said*.

    A document that means the same stays as *old* spelt it. What no API tells, such as whether to delete by force,
    stays as it was, also inside an object; an import, which has no *old* state, takes the plugin's default.
    """
    rules = entry.properties
    untold = old or {name: rule.default for name, rule in rules.items()}
    values = {**untold, **{name: old.get(name) for name in said}, **_news(entry, old, said)}
    objects = {name: old.get(name) for name, value in said.items() if isinstance(value, Mapping)}
    return _fill(rules, values, objects, None) | _outputs(entry, said)


def refreshed_inputs(entry: ResourceType, old: Mapping[str, Any], state: Mapping[str, Any]) -> State:
    """Return the *old* inputs with the values of *state*; what the program did not set stays out."""
    return _narrow_members(entry.properties, old, state)


def imported_inputs(entry: ResourceType, state: Mapping[str, Any]) -> State:
    """Return the inputs of a program that would make *state*: what is required, and what is not the default."""
    return _chosen(entry.properties, state)


def own_tags(tags: Mapping[str, str], defaults: Mapping[str, str], named: Sequence[str]) -> State:
    """Return *tags* without those that the provider adds by itself, unless the program *named* them too."""
    return {key: value for key, value in tags.items() if key in named or defaults.get(key) != value}


def _news(entry: ResourceType, known: Mapping[str, Any], said: Mapping[str, Any]) -> State:
    """Return what AWS *said*, without the documents that only spell a *known* one otherwise."""
    rules = entry.properties
    return {
        name: value
        for name, value in said.items()
        if not (name in rules and rules[name].kind == "json" and _spelt_otherwise(rules[name], known.get(name), value))
    }


def _outputs(entry: ResourceType, said: Mapping[str, Any]) -> State:
    return {name: said[name] for name in entry.outputs if said.get(name) is not None}


def _fill(
    properties: Mapping[str, Property], values: Mapping[str, Any], old: Mapping[str, Any], absent: Unknown | None
) -> State:
    """Return *values* without marks, documents normalised; members that AWS keeps come from *old*, or are *absent*."""
    result: State = {}
    for name, rule in properties.items():
        value = values.get(name)
        if value is not None:
            result[name] = _filled(rule, value, old.get(name), absent)
        elif rule.kept and (kept := old.get(name, absent)) is not None:
            result[name] = kept
    return result


def _filled(rule: Property, value: Any, old: Any, absent: Unknown | None) -> Any:
    if value is UNKNOWN:
        return value
    if rule.kind == "json":
        return normalize(value)
    if rule.kind == "map":
        return {key: item for key, item in value.items() if key != DEFAULTS}
    if rule.fields and isinstance(value, Mapping):
        return _fill(rule.fields, value, old if isinstance(old, Mapping) else {}, absent)
    if rule.fields and isinstance(value, list):
        before = old if isinstance(old, list) else []
        return [
            _filled(rule, each, before[index] if index < len(before) else None, absent)
            for index, each in enumerate(value)
        ]
    return value


def _spelt_otherwise(rule: Property, old: Any, new: Any) -> bool:
    return rule.same is not None and isinstance(old, str) and isinstance(new, str) and rule.same(old, new)


def _narrow_members(properties: Mapping[str, Property], old: Mapping[str, Any], state: Mapping[str, Any]) -> State:
    result: State = {}
    for name, value in old.items():
        if name in properties and name in state:
            result[name] = _narrow(properties[name], value, state[name])
    if DEFAULTS in old:
        result[DEFAULTS] = [name for name in old[DEFAULTS] if result.get(name) == old.get(name)]
    return result


def _narrow(rule: Property, old: Any, new: Any) -> Any:
    if old == new or _spelt_otherwise(rule, old, new):
        return old
    if rule.kind == "map" and isinstance(old, Mapping):
        return {key: [] if key == DEFAULTS else new[key] for key in old if key == DEFAULTS or key in new}
    if rule.fields and isinstance(old, Mapping) and isinstance(new, Mapping):
        return _narrow_members(rule.fields, old, new)
    if rule.kind == "list" and rule.fields and isinstance(old, list) and isinstance(new, list):
        return [_narrow(rule, *pair) for pair in zip(old, new, strict=False)]
    return new


def _chosen(properties: Mapping[str, Property], state: Mapping[str, Any]) -> State:
    result: State = {DEFAULTS: []}
    for name, rule in properties.items():
        value = state.get(name)
        if rule.required or not (value == rule.default or is_blank(value)):
            result[name] = _chosen_value(rule, value)
    return {name: value for name, value in result.items() if value is not None}


def _chosen_value(rule: Property, value: Any) -> Any:
    if rule.kind == "map" and isinstance(value, Mapping):
        return {**value, DEFAULTS: []}
    if rule.fields and isinstance(value, Mapping):
        return _chosen(rule.fields, value)
    if rule.fields and isinstance(value, list):
        return [_chosen_value(rule, each) for each in value]
    return value
