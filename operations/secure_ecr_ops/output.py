"""How every command reads its files, prints what it found, and exits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

import click
from ecr_model.documents import read_document
from ecr_model.findings import Finding, errors

if TYPE_CHECKING:  # Rich takes 50 ms to import, which `--json` and `--help` do without
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])

_WRITTEN_AT_ONCE = 1 << 16  # characters of an answer: of a million images it would take 3 GB as one text

_LARGEST_FILE = 1 << 24  # bytes: a hundred times what any document of AWS may have

_UNREADABLE = ("document-json", "document-encoding")
"""Findings that mean that the input is no document at all."""


class Exit(IntEnum):
    """What the exit codes of all commands mean."""

    FINE = 0
    FOUND = 1
    FAILED = 2


class Failure(click.ClickException):
    """The command cannot do what it was asked; one line tells why."""

    exit_code = Exit.FAILED

    def format_message(self) -> str:
        """Return the line, with nothing in it that a terminal would obey."""
        return printable(self.message)


def json_option(command: F) -> F:
    """Add `--json` to a command, as the parameter `as_json`."""
    return click.option("as_json", "--json", is_flag=True, help="Print JSON, for machines.")(command)


def strict_option(command: F) -> F:
    """Add `--strict` to a command that reports findings."""
    return click.option("--strict", is_flag=True, help="Exit 1 for a warning as well.")(command)


@contextmanager
def open_file(path: str) -> Iterator[BinaryIO]:
    """Open a file to read its bytes, `-` being standard input; what goes wrong with it is a Failure."""
    if path == "-" and sys.stdin is None:  # it was closed before Python began
        raise Failure("-: must be readable: standard input is closed")
    try:
        with click.open_file(path, "rb") as stream:
            yield cast("BinaryIO", stream)
    except OSError as error:
        raise Failure(f"{path}: must be readable: {error.strerror or error}") from error


def read_file(path: str, *, largest: int = _LARGEST_FILE) -> bytes:
    """Return the content of a file, `-` being standard input, or raise Failure; an endless one is too large."""
    with open_file(path) as stream:
        content = stream.read(largest + 1)
    if len(content) > largest:
        raise Failure(f"{path}: must be at most {largest:,} bytes")
    return content


def read_answer(content: bytes, key: str, *, longest: int) -> str | None:
    """Return the text of a policy in the answer of ECR that *content* is, None when it is the policy itself."""
    if key.encode() not in content:  # most are, and reading one takes a fifth of all the work
        return None
    answer, _ = read_document(content, field="", longest=longest * 2)  # a text in a text: each quote takes two
    text = answer.get(key) if answer else None
    return text if isinstance(text, str) else None


def console(*, stderr: bool = False) -> Console:
    """Return where people read: as wide as the terminal, and never broken into lines elsewhere."""
    from rich.console import Console  # noqa: PLC0415 -- see above

    class Lines(Console):
        def on_broken_pipe(self) -> None:  # Rich would exit 1, which means that an error was found
            raise BrokenPipeError

    out = Lines(stderr=stderr, highlight=False, markup=False, emoji=False)
    return out if out.is_terminal else Lines(stderr=stderr, highlight=False, markup=False, emoji=False, width=250)


def print_json(value: Mapping[str, object]) -> None:
    """Print an object as JSON on standard output; a member that is an iterator is a list, written as it comes."""
    text = "{"
    for key, member in value.items():
        text += f"{'' if text == '{' else ','}\n  {json.dumps(key)}: "
        if isinstance(member, Iterator):
            text += "["
            for number, entry in enumerate(member):
                text += f"{',' if number else ''}\n    {_indented(entry, 4)}"
                if len(text) > _WRITTEN_AT_ONCE:
                    click.echo(text, nl=False)
                    text = ""
            text += "]" if text.endswith("[") else "\n  ]"
        else:
            text += _indented(member, 2)
    click.echo(f"{text}\n}}")


def _indented(value: object, spaces: int) -> str:
    return json.dumps(value, indent=2).replace("\n", f"\n{' ' * spaces}")


def print_findings(findings: Sequence[Finding], *, source: str = "") -> None:
    """Print findings for people, one on each line: where, how bad, what to do."""
    from rich.text import Text  # noqa: PLC0415 -- see above

    out = console()
    for finding in findings:
        where = ": ".join(part for part in (source, finding.field) if part)
        style = "red" if finding.severity == "error" else "yellow"
        out.print(
            Text.assemble(
                (printable(f"{where}: "), "bold"),
                (f"{finding.severity}: ", style),
                printable(finding.message),
                (f" [{finding.rule}]", "dim"),
            ),
            soft_wrap=True,
        )


def findings_as_json(findings: Sequence[Finding]) -> list[Mapping[str, str]]:
    """Return findings as every `--json` shows them."""
    return [
        {"rule": each.rule, "field": each.field, "message": each.message, "severity": each.severity}
        for each in findings
    ]


def exit_code(findings: Sequence[Finding], *, strict: bool = False) -> Exit:
    """Return the exit code of a command that was asked for these findings."""
    if any(finding.rule in _UNREADABLE for finding in findings):
        return Exit.FAILED
    return Exit.FOUND if errors(findings) or (strict and findings) else Exit.FINE


def printable(text: str) -> str:
    """Return *text* with the characters escaped that a terminal would obey: a file may hold any."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
