"""Exemptions: who answers for a finding that stays, why, and until when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ecr_model import wildcards
from ecr_model.findings import Finding, echo, join, nearest
from ecr_model.shapes import check_keys

from secure_ecr_policies.pack.resource import Resource

_FIELDS = ("control", "resource", "owner", "reason", "ticket", "expires")
_LONGEST = 1000  # characters of a field: the longest logical name is far shorter
_MOST_WILDCARDS = 4


@dataclass(frozen=True, slots=True)
class Exemption:
    """
    A finding that somebody answers for.

    Attributes:
        control: The control that is silent.
        resource: Logical name, name of the repository, or URN; `*` stands for any run of characters.
        owner: Who answers for it.
        reason: Why it is needed.
        ticket: Where it was agreed.
        expires: Its last day.
    """

    control: str
    resource: str
    owner: str
    reason: str
    ticket: str
    expires: date

    def covers(self, resource: Resource) -> bool:
        """Tell whether it speaks of *resource*."""
        about = (resource.urn, resource.name, resource.props.get("name"), resource.props.get("repository"))
        return any(isinstance(name, str) and wildcards.is_match(self.resource, name) for name in about)

    def is_over(self, today: date) -> bool:
        """Tell whether its last day has passed."""
        return today > self.expires

    def __str__(self) -> str:
        return f"{self.owner}, {self.ticket}, until {self.expires}: {self.reason}"


def check_exemption(entry: object, field: str, controls: Collection[str]) -> Iterator[Finding]:
    """Yield why *entry* is no exemption from one of *controls*; whether it has expired is not judged."""
    rule = "exemption"
    yield from check_keys(entry, field, rule, required=_FIELDS)
    if not isinstance(entry, Mapping):
        return
    for name in _FIELDS:
        value = entry.get(name)
        if value is not None and not (isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST):
            yield Finding(join(field, name), rule, f"must be a text of 1 to {_LONGEST} characters", echo(value))
    yield from _check_control(entry.get("control"), join(field, "control"), controls)
    yield from _check_resource(entry.get("resource"), join(field, "resource"))
    expires = entry.get("expires")
    if isinstance(expires, str) and expires.strip() and _day(expires) is None:
        yield Finding(join(field, "expires"), rule, "must be a day, as 2027-01-31", echo(expires))


def read_exemptions(entries: Iterable[Mapping[str, object]], control: str) -> tuple[Exemption, ...]:
    """Return the exemptions from *control* among *entries*; what is malformed exempts nothing."""
    mine = [entry for entry in entries if not any(check_exemption(entry, "", (control,)))]
    return tuple(
        Exemption(
            **{name: str(entry[name]) for name in _FIELDS[:-1]},
            expires=date.fromisoformat(str(entry["expires"])),
        )
        for entry in mine
    )


def _check_control(value: object, field: str, controls: Collection[str]) -> Iterator[Finding]:
    if isinstance(value, str) and value.strip() and value not in controls:
        near = nearest(value, controls)
        fix = f"write {near!r}" if near else ""
        yield Finding(field, "exemption-control", "must be a control of the pack", echo(value), fix)


def _check_resource(value: object, field: str) -> Iterator[Finding]:
    if not isinstance(value, str) or not value.strip():
        return
    if not value.strip("*:"):
        fix = "name the resource, its repository or its URN"
        yield Finding(field, "exemption-resource", "must not be everything", echo(value), fix)
    if value.count("*") > _MOST_WILDCARDS:
        requirement = f"must have at most {_MOST_WILDCARDS} '*'"
        yield Finding(field, "exemption-resource", requirement, echo(value))


def _day(text: str) -> date | None:
    try:
        # `fromisoformat` alone would take week dates and dates without hyphens too
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
