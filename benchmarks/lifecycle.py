"""
Time the lifecycle simulator on repositories of the largest sizes, and print what it is held to.

Every case runs in a process of its own, a few times, and the fastest counts. Seconds are the processor's; while other
work shares it they are more than on an idle machine, which is what the limits are for.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import click
from ecr_model.images import Image
from ecr_model.lifecycle import LifecyclePolicy
from ecr_model.lifecycle.rules import Rule
from ecr_model.simulator import Simulation
from rich.console import Console
from rich.table import Table

DAY = 86_400
NOW = 1_800_000_000.0


@dataclass(frozen=True)
class Case:
    """A repository, a policy, and the limits."""

    images: int
    rules: int
    seconds: float
    megabytes: int | None = None


CASES = (Case(100_000, 50, 1.0, 300), Case(1_000_000, 10, 5.0))
GROWTH = (Case(50_000, 20, 1.0), Case(200_000, 20, 4.0))
"""Four times the images may take at most five times as long: the cost is linear in them."""

MOST_GROWTH = 5.0


def repository(images: int, families: int) -> list[Image]:
    """Return images of a year: one in ten untagged, each other one with a tag of its family, some with a second."""
    chance = random.Random(7)  # noqa: S311 -- the same repository at every run
    listing = []
    for number in range(images):
        family = chance.randrange(families)
        tags: tuple[str, ...] = () if number % 10 == 0 else (f"team{family}-{chance.randrange(10**9)}",)
        tags += (f"{chance.getrandbits(28):07x}-rc",) if number % 4 == 1 else ()
        pushed_at = NOW - chance.random() * 365 * DAY
        pulled_at = None if number % 3 else pushed_at + chance.random() * DAY
        listing.append(Image(f"sha256:{number:064x}", pushed_at, tags, pulled_at, size=10**8))
    return listing


def policy(rules: int) -> LifecyclePolicy:
    """Return a policy as people write them: untagged, families by prefix, a few by suffix, then the rest."""
    first = Rule(priority=1, tag_status="untagged", count_type="sinceImagePushed", count_number=14)
    suffix = Rule(
        priority=2, tag_status="tagged", tag_patterns=("*-rc",), count_type="imageCountMoreThan", count_number=50
    )
    families = [
        Rule(
            priority=number,
            tag_status="tagged",
            tag_patterns=(f"team{number}-*",),
            count_type="sinceImagePulled" if number % 3 == 0 else "imageCountMoreThan",
            count_number=30,
            action="transition" if number % 3 == 0 else "expire",
        )
        for number in range(3, rules - 1)
    ]
    last = Rule(priority=rules - 1, tag_status="any", count_type="imageCountMoreThan", count_number=1000)
    archived = Rule(
        priority=rules,
        tag_status="any",
        storage_class="archive",
        count_type="sinceImageTransitioned",
        count_number=90,
    )
    return LifecyclePolicy((first, suffix, *families, last, archived))


def measure(case: Case) -> dict[str, float]:
    """Return the seconds of one simulation, and what the process took in megabytes, images and all."""
    images, rules = repository(case.images, case.rules), policy(case.rules)
    start = time.process_time()
    gone = sum(1 for _ in Simulation(rules, images, now=NOW).actions())
    elapsed = time.process_time() - start
    return {
        "seconds": elapsed,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "gone": gone,
    }


def fastest(case: Case, rounds: int) -> dict[str, float]:
    """Return the fastest of some runs, each in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.lifecycle", "--images", str(case.images), "--rules", str(case.rules)]
    runs = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(rounds)]
    return min(runs, key=lambda run: run["seconds"])


@click.command()
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option("--images", type=int, hidden=True)
@click.option("--rules", type=int, hidden=True)
def main(rounds: int, images: int | None, rules: int | None) -> None:
    """Time every case and exit 1 when one is over its limit."""
    if images and rules:
        click.echo(json.dumps(measure(Case(images, rules, 0))))
        return
    table = Table("images", "rules", "seconds", "limit", "MB", "limit")
    over = False
    results = {}
    for case in (*CASES, *GROWTH):
        run = results[case] = fastest(case, rounds)
        over |= run["seconds"] > case.seconds or run["megabytes"] > (case.megabytes or run["megabytes"])
        table.add_row(
            f"{case.images:,}",
            str(case.rules),
            f"{run['seconds']:.2f}",
            f"{case.seconds:.1f}",
            f"{run['megabytes']:.0f}",
            str(case.megabytes or ""),
        )
    growth = results[GROWTH[1]]["seconds"] / results[GROWTH[0]]["seconds"]
    console = Console()
    console.print(table)
    console.print(f"four times the images take {growth:.1f} times as long, at most {MOST_GROWTH}")
    sys.exit(over or growth > MOST_GROWTH)


if __name__ == "__main__":
    main()
