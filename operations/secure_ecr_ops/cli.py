"""The `secure-ecr` command: one table of subcommands, each imported only when it runs."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import Any, cast

import click
from ecr_model import __version__

from secure_ecr_ops.output import Exit, Failure

COMMANDS = {
    "access": ("secure_ecr_ops.access:access", "Explain who may do what with a repository or a registry."),
    "lifecycle": ("secure_ecr_ops.lifecycle:lifecycle", "Check, simulate and forecast lifecycle policies."),
    "name": ("secure_ecr_ops.name:name", "Check names of repositories."),
    "pack": ("secure_ecr_ops.pack:pack", "Find the policy pack, and check its configuration."),
    "report": ("secure_ecr_ops.report.command:report", "Report what a preview or an analysis found."),
}
"""Each subcommand: where its Click command is, and its line in `secure-ecr --help`."""


class _Commands(click.Group):
    """
    A group that imports a subcommand when it is called: with all of them, `--help` would take a second.

    It exits 2 when its answer cannot be written, or when it is interrupted: 1 would mean that an error was found.
    """

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command, with every character written that the terminal knows and an escape for each other one."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **extra)
        except OSError as error:
            _give_up_output()
            failure = Failure(f"standard output: must be writable: {error.strerror}")
            failure.show()
            sys.exit(failure.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `| head` has seen enough
            _give_up_output()
        except KeyboardInterrupt:
            click.echo("Aborted!", err=True)
        raise click.exceptions.Exit(Exit.FAILED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, command = COMMANDS[cmd_name][0].partition(":")
        return cast("click.Command", getattr(importlib.import_module(module), command))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _give_up_output() -> None:
    """
    Let nothing more be written: Python would try again at its end, and exit 120.

    Source: Python documentation, "signal", Note on SIGPIPE.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="secure-ecr")
def main() -> None:
    """
    Operate Amazon ECR repositories: what a policy does, before it does it.

    Every command takes --json. It exits 0 when all is well, 1 when it found an error (with --strict also for
    a warning), 2 when it could not do what it was asked.
    """
