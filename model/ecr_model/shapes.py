"""The shapes that every declaration is made of: a text, a choice, a list, an object."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeGuard

from ecr_model.documents import member
from ecr_model.findings import Finding, echo, join, nearest


class Text(NamedTuple):
    """
    One kind of string that AWS accepts: its length and its grammar.

    Attributes:
        rule: Id of the findings, e.g. `repository-name`.
        requirement: The grammar in words, as the rest of a sentence: `must be 64 hexadecimal digits`.
        pattern: The grammar as a regular expression for `fullmatch`; it must need linear time.
        shortest: Characters, at least.
        longest: Characters, at most; judged before the pattern is tried.
    """

    rule: str
    requirement: str
    pattern: str
    shortest: int
    longest: int

    def check(self, value: object, field: str, *, fix: str = "") -> tuple[Finding, ...]:
        """Return why *value* is not such a text; *fix* goes into a finding about the grammar."""
        if value is None:
            return (Finding(field, self.rule, "must be given"),)
        if not isinstance(value, str):
            quote = "put it in quotes" if isinstance(value, (int, float)) else ""
            return (Finding(field, self.rule, "must be a text", echo(value), quote),)
        if not self.shortest <= len(value) <= self.longest:
            length = f"must be {_between(self.shortest, self.longest)} characters"
            return (Finding(field, self.rule, length, f"{len(value)}: {echo(value)}"),)
        if not self.is_match(value):
            return (Finding(field, self.rule, self.requirement, echo(value), fix),)
        return ()

    def is_match(self, value: str) -> bool:
        """Tell whether *value* has the length and the grammar."""
        return (
            self.shortest <= len(value) <= self.longest
            # `re` compiles at the first use and keeps the result: importing the model compiles nothing
            and re.fullmatch(self.pattern, value) is not None
        )


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Tell whether *value* is a list as documents have them: a sequence, but no text and no bytes."""
    # `list` is told in no time, a class of the library's abstract ones by a search
    return not isinstance(value, (str, bytes, bytearray)) and isinstance(value, (list, Sequence))


def check_choice(value: object, choices: Collection[str], field: str, rule: str) -> tuple[Finding, ...]:
    """Return a finding when *value* is not one of *choices*, with the one that was probably meant."""
    if isinstance(value, str) and value in choices:
        return ()
    # AWS writes its enumerations in capitals or in lower case, people in either
    near = nearest(value, [choice.lower() for choice in choices]) if isinstance(value, str) else None
    meant = next((choice for choice in choices if choice.lower() == near), None)
    requirement = f"must be {alternatives(choices)}"
    return (Finding(field, rule, requirement, echo(value), f"write {meant!r}" if meant else ""),)


def check_list(value: object, field: str, rule: str, *, longest: int, shortest: int = 0) -> tuple[Finding, ...]:
    """Return why *value* is not a list of *shortest* to *longest* entries; the entries are not judged."""
    if not is_list(value):
        return (Finding(field, rule, "must be a list", echo(value)),)
    if not shortest <= len(value) <= longest:
        return (Finding(field, rule, f"must have {_between(shortest, longest)} entries", str(len(value))),)
    return ()


class Section(NamedTuple):
    """
    An object of a declaration, read by AWS's keys.

    Attributes:
        field: Path of the object.
        values: What was given, by AWS's key; a null is as good as an absence.
        paths: Where each of AWS's keys was found, or would have to stand.
    """

    field: str
    values: Mapping[str, object]
    paths: Mapping[str, str]


def read_section(
    value: object, field: str, rule: str, *, required: Collection[str] = (), optional: Collection[str] = ()
) -> tuple[Section, tuple[Finding, ...]]:
    """
    Return *value* as an object with the given keys, and why it is none.

    AWS's own documents have camelCase keys, declarations in Python and YAML snake_case ones; both are read,
    and findings speak as the document does.
    """
    if not isinstance(value, Mapping):
        return Section(field, {}, {}), (Finding(field, rule, "must be an object", echo(value)),)
    keys = (*required, *optional)
    is_camel = any(isinstance(key, str) and key != key.lower() for key in value)
    spelt, key_of = _spellings(keys, is_camel=is_camel)
    values: dict[str, object] = {}
    paths = {key: join(field, spelling) for key, spelling in spelt.items()}
    findings = []
    for written, item in value.items():
        key = key_of.get(written) if isinstance(written, str) else None
        if key is None:
            findings.append(_unknown_key(written, member(field, written), rule, tuple(spelt.values())))
        elif key in values:
            findings.append(Finding(member(field, written), rule, "must be given once, in one spelling"))
        elif item is not None:
            values[key] = item
            paths[key] = member(field, written)
    missing = [Finding(paths[key], rule, "must be given") for key in required if key not in values]
    return Section(field, values, paths), (*missing, *findings)


@lru_cache(maxsize=256)  # a document has thousands of objects of a few kinds
def _spellings(keys: tuple[str, ...], *, is_camel: bool) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return how each of *keys* is written where its object stands, and which key each spelling is of."""
    spelt = {key: key if is_camel else snake_case(key) for key in keys}
    return spelt, {spelling: key for key in keys for spelling in (key, snake_case(key))}


def check_keys(
    value: object, field: str, rule: str, *, required: Collection[str] = (), optional: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Return why *value* is not an object with all *required* keys and none beside the *optional* ones."""
    return read_section(value, field, rule, required=required, optional=optional)[1]


@lru_cache(maxsize=1024)  # the same few keys come hundreds of times; strangers' keys must not pile up
def snake_case(key: str) -> str:
    """Return a camelCase *key* as Python writes it: `scanOnPush` is `scan_on_push`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key).lstrip("_")


def entries(value: object) -> Sequence[object]:
    """Return the entries of a list, none when *value* is no list: `check_list` has said so already."""
    return value if is_list(value) else ()


def texts(value: object) -> tuple[str, ...]:
    """Return those entries of a list that are texts: the others have findings."""
    return tuple(entry for entry in entries(value) if isinstance(entry, str))


def alternatives(choices: Collection[str]) -> str:
    """Return *choices* as a person lists them: `'a', 'b' or 'c'`."""
    *first, last = [repr(choice) for choice in choices] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def _between(shortest: int, longest: int) -> str:
    if not shortest:
        return f"at most {longest}"
    return str(longest) if shortest == longest else f"{shortest} to {longest}"


def _unknown_key(written: object, field: str, rule: str, known: tuple[str, ...]) -> Finding:
    near = nearest(written, known) if isinstance(written, str) else None
    fix = f"write {near!r}" if near else f"use {alternatives(known)}" if known else "remove it"
    return Finding(field, rule, "must be a known key", echo(written), fix)
