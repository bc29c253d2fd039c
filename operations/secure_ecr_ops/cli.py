"""The `secure-ecr` command: one table of subcommands, each imported only when it runs."""

from __future__ import annotations

import importlib
from typing import cast

import click
from ecr_model import __version__

COMMANDS = {
    "access": ("secure_ecr_ops.access:access", "Explain who may do what with a repository or a registry."),
    "lifecycle": ("secure_ecr_ops.lifecycle:lifecycle", "Check, simulate and forecast lifecycle policies."),
    "name": ("secure_ecr_ops.name:name", "Check names of repositories."),
    "pack": ("secure_ecr_ops.pack:pack", "Find the policy pack, and check its configuration."),
    "report": ("secure_ecr_ops.report.command:report", "Report what a preview or an analysis found."),
}
"""Each subcommand: where its Click command is, and its line in `secure-ecr --help`."""


class _Commands(click.Group):
    """A group that imports a subcommand when it is called: with all of them, `--help` would take a second."""

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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="secure-ecr")
def main() -> None:
    """
    Operate Amazon ECR repositories: what a policy does, before it does it.

    Every command takes --json. It exits 0 when all is well, 1 when it found an error (with --strict also for
    a warning), 2 when it could not do what it was asked.
    """
