"""The pipelines of `examples/ci`: valid for the systems that read them, and without a stored secret."""

import json
import os
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


def test_the_jenkinsfile_asks_nobody_about_a_branch_that_is_not_deployed():
    """By default Jenkins waits for the answer first, and looks at `when` after that."""
    text = (CI / "jenkins" / "Jenkinsfile").read_text(encoding="utf-8")
    asking = [stage for stage in text.split("stage(")[1:] if "input {" in stage]

    assert [re.findall(r"when \{\s*beforeInput true\b", stage) for stage in asking] == [
        ["when {\n" + " " * 16 + "beforeInput true"]
    ]


def test_the_workflow_names_its_actions_by_commit():
    text = (CI / "github" / "registry.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: (.*)", text)

    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
    assert len({each.partition("@")[2] for each in used}) == len(
        {"/".join(each.split("@")[0].split("/")[:2]) for each in used}
    )


def test_the_workflow_takes_each_role_from_an_environment():
    """The token of a pull request names no branch, so `ci-oidc-trust` would refuse a role that trusts it."""
    jobs = yaml.safe_load((CI / "github" / "registry.yml").read_text(encoding="utf-8"))["jobs"]
    readme = (CI / "README.md").read_text(encoding="utf-8")
    subjects = re.findall(r"\| `(registry-\w+)` \| \w+ \| `repo:<owner>/<name>:(\S+)` \|", readme)

    taken = [
        (step["with"]["role-to-assume"].rpartition("/")[2], f"environment:{job['environment']}")
        for job in jobs.values()
        for step in job["steps"]
        if "role-to-assume" in step.get("with", ())
    ]

    assert taken == subjects


def test_every_pipeline_that_installs_the_engine_takes_the_same_version():
    version = r"pulumi-version: (\S+)|pulumi-python-[\d.]+:(\S+)|get\.pulumi\.com .* --version (\S+)"
    found = {
        name: {"".join(each) for each in re.findall(version, (CI / name).read_text("utf-8"))} for name in PIPELINES
    }
    versions = set.union(*found.values())

    assert len(versions) == 1
    assert found == dict.fromkeys(PIPELINES, versions) | {"jenkins/Jenkinsfile": set()}


@pytest.mark.parametrize("name", PIPELINES)
def test_stores_no_secret_and_checks_with_the_script(name):
    text = (CI / name).read_text(encoding="utf-8")

    assert "check.sh" in text
    assert "secrets." not in text
    assert not re.search(r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)|PULUMI_ACCESS_TOKEN|credentials\(", text)
    assert set(re.findall(r"\b\d{12}\b", text)) <= {"777788889999"}


@pytest.fixture
def pipeline(programs, tmp_path):
    """Return what runs a command in a project's folder, with other programs in place of those that it calls."""
    project = tmp_path / "project"
    (project / "reports").mkdir(parents=True)

    def run(*command, **replaced):
        for name, script in replaced.items():
            programs(name, script)
        path = os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])
        variables = {"PATH": path, "GITHUB_REPOSITORY": "shop/registry", "PULL_REQUEST": "7"}
        return subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, check=False)

    run.project = project
    return run


def test_the_script_does_not_report_on_an_earlier_run(pipeline):
    (pipeline.project / "prod.json").write_text("{}", encoding="utf-8")
    for name in ("events.jsonl", "comment.md", "report.json"):
        (pipeline.project / "reports" / name).write_text("of yesterday", encoding="utf-8")
    done = pipeline(CI / "check.sh", "prod", "prod.json", pulumi="exit 255")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "the preview of prod did not pass",
        "Error: reports/events.jsonl: must be readable: No such file or directory",
    ]
    assert {path.name for path in (pipeline.project / "reports").iterdir()} == {"preview.json", "report.json"}


@pytest.mark.parametrize(
    ("configuration", "status", "said"),
    [
        pytest.param({"ecr-acces-public": "mandatory"}, 1, "is not a control of the pack", id="misspelt"),
        pytest.param({"ecr-access-public": 3}, 2, "must be a text, got 3", id="wrong-type"),
        pytest.param({"ecr-access-public": "mandatory"}, 0, "", id="right"),
    ],
)
def test_the_script_checks_the_configuration_which_the_engine_passes_over(pipeline, configuration, status, said):
    (pipeline.project / "prod.json").write_text(json.dumps(configuration), encoding="utf-8")
    done = pipeline(CI / "check.sh", "prod", "prod.json", pulumi=PREVIEW)

    assert done.returncode == status, done.stderr
    assert said in done.stdout + done.stderr
    assert (pipeline.project / "reports" / "comment.md").exists() is (status < 2)


SUMMARY = '{"sequence": 1, "summaryEvent": {"PolicyPacks": {"secure-ecr": "0.1.0"}, "result": "succeeded"}}'
PREVIEW = f"echo '{SUMMARY}' >reports/events.jsonl; echo '{json.dumps({'steps': []})}'"


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        pytest.param("", "pr comment 7 --body-file reports/comment.md", id="first"),
        pytest.param(
            "echo 42; echo 43",
            "api --silent --method PATCH repos/shop/registry/issues/comments/42 --field body=@reports/comment.md",
            id="again",
        ),
    ],
)
def test_the_workflow_edits_its_own_comment_and_no_other(pipeline, mine, expected):
    workflow = yaml.safe_load((CI / "github" / "registry.yml").read_text(encoding="utf-8"))
    (step,) = (step for step in workflow["jobs"]["check"]["steps"] if step.get("name", "").startswith("Comment"))
    gh = f'case "$*" in *--jq*) {mine or ":"} ;; *) echo "$@" >>asked ;; esac'
    done = pipeline("bash", "-e", "-c", step["run"], gh=gh)

    assert done.returncode == 0, done.stderr
    assert (pipeline.project / "asked").read_text(encoding="utf-8").splitlines() == [expected]


def test_the_script_is_plain_shell():
    subprocess.run(["sh", "-n", CI / "check.sh"], check=True)
    assert (CI / "check.sh").stat().st_mode & 0o111
