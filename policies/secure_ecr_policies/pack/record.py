"""What one run of the pack has seen of exemptions; shared by its policies and safe between their threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from secure_ecr_policies.pack.exemptions import Exemption
from secure_ecr_policies.pack.resource import Resource


def today() -> date:
    """Return the day it is in UTC, the same on every machine."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Use:
    """
    One resource that an exemption speaks of, as its control judged it.

    Attributes:
        exemption: The exemption.
        resource: The resource.
        findings: What it silenced.
        is_needed: Whether the control had anything to say of the resource.
    """

    exemption: Exemption
    resource: Resource
    findings: tuple[str, ...]
    is_needed: bool


class Record:
    """
    The notes that the controls take and the two policies about exemptions read.

    Attributes:
        controls: Names of all controls of the pack.
        today: Returns the day by which exemptions expire.
    """

    def __init__(self, controls: Collection[str], day: Callable[[], date] = today) -> None:
        self.controls = tuple(controls)
        self.today = day
        self._lock = threading.Lock()
        self._declared: dict[str, Mapping[str, object]] = {}
        self._uses: dict[tuple[Exemption, str], Use] = {}
        self._judged: set[str] = set()

    def declare(self, entries: Iterable[Mapping[str, object]]) -> None:
        """Note the exemptions of a configuration, well formed or not."""
        with self._lock:
            # a generated configuration repeats each exemption in two blocks
            self._declared.update({json.dumps(entry, sort_keys=True, default=str): entry for entry in entries})

    def note_judged(self, control: str) -> None:
        """Note that *control* has judged something in this run."""
        self._judged.add(control)

    def note_use(self, use: Use) -> None:
        """Note what an exemption silenced, or that it had nothing to silence."""
        with self._lock:
            self._uses[use.exemption, use.resource.urn] = use

    @property
    def declared(self) -> tuple[Mapping[str, object], ...]:
        """The exemptions of all configurations seen, each once, in their order."""
        with self._lock:
            return tuple(self._declared.values())

    @property
    def uses(self) -> tuple[Use, ...]:
        """What the exemptions met, by URN: the order of events is not the same in every run."""
        with self._lock:
            return tuple(sorted(self._uses.values(), key=lambda use: (use.resource.urn, use.exemption.control)))

    def has_judged(self, control: str) -> bool:
        """Tell whether *control* is enabled and had something to judge."""
        return control in self._judged
