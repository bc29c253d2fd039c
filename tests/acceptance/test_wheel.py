"""The wheel in an empty environment of somebody else's project: the components, the pack, the command, the plugin."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from ecr_model import __version__

from sandbox import layout
from tests.acceptance.repositories import aws, pulumi_home, stacks
from tests.sandbox.embedded_aws import client

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "stacks"]  # the fixtures of these tests

PROJECT = Path(__file__).parent / "programs" / "installed"
PACKAGES = ("ecr_model", "secure_ecr", "secure_ecr_ops", "secure_ecr_policies")
CACHES = {"UV_CACHE_DIR": str(layout.CACHE / "uv"), "PIP_CACHE_DIR": str(layout.CACHE / "pip")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from the working tree, and return its path."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(command, cwd=layout.ROOT, check=True, capture_output=True)
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def project(wheel, stacks):
    """Return a stack of a foreign project whose environment holds the wheel and what it declares, as locked."""
    stack = stacks("wheel", region=layout.REGION)
    shutil.copytree(PROJECT, stack.folder, dirs_exist_ok=True)
    environment = stack.folder / ".venv"
    manifest = {"name": "t", "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}}
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(manifest), encoding="utf-8")
    uv = [str(layout.VENV / "bin" / "uv")]
    for arguments in (
        ["venv", "--python", sys.executable, environment],
        ["pip", "install", "--python", environment, "--constraint", layout.ROOT / "requirements.lock", wheel],
    ):
        done = subprocess.run(
            [*uv, *arguments],
            cwd=stack.folder,
            env=os.environ | CACHES | {"UV_PYTHON_DOWNLOADS": "never"},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    # A person has activated the environment; the checkout's own is nowhere.
    path = [each for each in stack.environment["PATH"].split(os.pathsep) if each != str(layout.VENV / "bin")]
    stack.environment = dict(stack.environment) | {
        "PATH": os.pathsep.join([str(environment / "bin"), *path]),
        "VIRTUAL_ENV": str(environment),
    }
    return stack


def shell(project, script, **variables):
    """Run *script* in the project's folder and return its exit code and everything that it said."""
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=project.folder,
        env=dict(project.environment) | variables,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def test_holds_the_packages_and_beside_them_the_pack_and_the_plugin(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.rpartition("/")[0] for name in names}

    assert {name.partition("/")[0] for name in names} == {*PACKAGES, f"secure_ecr-{__version__}.dist-info"}
    assert [name for name in names if "/policypack/" in name] == [
        "secure_ecr_policies/policypack/PulumiPolicy.yaml",
        "secure_ecr_policies/policypack/__main__.py",
        *sorted(
            f"secure_ecr_policies/policypack/config/{path.name}" for path in (layout.ROOT / "policies/config").iterdir()
        ),
    ]
    assert [name for name in names if "/pulumiplugin/" in name] == [
        "secure_ecr/pulumiplugin/PulumiPlugin.yaml",
        "secure_ecr/pulumiplugin/__main__.py",
        "secure_ecr/pulumiplugin/requirements.txt",
    ]
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert not [folder for folder in folders if "__pycache__" in folder]


def test_the_plugin_requires_the_version_that_it_came_with(wheel):
    required = zipfile.ZipFile(wheel).read("secure_ecr/pulumiplugin/requirements.txt").decode()

    assert [line for line in required.splitlines() if not line.startswith("#")] == [f"secure-ecr=={__version__}"]


def test_the_command_is_there(project):
    code, said = shell(project, "command -v secure-ecr && secure-ecr --version && secure-ecr --help")

    assert code == 0, said
    assert said.splitlines()[:2] == [
        str(project.folder / ".venv" / "bin" / "secure-ecr"),
        f"secure-ecr, version {__version__}",
    ]
    for command in ("access", "lifecycle", "name", "pack", "report"):
        code, said = shell(project, f"secure-ecr {command} --help")
        assert (code, said.split()[:3]) == (0, ["Usage:", "secure-ecr", command])


