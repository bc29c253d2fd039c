"""What `make` does with the stack: bring it up, look at it, mend it after an accident, take it down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

import psutil

from sandbox import console, layout
from sandbox.aws.server import Server
from sandbox.choices import SetUpError

CHANGES_PROPOSED: Final = "but changes were proposed"
"""The end of what `preview --expect-no-changes` says when there are changes."""


class StackError(Exception):
    """The engine refused or failed, and has said why; carries its exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"pulumi ended with status {status}")
        self.status = status


@contextmanager
def interrupts_are_the_engines() -> Iterator[None]:
    """Let Ctrl-C reach the engine, which ends in good order, without ending this process before it."""

    def ignore(_signal: int, _frame: FrameType | None) -> None:
        """Do nothing: a handler, unlike SIG_IGN, is not inherited by the engine."""

    before = signal.signal(signal.SIGINT, ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True, slots=True)
class Stack:
    """
    One stack of this project on the embedded AWS.

    Attributes:
        name: Of the stack; its settings are `stacks/Pulumi.<name>.yaml`.
        server: The embedded AWS.
        environment: Of every engine call.
    """

    name: str
    server: Server
    environment: Mapping[str, str]

    @classmethod
    def on(cls, server: Server, name: str = layout.STACK) -> Stack:
        """Return the stack *name* as it stands on *server*."""
        return cls(name, server, layout.environment(server.endpoint) | {"PULUMI_STACK": name})

    # -- calls of the engine

    def show(self, *arguments: str) -> None:
        """Run `pulumi *arguments*` on the person's terminal; raise StackError when it fails."""
        with interrupts_are_the_engines():
            done = subprocess.run(["pulumi", *arguments], cwd=layout.ROOT, env=self.environment, check=False)
        if done.returncode:
            raise StackError(done.returncode)

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `pulumi *arguments*` and return what it said."""
        with interrupts_are_the_engines():
            return subprocess.run(
                ["pulumi", *arguments, "--non-interactive"],
                cwd=layout.ROOT,
                env=self.environment,
                check=False,
                capture_output=True,
                text=True,
            )

    def need(self, *arguments: str) -> str:
        """Run `pulumi *arguments*` and return its output; when it fails, say what it said and raise StackError."""
        done = self.ask(*arguments)
        if done.returncode:
            console.fail(done.stderr.strip() or done.stdout.strip())
            raise StackError(done.returncode)
        return done.stdout

    # -- the state

    @property
    def checkpoint(self) -> Path:
        """The file in which the engine's file backend keeps this stack's state."""
        return layout.STATE / ".pulumi" / "stacks" / layout.PROJECT / f"{self.name}.json"

    @property
    def deployed_to(self) -> Path:
        """The file that holds the identity of the AWS this stack was last deployed to."""
        return layout.AWS / f"{self.name}.identity"

    def deployment(self) -> Mapping[str, Any]:
        """
        Return the latest deployment in the state; empty before the first one.

        Raises:
            SetUpError: The file is no JSON, as a machine leaves it that lost its power.
        """
        try:
            checkpoint = json.loads(self.checkpoint.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            path = os.path.relpath(self.checkpoint, layout.ROOT)
            raise SetUpError(f"{path}: the state is damaged; put {path}.bak in its place, or run make clean") from None
        return (checkpoint.get("checkpoint") or {}).get("latest") or {}

    def resources(self) -> Sequence[Mapping[str, Any]]:
        """Return the resources in the state."""
        return self.deployment().get("resources") or ()

    def outputs(self) -> Mapping[str, Any]:
        """Return the stack's outputs."""
        outputs: Mapping[str, Any] = json.loads(self.need("stack", "output", "--json"))
        return outputs

    # -- what make does

    def prepare(self) -> None:
        """Make the stack exist and mend what an accident left: a lock, operations cut off, an AWS that is gone."""
        layout.STATE.mkdir(parents=True, exist_ok=True)
        if not self.checkpoint.exists():
            self.need("stack", "init", self.name)
        if self.has_stale_lock():
            console.step("the last run was killed: releasing the lock that it left")
            self.need("cancel", "--yes")
        if pending := self.deployment().get("pending_operations"):
            console.step(f"the last run was cut off in {len(pending)} operations: asking AWS what became of them")
            self.need("refresh", "--yes", *pending_create_arguments(pending))
        if self.resources() and read_text(self.deployed_to) != self.server.identity:
            console.step("the embedded AWS is a new one (the last ended with its process): building everything again")
            self.need("refresh", "--yes")
        self.deployed_to.parent.mkdir(parents=True, exist_ok=True)
        self.deployed_to.write_text(self.server.identity, encoding="utf-8")

    def has_stale_lock(self) -> bool:
        """Return whether a process that is gone holds the stack's lock; a damaged lock is nobody's."""
        locks = layout.STATE / ".pulumi" / "locks" / "organization" / layout.PROJECT / self.name
        holders = [_holder(lock) for lock in locks.glob("*.json")]
        return bool(holders) and not any(is_alive(pid) for pid in holders)

    def up(self) -> bool:
        """
        Deploy the stack under the mandatory policy pack; return whether anything had to change.

        The preview comes first and is shown only when it fails: then nothing was created.
        """
        with console.OUT.status("previewing under the policy pack"):
            seen = self.ask("preview", "--expect-no-changes", *self.policies())
        if seen.returncode == 0:
            return False
        if CHANGES_PROPOSED not in seen.stdout + seen.stderr:
            console.OUT.out(seen.stdout + seen.stderr)
            raise StackError(seen.returncode)
        self.show("up", "--yes", "--skip-preview", "--suppress-outputs", *self.policies())
        return True

    def preview(self) -> None:
        """Show what `up` would change."""
        self.show("preview", "--suppress-outputs", *self.policies())

    def policies(self) -> tuple[str, ...]:
        """Return the arguments that put a preview or an update under the policy pack."""
        return ("--policy-pack", "policies", "--policy-pack-config", f"policies/config/{self.name}.json")


def pending_create_arguments(operations: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """
    Return what `pulumi refresh` needs to settle *operations* without a question.

    A create that was cut off may have happened. Where the id follows from the inputs it is read back from AWS
    (and dropped when it is not there); else it is dropped, and at worst something unnamed stays behind.
    """
    from sandbox.provider.identifiers import predicted_id  # noqa: PLC0415  # only after an accident

    creates = [each["resource"] for each in operations if each.get("type") == "creating"]
    known = [(each["urn"], predicted_id(each["type"], each.get("inputs") or {})) for each in creates]
    imports = [f"--import-pending-creates={part}" for urn, id_ in known if id_ for part in (urn, id_)]
    return (*imports, "--clear-pending-creates")


def _holder(lock: Path) -> int | None:
    """Return the process that a *lock* of the engine's file backend names, None when it names none."""
    try:
        return int(json.loads(lock.read_text(encoding="utf-8"))["pid"])
    except (ValueError, TypeError, KeyError):
        return None


def is_alive(pid: int | None) -> bool:
    """Return whether the process *pid* runs on this machine; one that ended and was never waited for does not."""
    try:
        return pid is not None and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def read_text(path: Path) -> str | None:
    """Return the content of *path*, None when it is not there."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
