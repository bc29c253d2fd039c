"""Read property values from what the engine sends, or from what the SDK has made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_model.shapes import is_list
from pulumi_policy.proxy import UnknownValueError

from secure_ecr_policies.pack.values import UNKNOWN

_SENTINELS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""How an unknown boolean, number, string, array, asset, archive and object are written on the wire."""

DEFAULTS = "__defaults"
"""Where the bridge of Terraform providers notes, in every object, which values were defaults."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the public mark of a secret, and none itself
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
"""Source: `sdk/go/common/resource/properties.go` of Pulumi: the marks of values that JSON has no type for."""


def decode(value: object) -> Any:
    """
    Return *value* as plain dictionaries, lists and scalars, with UNKNOWN for what is not known yet.

    Args:
        value: Values as on the wire, or the SDK's proxies, which raise when an unknown one is read. Secrets
            are opened, for the controls judge them: see `secret_properties`.
    """
    if isinstance(value, str):
        return UNKNOWN if value in _SENTINELS else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value  # the wire has no integers
    if isinstance(value, (dict, Mapping)):  # `dict` is told in no time
        return _decode_mapping(value)
    if is_list(value):
        return [_read(value, index) for index in range(len(value))]
    return value


def secret_properties(wire: Mapping[str, object]) -> frozenset[str]:
    """Return the names of the properties on the *wire* that hold a secret, at any depth."""
    return frozenset(name for name, value in wire.items() if _is_secret(value))


def _is_secret(value: object) -> bool:
    if isinstance(value, dict):
        return value.get(_SIGNATURE) == _SECRET or any(map(_is_secret, value.values()))
    return isinstance(value, list) and any(map(_is_secret, value))


def _decode_mapping(value: Mapping[str, object]) -> Any:
    mark = value[_SIGNATURE] if _SIGNATURE in list(value) else None
    if mark in (_SECRET, _OUTPUT):
        return _read(value, "value") if "value" in list(value) else UNKNOWN
    return {key: _read(value, key) for key in value if key != DEFAULTS}


def _read(container: Mapping[str, object] | Sequence[object], key: Any) -> Any:
    try:
        return decode(container[key])
    except UnknownValueError:
        return UNKNOWN