@pytest.mark.parametrize(
    ("options", "folder"),
    [
        pytest.param("", "secure_ecr_policies/policypack", id="pack"),
        pytest.param("--plugin", "secure_ecr/pulumiplugin", id="plugin"),
    ],
)
def test_says_where_the_pack_and_the_plugin_are(project, options, folder):
    code, said = shell(project, f"secure-ecr pack path {options}")

    assert code == 0, said
    assert Path(said.strip()).relative_to(site_packages(project)) == Path(folder)


def site_packages(project):
    [found] = (project.folder / ".venv" / "lib").glob("python3.*/site-packages")
    return found


def test_a_program_deploys_and_keeps_its_own_folders(project, aws):
    project.up()

    outputs = json.loads(project.pulumi("stack", "output", "--json"))
    site = site_packages(project)
    assert outputs == {
        **{name: str(site / name / "__init__.py") for name in ("ecr_model", "secure_ecr")},
        **{
            name: str(project.folder / name / "__init__.py")
            for name in ("components", "model", "operations", "policies")
        },
        "python": str(project.folder / ".venv"),
    }
    repositories = client(aws, "ecr").describe_repositories(repositoryNames=["team/app"])["repositories"]
    assert [each["imageTagMutability"] for each in repositories] == ["IMMUTABLE"]
    assert project.preview() == {}


PREVIEW = 'pulumi preview --non-interactive --policy-pack "$(secure-ecr pack path)"'
DEV = '--policy-pack-config "$(secure-ecr pack path)/config/dev.json"'


@pytest.mark.parametrize(
    ("configuration", "rejected"),
    [
        pytest.param(
            "",
            [
                "ecr-repository-customer-key",
                "ecr-repository-deletion",
                "ecr-repository-encryption",
                "ecr-repository-lifecycle",
                "ecr-repository-scanning",
                "ecr-repository-tag-immutability",
            ],
            id="by-default",
        ),
        pytest.param(DEV, ["ecr-repository-scanning", "ecr-repository-tag-immutability"], id="as-configured"),
    ],
)
def test_the_pack_judges_the_program(project, configuration, rejected):
    code, said = shell(project, f"pulumi config set careless false && {PREVIEW} {configuration}")

    assert (code, mandatory(said)) == (0, []), said

    code, said = shell(project, f"pulumi config set careless true && {PREVIEW} {configuration}")

    assert (code != 0, mandatory(said)) == (True, [(control, "careless") for control in rejected]), said


def mandatory(said):
    """Return the controls that a preview names as broken and mandatory, each with the resource that breaks it."""
    found = re.findall(r"^ +- \[mandatory\] .*?(ecr-\S+|exemption-\S+)  \(\S+ (\S+)\)$", said, re.MULTILINE)
    return sorted(set(found))


def test_the_plugin_deploys_a_program_of_another_language(project, wheel, stacks):
    """The engine gives a plugin an environment of its own; what the index has not, pip finds beside the wheel."""
    other = stacks("other", region=layout.REGION)
    (other.folder / "__main__.py").unlink()
    resource = {"type": "secure-ecr:index:SecureRepository", "properties": {"repositoryName": "team/other"}}
    program = {
        "name": "t",
        "runtime": "yaml",
        "resources": {"app": resource},
        "outputs": {"url": "${app.repositoryUrl}"},
    }
    (other.folder / "Pulumi.yaml").write_text(json.dumps(program), encoding="utf-8")
    activated = {name: project.environment[name] for name in ("PATH", "VIRTUAL_ENV")}
    beside = {"PIP_FIND_LINKS": str(wheel.parent), "PIP_COMPILE": "0"}
    other.environment = dict(other.environment) | activated | CACHES | beside

    code, said = shell(other, 'pulumi package add "$(secure-ecr pack path --plugin)" --non-interactive')

    assert code == 0, said
    own = site_packages(project) / "secure_ecr" / "pulumiplugin" / "venv"
    [held] = own.glob("lib/python3.*/site-packages/secure_ecr-*.dist-info")
    assert held.name == f"secure_ecr-{__version__}.dist-info"
    other.up()
    assert json.loads(other.pulumi("stack", "output", "--json")) == {
        "url": f"123456789012.dkr.ecr.{layout.REGION}.amazonaws.com/team/other"
    }
    assert other.preview() == {}
