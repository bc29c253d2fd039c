"""
What a release has deployed stays where it is under the next one: no replacement, no deletion.

`states/VERSION.json` is what the programs of `programs/every_component` left behind under that version. A release
adds its own, and keeps the others:

    export KEEP_STATE=$PWD/tests/acceptance/states/VERSION.json
    .venv/bin/python -m sandbox run pytest tests/acceptance/test_plugin.py
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sandbox import layout
from tests.acceptance.repositories import aws, pulumi_home, stacks

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "stacks"]  # the fixtures of these tests

HERE = Path(__file__).parent
STATES = sorted((HERE / "states").glob("*.json"))
ENDPOINTS = "secure-ecr:index:RegistryEndpoints"
LOST = {"replace", "create-replacement", "delete-replaced", "delete"}


def network(state):
    """Return the configuration of the program, from what the state says of its endpoints."""
    resources = json.loads(state)["deployment"]["resources"]
    [inputs] = [each["inputs"] for each in resources if each["type"] == ENDPOINTS]
    first, second = inputs["subnetIds"]
    [table] = inputs["routeTableIds"]
    return {"vpcId": inputs["vpcId"], "firstSubnetId": first, "secondSubnetId": second, "routeTableId": table}


def test_there_is_a_state_to_upgrade_from():
    assert "0.1.0" in [path.stem for path in STATES]


@pytest.mark.parametrize("path", STATES, ids=[path.stem for path in STATES])
def test_nothing_that_a_release_deployed_is_lost(stacks, path):
    state = path.read_text(encoding="utf-8")
    stack = stacks("every", region=layout.REGION)
    for name, value in network(state).items():
        stack.pulumi("config", "set", name, value)
    shutil.copy(HERE / "programs" / "every_component" / "__main__.py", stack.folder)
    stack.pulumi("stack", "import", "--file", str(path))

    steps = [step for found in stack.preview().values() for step in found]

    assert [(step["op"], step["urn"]) for step in steps if step["op"] in LOST] == []
