"""One stack at a time: how it stands, what the engine does to it, and what went wrong."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from declaration import Declaration, Registry
from pulumi import automation
from pulumi.automation.errors import ConcurrentUpdateError

HERE = Path(__file__).parent
FROM_STATE = "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER"
"""With this the engine takes the data key of a stack from its state: nobody has to keep the files in `stacks`."""

GIVEN_UP = "context canceled"
"""What the engine says of an operation that it has given up, because of an error elsewhere or a signal."""

CLOCKS = timedelta(seconds=2)
"""The history has whole seconds, the state has finer ones."""


class State(StrEnum):
    """What became of a stack in this run."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CURRENT = "up to date"
    FAILED = "failed"
    STOPPED = "stopped"
    NOT_BEGUN = "not begun"


@dataclass
class Row:
    """
    One stack in the table.

    Attributes:
        note: What changed, or how the stack stands.
        resources: Which resources the engine has been through, by URN.
        errors: What it said of those that failed, and what the policy pack refused.
    """

    registry: Registry
    state: State = State.WAITING
    note: str = ""
    resources: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    begun: float | None = None
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took, or takes so far; None before it has begun."""
        return None if self.begun is None else (self.ended or time.monotonic()) - self.begun

    @property
    def log(self) -> Path:
        """Where everything stands that the engine has said."""
        return HERE / "logs" / f"{self.registry.stack}.log"

    def hear(self, event: automation.EngineEvent) -> None:
        """Keep of what the engine says what the table and the summary show."""
        if event.res_outputs_event:
            self.resources.add(event.res_outputs_event.metadata.urn)
        if event.summary_event:
            changes = event.summary_event.resource_changes.items()
            self.note = ", ".join(f"{count} {kind}" for kind, count in sorted(changes) if kind != "same")
        if (finding := event.policy_event) and finding.enforcement_level == "mandatory":
            self.errors.append(
                f"{finding.policy_name}: {name_of(finding.resource_urn or '')}: {finding.message.strip()}"
            )
        # An error about no resource, or of what was given up for another one, only says that there was one
        if (said := event.diagnostic_event) and said.severity == "error" and said.urn and GIVEN_UP not in said.message:
            self.errors.append(said.message.strip())


def name_of(urn: str) -> str:
    """Return the logical name in *urn*."""
    return urn.rpartition("::")[2]


def reason(error: automation.CommandError) -> str:
    """Return what the command line said of *error*."""
    return str(error).partition("error: ")[2].strip() or " ".join(str(error).split())


def release(stack: str) -> str:
    """Return how the lock of a run that is gone is taken from *stack*."""
    return f"if nobody deploys it now: pulumi cancel --stack {stack}"


def standing(fingerprint: str, last: automation.UpdateSummary | None, state: Mapping[str, Any]) -> tuple[State, str]:
    """
    Return whether a stack is up to date, waits for a deployment, or must be mended before it, and why.

    Args:
        fingerprint: Of the registry as it is declared; a deployment has that of its own as its message.
        last: The newest entry of the stack's history, which the engine writes when a deployment ends.
        state: The deployment in the stack's state, which it writes at each step.
    """
    if pending := [each for each in state.get("pending_operations") or () if each["type"] == "creating"]:
        names = ", ".join(name_of(each["resource"]["urn"]) for each in pending)
        return State.FAILED, f"a run was cut off while AWS made {names}"
    if last is None:
        return State.WAITING, "never deployed"
    saved = datetime.fromisoformat(state["manifest"]["time"])
    if last.end_time is None or saved > last.end_time.replace(tzinfo=UTC) + CLOCKS:
        return State.WAITING, "cut off, or changed by hand"
    if last.result != "succeeded":
        return State.WAITING, f"the last {last.kind} {last.result}"
    if (last.kind, last.message) != ("update", fingerprint):
        return State.WAITING, "declared anew"
    return State.CURRENT, ""


@dataclass(frozen=True)
class Engine:
    """The engine, with what is the same for all stacks."""

    workspace: automation.LocalWorkspace
    policy_pack: str
    existing: frozenset[str]
    """Stacks that were there when the run began; nobody is asked again for each of them."""

    @classmethod
    def of(cls, declaration: Declaration) -> "Engine":
        """Return the engine on PATH for the project in this folder, with the policy pack that is installed."""
        found = subprocess.run(["secure-ecr", "pack", "path"], check=True, capture_output=True, text=True)
        workspace = automation.LocalWorkspace(
            work_dir=str(HERE),
            secrets_provider=declaration.secrets_provider,
            env_vars={FROM_STATE: "true"},
        )
        return cls(workspace, found.stdout.strip(), frozenset(each.name for each in workspace.list_stacks()))

    def undeclared(self, declaration: Declaration) -> list[str]:
        """Return the stacks of this project that *declaration* does not have, or no longer."""
        return sorted(self.existing - {registry.stack for registry in declaration.registries})

    def attempt(self, row: Row, operation: Callable[[Row], State]) -> None:
        """Do *operation*, which returns what became of the stack, and keep its failure in the row."""
        row.begun, row.state = time.monotonic(), State.RUNNING
        row.log.unlink(missing_ok=True)
        try:
            row.state = operation(row)
        except automation.CommandError as error:
            row.state = State.FAILED
            row.errors = row.errors or [reason(error)]
            if isinstance(error, ConcurrentUpdateError):
                row.errors.append(release(row.registry.stack))
        row.ended = time.monotonic()

    def up(self, row: Row, *, again: bool = False) -> State:
        """Deploy the stack, unless its last deployment was of the same and *again* is false."""
        stack = self._stack(row)
        state = self._standing(row, stack)
        if state is State.FAILED or (state is State.CURRENT and not again):
            return state
        with self._recorded(row) as record:
            stack.up(message=row.registry.fingerprint(), show_secrets=False, **record, **self._policies(row))
        return State.DONE

    def preview(self, row: Row) -> State:
        """Say what a deployment would change, and what the policy pack refuses; a stack that is not there is made."""
        with self._recorded(row) as record:
            self._stack(row).preview(**record, **self._policies(row))
        return State.DONE

    def destroy(self, row: Row, *, unprotect: bool = False) -> State:
        """Remove what the stack has, and the stack; with *unprotect* what is protected as well."""
        if row.registry.stack not in self.existing:
            return State.CURRENT
        stack = self._stack(row)
        if unprotect:
            self._ask("state", "unprotect", "--all", "--yes", "--stack", stack.name)
        # The Automation API asks the engine for no preview, so that it would remove everything else before it refuses
        resources = self._state(stack).get("resources", ())
        if protected := sorted(name_of(each["urn"]) for each in resources if each.get("protect")):
            row.errors = [f"nothing is removed, as these are protected: {', '.join(protected)}; see --unprotect"]
            return State.FAILED
        with self._recorded(row) as record:
            stack.destroy(show_secrets=False, remove=True, **record)
        return State.DONE

    def status(self, row: Row) -> State:
        """Say how the stack stands; nothing is changed."""
        if row.registry.stack in self.existing:
            return self._standing(row, self._stack(row))
        row.note = "no stack"
        return State.WAITING

    def _stack(self, row: Row) -> automation.Stack:
        made = automation.Stack.select if row.registry.stack in self.existing else automation.Stack.create
        return made(row.registry.stack, self.workspace)

    def _standing(self, row: Row, stack: automation.Stack) -> State:
        """Return how *stack* stands, and put into the row what is known of it and what mends it."""
        if stack.name not in self.existing:
            return State.WAITING
        exported = self._state(stack)
        row.resources = {each["urn"] for each in exported.get("resources", ())}
        state, row.note = standing(row.registry.fingerprint(), stack.info(show_secrets=False), exported)
        if state is State.FAILED:
            refresh = f"{FROM_STATE}=true pulumi refresh --stack {stack.name}"
            row.errors = [row.note, release(stack.name), f"then ask AWS what became of it: {refresh}"]
        return state

    def _state(self, stack: automation.Stack) -> dict[str, Any]:
        deployment: dict[str, Any] = json.loads(self._ask("stack", "export", "--stack", stack.name))["deployment"]
        return deployment

    def _ask(self, *arguments: str) -> str:
        return self.workspace.pulumi_command.run([*arguments], self.workspace.work_dir, self.workspace.env_vars).stdout

    def _policies(self, row: Row) -> dict[str, Any]:
        return {"policy_packs": [self.policy_pack], "policy_pack_configs": [str(row.registry.policies)]}

    @contextmanager
    def _recorded(self, row: Row) -> Iterator[dict[str, Any]]:
        row.note, row.resources = "", set()
        row.log.parent.mkdir(exist_ok=True)
        with row.log.open("w", buffering=1, encoding="utf-8") as log:
            yield {"on_event": row.hear, "on_output": partial(print, file=log), "color": "never"}
