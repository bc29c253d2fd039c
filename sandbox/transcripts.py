"""
Write the transcripts of the README: what `make up` and a rejected preview say in a fresh clone.

A test runs the same and compares with what the README says, so a transcript cannot go stale.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from sandbox import layout

README: Final = layout.ROOT / "README.md"
UP: Final = "make up"
REJECTED: Final = "pulumi preview --stack try --policy-pack ../../policies"
SHOWN_STEPS: Final = 4
"""Of each run of lines about single resources, how many a transcript shows."""

STEP: Final = re.compile(r" [+~-]{1,2}  \S+ \S+ .*|    pulumi:pulumi:Stack .*|@ .*|Loading policy packs.*")
MESSAGE: Final = re.compile(r" +(warning|error): .*")
"""What the engine repeats in the line of the stack, and says below once more."""
VOLATILE: Final = (
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<key id>"),
    (re.compile(r"\bvpce-[0-9a-f]{17}\b|(?<=monitoring-topic-)[0-9a-f]{7}\b"), "<id>"),
    (re.compile(r"\(\d+(\.\d+)?s\)|Duration: \S+"), "<time>"),
    (re.compile(r"\(no pulumi on PATH.*|\(https.*"), "<why>"),
)


def shorten(output: str) -> str:
    """Return *output* as the README shows it: the first lines of each run of steps, then how many were left out."""
    lines: list[str] = []
    steps = 0
    for line in (*map(str.rstrip, output.strip().splitlines()), "end"):
        if STEP.fullmatch(line) or (steps and not line):
            is_step = line.startswith((" +", " ~", " -"))
            steps += is_step
            if is_step and steps <= SHOWN_STEPS:
                lines.append(MESSAGE.sub("", line))
            continue
        if steps:
            left_out = [f"    … and {steps - SHOWN_STEPS} more"] if steps > SHOWN_STEPS else []
            lines += [*left_out, ""]
        if line or lines[-1:] != [""]:
            lines.append(line)
        steps = 0
    return "\n".join(lines[:-1]).strip()


def findings(output: str) -> str:
    """Return the part of a rejected preview that says what is wrong."""
    return output[output.index("Policies:") : output.index("Diagnostics:")].strip()


def stable(text: str) -> str:
    """Return *text* without what differs from run to run: ids, times, the order in which resources came."""
    for pattern, stands_for in VOLATILE:
        text = pattern.sub(stands_for, text)
    return "\n".join(line for line in text.splitlines() if not line.startswith((" + ", "    + ")))


def block(command: str, readme: str) -> str:
    """Return what *readme* shows below *command*."""
    start, end = span(command, readme)
    return readme[start:end].strip()


def span(command: str, readme: str) -> tuple[int, int]:
    """Return where in *readme* that stands which *command* says."""
    found = re.search(rf"```console\n\$ {re.escape(command)}\n(.*?)```", readme, re.DOTALL)
    if not found:
        sys.exit(f"README.md: must have a console block that begins with `$ {command}`")
    return found.span(1)


def main() -> None:
    """Make a fresh clone of the last commit, run both commands there, and rewrite the README's blocks."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "secure-ecr"
        subprocess.run(["git", "clone", "--quiet", str(layout.ROOT), str(clone)], check=True)
        environment = layout.outside() | {"SECURE_ECR_CACHE": str(layout.CACHE), "NO_COLOR": "1"}

        def say(script: str) -> str:
            done = subprocess.run(
                ["sh", "-c", script], cwd=clone, env=environment, stdout=subprocess.PIPE, text=True, check=False
            )
            return done.stdout

        try:
            shown = {UP: shorten(say("make --no-print-directory up"))}
            prepare = 'eval "$(make -s env)"; cd examples/rejected; pulumi stack init try --non-interactive >/dev/null'
            shown[REJECTED] = findings(say(f"{prepare}; {REJECTED} --non-interactive"))
        finally:
            say("make clean")
    readme = README.read_text(encoding="utf-8")
    for command, text in shown.items():
        start, end = span(command, readme)
        readme = f"{readme[:start]}{text}\n{readme[end:]}"
    README.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
