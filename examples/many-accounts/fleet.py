"""
Deploy the registry of every account and Region, each in a stack of its own: `python fleet.py up`.

Exits 0 when all went well, 1 when a stack failed (the others go on), 2 when the declaration or an option is wrong
and nothing was begun, 130 after an interruption.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from threading import Event
from typing import NoReturn

import click
from declaration import Registry, load
from engine import FROM_STATE, Engine, Row, State, reason
from pulumi.automation.errors import CommandError, InvalidVersionError
from rich.console import Console
from rich.live import Live
from rich.table import Table
from secure_ecr import DeclarationError

CONSOLE = Console(highlight=False, soft_wrap=True)
COLUMNS = ("account", "Region", "state", "resources", "seconds", "")
LINE = "{:<20}  {:<14}  {:<10}  {:>9}  {:>7}  {}"
STYLES = {State.RUNNING: "cyan", State.DONE: "green", State.FAILED: "red", State.STOPPED: "yellow"}
FIRST_LINES = 8
"""Of what went wrong with a stack, how many the summary has."""

FAILED, REFUSED, INTERRUPTED = 1, 2, 130
"""Exit codes."""


def select(registries: Sequence[Registry], patterns: Sequence[str]) -> list[Registry]:
    """Return those of *registries* whose ACCOUNT/REGION, with the account's name or id, is like one of *patterns*."""
    selected = []
    for pattern in patterns or ["*"]:
        found = [
            registry
            for registry in registries
            for account in (registry.account, registry.estate["account_id"])
            if fnmatchcase(f"{account}/{registry.region}", pattern)
        ]
        if not found:
            raise click.UsageError(
                f"--only: must select a registry, got {pattern!r}; write ACCOUNT/REGION, with * for any"
            )
        selected += found
    return [registry for registry in registries if registry in selected]


