"""What the choosers took for each part of the sandbox, and why: said, recorded, and kept until `make setup`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sandbox import layout

OFFLINE_SECONDS: Final = 3
"""How long a chooser waits for a download site before it takes the next candidate."""

PROBE_SECONDS: Final = 20
"""How long a program may take to say its version."""


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One part of the sandbox as it was chosen.

    Attributes:
        taken: The candidate, e.g. `built from Go modules`.
        version: Of what was taken.
        reason: Why not the candidates before it; "" when it is the first.
        key: Content that the result depends on; another key means: choose again.
    """

    taken: str
    version: str
    reason: str = ""
    key: str = ""

    def __str__(self) -> str:
        because = f" ({self.reason})" if self.reason else ""
        return f"{self.taken}, {self.version}{because}"


class Unavailable(Exception):  # noqa: N818  # an answer of a candidate, not a failure
    """A candidate that cannot be had here; the message says why, as part of a sentence."""


class SetUpError(Exception):
    """No candidate can be had; the message is for the operator, a line for each thing to do."""


def first_available(part: str, candidates: Iterable[Callable[[], Choice]]) -> Choice:
    """
    Return the choice of the first candidate that can be had, with the reasons of those before it.

    Raises:
        SetUpError: None can be had; the message holds every reason.
    """
    reasons: list[str] = []
    for candidate in candidates:
        try:
            choice = candidate()
        except Unavailable as answer:
            reasons.append(str(answer))
        else:
            return Choice(choice.taken, choice.version, "; ".join(filter(None, [*reasons, choice.reason])), choice.key)
    raise SetUpError(f"{part}: cannot be had here: " + "; ".join(reasons))


def require_version(program: str, oldest: tuple[int, int, int], **environment: str) -> str:
    """
    Return the version that `*program* version` says, e.g. `3.259.0`.

    Args:
        program: The path of an executable.
        oldest: The first version that will do.
        environment: What it runs with beside this process's environment.

    Raises:
        Unavailable: It does not run, says no version, or is older.
    """
    try:
        said = subprocess.run(
            [program, "version"],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=True,
            env=os.environ | environment,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{program} does not run: {type(error).__name__}") from error
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    if not found:
        raise Unavailable(f"{program} says no version")
    version = tuple(int(part or 0) for part in found.groups())
    text = ".".join(map(str, version))
    if version < oldest:
        raise Unavailable(f"{Path(program).name} {text} on PATH is older than {'.'.join(map(str, oldest))}")
    return text


def read() -> dict[str, Choice]:
    """Return the recorded choices by part; empty when there are none or the record is unreadable."""
    try:
        record = json.loads(layout.CHOICES.read_text(encoding="utf-8"))
        return {part: Choice(**choice) for part, choice in record.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(part: str, choice: Choice) -> None:
    """Record *choice* as the one taken for *part*."""
    record = {name: asdict(each) for name, each in (read() | {part: choice}).items()}
    layout.CHOICES.parent.mkdir(parents=True, exist_ok=True)
    layout.CHOICES.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
