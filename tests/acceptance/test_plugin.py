"""The components as a plugin: a program in YAML and one in Python declare the same, and the same comes of it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from secure_ecr.plugin import COMPONENTS

from sandbox import layout
from tests.acceptance.every_component import (
    CACHES,
    PYTHON,
    YAML,
    configure_network,
    declare,
    declare_python,
    plugin,
    resources,
)
from tests.acceptance.repositories import aws, pulumi_home, stacks

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "plugin", "pulumi_home", "stacks"]  # the fixtures of these tests


@pytest.fixture(scope="module")
def stack(stacks, plugin):
    """Return a stack of programs in YAML, for which `pulumi install` has made the plugin's own environment."""
    made = stacks("every", region=layout.REGION)
    made.environment = dict(made.environment) | CACHES
    (made.folder / "__main__.py").unlink()
    declare(made, plugin, YAML)
    made.pulumi("install")
    return made


def test_the_programs_use_every_component():
    used = {resource["type"] for resource in YAML["resources"].values()}

    assert used == {f"secure-ecr:index:{component.__name__}" for component in COMPONENTS}


def test_the_plugin_needs_nothing_but_its_own_requirements(stack, plugin):
    [held] = (plugin / "venv").glob("lib/python3.*/site-packages/secure_ecr")

    assert held.is_dir()
    assert sorted(path.name for path in plugin.iterdir()) == sorted(
        [*(path.name for path in (layout.ROOT / "components").iterdir() if path.name != "__pycache__"), "venv"]
    )


def test_yaml_and_python_get_the_same_resources(stack, aws):
    configure_network(stack, aws)
    stack.up()
    deployed = resources(stack)
    assert stack.preview() == {}

    declare_python(stack)

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
