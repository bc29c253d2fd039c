"""All resources of a stack, for the controls that join them."""

from __future__ import annotations

from dataclasses import dataclass

from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.resource import Resource


@dataclass(frozen=True, slots=True)
class Stack:
    """
    What a stack control judges.

    Attributes:
        resources: Those of the types that any stack control names, with their outputs.
        record: What this run of the pack has seen so far.
    """

    resources: tuple[Resource, ...]
    record: Record
