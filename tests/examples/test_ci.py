"""The pipelines of `examples/ci`: valid for the systems that read them, and without a stored secret."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

CI = Path(__file__).resolve().parents[2] / "examples" / "ci"
PIPELINES = ["codebuild/buildspec.yml", "github/registry.yml", "gitlab/.gitlab-ci.yml", "jenkins/Jenkinsfile"]
PHASES = {"install", "pre_build", "build", "post_build"}
"""Source: AWS CodeBuild user guide, "Build specification reference for CodeBuild"."""


def test_every_pipeline_is_known():
    files = {str(path.relative_to(CI)) for path in CI.rglob("*") if path.is_file()}
    assert files == {*PIPELINES, "README.md", "check.sh"}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["vendor.github-workflows", "github/registry.yml"], id="github"),
        pytest.param(["custom.github-workflows-require-timeout", "github/registry.yml"], id="github-timeouts"),
        pytest.param(["vendor.gitlab-ci", "--data-transform", "gitlab-ci", "gitlab/.gitlab-ci.yml"], id="gitlab"),
    ],
)
def test_is_valid_by_the_schema_of_its_system(arguments):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *arguments]
    done = subprocess.run(command, cwd=CI, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")


def test_the_buildspec_has_what_codebuild_reads():
    spec = yaml.safe_load((CI / "codebuild" / "buildspec.yml").read_text(encoding="utf-8"))

    assert set(spec) == {"version", "env", "phases", "reports", "artifacts"}
    assert spec["version"] == 0.2
    assert set(spec["phases"]) <= PHASES
    assert all(isinstance(each, str) for phase in spec["phases"].values() for each in phase["commands"])
    assert spec["reports"] == {
        "registry": {"files": ["junit.xml"], "base-directory": "reports", "file-format": "JUNITXML"}
    }


def test_the_jenkinsfile_closes_what_it_opens():
    text = (CI / "jenkins" / "Jenkinsfile").read_text(encoding="utf-8")
    bare = re.sub(r"//[^\n]*|'''.*?'''|'[^'\n]*'", "", text, flags=re.DOTALL)
    depth = 0
    for bracket in re.findall(r"[{}]", bare):
        depth += 1 if bracket == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert re.findall(r"stage\('([^']+)'\)", text) == ["Set up", "Check", "Deploy"]


@pytest.mark.parametrize("name", PIPELINES)
def test_stores_no_secret_and_checks_with_the_script(name):
    text = (CI / name).read_text(encoding="utf-8")

    assert "check.sh" in text
    assert "secrets." not in text
    assert not re.search(r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)|PULUMI_ACCESS_TOKEN|credentials\(", text)
    assert set(re.findall(r"\b\d{12}\b", text)) <= {"777788889999"}


def test_the_script_is_plain_shell():
    subprocess.run(["sh", "-n", CI / "check.sh"], check=True)
    assert (CI / "check.sh").stat().st_mode & 0o111
