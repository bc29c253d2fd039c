"""A real engine, the stand-in installed in a home of its own, and an embedded AWS for each file of this folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox import layout
from sandbox.provider.chooser import sdk_version
from sandbox.provider.launcher import write_launcher
from tests.sandbox.embedded_aws import embedded_aws

# Registers what resources.json says: {"$ref": "name.property"} is another resource's output, {"$secret": …} a secret.
PROGRAM = """
import json, pathlib, pulumi

made = {}

def value(given):
    if isinstance(given, list):
        return [value(each) for each in given]
    if not isinstance(given, dict):
        return given
    if "$ref" in given:
        name, _, output = given["$ref"].partition(".")
        return getattr(made[name], output)
    if "$secret" in given:
        return pulumi.Output.secret(value(given["$secret"]))
    return {key: value(each) for key, each in given.items()}

class Resource(pulumi.CustomResource):
    def __init__(self, spec):
        options = pulumi.ResourceOptions(
            depends_on=[made[name] for name in spec.get("after", [])], import_=spec.get("import"),
            ignore_changes=spec.get("ignore"), protect=spec.get("protect"),
        )
        outputs = {name: None for name in spec.get("outputs", [])}
        super().__init__(spec["type"], spec["name"], outputs | value(spec["inputs"]), options)

    def translate_output_property(self, name):
        return name

for spec in json.loads(pathlib.Path("resources.json").read_text()):
    made[spec["name"]] = Resource(spec)
"""


def folder_of_engine() -> Path:
    """Return where the engine and its language host are."""
    return Path(os.environ.get("PULUMI_SANDBOX_BIN") or layout.BIN)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an embedded AWS and return its endpoint; what one file leaves there no other meets."""
    with embedded_aws(tmp_path_factory.mktemp("aws")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home of the engine's in which the stand-in is installed."""
    home = tmp_path_factory.mktemp("home")
    plugin = tmp_path_factory.mktemp("plugin")
    write_launcher(plugin, layout.VENV / "bin" / "python")
    command = ["pulumi", "plugin", "install", "resource", "aws", sdk_version(), "--file", str(plugin)]
    path = f"{folder_of_engine()}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, env=os.environ | {"PULUMI_HOME": str(home), "PATH": path}, check=True, capture_output=True)
    return home


@dataclass
class Stack:
    """One stack of one program, whose resources are data."""

    folder: Path
    environment: Mapping[str, str]

    def pulumi(self, *arguments: str, fails: bool = False) -> str:
        """Run the engine and return what it printed; it must succeed, or fail when told so."""
        command = ["pulumi", *arguments, "--non-interactive"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, check=False, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + (done.stderr if fails else "")

    def declare(self, resources: Sequence[Mapping[str, Any]]) -> None:
        """Make *resources* the program."""
        (self.folder / "resources.json").write_text(json.dumps(resources), encoding="utf-8")

    def preview(self, *arguments: str) -> dict[str, list[dict[str, Any]]]:
        """Return the steps that a deployment would take, by logical name, without those that change nothing."""
        steps: dict[str, list[dict[str, Any]]] = {}
        for line in self.pulumi("preview", "--json", *arguments).splitlines():
            step = json.loads(line).get("resOutputsEvent", {}).get("metadata")
            if step and step["op"] not in {"same", "refresh"} and "::pulumi:" not in step["urn"]:
                steps.setdefault(step["urn"].rpartition("::")[2], []).append(step)
        return steps

    def up(self) -> str:
        """Deploy the program."""
        return self.pulumi("up", "--yes", "--skip-preview")

    def refresh(self) -> str:
        """Bring the state in line with AWS."""
        return self.pulumi("refresh", "--yes", "--skip-preview")

    def state(self) -> dict[str, dict[str, Any]]:
        """Return the resources in the state, by logical name, secrets still encrypted."""
        exported = json.loads(self.pulumi("stack", "export"))
        found = exported["deployment"].get("resources", [])
        return {each["urn"].rpartition("::")[2]: each for each in found if "::pulumi:" not in each["urn"]}


@pytest.fixture(scope="module")
def stacks(aws: str, pulumi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return what makes a new stack, with configuration such as `aws:region`."""
    made: list[Stack] = []

    def make(name: str, **configuration: str) -> Stack:
        folder = tmp_path_factory.mktemp(name)
        options = {"toolchain": "pip", "virtualenv": str(layout.VENV)}
        project = {"name": "t", "runtime": {"name": "python", "options": options}}
        (folder / "Pulumi.yaml").write_text(json.dumps(project), encoding="utf-8")
        (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
        (folder / "state").mkdir()
        environment = layout.environment(aws, home=pulumi_home, state=folder / "state")
        path = f"{folder_of_engine()}{os.pathsep}{environment['PATH']}"
        own = {"PATH": path, "PULUMI_STACK": name, "NO_COLOR": "1", "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
        stack = Stack(folder, environment | own)
        stack.pulumi("stack", "init", name)
        for key, value in configuration.items():
            stack.pulumi("config", "set", "--path", f"aws:{key}", value)
        made.append(stack)
        return stack

    yield make
    for stack in made:
        shutil.rmtree(stack.folder)
