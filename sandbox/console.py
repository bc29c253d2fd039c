"""What the sandbox says on the terminal: steps, progress, tables, errors."""

from __future__ import annotations

import time
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)
PLAIN_SECONDS = 15
"""Without a terminal, how often progress says a line."""


def step(text: str) -> None:
    """Say that *text* is done or under way."""
    OUT.print("[bold cyan]•[/] ", end="")
    OUT.print(text, markup=False)


def fail(text: str) -> None:
    """Say *text*, line by line, as what went wrong."""
    for line in text.splitlines():
        ERR.print("[bold red]error:[/] ", end="")
        ERR.print(line, markup=False)


def progress(description: str, total: int, events: Iterable[object]) -> None:
    """Show how many of *total* have come while consuming *events*; a line every 15 seconds without a terminal."""
    if OUT.is_terminal:
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=OUT, transient=True) as bar:
            task = bar.add_task(description, total=total)
            for _ in events:
                bar.advance(task)
        return
    said = time.monotonic()
    for done, _ in enumerate(events, start=1):
        if time.monotonic() - said >= PLAIN_SECONDS:
            said = time.monotonic()
            OUT.print(f"  {description}: {done} of {total}")
