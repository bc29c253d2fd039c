"""What a configuration can set for a control: declared with a JSON schema, read with its default."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecr_model.findings import Finding, echo, join, nearest
from ecr_model.shapes import alternatives, is_list

Type = Literal["string", "boolean", "strings", "objects", "object"]

UNKNOWN_MODES = ("allow", "warn", "block")


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One property of a control's configuration.

    Attributes:
        type: `strings` and `objects` are lists of them.
        description: What it does, and what happens when it is absent.
        default: Its value when it is absent.
        choices: The only strings that it may be; empty allows all.
        grammar: Says what is wrong with a value of the right type, entry by entry in a list.
    """

    type: Type
    description: str
    default: bool | str | tuple[str, ...] | None = field(default=None, kw_only=True)
    choices: tuple[str, ...] = field(default=(), kw_only=True)
    grammar: Callable[[object, str], Iterable[Finding]] | None = field(default=None, kw_only=True)

    @property
    def schema(self) -> dict[str, object]:
        """The setting as JSON schema, for the engine and for the catalogue."""
        schema: dict[str, object] = {"description": self.description}
        if entry_type := _ENTRIES.get(self.type):
            schema |= {"type": "array", "items": {"type": entry_type}}
        else:
            schema["type"] = self.type
        if self.choices:
            schema["enum"] = list(self.choices)
        return schema

    @property
    def summary(self) -> str:
        """The type in words, with what an absent value means."""
        words = f"one of {', '.join(self.choices)}" if self.choices else _ARTICLES[self.type]
        if not self.default:
            return words
        default = ", ".join(self.default) if isinstance(self.default, tuple) else str(self.default).lower()
        return f"{words}; default {default}"

    def check(self, value: object, path: str) -> Iterator[Finding]:
        """Yield why *value* does not fit the setting."""
        entry_type = _ENTRIES.get(self.type)
        if entry_type is None:
            yield from self._check_one(value, path, self.type)
        elif not is_list(value):
            yield Finding(path, "setting-type", f"must be {_ARTICLES[self.type]}", echo(value))
        else:
            for index, entry in enumerate(value):
                yield from self._check_one(entry, join(path, f"[{index}]"), entry_type)

    def _check_one(self, value: object, path: str, wanted: Type) -> Iterator[Finding]:
        if not _is_type(value, wanted):
            quote = "put it in quotes" if wanted == "string" and isinstance(value, (int, float)) else ""
            yield Finding(path, "setting-type", f"must be {_ARTICLES[wanted]}", echo(value), quote)
        elif self.choices and value not in self.choices:
            yield Finding(path, "setting-choice", f"must be {alternatives(self.choices)}", echo(value))
        elif self.grammar:
            yield from self.grammar(value, path)


_ENTRIES: Mapping[Type, Type] = {"strings": "string", "objects": "object"}
_ARTICLES: Mapping[Type, str] = {
    "string": "a text",
    "boolean": "true or false",
    "strings": "a list of texts",
    "objects": "a list of objects",
    "object": "an object",
}

COMMON: Mapping[str, Setting] = {
    "unknown": Setting(
        "string",
        "What a value known at the update only leads to: nothing, an advisory, or an ordinary finding.",
        default="block",
        choices=UNKNOWN_MODES,
    ),
    "exemptions": Setting("objects", "The exemptions from this control; absent, there are none."),
}
"""What every control can be told."""


class Settings:
    """
    The configuration of one control, with the default of everything that it leaves out.

    A value of the wrong type counts as left out: `check_settings` has said so.
    """

    __slots__ = ("_values",)

    def __init__(self, declared: Mapping[str, Setting], values: Mapping[str, object]) -> None:
        self._values = {
            name: values[name]
            if values.get(name) is not None and not any(setting.check(values[name], name))
            else setting.default
            for name, setting in {**COMMON, **declared}.items()
        }

    def text(self, name: str) -> str | None:
        """Return the text *name*."""
        value = self._values[name]
        return value if isinstance(value, str) else None

    def flag(self, name: str) -> bool:
        """Return whether *name* is switched on."""
        return self._values[name] is True

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the list of texts *name*."""
        value = self._values[name]
        return tuple(text for text in value if isinstance(text, str)) if is_list(value) else ()

    def objects(self, name: str) -> tuple[Mapping[str, object], ...]:
        """Return the list of objects *name*."""
        value = self._values[name]
        return tuple(entry for entry in value if isinstance(entry, Mapping)) if is_list(value) else ()

    def mapping(self, name: str) -> Mapping[str, object] | None:
        """Return the object *name*."""
        value = self._values[name]
        return value if isinstance(value, Mapping) else None


def check_settings(declared: Mapping[str, Setting], values: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what is wrong with the *values* of a configuration: unknown names, wrong types."""
    known = {**COMMON, **declared}
    for name, value in values.items():
        if name in known:
            yield from known[name].check(value, name)
        else:
            near = nearest(name, known)
            fix = f"write {near!r}" if near else f"use {alternatives(tuple(known))}"
            yield Finding(name, "setting-name", "is not a known setting", fix=fix)


def _is_type(value: object, kind: Type) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, Mapping)
