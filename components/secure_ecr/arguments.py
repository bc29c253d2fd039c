"""
Read the arguments of a component, or a stack's declaration, against the `TypedDict` that describes them.

One pass finds everything that is wrong: unknown keys, missing keys, wrong types, and values that must be
known at preview but come from a resource. A key with a rule of ECR is handed to that rule of `ecr_model`
(`judged`), so what a value means is said there and only its place and type here.

Values come from three sources that differ: Python programs pass dicts, the engine passes configuration as
JSON, and the plugin for other languages passes whole numbers as floats. What `read` returns is the same.
"""

from __future__ import annotations

import json
import types
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

import pulumi
from ecr_model.documents import DEEPEST, is_encodable
from ecr_model.findings import Finding, echo, errors, join
from ecr_model.shapes import alternatives, check_keys, check_list, is_list

T = TypeVar("T")

Check = Callable[[object, str], tuple[Finding, ...]]
"""A rule of `ecr_model`: takes a value and its path, returns every finding and raises nothing."""

_Reader = Callable[[object, str, list[Finding]], object]
"""Returns a value in its canonical form, or `_WRONG`, and adds what is wrong with it to the list."""

_WRONG = object()
_RULE = "arguments"
_KNOWN = "must be known at preview"
_WHOLE = "must be a text of whole characters"
_LONGEST_STEP = 80  # characters of a user's key that a path repeats
_MOST_REMEMBERED = 1000  # judgements, each with the text of its value
_CHECKS: dict[Hashable, dict[str, Check]] = {}
_ALTERNATIVES: dict[Hashable, Sequence[str]] = {}
_CLEAN: set[tuple[Check, str]] = set()


def judged(**checks: Check) -> Callable[[type[T]], type[T]]:
    """
    Attach rules to keys of a `TypedDict`.

    The rule sees a text, a number or a truth value once its type is right, and a list or an object as it is:
    what a document must look like is the rule's own matter. It sees no Output where the type accepts one.
    """

    def attach(schema: type[T]) -> type[T]:
        _CHECKS[cast("Hashable", schema)] = checks
        return schema

    return attach


def one_of(*keys: str) -> Callable[[type[T]], type[T]]:
    """Ask for exactly one of *keys* in a `TypedDict`."""

    def attach(schema: type[T]) -> type[T]:
        _ALTERNATIVES[cast("Hashable", schema)] = keys
        return schema

    return attach


def read(schema: type[T], value: object, field: str = "") -> tuple[T, tuple[Finding, ...]]:
    """
    Return *value* as *schema* describes it, and everything that is wrong with it.

    Args:
        schema: A `TypedDict`; its `NotRequired` keys may be absent or None, which is the same.
        value: What the caller wrote.
        field: Path of *value*, for the findings.

    Returns:
        A dict with whole numbers as `int` and None left out. What is wrong is left out as well, so that rules
        about several keys can go on with those that are right; without errors every required key is there.
    """
    findings: list[Finding] = []
    return cast("T", _record(cast("Hashable", schema))(value, field, findings)), tuple(findings)


def check_each(
    values: Sequence[object], field: str, check: Check, *, rule: str, longest: int, shortest: int = 1
) -> tuple[Finding, ...]:
    """Return why *values* are too few or too many, and what *check* says of those that are known; an Output is not."""
    findings = [*check_list(values, field, rule, shortest=shortest, longest=longest)]
    for index, value in enumerate(values):
        findings += check(value, join(field, f"[{index}]")) if isinstance(value, str) else ()
    return tuple(findings)


def at(parent: str, key: object) -> str:
    """Return the path of a user's *key* below *parent*: `tags.team`, `repositories["team/api"]`."""
    word = str(key)[:_LONGEST_STEP]
    return join(parent, word if word.replace("-", "_").isidentifier() else f"[{json.dumps(word)}]")


@cache
def hints(schema: Hashable) -> Mapping[str, Any]:
    """Return the type of each key of a `TypedDict`, without `NotRequired`."""
    # `pulumi.Input` mentions `Output` by name, which only its own module can resolve
    return get_type_hints(schema, localns=vars(pulumi.output))


def unwrap(hint: Any) -> tuple[Any, bool]:
    """Return the type that a `pulumi.Input` is for, and whether *hint* is one."""
    if get_origin(hint) not in {Union, types.UnionType}:
        return hint, False
    plain = [member for member in get_args(hint) if get_origin(member) not in {pulumi.Output, Awaitable}]
    if len(plain) != 1:
        raise TypeError(f"no reader for {hint!r}: the schema for other languages has no unions")
    return plain[0], True


@cache
def _record(schema: Hashable) -> _Reader:
    """Return the reader of a `TypedDict`; reflection happens once for each, reading hundreds of times."""
    keys, checks = hints(schema), _CHECKS.get(schema, {})
    readers = {key: _judged(hint, checks[key]) if key in checks else _reader(hint) for key, hint in keys.items()}
    required = [key for key in keys if key in cast("Any", schema).__required_keys__]
    optional = [key for key in keys if key not in required]
    exclusive = _ALTERNATIVES.get(schema, ())

    def read_record(value: object, field: str, findings: list[Finding]) -> object:
        if not isinstance(value, Mapping):
            _refuse(findings, value, field, "must be an object", "write {}" if value is None else "")
            return {}
        if not readers.keys() >= value.keys() or any(value.get(key) is None for key in required):
            findings += check_keys(value, field, _RULE, required=required, optional=optional)
        given = [key for key in exclusive if value.get(key) is not None]
        if exclusive and len(given) != 1:
            got = " and ".join(given) if given else "none"
            findings.append(Finding(field, _RULE, f"must have one of {alternatives(exclusive)}", got))
        return _without_wrong(
            {
                key: reader(value[key], join(field, key), findings)
                for key, reader in readers.items()
                if value.get(key) is not None
            }
        )

    return read_record


