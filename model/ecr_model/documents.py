"""
Read the JSON documents that AWS stores as text, strictly: what a reader could take in two ways is refused.

The standard library's `json` accepts what AWS does not, or what hides a mistake: repeated keys (the
last wins), NaN, numbers without bound, half of a surrogate pair, nesting until the stack ends. The reader
here names each of them with its path, or with its line and column where the text is not JSON at all.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import cast

from ecr_model.findings import Finding, echo, join

DEEPEST = 32
"""Levels of nesting that a document may have: our own bound, five times what any policy of AWS needs."""

_READ_AT_MOST = 10  # times the limit: a text somewhat too long is still read, so that all its mistakes show
_LONGEST_NUMBER = 20  # digits: the largest 64-bit integer has 19
_LONGEST_STEP = 80  # characters of a key that a path repeats

# An unterminated string runs to the end of the text, so no character is looked at twice.
_STRING = r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)'
_BRACKET_OR_STRING = re.compile(rf"[\[{{\]}}]|{_STRING}", re.DOTALL)
_ALL_BUT_BRACKETS = re.compile(rf'[^\[\]{{}}"]++|{_STRING}', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def read_document(
    source: object, *, field: str, longest: int, shortest: int = 0
) -> tuple[Mapping[str, object] | None, tuple[Finding, ...]]:
    """
    Read the JSON object that *source* is, or is the text of.

    Args:
        source: Text, its UTF-8 bytes, or an object that somebody has read before; the latter is returned as
            it is, its length unjudged: the grammar of the document checks it on the canonical text.
        field: Path of the document, for the findings.
        longest: Characters that AWS accepts, white space included.
        shortest: Characters that AWS asks for at least.

    Returns:
        The object, None when there is nothing to judge further, and what is wrong with it. An object may
        come with errors (a repeated key, say): judge it too, so that all mistakes show at once.
    """
    if isinstance(source, Mapping):
        return source, ()
    if not isinstance(source, (str, bytes)):
        finding = Finding(field, "document-object", "must be a JSON object or its text", echo(source))
        return None, (finding,)
    if len(source) > longest * _READ_AT_MOST:
        return None, (_too_long(field, len(source), longest, unit=_unit(source)),)
    text, wrong_encoding = _decode(source, field)
    if text is None:
        return None, wrong_encoding
    return _read_text(text, field, longest, shortest)


def member(parent: str, key: object) -> str:
    """Return the path of a user's *key* below *parent*; the parent's own path when *key* is no plain word."""
    if isinstance(key, str) and 0 < len(key) <= _LONGEST_STEP and key.replace("-", "_").isidentifier():
        return join(parent, key)
    return parent


def compact(value: object) -> str:
    """Return *value* as JSON text without white space, keys in their order."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _unit(source: str | bytes) -> str:
    return "characters" if isinstance(source, str) else "bytes"


def _too_long(field: str, length: int, longest: int, *, unit: str = "characters", fix: str = "") -> Finding:
    return Finding(field, "document-length", f"must be at most {longest:,} characters", f"{length:,} {unit}", fix)


def _decode(source: str | bytes, field: str) -> tuple[str | None, tuple[Finding, ...]]:
    try:
        text = source.decode() if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        line, column = _position(error.object, error.start)
        requirement = f"must be UTF-8 text at line {line} column {column}"
        got = f"byte 0x{error.object[error.start]:02x}"
        return None, (Finding(field, "document-encoding", requirement, got, "save the file as UTF-8"),)
    if text.startswith("\ufeff"):
        requirement = "must not begin with a byte order mark"
        return None, (Finding(field, "document-encoding", requirement, fix="save the file as UTF-8 without it"),)
    return text, ()


def _position(text: str | bytes, offset: int) -> tuple[int, int]:
    """Return line and column of *offset*, both counted from one."""
    head = text[:offset]
    if isinstance(head, bytes):
        return head.count(b"\n") + 1, offset - head.rfind(b"\n")
    return head.count("\n") + 1, offset - head.rfind("\n")


