"""
What `make check` does: preview a stack under the policy pack on the embedded AWS, and report what was found.

The local stack is compared with what is deployed. Another one names accounts of its own: it is previewed as if nothing
were deployed yet, in a state of its own, with keys that the embedded AWS gives for its role.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox import console, layout
from sandbox.choices import SetUpError
from sandbox.stack import Stack, StackError

CHECKS: Final = layout.HOME / "checks"
FORMATS: Final = {
    "markdown": "report.md",
    "html": "report.html",
    "sarif": "report.sarif",
    "junit": "report.xml",
    "json": "report.json",
}
COMMAND: Final = str(layout.VENV / "bin" / "secure-ecr")
FOUND: Final = 1
"""What `secure-ecr` ends with when it did its work and found something."""


@dataclass(frozen=True, slots=True)
class Check:
    """
    One check of a stack.

    Attributes:
        stack: The stack, on the embedded AWS.
        folder: Where the check keeps what it writes.
        settings: The stack's settings, as the engine reads them.
    """

    stack: Stack
    folder: Path
    settings: Path

    @classmethod
    def of(cls, stack: Stack) -> Check:
        """Return a check of *stack*, its state prepared; raise SetUpError when there is no such stack."""
        settings = layout.ROOT / "stacks" / f"Pulumi.{stack.name}.yaml"
        folder = CHECKS / stack.name
        names = sorted(path.name.split(".")[1] for path in (layout.ROOT / "stacks").glob("Pulumi.*.yaml"))
        if stack.name not in names:
            raise SetUpError(f"STACK: must be one of {', '.join(names)}, got {stack.name!r}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if stack.name == layout.STACK:
            stack.prepare()
            return cls(stack, folder, settings)
        return rehearsal(stack, folder, settings)

    @property
    def configuration(self) -> Path:
        """The configuration of the policy pack for the stack."""
        return layout.ROOT / "policies" / "config" / f"{self.stack.name}.json"

    def run(self) -> bool:
        """Check the pack's configuration, preview, and write the reports; return whether nothing mandatory is there."""
        checked = subprocess.run([COMMAND, "pack", "check", str(self.configuration)], check=False)
        if checked.returncode > FOUND:
            raise StackError(checked.returncode)  # the engine would refuse it as well
        said = self.preview()
        passes = [self.report(form, name, said) for form, name in FORMATS.items()]
        console.OUT.out((self.folder / FORMATS["markdown"]).read_text(encoding="utf-8"), end="")
        for form, name in FORMATS.items():
            console.step(f"{form}: {(self.folder / name).relative_to(layout.ROOT)}")
        return all(passes) and not checked.returncode

    def preview(self) -> str:
        """Preview the stack, and keep the events and the digest; return what the engine said beside them."""
        command = ["pulumi", "preview", "--json", "--non-interactive", "--event-log", str(self.folder / "events.jsonl")]
        command += ["--stack", self.stack.name, "--config-file", str(self.settings), *self.stack.policies()]
        # the log of events is an option for the engine's own developers, which this variable unlocks
        environment = {**self.stack.environment, "PULUMI_DEBUG_COMMANDS": "true"}
        with (self.folder / "steps.json").open("wb") as steps:
            done = subprocess.run(
                command, cwd=layout.ROOT, env=environment, stdout=steps, stderr=subprocess.PIPE, text=True, check=False
            )
        return done.stderr.strip()

    def report(self, form: str, name: str, said: str) -> bool:
        """Write a report; return whether nothing mandatory is in it; when it cannot be, tell what the engine *said*."""
        events, steps = self.folder / "events.jsonl", self.folder / "steps.json"
        command = [COMMAND, "report", str(events), "--steps", str(steps), "--format", form]
        done = subprocess.run([*command, "--output", str(self.folder / name)], check=False)
        if done.returncode > FOUND:
            console.fail(said)
            raise StackError(done.returncode)
        return not done.returncode


def rehearsal(stack: Stack, folder: Path, settings: Path) -> Check:
    """
    Return a check of a stack that lives elsewhere, as if nothing were deployed.

    `pulumi stack init` writes its salt into the stack's settings, which are committed: it is made to do so in a folder
    of its own, and the preview reads a copy of the settings with that salt.
    """
    content = settings.read_text(encoding="utf-8")
    if secrets := re.findall(r"^(secretsprovider|encryptedkey|encryptionsalt):", content, re.MULTILINE):
        missing = "its secrets have a key that the embedded AWS does not have"
        raise SetUpError(f"stacks/{settings.name}: {', '.join(secrets)}: {missing}; preview it where it is deployed")
    state = folder / "state"
    state.mkdir()
    variables = layout.environment(stack.server.endpoint, state=state) | {"PULUMI_STACK": stack.name}
    rehearsed = Stack(stack.name, stack.server, variables)
    (folder / "Pulumi.yaml").write_text(f"name: {layout.PROJECT}\nruntime: python\n", encoding="utf-8")
    done = subprocess.run(
        ["pulumi", "stack", "init", stack.name, "--non-interactive"],
        cwd=folder,
        env=rehearsed.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        console.fail(done.stderr.strip())
        raise StackError(done.returncode)
    salted = folder / settings.name
    salted.write_text(content + salted.read_text(encoding="utf-8"), encoding="utf-8")
    return Check(rehearsed, folder, salted)
