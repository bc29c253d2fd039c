"""Who may import whom, and what may not stand in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"ecr_model", "secure_ecr", "secure_ecr_policies", "secure_ecr_ops", "sandbox"}
PACKAGES = {
    # package: (its folder, what it may import beside the standard library and itself)
    "ecr_model": ("model/ecr_model", set()),
    "secure_ecr": ("components/secure_ecr", {"ecr_model", "pulumi", "pulumi_aws"}),
    "secure_ecr_policies": ("policies/secure_ecr_policies", {"ecr_model", "pulumi_policy", "pulumi", "google"}),
    "secure_ecr_ops": (
        "operations/secure_ecr_ops",
        {"ecr_model", "secure_ecr_policies", "boto3", "botocore", "click", "rich", "ijson", "leather", "plotext"}
        | {"jinja2", "junitparser", "sarif_pydantic"},
    ),
}
LONGEST_MODULE = 400
"""Lines; a longer module says at its top why."""


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the top-level packages that *path* imports, at any depth; relative ones are its own."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module).split(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_only_what_its_place_allows(package):
    folder, allowed = PACKAGES[package]
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(folder)
        for name in imported(path) - set(sys.stdlib_module_names) - allowed - {package}
    }

    assert found == set()


def test_operations_reads_the_policies_catalogue_only_where_it_is_asked_for():
    """The command starts without loading the pack or any cloud library."""
    script = "import sys, secure_ecr_ops.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )

    assert (
        loaded & {"pulumi", "pulumi_aws", "pulumi_policy", "secure_ecr", "secure_ecr_policies", "boto3", "rich"}
        == set()
    )


@pytest.mark.parametrize("folder", [*(folder for folder, _ in PACKAGES.values()), "sandbox"])
def test_modules_are_small_or_say_why(folder):
    """A long module has the word `lines` in its docstring, with the reason."""
    long = {
        str(path.relative_to(ROOT))
        for path in sources(folder)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
        and "lines" not in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    }

    assert long == set()


def tracked() -> list[Path]:
    """Return the files of the repository: tracked ones, and new ones that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_names_no_package_host_and_no_path_of_a_machine():
    hosts = "|".join(
        re.escape(host)
        for host in ("py" + "pi.org", "python" + "hosted.org", "proxy.golang" + ".org", "npm" + "js.org")
    )
    paths = r"(^|[^A-Za-z0-9_.$}{])/(root|work|home|Users)/[a-z]"
    pattern = re.compile(f"{hosts}|{paths}", re.MULTILINE)
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in tracked()
        if (match := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    }

    assert found == {}


def test_every_package_of_the_lock_has_hashes_and_no_other_source():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[a-z0-9])", lock, flags=re.IGNORECASE)[1:]

    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert "://" not in lock


def test_the_lock_holds_what_the_project_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {
        re.match(r"[A-Za-z0-9-]+", line).group()
        for line in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    }
    locked = set(
        re.findall(
            r"^([a-z0-9-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    assert declared - locked == set()


def test_ruff_finds_nothing():
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", sorted(OURS))
def test_mypy_is_strict_and_finds_nothing(package):
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "-p", package], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