def _read_text(
    text: str, field: str, longest: int, shortest: int
) -> tuple[Mapping[str, object] | None, tuple[Finding, ...]]:
    if deep := _too_deep(text, field):
        return None, (deep,)
    reader = _Reader()
    try:
        value = json.loads(
            text,
            object_pairs_hook=reader.pairs,
            parse_constant=reader.constant,
            parse_float=reader.number,
            parse_int=reader.integer,
        )
    except json.JSONDecodeError as error:
        return None, (_not_json(error, field),)
    findings = tuple(_strange(value, reader, field, text))
    if len(text) > longest:
        length = len(compact(value))
        fix = f"write it without white space, which takes {length:,}" if length <= longest else ""
        findings += (_too_long(field, len(text), longest, fix=fix),)
    if len(text) < shortest:
        requirement = f"must be at least {shortest} characters"
        findings += (Finding(field, "document-length", requirement, f"{len(text)} characters"),)
    if not isinstance(value, dict):
        fix = "pass the text itself, not a quoted copy of it" if isinstance(value, str) else ""
        return None, (*findings, Finding(field, "document-object", "must be a JSON object", echo(value), fix))
    return cast("dict[str, object]", value), findings


def _too_deep(text: str, field: str) -> Finding | None:
    """Find the bracket that opens one level too many; the parser would recurse into each."""
    brackets = _ALL_BUT_BRACKETS.sub("", text)
    if max(accumulate(_STEPS[bracket] for bracket in brackets), default=0) <= DEEPEST:
        return None
    depth = 0
    for token in _BRACKET_OR_STRING.finditer(text):
        depth += _STEPS.get(text[token.start()], 0)
        if depth > DEEPEST:
            line, column = _position(text, token.start())
            requirement = f"must be nested at most {DEEPEST} levels deep"
            return Finding(field, "document-depth", requirement, f"more at line {line} column {column}")
    return None


def _not_json(error: json.JSONDecodeError, field: str) -> Finding:
    what = error.msg[:1].lower() + error.msg[1:]
    rest = error.doc[error.pos : error.pos + 20].split("\n", 1)[0]
    fix = ""
    if rest.startswith("'"):
        fix = "write strings in double quotes"
    elif rest.startswith(("//", "#", "/*")):
        fix = "remove the comment"
    elif error.doc[: error.pos].rstrip().endswith(",") and (not rest or rest[0] in "]},"):
        fix = "remove the comma before it"
    requirement = f"must be JSON, at line {error.lineno} column {error.colno}: {what}"
    return Finding(field, "document-json", requirement, echo(rest) if rest else "the end of the line", fix)


class _Reader:
    """The hooks of one `json.loads`: they keep what `json` would have passed over in silence."""

    def __init__(self) -> None:
        # By the identity of the object, which is kept here so that no other object takes it over.
        self.repeated: dict[int, tuple[dict[str, object], list[str]]] = {}
        self.unbounded = False

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        value = dict(pairs)
        if len(value) < len(pairs):
            times = Counter(key for key, _ in pairs)
            self.repeated[id(value)] = value, [key for key in value if times[key] > 1]
        return value

    def constant(self, literal: str) -> float:
        self.unbounded = True
        return float(literal)

    def number(self, literal: str) -> float:
        value = float(literal)
        self.unbounded |= not math.isfinite(value)
        return value

    def integer(self, literal: str) -> float:
        if len(literal) <= _LONGEST_NUMBER:
            return int(literal)
        self.unbounded = True
        return -math.inf if literal.startswith("-") else math.inf


def _strange(value: object, reader: _Reader, field: str, text: str) -> Iterator[Finding]:
    """Yield what the hooks have met, each with its path; the common document is not walked at all."""
    maybe_half = "\\ud" in text.lower() or not is_encodable(text)
    if not (reader.repeated or reader.unbounded or maybe_half):
        return
    for path, node in _walk(value, field):
        _, again = reader.repeated.get(id(node), (None, ()))
        for key in again:
            requirement, fix = "must stand once in its object", "keep one of them"
            yield Finding(member(path, key), "document-key", requirement, echo(key), fix)
        if isinstance(node, float) and not math.isfinite(node):
            yield Finding(path, "document-number", "must be a finite number of at most 20 digits", echo(node))
        if isinstance(node, str) and not is_encodable(node):
            yield Finding(path, "document-encoding", "must be whole Unicode characters", echo(node))


def is_encodable(text: str) -> bool:
    """Tell whether *text* has whole characters alone: half of a surrogate pair, which JSON can spell, has no bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(value: object, field: str) -> Iterator[tuple[str, object]]:
    """Yield every node and key below *value* with its path, in the order of the text."""
    waiting = [(field, value)]
    while waiting:
        path, node = waiting.pop()
        yield path, node
        if isinstance(node, dict):
            waiting.extend((path, key) for key in node if not is_encodable(key))
            waiting.extend((member(path, key), child) for key, child in reversed(node.items()))
        elif isinstance(node, list):
            waiting.extend((f"{path}[{index}]", node[index]) for index in reversed(range(len(node))))
