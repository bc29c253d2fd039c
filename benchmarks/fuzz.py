"""
Show strange resources and stacks to every control, and print the slowest verdicts.

A tree is made for one control, by turns, and shown to all that look at it. A control that fails itself is printed with
the number of the tree, which `--first` shows again alone. Seconds are the processor's; a verdict that was slow once is
taken again a few times, as on a machine that has not seen its tree before, and the fastest counts. A tree that the
controls do not come back from is printed, and ends everything.
"""

from __future__ import annotations

import faulthandler
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import click
from rich.console import Console
from rich.table import Table
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.control import Control
from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.stack import Stack
from secure_ecr_policies.pack.verdict import Examiner, Verdict

from sandbox.mutants import Mutants

AT_MOST = 5.0
"""Milliseconds of a verdict, for each resource that it is about."""

LONGEST_WAIT = 20
"""Seconds after which the controls are taken to hang on a tree."""

RENEWED = 1000
"""Trees after which a new run of the pack begins, as each run keeps notes."""

AGAIN = 5
"""How often a slow verdict is taken again."""

SHOWN = 10


@dataclass(frozen=True)
class Case:
    """One verdict that is asked for."""

    number: int
    control: Control
    subject: Resource | Stack
    configuration: dict[str, object]

    @property
    def limit(self) -> float:
        """Seconds that the verdict may take."""
        resources = len(self.subject.resources) if isinstance(self.subject, Stack) else 1
        return AT_MOST / 1000 * max(resources, 1)


def make(number: int, record: Record) -> Iterator[Case]:
    """Yield the cases of the tree of a *number*, always the same: one for each control that looks at it."""
    control = CONTROLS[number % len(CONTROLS)]
    mutants = Mutants(number)
    if control.judge:
        resource = mutants.resource(control.types)
        for other in CONTROLS:
            if other.judge and resource.type in other.types:
                yield Case(number, other, resource, dict(mutants.settings(other)))
        return
    resources = mutants.resources(control.types)
    for other in CONTROLS:
        if other.judge_stack:
            mine = tuple(each for each in resources if each.type in other.types)
            yield Case(number, other, Stack(mine, record), dict(mutants.settings(other)))


def judge(case: Case, examiner: Examiner) -> tuple[Verdict, float]:
    """Return the verdict and the seconds that it took."""
    started = time.thread_time()
    verdict = examiner.verdict(case.subject, case.configuration)
    return verdict, time.thread_time() - started


def fastest(case: Case) -> float:
    """Return the milliseconds of the fastest of a few verdicts, each as if the tree had not been seen before."""
    caches = [
        each
        for name, module in sys.modules.items()
        if name.startswith(("ecr_model", "secure_ecr_policies"))
        for each in vars(module).values()
        if hasattr(each, "cache_clear")
    ]
    seconds = []
    for _ in range(AGAIN):
        for cache in caches:
            cache.cache_clear()
        seconds.append(judge(case, Examiner(case.control, Record(NAMES)))[1])
    return min(seconds) * 1000


def defects(verdict: Verdict) -> list[str]:
    """Return what says that the control failed itself, or cannot be sent to the engine."""
    texts = [message.text for message in (*verdict.violations, *verdict.warnings)]
    unsendable = [text for text in texts if text.encode(errors="replace").decode() != text]
    return [text for text in texts if "the control itself failed" in text] + unsendable


@click.command()
@click.option("--trees", default=100_000, show_default=True, help="how many are shown")
@click.option("--first", default=0, show_default=True, help="number of the first tree")
def main(trees: int, first: int) -> None:
    """Print what failed and what was slow, and exit 1 when a control failed or was slower than its limit."""
    console = Console()
    failures, verdicts, idle = 0, 0, set(NAMES)
    slow: list[tuple[float, int, str]] = []
    started = time.perf_counter()
    for number in range(first, first + trees):
        if (number - first) % RENEWED == 0:
            record = Record(NAMES)
            examiners = {control.name: Examiner(control, record) for control in CONTROLS}
        faulthandler.dump_traceback_later(LONGEST_WAIT, exit=True)
        for case in make(number, record):
            verdict, seconds = judge(case, examiners[case.control.name])
            verdicts += 1
            if verdict.outcome in {"pass", "fail"}:
                idle.discard(case.control.name)
            for text in defects(verdict):
                failures += 1
                console.print(f"tree {number}: {case.control.name}: {text}", markup=False, soft_wrap=True)
            heappush(slow, (seconds / case.limit, number, case.control.name))
            if len(slow) > SHOWN:
                heappop(slow)
        faulthandler.cancel_dump_traceback_later()
    table = Table("tree", "control", "ms", "at most", title=f"the slowest of {verdicts:,} verdicts on {trees:,} trees")
    is_slow = False
    for _, number, name in sorted(slow, reverse=True):
        (case,) = (case for case in make(number, Record(NAMES)) if case.control.name == name)
        milliseconds, most = fastest(case), case.limit * 1000
        is_slow |= milliseconds > most
        table.add_row(str(number), name, f"{milliseconds:.1f}", f"{most:.0f}")
    console.print(table, f"{failures} defects, {time.perf_counter() - started:.0f} s")
    if idle and trees >= RENEWED:
        console.print(f"neither passed nor failed anything: {', '.join(sorted(idle))}")
        failures += 1
    sys.exit(bool(failures) or is_slow)


if __name__ == "__main__":
    main()
