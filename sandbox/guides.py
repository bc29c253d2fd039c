"""
Write what the commands in the guides say: `python -m sandbox.guides`.

The tutorial is followed from its first line to its last in a fresh clone, edits included. The commands of the other
guides run in this checkout and touch no AWS. Tests do the same and compare, so what a guide shows cannot go stale.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sandbox import layout
from sandbox.transcripts import shorten

DOCS: Final = layout.ROOT / "docs"
TUTORIAL: Final = DOCS / "tutorial.md"
GUIDES: Final = tuple(sorted((DOCS / "how-to").glob("*.md")))

FENCE: Final = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
NOISE: Final = re.compile(r"    pulumi:pulumi:Stack .*|make(\[\d+\])?: \*\*\* .*")
"""Lines of the engine that repeat what its diagnostics say, and the one in which make does."""

DRAWS: Final = " --svg docs/"

LASTING: Final = ("eval ", "cd ", "export ")
"""Beginnings of the commands whose effect the shell keeps for the next ones."""


@dataclass(frozen=True)
class Block:
    """
    A fenced block of a guide.

    Attributes:
        kind: What follows the fence: `console`, `sh`, `diff`, `yaml`.
        text: What stands between the fences.
        start: Where the text begins in the guide.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


def blocks(guide: str) -> Iterator[Block]:
    """Yield the fenced blocks of *guide*."""
    for found in FENCE.finditer(guide):
        yield Block(found["kind"], found["text"], *found.span("text"))


def commands(block: Block) -> list[str]:
    """Return the commands of a `console` block, which follow a `$`, or of a `sh` block, one in each line."""
    if block.kind == "sh":
        return block.text.splitlines()
    return [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]


@dataclass
class Shell:
    """
    A shell in *folder* that does what a guide says.

    Attributes:
        folder: Where the commands run.
        environment: Their environment.
        kept: Commands that each one begins with: those that a shell would remember.
    """

    folder: Path
    environment: Mapping[str, str]
    kept: list[str] = field(default_factory=list)

    def say(self, command: str) -> str:
        """Run *command* and return what it printed, errors among it."""
        return self._run(command).stdout

    def do(self, command: str) -> None:
        """Run *command*, which must succeed."""
        done = self._run(command)
        if done.returncode:
            raise RuntimeError(f"{command}: must succeed, got status {done.returncode}:\n{done.stdout}")
        if command.startswith(LASTING):
            self.kept.append(command)

    def edit(self, change: str) -> None:
        """Apply a change that begins with `--- FILE`: lines that stay, lines with `+`, lines with `-`."""
        title, *lines = change.splitlines()
        path = self.folder / title.removeprefix("--- ")
        before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        text = path.read_text(encoding="utf-8")
        if text.count(before) != 1:
            raise RuntimeError(f"{title}: the lines that stay and go must be there once, got {text.count(before)}")
        path.write_text(text.replace(before, after), encoding="utf-8")

    def _run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", "\n".join([*self.kept, command])],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def told(block: Block, say: Callable[[str], str]) -> str:
    """Return the text of a `console` block with what its commands say now."""
    return "".join(f"$ {command}\n{answer(say(command))}".rstrip() + "\n" for command in commands(block))


def answer(said: str) -> str:
    """Return what a guide shows of what a command *said*."""
    return shorten("\n".join(line for line in said.splitlines() if not NOISE.fullmatch(line)))


def replayed(guide: str, shell: Shell) -> str:
    """Return *guide* as it reads when *shell* does everything in it."""
    pieces, position = [], 0
    for block in blocks(guide):
        if block.kind == "sh":
            for command in commands(block):
                shell.do(command)
        if block.kind == "diff":
            shell.edit(block.text)
        if block.kind == "console":
            pieces += [guide[position : block.start], told(block, shell.say)]
            position = block.end
    return "".join([*pieces, guide[position:]])


def shown(guide: str, shell: Shell) -> str:
    """Return *guide* as it reads when *shell* runs the commands whose answer it shows, and nothing else."""
    for block in reversed([each for each in blocks(guide) if each.kind == "console"]):
        guide = guide[: block.start] + told(block, shell.say) + guide[block.end :]
    return guide


def pictures(guide: str) -> list[str]:
    """Return the commands of *guide* that draw its pictures."""
    return [command for block in blocks(guide) if block.kind == "sh" for command in commands(block) if DRAWS in command]


def here() -> Shell:
    """Return a shell in this checkout that reaches no AWS."""
    environment = layout.environment(endpoint="http://localhost:9") | {"NO_COLOR": "1", "COLUMNS": "80"}
    return Shell(layout.ROOT, environment)


def there(folder: Path) -> Shell:
    """Return a shell in the clone *folder*, as a person has it."""
    said_once = {"MAKEFLAGS": "--no-print-directory", "SECURE_ECR_CACHE": str(layout.CACHE)}
    return Shell(folder, layout.outside() | said_once | {"NO_COLOR": "1", "COLUMNS": "80"})


def main(names: list[str]) -> None:
    """Rewrite the guides called *names*, and the pictures that their commands draw; without names all of them."""
    for path in GUIDES:
        if not names or path.stem in names:
            guide = shown(path.read_text(encoding="utf-8"), here())
            path.write_text(guide, encoding="utf-8")
            for command in pictures(guide):
                here().do(command)
    if names and TUTORIAL.stem not in names:
        return
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "secure-ecr"
        subprocess.run(["git", "clone", "--quiet", str(layout.ROOT), str(clone)], check=True)
        shell = there(clone)
        try:
            TUTORIAL.write_text(replayed(TUTORIAL.read_text(encoding="utf-8"), shell), encoding="utf-8")
        finally:
            shell.say("make clean")


if __name__ == "__main__":
    main(sys.argv[1:])
