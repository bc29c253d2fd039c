"""
Time what the pack adds to an analysis against what the same resources add to a run of checkov, and print the ratio.

checkov is installed, at the version below, into an environment of its own that is kept in the sandbox's cache. It reads
the Terraform plan of the same 500 repositories, with their lifecycle and repository policies, that are in the exported
state which `pulumi policy analyze` shows to the pack: both judge resources that somebody else has worked out before.
Neither is charged for what it does without them: the pack is compared with a pack of one no-op policy, because the
engine's own work for a pack is the same for any, and checkov with itself on a plan of one repository.

Seconds are the processor's, those of the engine and of the pack's process together: what else the machine does is not
in them. On an idle machine they are what a person waits, for neither judges two resources at a time.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.analyses import analysis, export_state
from benchmarks.previews import ONE, WHOLE, projects, timed
from benchmarks.programs.inputs import KEY, LIFECYCLE, POLICY
from sandbox import layout

VERSION = "3.3.30"
AT_LEAST = 5.0
RESOLUTION = 0.2
"""Seconds of the processor that two runs of the same differ by; what the pack adds counts as no less."""


def install(folder: Path) -> Path:
    """Return checkov's command, installed into *folder* when it is not there yet."""
    command = folder / "bin" / "checkov"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = ["-m", "pip", "install", "--quiet", f"checkov=={VERSION}"]
        subprocess.run([folder / "bin" / "python", *install], check=True)
    return command


def plan(repositories: int) -> dict[str, object]:
    """Return the plan that Terraform makes of the resources of `programs/by_hand.py`."""
    resources: list[tuple[str, str, dict[str, object]]] = []
    for number in range(repositories):
        name, label = f"team/app{number}", f"app{number}"
        repository = {
            "name": name,
            "image_tag_mutability": "IMMUTABLE",
            "encryption_configuration": [{"encryption_type": "KMS", "kms_key": KEY}],
            "image_scanning_configuration": [{"scan_on_push": True}],
        }
        resources += [
            ("aws_ecr_repository", label, repository),
            ("aws_ecr_lifecycle_policy", label, {"repository": name, "policy": LIFECYCLE}),
            ("aws_ecr_repository_policy", label, {"repository": name, "policy": POLICY}),
        ]
    planned = [
        {
            "address": f"{type_}.{label}",
            "mode": "managed",
            "type": type_,
            "name": label,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": values,
        }
        for type_, label, values in resources
    ]
    changes = [
        {**{key: value for key, value in each.items() if key != "values"}, "change": _creation(each["values"])}
        for each in planned
    ]
    configuration = [{key: each[key] for key in ("address", "mode", "type", "name")} for each in planned]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configuration}},
    }


def _creation(values: object) -> dict[str, object]:
    return {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}


def processor_seconds(run: Callable[[], object]) -> float:
    """Return how long the processes that *run* starts and waits for keep a processor busy."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_checkov(command: Path, file: Path) -> None:
    """Let checkov judge the plan in *file*."""
    arguments = [command, "--file", file, "--framework", "terraform_plan", "--output", "json", "--skip-download"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if not json.loads(done.stdout)["summary"]["passed"]:
        raise click.ClickException(f"checkov judged nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


@click.command()
@click.option("--rounds", default=5, show_default=True, help="how often each runs")
@click.option("--repositories", default=500, show_default=True, help="of three resources each")
def main(rounds: int, repositories: int) -> None:
    """Print the seconds that each adds, and exit 1 when the pack is not so much faster as it is held to."""
    command = install(layout.CACHE / "checkov" / VERSION)
    with projects(1) as (folder, environment):
        project, state = folder / "by_hand", folder / "state.json"
        export_state(project, state, environment, repositories)
        whole, one = folder / "plan.json", folder / "one.json"
        whole.write_text(json.dumps(plan(repositories)), encoding="utf-8")
        one.write_text(json.dumps(plan(1)), encoding="utf-8")
        runs: dict[str, Callable[[], object]] = {
            "an analysis under a pack of one no-op policy": lambda: timed(analysis(state, ONE), project, environment),
            "an analysis under the whole pack": lambda: timed(analysis(state, WHOLE), project, environment),
            f"checkov {VERSION} on a plan of one repository": lambda: run_checkov(command, one),
            f"checkov {VERSION} on the plan": lambda: run_checkov(command, whole),
        }
        times = [{what: processor_seconds(run) for what, run in runs.items()} for _ in range(rounds)]
    medians = {what: statistics.median(each[what] for each in times) for what in times[0]}
    table = Table("what", "median processor seconds", title=f"{3 * repositories} resources, {rounds} rounds")
    for what, median in medians.items():
        table.add_row(what, f"{median:.2f}")
    empty, ours, least, theirs = medians
    pack = statistics.median(each[ours] - each[empty] for each in times)
    checkov = statistics.median(each[theirs] - each[least] for each in times)
    ratio = checkov / max(pack, RESOLUTION)
    added = f"the pack adds {pack:.2f} s, checkov {checkov:.2f} s: {ratio:.1f} times as much or more"
    Console().print(table, f"{added}, at least {AT_LEAST}")
    sys.exit(ratio < AT_LEAST)


if __name__ == "__main__":
    main()
