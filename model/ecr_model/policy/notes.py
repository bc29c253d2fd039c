"""What a reader of a policy document meets beside the values it keeps: mistakes, and values still unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ecr_model.findings import Finding, echo, nearest
from ecr_model.policy.kinds import PolicyKind
from ecr_model.shapes import is_list


class Unknown:
    """The type of `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""
Stands anywhere in a document for a value that exists only after something else has been created.

It is never a mistake; what depends on it is reported as not evaluated, and the rest is judged.
"""

_ADVISED_FINDINGS = 20  # findings of one document that come with the word that was probably meant


class Notes:
    """
    The notes of one reading.

    Attributes:
        kind: The kind of policy that is read.
        findings: What is wrong so far.
        unknown: Paths of the values met so far that are not known yet.
    """

    def __init__(self, kind: PolicyKind) -> None:
        self.kind = kind
        self.findings: list[Finding] = []
        self.unknown: list[str] = []

    def add(self, path: str, rule: str, requirement: str, got: object, fix: str = "") -> None:
        """Keep an error about the value *got*."""
        self.findings.append(Finding(path, rule, requirement, echo(got), fix))

    def warn(self, path: str, rule: str, requirement: str, got: object, fix: str = "") -> None:
        """Keep a warning about the value *got*."""
        self.findings.append(Finding(path, rule, requirement, echo(got), fix, "warning"))

    def miss(self, path: str, rule: str, requirement: str, fix: str) -> None:
        """Keep an error about something that is absent, or that stands where nothing may stand."""
        self.findings.append(Finding(path, rule, requirement, None, fix))

    def nearest(self, word: object, known: Collection[str]) -> str | None:
        """
        Return the member of *known* that *word* most likely stood for, in whatever case; None when none is near.

        Looking is slow, so it ends with the first findings: thousands of misspelt words have one cause.
        """
        if not isinstance(word, str) or len(self.findings) >= _ADVISED_FINDINGS:
            return None
        near = nearest(word, [name.lower() for name in known])
        return next((name for name in known if name.lower() == near), None)

    def is_unknown(self, value: object, path: str) -> bool:
        """Tell whether *value* is not known yet, and keep its path when it is not."""
        if value is not UNKNOWN:
            return False
        self.unknown.append(path)
        return True


def entries_at(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield what stands in an element that is one value or a list of them, each with its path."""
    if is_list(value):
        yield from ((f"{path}[{index}]", entry) for index, entry in enumerate(value))
    else:
        yield path, value


def read_texts(value: object, path: str, notes: Notes, rule: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of an element that is one or a list of them, each with its path."""
    if isinstance(value, str) and value:
        yield path, value
        return
    if is_list(value) and not value:
        notes.miss(path, rule, "must not be an empty list", "name something, or leave it out")
    for place, entry in entries_at(value, path):
        if isinstance(entry, str) and entry:
            yield place, entry
        elif not notes.is_unknown(entry, place):
            notes.add(place, rule, "must be a text", entry)
