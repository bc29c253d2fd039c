"""
What a check says of a value: findings, and the one error that carries them.

Failure model of the whole package:

    ModelError            raised by every `parse_*` and `render*` that refuses its input
      .findings           all findings of the input, never only the first

`check_*` functions never raise; they return the findings as a tuple, empty when the value is fine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Severity = Literal["error", "warning"]

_LONGEST_ECHO = 80  # characters of a user's value that a message repeats
_MOST_BITS = 1024  # of an integer that is written out: Python refuses to do so for one of more than 4,300 digits


def echo(value: object) -> str:
    """Return *value* as an operator would recognise it, cut to one line of at most 80 characters."""
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]  # as JSON and YAML write them
    elif isinstance(value, int) and value.bit_length() > _MOST_BITS:
        text = "a number of more than 300 digits"
    elif isinstance(value, (str, int, float)):
        text = repr(value[: _LONGEST_ECHO + 1] if isinstance(value, str) else value)
    else:
        text = f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST_ECHO else text[: _LONGEST_ECHO - 1] + "…"


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the member of *allowed* that *word* most likely stood for, None when nothing is near."""
    return _nearest(word.lower()[:256], tuple(allowed))


@lru_cache(maxsize=256)
def _nearest(word: str, allowed: tuple[str, ...]) -> str | None:
    """Compare once what a long list of mistakes repeats: it takes a thousandth of a second."""
    # a mistake is rare, and every program would wait for the import
    import difflib  # noqa: PLC0415 -- see above

    near = difflib.get_close_matches(word, allowed, n=1, cutoff=0.6)
    return near[0] if near else None


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that is wrong, or doubtful, about a value.

    Attributes:
        field: Path of the value in the caller's document, e.g. `lifecycle.keep[0].count`; "" is the whole.
        rule: Stable kebab-case id of the rule, e.g. `lifecycle-count-number`.
        requirement: What is allowed, as the rest of a sentence: `must be 2 to 256 characters`.
        got: The value found, already shortened by `echo`; None when the message is about an absence.
        fix: What to do, in the imperative: `write the name in lower case`; "" when the requirement says it.
        severity: `error` is refused by ECR or by us; `warning` is accepted and probably not meant.
    """

    field: str
    rule: str
    requirement: str
    got: str | None = None
    fix: str = ""
    severity: Severity = "error"

    @property
    def message(self) -> str:
        """The finding without its path: `rule, got value; do this`."""
        got = "" if self.got is None else f", got {self.got}"
        fix = f"; {self.fix}" if self.fix else ""
        return f"{self.requirement}{got}{fix}"

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message

    def at(self, prefix: str) -> Finding:
        """Return the same finding with *prefix* put before its path."""
        return replace(self, field=join(prefix, self.field))


class ModelError(ValueError):
    """A value that ECR, or this project, refuses; `findings` holds every reason."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def join(parent: str, child: str) -> str:
    """Return the path of *child* below *parent*: `a` + `b` is `a.b`, `a` + `[0]` is `a[0]`."""
    if not parent or not child:
        return parent or child
    return f"{parent}{child}" if child.startswith("[") else f"{parent}.{child}"


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings of severity `error`, in their order."""
    return tuple(finding for finding in findings if finding.severity == "error")


def refuse(findings: Iterable[Finding]) -> None:
    """Raise ModelError with all errors among *findings*; warnings alone pass."""
    if refused := errors(findings):
        raise ModelError(refused)
