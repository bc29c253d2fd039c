"""
Time `pulumi policy analyze` of an exported state of 3,000 resources, and print the ratio that it is held to.

The state is that of one repository of the program `by_hand`, deployed to an embedded AWS, its three resources repeated
under other names. Rounds and ratios are those of `previews`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.previews import ONE, WHOLE, projects, timed, under

AT_MOST = 1.5


def export_state(project: Path, file: Path, environment: dict[str, str], repositories: int) -> None:
    """Deploy the program of *project*, which has one repository, and write the state of so many to *file*."""
    for command in (["up", "--yes", "--skip-preview", "--suppress-outputs"], ["stack", "export", "--file", str(file)]):
        subprocess.run(
            ["pulumi", *command, "--non-interactive", "--stack", "bench"],
            cwd=project,
            env=environment,
            check=True,
            capture_output=True,
        )
    state = json.loads(file.read_text(encoding="utf-8"))
    resources = state["deployment"]["resources"]
    repeated = [each for each in resources if "app0" in each["urn"]]
    for number in range(1, repositories):
        resources += [json.loads(json.dumps(each).replace("app0", f"app{number}")) for each in repeated]
    file.write_text(json.dumps(state), encoding="utf-8")


def analysis(state: Path, pack: Path) -> tuple[str, ...]:
    """Return the command that analyses an exported *state* under *pack*."""
    return ("pulumi", "policy", "analyze", "--file", str(state), *under(pack))


@click.command()
@click.option("--rounds", default=3, show_default=True, help="how often each runs")
@click.option("--repositories", default=1000, show_default=True, help="of three resources each")
def main(rounds: int, repositories: int) -> None:
    """Print the seconds of each and their ratio, and exit 1 when it is over its limit."""
    packs = {"one no-op policy": ONE, "the whole pack": WHOLE}
    with projects(1) as (folder, environment):
        project, file = folder / "by_hand", folder / "state.json"
        export_state(project, file, environment, repositories)
        times = [
            {name: timed(analysis(file, pack), project, environment) for name, pack in packs.items()}
            for _ in range(rounds)
        ]
    fastest = {name: min(each[name] for each in times) for name in packs}
    table = Table("analysis", "fastest, in seconds", title=f"{3 * repositories} resources, {rounds} rounds")
    for name, seconds in fastest.items():
        table.add_row(name, f"{seconds:.2f}")
    ratio = fastest["the whole pack"] / fastest["one no-op policy"]
    Console().print(table, f"the whole pack against one no-op policy: {ratio:.2f}, at most {AT_MOST}")
    sys.exit(ratio > AT_MOST)


if __name__ == "__main__":
    main()
