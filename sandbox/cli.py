"""The commands behind `make`: set the sandbox up, deploy to it, look at it, take it down."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, redirect_stdout
from typing import Any

import click
from rich.table import Table

from sandbox import browser as browsers
from sandbox import choices, console, layout
from sandbox.aws import server as aws
from sandbox.bootstrap import IN_USE, hold
from sandbox.check import Check
from sandbox.choices import SetUpError
from sandbox.engine import chooser as engine
from sandbox.provider import chooser as provider
from sandbox.stack import Stack, StackError

SERVER_RECORD = layout.AWS / "server.json"
SERVER_LOG = layout.LOGS / "aws.log"
LOG_LINES = 40
PARTS = {"engine": engine, "aws provider": provider}


def alone() -> AbstractContextManager[None]:
    """Hold the sandbox for this process, so that two set-ups in one checkout wait for each other."""
    return hold(layout.HOME / "lock", lambda: console.step(IN_USE))


def set_up(*, again: bool) -> None:
    """Make engine and provider ready; choose *again* asks the network even where a choice is recorded."""
    for part, chooser in PARTS.items():
        recorded = choices.read().get(part)
        if recorded and not again and chooser.still_valid(recorded):
            continue
        console.step(f"{part}: looking for one")
        choice = chooser.choose()
        choices.write(part, choice)
        console.step(f"{part}: {choice}")


def running_stack() -> Stack:
    """Return the local stack on a running embedded AWS, set up and mended where needed."""
    set_up(again=False)
    stack = Stack.on(aws.ensure(SERVER_RECORD, SERVER_LOG))
    stack.prepare()
    return stack


def print_outputs(stack: Stack) -> None:
    """Print what the stack gives: for each repository its URL, ARN and pull-by-digest form, then the rest."""
    outputs = dict(stack.outputs())
    sections = {**outputs.pop("repositories", {}), "registry": flat(outputs)}
    width = max((len(label) for section in sections.values() for label in section), default=0)
    for title, section in sections.items():
        console.OUT.print(f"\n[bold]{title}[/]")
        for label, value in section.items():
            console.OUT.print(f"  {label:<{width}}  {value}", markup=False)


def flat(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Return *outputs* as lines: what an output maps gets a line each, `push_roles ci`; a text of many has none."""
    lines: dict[str, str] = {}
    for name, value in outputs.items():
        if isinstance(value, Mapping):
            lines |= {f"{name} {label}": text for label, text in flat(value).items()}
        elif "\n" not in str(value):
            lines[name] = str(value)
    return lines


@click.group()
def main() -> None:
    """Deploy this project to the embedded AWS."""


@main.command()
def setup() -> None:
    """Choose engine and provider anew, asking the network again."""
    with alone():
        set_up(again=True)


@main.command()
def up() -> None:
    """Deploy the local stack under the policy pack and print its outputs."""
    with alone():
        stack = running_stack()
        if not stack.up():
            console.step("nothing changed: the stack is as declared")
        print_outputs(stack)


@main.command()
def preview() -> None:
    """Show what `up` would change."""
    with alone():
        running_stack().preview()


@main.command()
@click.argument("name", default=layout.STACK)
def check(name: str) -> None:
    """Preview the stack NAME under the policy pack, and write reports of what was found."""
    with alone():
        set_up(again=False)
        passes = Check.of(Stack.on(aws.ensure(SERVER_RECORD, SERVER_LOG), name)).run()
    sys.exit(0 if passes else 1)


@main.command()
def refresh() -> None:
    """Compare the state with the embedded AWS and take over what differs."""
    with alone():
        running_stack().show("refresh", "--yes", "--suppress-outputs")


@main.command()
def down() -> None:
    """Destroy the local stack and stop the embedded AWS."""
    with alone():
        if Stack.on(aws.Server(0, 0, "")).resources():
            running_stack().show("destroy", "--yes", "--suppress-outputs")
        stopped = aws.stop(SERVER_RECORD)
        console.step("the embedded AWS is stopped" if stopped else "the embedded AWS was not running")


@main.command()
def status() -> None:
    """Print what was chosen, what runs and what is deployed."""
    server = aws.find(SERVER_RECORD)
    stack = Stack.on(server or aws.Server(0, 0, ""))
    table = Table(show_header=False, box=None)
    for part in PARTS:
        table.add_row(part, str(choices.read().get(part, "not chosen yet: make setup")))
    table.add_row("embedded AWS", f"{server.endpoint}, process {server.pid}" if server else "not running: make up")
    table.add_row("stack", f"{layout.STACK}, {len(stack.resources())} resources in its state")
    console.OUT.print(table)


@main.command()
def logs() -> None:
    """Print the last lines of the embedded AWS's log: failures only, a healthy server is silent."""
    try:
        lines = SERVER_LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        lines = []
    console.OUT.out("\n".join(lines[-LOG_LINES:]) or "the log is empty")


@main.command()
def env() -> None:
    """Print exports with which pulumi, aws and secure-ecr work against the sandbox: eval "$(make -s env)"."""
    with redirect_stdout(sys.stderr), alone():  # a shell runs what is on standard output
        set_up(again=False)
        server = aws.ensure(SERVER_RECORD, SERVER_LOG)
        layout.STATE.mkdir(parents=True, exist_ok=True)  # the engine's file backend does not make it
    for name in layout.forgotten():
        click.echo(f"unset {name}")
    for name, value in layout.variables(server.endpoint).items():
        click.echo(f"export {name}={shlex.quote(value)}")
    prefix = os.pathsep.join([str(layout.VENV / "bin"), str(layout.BIN)])
    click.echo(f'export PATH={shlex.quote(prefix)}{os.pathsep}"$PATH"')


@main.command()
def browser() -> None:
    """Find the browser that the tests need, or install it."""
    with alone():
        browsers.ensure()


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("module")
@click.argument("arguments", nargs=-1)
def run(module: str, arguments: tuple[str, ...]) -> None:
    """Run a Python module with the sandbox's engine on PATH, e.g. pytest; it starts an embedded AWS of its own."""
    with alone():
        set_up(again=False)
    command = [sys.executable, "-m", module, *arguments]
    # No endpoint: what forgot to start an AWS of its own must not find the one of `make up`.
    done = subprocess.run(command, cwd=layout.ROOT, env=layout.environment(endpoint=""), check=False)
    sys.exit(done.returncode)


@main.command()
def clean() -> None:
    """Stop the embedded AWS and remove everything that the sandbox wrote."""
    with alone():
        aws.stop(SERVER_RECORD)
        shutil.rmtree(layout.HOME, ignore_errors=True)


def entry() -> None:
    """Run the command line; each failure is lines for the operator and a status, never a traceback."""
    try:
        main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except StackError as error:
        sys.exit(error.status)
    except (SetUpError, aws.ServerError) as error:
        console.fail(str(error))
        sys.exit(1)
    except OSError as error:
        console.fail(f"{error}; free some disk space or mend the permission, then run it again")
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        console.fail("interrupted; the next run goes on from here")
        sys.exit(130)
