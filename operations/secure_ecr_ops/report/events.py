"""
Read what the engine says of a preview, an update or an analysis: its events, and the digest of its steps.

Both are JSON, written one after the other: events one to a line, the digest as one document of many. They may come
in one file or in two; what they say of a resource is joined by its URN.

Source: Pulumi SDK, `apitype.EngineEvent` and the types in it; Pulumi engine, `display.PreviewDigest`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from secure_ecr_ops.output import Failure, printable

PACK = "secure-ecr"
_MARKUP = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;?]*[ -/]*[@-~]")
"""Colour: directives of the engine, as `<{%fg 13%}>`, and what a terminal would obey."""

_DIGEST_KEYS = frozenset({"steps", "changeSummary", "diagnostics", "duration"})
_GENERIC_ERRORS = frozenset({"preview failed", "update failed"})
"""What the engine says of every failure, also of one that is only a finding."""

_LATEST = 1 << 37  # seconds: the year 6325, and no time is later than the year 9999
_STREAM = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json > EVENTS"


class Place(NamedTuple):
    """A line of the program: a path relative to the project's folder, with `/`, and the number of the line."""

    file: str
    line: int

    def below(self, folder: str) -> str:
        """Return the file's path from the root of the repository, when the project is in *folder*; "" is the root."""
        return "/".join(part for part in (folder, self.file) if part)


PROJECT = Place("Pulumi.yaml", 1)
"""Where a finding stands when the engine did not say, in formats whose readers show none without a line."""


class Urn(NamedTuple):
    """The parts of a URN: `urn:pulumi:<stack>::<project>::<parents' types>$<type>::<name>`."""

    stack: str
    project: str
    type: str
    name: str

    @classmethod
    def parse(cls, urn: str) -> Urn:
        """Return the parts of *urn*; of what is none, all but the name are empty."""
        parts = urn.split("::", 3)
        if len(parts) != len(cls._fields):
            return cls("", "", "", urn)
        return cls(parts[0].removeprefix("urn:pulumi:"), parts[1], parts[2].rsplit("$", 1)[-1], parts[3])


class Violation(NamedTuple):
    """What one policy reported of one resource; `urn` is "" for the stack."""

    urn: str
    pack: str
    control: str
    message: str
    level: str
    severity: str

    @property
    def rule(self) -> str:
        """The control's name; a policy of another pack keeps the pack's name before its own."""
        return _rule_name(self.pack, self.control)


def _rule_name(pack: str, policy: str) -> str:
    return policy if pack in ("", PACK) else f"{pack}/{policy}"


