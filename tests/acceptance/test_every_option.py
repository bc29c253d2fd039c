"""Every component with its seldom options: deployed from nothing, settled at once, and gone when it is destroyed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox import layout
from tests.acceptance.repositories import aws, pulumi_home, stacks
from tests.sandbox.embedded_aws import client

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "stacks"]  # the fixtures of these tests

PROGRAM = Path(__file__).parent / "programs" / "every_option" / "__main__.py"


@pytest.fixture(scope="module")
def stack(stacks):
    made = stacks("options", region=layout.REGION)
    shutil.copy(PROGRAM, made.folder)
    made.up()
    return made


def test_a_second_preview_is_empty(stack):
    assert stack.preview() == {}


def test_aws_is_as_the_state_says(stack):
    assert stack.preview("--refresh") == {}


def test_nothing_is_left_of_a_stack_that_is_destroyed(stack, aws):
    stack.pulumi("destroy", "--yes", "--skip-preview")

    assert stack.state() == {}
    assert client(aws, "ecr").describe_repositories()["repositories"] == []
    assert {each["State"] for each in client(aws, "ec2").describe_vpc_endpoints()["VpcEndpoints"]} == {"deleted"}
    assert client(aws, "ecr").describe_registry()["replicationConfiguration"] == {"rules": []}
