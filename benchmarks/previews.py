"""
Time previews of 500 repositories on the sandbox and print the ratios that the project holds itself to.

Each round runs every case once, so that a drift of the machine's speed reaches all of them; ratios are those of the
fastest runs, for what else the machine does makes a run slower and none faster. Needs what `make setup` sets up; starts
an embedded AWS of its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from sandbox import layout
from sandbox.aws import server

HERE = Path(__file__).resolve().parent
ONE = HERE / "pack"
WHOLE = layout.ROOT / "policies"
CONFIGURATION = HERE / "pack-config.json"
"""What the programs need to pass every control: a preview that ends in findings measures the printing of them."""


@dataclass(frozen=True)
class Case:
    """One preview: a program under `programs/`, and the policy pack it runs under."""

    program: str
    pack: Path | None = None


BY_HAND = Case("by_hand")
BARE = Case("bare_component")
COMPONENT = Case("secure_repository")
ONE_POLICY = Case("by_hand", ONE)
WHOLE_PACK = Case("by_hand", WHOLE)
TOGETHER = Case("secure_repository", WHOLE)
CASES = (BY_HAND, BARE, COMPONENT, ONE_POLICY, WHOLE_PACK, TOGETHER)
RATIOS = (
    ("SecureRepository against a bare component", COMPONENT, BARE, 1.1),
    ("the whole pack against a pack of one no-op policy", WHOLE_PACK, ONE_POLICY, 1.2),
    ("component and pack against by hand without a pack", TOGETHER, BY_HAND, 2.2),
)


def timed(command: Sequence[str], folder: Path, environment: dict[str, str]) -> float:
    """Return how long *command*, which must succeed, takes in *folder* as a whole process."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - started
    if done.returncode:
        said = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise click.ClickException(f"{' '.join(command[:3])} failed in {folder.name}:\n{said}")
    return elapsed


def under(pack: Path) -> tuple[str, ...]:
    """Return the options that put a run under *pack*."""
    configuration = ("--policy-pack-config", str(CONFIGURATION)) if pack == WHOLE else ()
    return ("--policy-pack", str(pack), *configuration)


def seconds(case: Case, folder: Path, environment: dict[str, str]) -> float:
    """Return how long one preview of *case* takes, as a whole process."""
    pack = under(case.pack) if case.pack else ()
    command = ["pulumi", "preview", "--non-interactive", "--suppress-outputs", "--stack", "bench", *pack]
    return timed(command, folder / case.program, environment)


@contextmanager
def projects(repositories: int) -> Iterator[tuple[Path, dict[str, str]]]:
    """Lay out the projects beside an embedded AWS of their own; yield their folder and the environment of a run."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "state").mkdir()
        record = folder / "aws" / "server.json"
        environment = layout.environment(server.start(record, folder / "aws.log").endpoint, state=folder / "state")
        environment |= {"BENCHMARK_REPOSITORIES": str(repositories)}
        # an installed package has its byte code, whatever a container says of writing it
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        try:
            prepare(folder, environment)
            yield folder, environment
        finally:
            server.stop(record)


def prepare(folder: Path, environment: dict[str, str]) -> None:
    """Lay out one project for each program, and its stack."""
    for program in sorted({case.program for case in CASES}):
        project = folder / program
        project.mkdir()
        shutil.copy(HERE / "programs" / f"{program}.py", project / "__main__.py")
        shutil.copy(HERE / "programs" / "inputs.py", project)
        runtime = f"{{name: python, options: {{virtualenv: {layout.VENV}}}}}"
        (project / "Pulumi.yaml").write_text(
            f"name: {program.replace('_', '-')}\nruntime: {runtime}\n", encoding="utf-8"
        )
        for command in (["stack", "init", "bench"], ["config", "set", "aws:region", layout.REGION, "--stack", "bench"]):
            subprocess.run(
                ["pulumi", *command, "--non-interactive"], cwd=project, env=environment, check=True, capture_output=True
            )


@click.command()
@click.option("--rounds", default=3, show_default=True, help="how often each case runs")
@click.option("--repositories", default=500, show_default=True, help="of three resources each")
def main(rounds: int, repositories: int) -> None:
    """Print the seconds of each case and the ratios between them, and exit 1 when one is over its limit."""
    with projects(repositories) as (folder, environment):
        times = [{case: seconds(case, folder, environment) for case in CASES} for _ in range(rounds)]
    fastest = {case: min(each[case] for each in times) for case in CASES}
    table = Table("preview", "fastest, in seconds", title=f"{repositories} repositories, {rounds} rounds")
    for case in CASES:
        pack = f" under {'the whole pack' if case.pack == WHOLE else 'one no-op policy'}" if case.pack else ""
        table.add_row(f"{case.program}{pack}", f"{fastest[case]:.2f}")
    ratios = Table("ratio", "measured", "at most")
    is_over = False
    for title, one, other, most in RATIOS:
        ratio = fastest[one] / fastest[other]
        ratios.add_row(title, f"{ratio:.2f}", f"{most}")
        is_over |= ratio > most
    Console().print(table, ratios)
    sys.exit(is_over)


if __name__ == "__main__":
    main()
