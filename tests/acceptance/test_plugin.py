"""The components as a plugin: a program in YAML and one in Python declare the same, and the same comes of it."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from secure_ecr.plugin import COMPONENTS

from sandbox import layout
from tests.acceptance.repositories import aws, pulumi_home, stacks
from tests.sandbox.embedded_aws import client

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "stacks"]  # the fixtures of these tests

PROGRAMS = Path(__file__).parent / "programs" / "every_component"
PYTHON = {"name": "t", "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(layout.VENV)}}}


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    """Return the folder of the plugin in a checkout in which nothing has been installed yet."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(layout.ROOT / name, checkout)
    for name in ("model", "components", "policies", "operations"):
        shutil.copytree(layout.ROOT / name, checkout / name, ignore=shutil.ignore_patterns("venv", "__pycache__"))
    return checkout / "components"


@pytest.fixture(scope="module")
def stack(stacks, plugin):
    """Return a stack of programs in YAML, for which `pulumi install` has made the plugin's own environment."""
    made = stacks("every", region=layout.REGION)
    caches = {"PIP_CACHE_DIR": str(layout.CACHE / "pip"), "PIP_COMPILE": "0"}
    made.environment = dict(made.environment) | caches
    (made.folder / "__main__.py").unlink()
    declare(made, plugin, yaml.safe_load((PROGRAMS / "Pulumi.yaml").read_text(encoding="utf-8")))
    made.pulumi("install")
    return made


def declare(stack, plugin, program):
    """Make *program* that of the stack, with the plugin in the folder that a relative path leads to."""
    packages = {"secure-ecr": os.path.relpath(plugin, stack.folder)}
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(program | {"packages": packages}), encoding="utf-8")


@pytest.fixture(scope="module")
def network(stack, aws):
    """Configure the stack with a network that exists."""
    ec2 = client(aws, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = {"vpcId": vpc}
    for zone, name in (("a", "firstSubnetId"), ("b", "secondSubnetId")):
        place = {"CidrBlock": f"10.0.{len(found)}.0/24", "AvailabilityZone": f"{layout.REGION}{zone}"}
        found[name] = ec2.create_subnet(VpcId=vpc, **place)["Subnet"]["SubnetId"]
    found["routeTableId"] = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    for name, value in found.items():
        stack.pulumi("config", "set", name, value)


def resources(stack):
    """Return what the state says of each resource, by URN: its parent, its inputs, its outputs; no provider."""
    exported = json.loads(stack.pulumi("stack", "export", "--show-secrets"))["deployment"]["resources"]
    return {
        each["urn"]: {part: each.get(part) for part in ("type", "parent", "inputs", "outputs")}
        for each in exported
        if "::pulumi:providers:" not in each["urn"]
    }


def test_the_programs_use_every_component():
    program = yaml.safe_load((PROGRAMS / "Pulumi.yaml").read_text(encoding="utf-8"))
    used = {resource["type"] for resource in program["resources"].values()}

    assert used == {f"secure-ecr:index:{component.__name__}" for component in COMPONENTS}


def test_the_plugin_needs_nothing_but_its_own_requirements(stack, plugin):
    [held] = (plugin / "venv").glob("lib/python3.*/site-packages/secure_ecr")

    assert held.is_dir()
    assert sorted(path.name for path in plugin.iterdir()) == sorted(
        [*(path.name for path in (layout.ROOT / "components").iterdir() if path.name != "__pycache__"), "venv"]
    )


def test_yaml_and_python_get_the_same_resources(stack, network):
    stack.up()
    deployed = resources(stack)
    assert stack.preview() == {}

    (stack.folder / "Pulumi.yaml").write_text(json.dumps(PYTHON), encoding="utf-8")
    shutil.copy(PROGRAMS / "__main__.py", stack.folder)

    assert stack.preview() == {}
    stack.up()
    assert resources(stack) == deployed
    if kept := os.environ.get("KEEP_STATE"):  # what a release leaves behind, for tests/acceptance/test_upgrade.py
        state = json.loads(stack.pulumi("stack", "export", "--show-secrets"))
        for each in state["deployment"]["resources"]:
            for place in ("sourcePosition", "stackTrace"):  # of this machine
                each.pop(place, None)
        Path(kept).write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")


ACCOUNT = "must be an account id of 12 digits, got 12345678901; put it in quotes, with its leading zeros"
NAME = (
    "must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
    " got 'Team/App'; write 'team/app'"
)
COUNT = "must have one of 'count' or 'days', got none"


def test_a_wrong_declaration_is_refused_in_yaml_in_the_words_of_yaml(stack, plugin):
    (stack.folder / "__main__.py").unlink(missing_ok=True)
    properties = {
        "repositoryName": "Team/App",
        "lifecycle": {"keep": [{"tagPatterns": ["v*"]}]},
        "access": {"pull": [{"accountId": 12345678901}]},
    }
    wrong = {"type": "secure-ecr:index:SecureRepository", "properties": properties}
    declare(stack, plugin, {"name": "t", "runtime": "yaml", "resources": {"wrong": wrong}})

    said = stack.pulumi("preview", fails=True)

    assert re.findall(r"- property (\S+) with value .* has a problem: (.*)", said) == [
        ("repositoryName", NAME),
        ("lifecycle.keep[0]", COUNT),
        ("access.pull[0].accountId", ACCOUNT),
    ]
    assert "Traceback" not in said


def test_a_wrong_declaration_is_refused_in_python_in_the_words_of_python(stack):
    args = {
        "repository_name": "Team/App",
        "lifecycle": {"keep": [{"tag_patterns": ["v*"]}]},
        "access": {"pull": [{"account_id": 12345678901}]},
    }
    program = f'import secure_ecr\n\nwith secure_ecr.reported():\n    secure_ecr.SecureRepository("wrong", {args})\n'
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(PYTHON), encoding="utf-8")
    (stack.folder / "__main__.py").write_text(program, encoding="utf-8")

    said = stack.pulumi("preview", fails=True).partition("Diagnostics:")[2]

    assert re.findall(r"wrong\.(\S+): (.*)", said) == [
        ("repository_name", NAME),
        ("lifecycle.keep[0]", COUNT),
        ("access.pull[0].account_id", ACCOUNT),
    ]
    assert "Traceback" not in said
