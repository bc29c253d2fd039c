"""The programs that declare every component, one for each language, and what they need: the plugin and a network."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import layout
from tests.sandbox.embedded_aws import client
from tests.sandbox.provider.conftest import Stack

PROGRAMS = Path(__file__).parent / "programs" / "every_component"
PYTHON = {"name": "t", "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(layout.VENV)}}}
YAML = yaml.safe_load((PROGRAMS / "Pulumi.yaml").read_text(encoding="utf-8"))
CACHES = {
    "PIP_CACHE_DIR": str(layout.CACHE / "pip"),
    "PIP_COMPILE": "0",
    "npm_config_cache": str(layout.CACHE / "npm"),
    "npm_config_prefer_offline": "true",
    "npm_config_audit": "false",
    "npm_config_update_notifier": "false",
}
"""Variables with which pip and npm download nothing twice, ask the network for nothing else, and write nowhere else."""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the plugin in a checkout in which nothing has been installed yet."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(layout.ROOT / name, checkout)
    for name in ("model", "components", "policies", "operations"):
        shutil.copytree(layout.ROOT / name, checkout / name, ignore=shutil.ignore_patterns("venv", "__pycache__"))
    return checkout / "components"


def declare(stack: Stack, plugin: Path, program: dict[str, Any]) -> None:
    """Make *program* that of the stack, with the plugin in the folder that a relative path leads to."""
    packages = {"secure-ecr": os.path.relpath(plugin, stack.folder)}
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(program | {"packages": packages}), encoding="utf-8")


def declare_python(stack: Stack) -> None:
    """Make the program in Python that of the stack."""
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(PYTHON), encoding="utf-8")
    shutil.copy(PROGRAMS / "__main__.py", stack.folder)


def configure_network(stack: Stack, endpoint: str) -> None:
    """Configure the stack with a network that exists."""
    ec2 = client(endpoint, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = {"vpcId": vpc}
    for zone, name in (("a", "firstSubnetId"), ("b", "secondSubnetId")):
        place = {"CidrBlock": f"10.0.{len(found)}.0/24", "AvailabilityZone": f"{layout.REGION}{zone}"}
        found[name] = ec2.create_subnet(VpcId=vpc, **place)["Subnet"]["SubnetId"]
    found["routeTableId"] = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    for name, value in found.items():
        stack.pulumi("config", "set", name, value)


def resources(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return what the state says of each resource, by URN: its parent, its inputs, its outputs; no provider."""
    exported = json.loads(stack.pulumi("stack", "export", "--show-secrets"))["deployment"].get("resources", [])
    return {
        each["urn"]: {part: each.get(part) for part in ("type", "parent", "inputs", "outputs")}
        for each in exported
        if "::pulumi:providers:" not in each["urn"]
    }
