"""One resource of a type of the table, made and changed without the engine, for what no case of the story has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.provider import difference, inputs, state
from sandbox.provider.clients import Clients
from sandbox.provider.resource import Change, ResourceType
from sandbox.provider.settings import Settings
from sandbox.provider.table import SERVICES


class Resource:
    """A resource as the machinery handles it: its id, and its state after the last operation."""

    def __init__(self, clients: Clients, entry: ResourceType, given: Mapping[str, Any]) -> None:
        self.clients, self.entry = clients, entry
        self.inputs = self.check(given)
        self.aws = clients.aws(entry.service, self.inputs.get("region"))
        self.id, said = entry.create(self.aws, self.inputs)
        self.state = state.created(entry, self.inputs, said)

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        checked, failures = inputs.check(
            self.entry, {}, given, inputs.Naming("app", b"seed"), inputs.Surroundings("eu-central-1")
        )
        assert failures == []
        return checked

    def update(self, given: Mapping[str, Any]) -> None:
        new = self.check(given)
        names = frozenset(each.name for each in difference.differences(self.entry, self.state, new))
        said = self.entry.update(self.aws, self.id, Change(self.state, new, names))
        self.state = state.updated(self.entry, self.state, new, said or {})
        self.inputs = new

    def changes_after_refresh(self) -> list[difference.Difference]:
        """Return what the next deployment would change if it changed nothing in the program."""
        said = dict(self.entry.read(self.aws, self.id)) | {"region": self.aws.region}
        said.pop("id", None)
        return difference.differences(self.entry, state.live(self.entry, said, self.state), self.inputs)


@pytest.fixture
def make(aws):
    clients = Clients(Settings(endpoints=dict.fromkeys(SERVICES, aws), region="eu-central-1"))
    made = []

    def resource(entry, **given):
        made.append(Resource(clients, entry, given))
        return made[-1]

    yield resource
    for each in reversed(made):
        each.entry.delete(each.aws, each.id, each.state)
