"""
Translate property values between the engine's protocol and Python.

On the wire a value is a `google.protobuf.Value`. Two kinds have no JSON form and travel as conventions: an unknown is
one of a few fixed strings, a secret is an object with a signature. In Python an unknown is `UNKNOWN`; of secrets the
translation keeps the plain value and, beside it, the names of the top-level properties that held one.

Source: Pulumi SDK, `sdk/go/common/resource/plugin/rpc.go` (sentinels) and `sdk/go/common/resource/sig/sig.go`.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct, Value

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # a signature, the same in every program
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown(enum.Enum):
    """The type of `UNKNOWN`, the value that only the deployment will tell."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Properties:
    """
    The properties of one resource, as Python values.

    Attributes:
        values: By property name; integral numbers are `int`, nulls are absent.
        secrets: Names of the top-level properties that are secret, whole or in part.
    """

    values: dict[str, Any]
    secrets: frozenset[str] = field(default_factory=frozenset)


def decode(struct: Struct) -> Properties:
    """Return the properties that *struct* carries."""
    secrets: set[str] = set()
    values = {}
    for name, value in struct.fields.items():
        marks: list[None] = []
        decoded = _decode(value, marks)
        if marks:
            secrets.add(name)
        if decoded is not None:
            values[name] = decoded
    return Properties(values, frozenset(secrets))


def encode(values: Mapping[str, Any], secrets: Collection[str] = ()) -> Struct:
    """Return *values* for the wire, the properties named in *secrets* marked as secret; None is left out."""
    struct = Struct()
    for name, value in values.items():
        if value is None:
            continue
        target = struct.fields[name]
        if name in secrets:
            wrapper = target.struct_value.fields
            wrapper[_SIGNATURE].string_value = _SECRET
            target = wrapper["value"]
        _encode(value, target)
    return struct


def has_unknown(value: Any) -> bool:
    """Return whether *value* is unknown, or holds an unknown at any depth."""
    if isinstance(value, Mapping):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return value is UNKNOWN


def _decode(value: Value, marks: list[None]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in _UNKNOWNS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item, marks) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE in fields and fields[_SIGNATURE].string_value == _SECRET:
            marks.append(None)
            return _decode(fields["value"], marks)
        return {name: decoded for name, item in fields.items() if (decoded := _decode(item, marks)) is not None}
    return None


def _encode(value: Any, target: Value) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif value is UNKNOWN:
        target.string_value = _UNKNOWN_STRING
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        fields = target.struct_value.fields
        for name, item in value.items():
            if item is not None:
                _encode(item, fields[name])
    elif isinstance(value, Iterable):
        target.list_value.SetInParent()
        values = target.list_value.values
        for item in value:
            _encode(item, values.add())
    else:
        msg = f"a property value must be JSON-like, got {type(value).__name__}"
        raise TypeError(msg)