def _reader(hint: Any) -> _Reader:
    plain, accepts_outputs = unwrap(hint)
    reader = _plain_reader(plain)
    return _unless_output(reader) if accepts_outputs else reader


def _plain_reader(hint: Any) -> _Reader:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_typeddict(hint):
        return _record(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is list:
        return _list_of(_reader(arguments[0]))
    if origin is dict and arguments[0] is str:
        return _map_of(_reader(arguments[1]))
    raise TypeError(f"no reader for {hint!r}: use text, numbers, lists, dicts with text keys and TypedDicts")


def _judged(hint: Any, check: Check) -> _Reader:
    plain, accepts_outputs = unwrap(hint)
    reader = _SCALARS.get(plain, _read_document)

    def read_judged(value: object, field: str, findings: list[Finding]) -> object:
        found: list[Finding] = []
        known = reader(value, field, found)
        # A stack repeats itself: five hundred repositories with one lifecycle have it judged once
        judgement = (check, repr(known))
        if not found and judgement not in _CLEAN:
            found += check(known, field)
            if not found and len(_CLEAN) < _MOST_REMEMBERED:
                _CLEAN.add(judgement)
        findings += found
        return _WRONG if errors(found) else known

    return _unless_output(read_judged) if accepts_outputs else read_judged


def _read_document(value: object, field: str, findings: list[Finding]) -> object:
    """Return a document, whatever it is made of, as dicts and lists; all of it must be known at preview."""
    try:
        return _copy(value, field, findings, depth=0)
    except _TooDeepError:
        return _refuse(findings, value, field, f"must be nested at most {DEEPEST} levels deep")


class _TooDeepError(Exception):
    """A document contains itself, or is nested so deep that no rule should be asked about it."""


def _copy(value: object, field: str, findings: list[Finding], depth: int) -> object:
    if isinstance(value, str):
        return _read_text(value, field, findings)
    if isinstance(value, (int, float)) or value is None:
        return value
    if depth > DEEPEST:
        raise _TooDeepError
    if isinstance(value, Mapping):
        return {key: _copy(entry, at(field, key), findings, depth + 1) for key, entry in value.items()}
    if is_list(value):
        entries = enumerate(value)
        return [_copy(entry, join(field, f"[{index}]"), findings, depth + 1) for index, entry in entries]
    if _is_output(value):
        _refuse(findings, value, field, _KNOWN)
    return value


def _without_wrong(record: dict[Any, object]) -> dict[Any, object]:
    return {key: value for key, value in record.items() if value is not _WRONG}


def _unless_output(reader: _Reader) -> _Reader:
    def read_input(value: object, field: str, findings: list[Finding]) -> object:
        return value if _is_output(value) else reader(value, field, findings)

    return read_input


def _list_of(reader: _Reader) -> _Reader:
    def read_list(value: object, field: str, findings: list[Finding]) -> object:
        if not is_list(value):
            return _refuse(findings, value, field, "must be a list")
        entries = [reader(entry, join(field, f"[{index}]"), findings) for index, entry in enumerate(value)]
        return _WRONG if any(entry is _WRONG for entry in entries) else entries

    return read_list


def _map_of(reader: _Reader) -> _Reader:
    def read_map(value: object, field: str, findings: list[Finding]) -> object:
        if not isinstance(value, Mapping):
            return _refuse(findings, value, field, "must be an object")
        entries = {}
        for key, entry in value.items():
            if isinstance(key, str):
                entries[key] = reader(entry, at(field, key), findings)
            else:
                _refuse(findings, key, field, "must have texts as keys", "put it in quotes")
        return _without_wrong(entries)

    return read_map


def _read_text(value: object, field: str, findings: list[Finding]) -> object:
    if isinstance(value, str):
        return value if is_encodable(value) else _refuse(findings, value, field, _WHOLE)
    fix = "put it in quotes" if isinstance(value, (int, float)) else ""
    return _refuse(findings, value, field, "must be a text", fix)


def _read_flag(value: object, field: str, findings: list[Finding]) -> object:
    return value if isinstance(value, bool) else _refuse(findings, value, field, "must be true or false")


def _read_whole_number(value: object, field: str, findings: list[Finding]) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    fix = "remove the quotes" if isinstance(value, str) and value.isdecimal() else ""
    return _refuse(findings, value, field, "must be a whole number", fix)


_SCALARS: dict[object, _Reader] = {str: _read_text, bool: _read_flag, int: _read_whole_number}


def _is_output(value: object) -> bool:
    return isinstance(value, (pulumi.Output, Awaitable))


def _refuse(findings: list[Finding], value: object, field: str, requirement: str, fix: str = "") -> object:
    got = echo(value)
    if _is_output(value):
        requirement, got = _KNOWN, "an Output"
        fix = "write the value itself, it is judged before anything is registered"
    findings.append(Finding(field, _RULE, requirement, got, fix))
    return _WRONG