@dataclass(frozen=True, slots=True)
class State:
    """
    A resource before or after a step.

    Attributes:
        id: What AWS calls it; "" before it is created.
        inputs: Its inputs, in camelCase; secrets and what is not known yet are marks of the engine.
        protect: Whether the engine refuses to delete it.
        retain: Whether the engine forgets it instead of deleting it.
        provider: URN and id of its provider; "" for a component.
    """

    id: str = ""
    inputs: Mapping[str, object] = field(default_factory=dict)
    protect: bool = False
    retain: bool = False
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What the engine would do, or does, with a resource; `keys` are the inputs because of which it replaces it."""

    op: str
    urn: str
    old: State | None = None
    new: State | None = None
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Events:
    """
    What a run of the engine said.

    Attributes:
        violations: What the policies reported, each once, in their order; what they changed is among it.
        passed: By URN, the rules by which nothing was found of the resource; "" is the stack. An analysis has none.
        steps: By URN, what is done with each resource; an analysis has none.
        places: By URN, where the program declares the resource.
        packs: Versions of the policy packs, by name.
        errors: Why the run failed, where it was not for a violation.
        configuration: Of the stack, by key.
        time: Seconds since 1970 of the first event.
        is_complete: Whether the engine came to its end.
        has_failed: Whether the engine says that it failed.
    """

    violations: list[Violation] = field(default_factory=list)
    passed: dict[str, list[str]] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    packs: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    configuration: Mapping[str, object] = field(default_factory=dict)
    time: int = 0
    is_complete: bool = False
    has_failed: bool = False

    def latest(self, urn: str) -> State:
        """Return what a resource is after the run, or was before it when the run deletes it."""
        steps = self.steps.get(urn, ())
        return next((state for step in steps if (state := step.new)), None) or next(
            (state for step in steps if (state := step.old)), State()
        )


def read_events(sources: Iterable[tuple[str, bytes]]) -> Events:
    """
    Read the events and digests that *sources* hold, each with its name.

    Raises:
        Failure: One of them is not what the engine writes, is cut off, has no events of policies, or comes from a run
            without a policy pack.
    """
    events, names = Events(), []
    for name, content in sources:
        names.append(name)
        for line, value in _values(content, name):
            try:
                _take(value, events)
            except (KeyError, TypeError, AttributeError) as error:
                raise Failure(f"{name}: must be events of pulumi, at line {line}: {_kind(value)}") from error
    events.violations = list(dict.fromkeys(events.violations))
    _check(events, names[0])
    return events


def plain(text: str) -> str:
    """Return *text* as data: without colour, and without anything that a terminal or a browser would obey."""
    lines = (line.strip() for line in _MARKUP.sub("", text).splitlines())
    return "\n".join(printable(line) for line in lines if line)


def _check(events: Events, name: str) -> None:
    if not events.is_complete:
        if events.steps and not events.packs:
            raise Failure(f"{name}: must have events of policies, got the digest of a preview alone; write {_STREAM}")
        raise Failure(f"{name}: must have all events of a run, got no summary at their end; write them anew")
    if not events.packs:
        fix = 'add --policy-pack "$(secure-ecr pack path)"'
        raise Failure(f"{name}: must come from a run under the policy pack, got one without any; {fix}")


def _values(content: bytes, name: str) -> Iterator[tuple[int, object]]:
    """Yield each JSON value of *content* with the number of the line that it begins in."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(f"{name}: must be UTF-8 text, got byte 0x{error.object[error.start]:02x}") from error
    decoder, position, line = json.JSONDecoder(), 0, 1
    while True:
        start = _skip_blanks(text, position)
        line += text.count("\n", position, start)
        if start == len(text):
            break
        try:
            value, position = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            raise Failure(f"{name}: {_broken(text, start, line, error)}") from error
        yield line, value
        line += text.count("\n", start, position)
    if not text.strip():
        raise Failure(f"{name}: must have events of pulumi, got an empty file; write {_STREAM}")


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _broken(text: str, start: int, line: int, error: Exception) -> str:
    begun = text[start:]
    if begun.startswith("{") and "\n{" not in begun and isinstance(error, json.JSONDecodeError):
        return f"must be whole, got an event that is cut off, at line {line}; write the events anew"
    got = printable(begun.split("\n", 1)[0][:40])
    return f"must be JSON events of pulumi, at line {line}, got {got!r}; keep standard error out of the file"


def _kind(value: object) -> str:
    keys = ", ".join(printable(str(key))[:40] for key in list(value)[:5]) if isinstance(value, dict) else ""
    return f"got an object with {keys or 'nothing'}" if isinstance(value, dict) else f"got a {type(value).__name__}"


def _take(value: object, events: Events) -> None:
    if not isinstance(value, dict) or not ("sequence" in value or _DIGEST_KEYS & value.keys()):
        raise TypeError
    if "sequence" not in value:
        for step in value.get("steps") or ():
            _take_digest_step(step, events)
        return
    events.time = events.time or _seconds(value)
    for kind, body in value.items():
        if kind in _TAKERS:
            _TAKERS[kind](body, events)


def _take_prelude(body: Mapping[str, object], events: Events) -> None:
    configuration = body.get("config") or {}
    if not isinstance(configuration, dict):
        raise TypeError
    events.configuration = configuration
    events.is_complete = False  # another run begins


def _take_violation(body: Mapping[str, object], events: Events) -> None:
    events.violations.append(
        Violation(
            plain(_text(body, "resourceUrn")),
            plain(_text(body, "policyPackName")),
            plain(_needed(body, "policyName")),
            plain(_needed(body, "message")),
            _needed(body, "enforcementLevel"),
            _text(body, "severity"),
        )
    )


def _take_remediation(body: Mapping[str, object], events: Events) -> None:
    before, after = (_mapping(body, key) if body.get(key) else {} for key in ("before", "after"))
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    # its values may be secrets, so only their names are told
    said = (
        f"{', '.join(keys) or 'nothing'}: changed by the policy pack; write it in the program, to see what is deployed"
    )
    names = (
        plain(_text(body, "resourceUrn")),
        plain(_text(body, "policyPackName")),
        plain(_needed(body, "policyName")),
    )
    events.violations.append(Violation(*names, plain(said), "advisory", ""))


