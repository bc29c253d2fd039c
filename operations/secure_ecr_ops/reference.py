"""
Write the reference of the commands: `python -m secure_ecr_ops.reference > docs/reference/commands.md`.

Everything in it comes from the help of the commands.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import click

from secure_ecr_ops.cli import main

_INTRODUCTION = """\
# The commands

<!-- Generated from the help of the commands; `make docs` writes it anew. -->

`secure-ecr` reads AWS with the credentials that the AWS CLI would take. Every command takes `--json`. It exits 0 when
all is well, 1 when it found an error (with `--strict` also for a warning), 2 when it could not do what it was asked.
"""

_SHOWN_ONCE = ("as_json", "help")


def render() -> str:
    """Return the page: each command with its arguments and options."""
    sections = [_INTRODUCTION]
    for path, command in _commands("secure-ecr", main):
        parameters = [each for each in command.params if each.name not in _SHOWN_ONCE]
        rows = [f"| {_spelt(each)} | {_meaning(each)} |" for each in parameters if isinstance(each, click.Option)]
        table = ["| option | |", "| --- | --- |", *rows, ""] if rows else []
        sections.append("\n".join([f"## {path}", "", f"`{_usage(path, command)}`", "", _help(command), "", *table]))
    return "\n".join(sections)


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by the words that call it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None:
            yield from _commands(f"{path} {name}", inner)


def _usage(path: str, command: click.Command) -> str:
    return " ".join([path, *command.collect_usage_pieces(click.Context(command))])


def _help(command: click.Command) -> str:
    # what looks like HTML would be taken for it
    return inspect.cleandoc(command.help or "").replace("<", "\\<")


def _spelt(option: click.Option) -> str:
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(main))}"
    return f"`{', '.join(option.opts)}{value}`".replace("|", "\\|")


def _meaning(option: click.Option) -> str:
    default: Any = option.default
    says = [option.help or ""]
    if option.required:
        says.append("Required.")
    if option.show_default and default is not None:
        says.append(f"Default: {default}.")
    return re.sub(r"[<*_|]", r"\\\g<0>", " ".join(filter(None, says)))


if __name__ == "__main__":
    sys.stdout.write(render())