@contextmanager
def interruptions() -> Iterator[Event]:
    """
    Give the event that Ctrl-C and SIGTERM set.

    A terminal sends Ctrl-C to the engines as well, and a runner SIGTERM: each of them ends the operations that it is
    at, writes its state and gives its lock back. An engine that was not told ends its deployment.
    """
    interrupted = Event()
    before = {each: signal.signal(each, lambda *_: interrupted.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def work(rows: Sequence[Row], attempt: Callable[[Row], None], *, parallel: int, interrupted: Event) -> None:
    """Do *attempt* to *rows*, *parallel* at a time and in their order; once *interrupted* to no other one."""

    def one(row: Row) -> None:
        if interrupted.is_set():
            row.state = State.NOT_BEGUN
            return
        attempt(row)
        if interrupted.is_set() and row.state is State.FAILED:
            row.state = State.STOPPED
        tell(row)

    with shown(rows) as tell, ThreadPoolExecutor(parallel) as pool:
        for future in [pool.submit(one, row) for row in rows]:
            future.result()


@contextmanager
def shown(rows: Sequence[Row]) -> Iterator[Callable[[Row], None]]:
    """Show the table while *rows* are worked at; without a terminal, give what prints a line of it at its end."""
    if CONSOLE.is_terminal:
        with Live(get_renderable=partial(progress, rows), console=CONSOLE, transient=True):
            yield lambda _: None
        CONSOLE.print(table(rows))
    else:
        CONSOLE.print(LINE.format(*COLUMNS).rstrip())
        yield lambda row: CONSOLE.print(LINE.format(*cells(row)).rstrip(), markup=False)


def cells(row: Row) -> tuple[str, ...]:
    """Return what the table says of a stack."""
    seconds = "" if row.seconds is None else f"{row.seconds:.0f}"
    return row.registry.account, row.registry.region, row.state.value, str(len(row.resources) or ""), seconds, row.note


def table(rows: Sequence[Row], caption: str = "") -> Table:
    """Return the table of *rows*."""
    drawn = Table(*COLUMNS, caption=caption, box=None, pad_edge=False)
    for row in rows:
        drawn.add_row(*cells(row), style=STYLES.get(row.state))
    return drawn


def progress(rows: Sequence[Row]) -> Table:
    """Return the table while *rows* are worked at; where not all fit, those under way and those that failed."""
    busy = [row for row in rows if row.state in {State.RUNNING, State.FAILED, State.STOPPED}]
    return table(rows if len(rows) < CONSOLE.height - 3 else busy, counted(rows))


def counted(rows: Sequence[Row]) -> str:
    """Return how many of *rows* there are of each state."""
    counts = Counter(row.state for row in rows)
    return ", ".join(f"{counts[state]} {state}" for state in State if counts[state])


def summary(rows: Sequence[Row], strangers: Sequence[str], seconds: float) -> list[str]:
    """Return the lines that say which stacks failed and why, which were not begun, and how many there are of each."""
    lines = []
    for row in rows:
        if row.state in {State.FAILED, State.STOPPED}:
            said = [line.strip() for error in row.errors for line in error.splitlines() if line.strip()]
            more = [f"… and {len(said) - FIRST_LINES} lines more"] if len(said) > FIRST_LINES else []
            log = [f"see {os.path.relpath(row.log)}"] if row.log.exists() else []
            lines += [f"{row.registry.stack}: {row.state}"]
            lines += [f"    {line}" for line in [*said[:FIRST_LINES], *more, *log]]
    if left := [row.registry.stack for row in rows if row.state is State.NOT_BEGUN]:
        lines.append(f"not begun: {', '.join(left)}")
    removal = f"{FROM_STATE}=true pulumi destroy --remove --stack"
    lines += [f"{each}: not declared; to remove it: {removal} {each}" for each in strangers]
    return [*lines, f"{counted(rows)}; {seconds:.0f} s"]


def run(patterns: Sequence[str], parallel: int, operation: Callable[[Engine, Row], State]) -> NoReturn:
    """Do *operation* to the stacks that *patterns* select, say what became of them, and exit."""
    begun = time.monotonic()
    try:
        declaration = load()
        rows = [Row(registry) for registry in select(declaration.registries, patterns)]
        engine = Engine.of(declaration)
        strangers = engine.undeclared(declaration)
    except (DeclarationError, InvalidVersionError) as error:
        refuse(str(error))
    except CommandError as error:
        refuse(reason(error))
    except (OSError, subprocess.CalledProcessError) as error:
        refuse(f"{error}; pulumi and secure-ecr must be on PATH")
    with interruptions() as interrupted:
        work(
            rows,
            lambda row: engine.attempt(row, partial(operation, engine)),
            parallel=parallel,
            interrupted=interrupted,
        )
    for line in summary(rows, strangers, time.monotonic() - begun):
        CONSOLE.print(line, markup=False)
    is_broken = any(row.state in {State.FAILED, State.STOPPED} for row in rows)
    sys.exit(INTERRUPTED if interrupted.is_set() else FAILED if is_broken else 0)


def refuse(message: str) -> NoReturn:
    """Say why nothing was begun, and exit."""
    click.echo(message, err=True)
    sys.exit(REFUSED)


ONLY = click.option("--only", "patterns", multiple=True, metavar="ACCOUNT/REGION", help="Stacks like this one alone.")
PARALLEL = click.option(
    "--parallel",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="one for each processor",
    help="How many stacks at a time.",
)


@click.group()
def main() -> None:
    """Deploy the registry of every account and Region, each in a stack of its own."""


@main.command()
@ONLY
@PARALLEL
def preview(patterns: Sequence[str], parallel: int) -> None:
    """Say what a deployment would change, and what the policy pack refuses."""
    run(patterns, parallel, Engine.preview)


@main.command()
@ONLY
@PARALLEL
@click.option("--again", is_flag=True, help="Stacks that are up to date too: AWS may have been changed by hand.")
def up(patterns: Sequence[str], parallel: int, *, again: bool) -> None:
    """Deploy under the policy pack what is not up to date."""
    run(patterns, parallel, partial(Engine.up, again=again))


@main.command()
@ONLY
@PARALLEL
@click.option("--unprotect", is_flag=True, help="Repositories that are protected too.")
@click.confirmation_option(prompt="Destroy the registries of all stacks that are selected?")
def destroy(patterns: Sequence[str], parallel: int, *, unprotect: bool) -> None:
    """Remove what the stacks have, and the stacks."""
    run(patterns, parallel, partial(Engine.destroy, unprotect=unprotect))


@main.command()
@ONLY
@PARALLEL
def status(patterns: Sequence[str], parallel: int) -> None:
    """Say how the stacks stand; nothing is changed."""
    run(patterns, parallel, Engine.status)


if __name__ == "__main__":
    main()