def _take_judged(body: Mapping[str, object], events: Events) -> None:
    passed = events.passed.setdefault(plain(_text(body, "resourceUrn")), [])
    pack = plain(_text(body, "policyPackName"))
    for policy in _list(body, "passed"):
        if (name := _rule_name(pack, plain(policy))) not in passed:
            passed.append(name)


def _take_step(body: Mapping[str, object], events: Events) -> None:
    metadata = _mapping(body, "metadata")
    keys = tuple(plain(key) for key in _list(metadata, "keys"))
    _add(Step(_text(metadata, "op"), _urn(metadata), _state(metadata, "old"), _state(metadata, "new"), keys), events)


def _take_digest_step(step: Mapping[str, object], events: Events) -> None:
    urn = _urn(step)
    keys = tuple(plain(key) for key in _list(step, "replaceReasons"))
    _add(Step(_text(step, "op"), urn, _state(step, "oldState"), _state(step, "newState"), keys), events)
    state = step.get("newState")
    if isinstance(state, dict) and (place := _place(state)):
        events.places[urn] = place


def _add(step: Step, events: Events) -> None:
    steps = events.steps.setdefault(step.urn, [])
    if all(step.op != other.op for other in steps):  # the digest repeats the events
        steps.append(step)


def _take_diagnostic(body: Mapping[str, object], events: Events) -> None:
    message = plain(_text(body, "message"))
    if _text(body, "severity") == "error" and message and message not in (*_GENERIC_ERRORS, *events.errors):
        events.errors.append(message)


def _take_summary(body: Mapping[str, object], events: Events) -> None:
    # the key of a pack is `name|local|path` at a preview, its name alone in an analysis
    packs = _mapping(body, "PolicyPacks") if body.get("PolicyPacks") else {}
    events.packs |= {plain(name.split("|")[0]): plain(str(version)) for name, version in packs.items()}
    events.is_complete = True
    events.has_failed |= body.get("result") == "failed"


_TAKERS = {
    "diagnosticEvent": _take_diagnostic,
    "policyAnalyzeStackSummaryEvent": _take_judged,
    "policyAnalyzeSummaryEvent": _take_judged,
    "policyEvent": _take_violation,
    "policyRemediationEvent": _take_remediation,
    "preludeEvent": _take_prelude,
    "resourcePreEvent": _take_step,
    "summaryEvent": _take_summary,
}


def _place(state: Mapping[str, object]) -> Place | None:
    """Return the line of the project itself that declares a resource: for a child of a component, the caller's."""
    frames = [state, *(frame for frame in _list_of_mappings(state, "stackTrace"))]
    positions = (frame.get("sourcePosition") for frame in frames)
    # `project:///../../lib.py#4` is outside the project, and what is in an environment is somebody else's
    found = (re.fullmatch(r"project:///(?!\.\./)([^#]+)#(\d+)(?:,\d+)?", str(position)) for position in positions)
    ours = (match for match in found if match and "site-packages/" not in match[1])
    return next((Place(plain(match[1]), max(int(match[2]), 1)) for match in ours), None)


def _state(parent: Mapping[str, object], key: str) -> State | None:
    state = parent.get(key)
    if state is None:
        return None
    known = _mapping(parent, key)
    return State(
        plain(_text(known, "id")),
        _mapping(known, "inputs") if known.get("inputs") else {},
        protect=known.get("protect") is True,
        retain=known.get("retainOnDelete") is True,
        provider=_text(known, "provider"),
    )


def _seconds(event: Mapping[str, object]) -> int:
    value = event.get("timestamp") or 0
    if not isinstance(value, int) or not 0 <= value < _LATEST:
        raise TypeError
    return value


def _urn(parent: Mapping[str, object]) -> str:
    return plain(_needed(parent, "urn"))


def _text(parent: Mapping[str, object], key: str) -> str:
    value = parent.get(key) or ""
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _needed(parent: Mapping[str, object], key: str) -> str:
    if not parent.get(key):
        raise KeyError(key)
    return _text(parent, key)


def _mapping(parent: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = parent[key]
    if not isinstance(value, dict):
        raise TypeError(key)
    return value


def _list(parent: Mapping[str, object], key: str) -> list[str]:
    value = parent.get(key) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError(key)
    return value


def _list_of_mappings(parent: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = parent.get(key) or []
    if not isinstance(value, list):
        raise TypeError(key)
    return [each for each in value if isinstance(each, dict)]
