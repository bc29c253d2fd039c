from __future__ import annotations

import pytest

from sandbox.provider.table.events import RULE, TARGET
from tests.sandbox.embedded_aws import client

TOPIC = "arn:aws:sns:eu-central-1:123456789012:findings"
PATTERN = '{"source":["aws.ecr"]}'


@pytest.fixture
def bus(aws):
    events = client(aws, "events")
    events.create_event_bus(Name="of-registries")
    yield "of-registries"
    events.delete_event_bus(Name="of-registries")


def test_a_rule_of_another_bus_is_named_after_it_and_so_is_its_target(bus, make):
    rule = make(RULE, name="scan-findings", eventBusName=bus, eventPattern=PATTERN)
    target = make(TARGET, rule="scan-findings", eventBusName=bus, targetId="to-topic", arn=TOPIC)

    assert (rule.id, target.id) == ("of-registries/scan-findings", "of-registries-scan-findings-to-topic")
    assert rule.changes_after_refresh() == []
    assert target.changes_after_refresh() == []
    imported = TARGET.read(target.aws, "of-registries/scan-findings/to-topic")
    assert {name: imported[name] for name in ("id", "eventBusName", "rule", "targetId")} == {
        "id": target.id,
        "eventBusName": bus,
        "rule": "scan-findings",
        "targetId": "to-topic",
    }


@pytest.mark.parametrize(
    ("given", "state"),
    [
        pytest.param({}, "ENABLED", id="neither"),
        pytest.param({"isEnabled": False}, "DISABLED", id="the-old-switch"),
        pytest.param({"state": "DISABLED"}, "DISABLED", id="state"),
    ],
)
def test_a_rule_is_enabled_unless_the_program_says_otherwise(make, given, state):
    rule = make(RULE, name="pushes", scheduleExpression="rate(1 day)", **given)

    assert (rule.state["state"], rule.state["isEnabled"]) == (state, state == "ENABLED")
    assert rule.changes_after_refresh() == []


def test_an_update_leaves_a_rule_disabled_that_somebody_has_disabled(make, aws):
    rule = make(RULE, name="pushes", eventPattern=PATTERN)
    client(aws, "events").disable_rule(Name="pushes")
    rule.state |= {"state": "DISABLED", "isEnabled": False}  # as a refresh finds it
    rule.update({"name": "pushes", "eventPattern": PATTERN, "description": "pushes"})

    assert (rule.state["state"], rule.state["description"]) == ("DISABLED", "pushes")
