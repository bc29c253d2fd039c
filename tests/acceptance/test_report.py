"""`secure-ecr report` on real previews, and `make check`."""

from __future__ import annotations

import json
import shutil
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.acceptance

FILES = {"markdown": "md", "html": "html", "sarif": "sarif", "junit": "xml", "json": "json"}
FOUND = {
    ("ecr-access-public", 9),
    ("ecr-lifecycle-grammar", 28),
    ("ecr-repository-customer-key", 7),
    ("ecr-repository-deletion", 7),
    ("ecr-repository-encryption", 7),
    ("ecr-repository-scanning", 7),
    ("ecr-repository-tag-immutability", 7),
}


@pytest.fixture
def ready(checkout, first_up):
    """Return the checkout set up, whatever is deployed in it."""
    assert first_up.returncode == 0, first_up.stdout
    return checkout


@pytest.fixture
def rejected(ready, tmp_path):
    """Return what runs a script in the rejected example, with a stack of its own that is removed afterwards."""
    folder = ready.path / "examples" / "rejected"
    assert ready.sandboxed("pulumi stack init report --non-interactive", cwd=folder).returncode == 0
    yield lambda script: ready.sandboxed(f"cd {tmp_path}; pulumi() {{ command pulumi -C {folder} $@; }}\n{script}")
    assert ready.sandboxed("pulumi stack rm --yes --stack report", cwd=folder).returncode == 0


def test_a_rejected_preview_in_every_format(rejected, tmp_path):
    preview = f"pulumi preview --stack report --json --event-log {tmp_path}/events --policy-pack ../../policies"
    write = "secure-ecr report events --steps steps --folder examples/rejected --format"
    written = rejected(
        f"PULUMI_DEBUG_COMMANDS=true; export PULUMI_DEBUG_COMMANDS; {preview} >steps 2>/dev/null\n"
        + "\n".join(f"{write} {form} --output report.{ending}; echo {form} $?" for form, ending in FILES.items())
    )
    read = {form: (tmp_path / f"report.{ending}").read_text(encoding="utf-8") for form, ending in FILES.items()}
    results = json.loads(read["sarif"])["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]

    assert written.stdout.split() == [word for form in FILES for word in (form, "1")]
    assert {(finding["rule"], finding["source"]["line"]) for finding in json.loads(read["json"])["findings"]} == FOUND
    assert {place["artifactLocation"]["uri"] for place in places} == {"examples/rejected/__main__.py"}
    assert {(r["ruleId"], p["region"]["startLine"]) for r, p in zip(results, places, strict=True)} == FOUND
    assert ET.fromstring(read["junit"]).get("failures") == str(len(FOUND))  # noqa: S314 -- our own text
    assert all(f"[{control}](" in read["markdown"] for control, _ in FOUND)
    assert all(control in read["html"] for control, _ in FOUND)


def test_the_script_of_the_pipelines_writes_every_report(rejected, ready):
    """`examples/ci/check.sh`, as a pipeline calls it in the folder of a project."""
    folder = ready.path / "examples" / "rejected"
    done = ready.sandboxed("../ci/check.sh report ../../policies/config/prod.json", cwd=folder)
    written = {path.name: path.stat().st_size for path in (folder / "reports").iterdir()}

    assert done.returncode == 1, done.stdout
    assert {name for name, size in written.items() if size} == {
        *("events.jsonl", "preview.json", "secure-ecr.sarif", "junit.xml"),
        *("codequality.json", "report.json", "report.html", "comment.md"),
    }
    again = ready.sandboxed("../ci/check.sh report ../../policies/config/prod.json reports/report.json", cwd=folder)
    comment = (folder / "reports" / "comment.md").read_text(encoding="utf-8")
    shutil.rmtree(folder / "reports")

    assert again.returncode == 1
    assert "Still open" in comment


def test_a_streamed_preview_says_the_same_without_lines(rejected):
    preview = "pulumi preview --stack report --json --color always --policy-pack ../../policies"
    said = rejected(
        f"PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true; export PULUMI_ENABLE_STREAMING_JSON_PREVIEW\n"
        f"{preview} 2>/dev/null | secure-ecr report - --json"
    )
    document = json.loads(said.stdout)

    assert said.returncode == 1
    assert {(finding["rule"], finding["source"]) for finding in document["findings"]} == {
        (control, None) for control, _ in FOUND
    }
    assert document["errors"] == []


def test_an_analysis_of_what_is_deployed_finds_nothing(deployed):
    pack = "--policy-pack policies --policy-pack-config policies/config/local.json"
    said = deployed.sandboxed(f"pulumi policy analyze --stack local --json {pack} | secure-ecr report -")

    assert (said.returncode, said.stdout) == (
        0,
        "<!-- secure-ecr report -->\n## secure-ecr: passed\n\nNo findings.\n",
    )


@pytest.mark.parametrize("stack", ["local", "prod"])
def test_make_check_previews_a_stack_and_writes_every_report(ready, stack):
    checked = ready.make("check", STACK=stack)

    assert checked.returncode == 0, checked.stdout
    assert f"## secure-ecr: `secure-ecr/{stack}` passed" in checked.stdout
    for form, ending in FILES.items():
        assert f"• {form}: .sandbox/checks/{stack}/report.{ending}" in checked.stdout
        assert (ready.path / ".sandbox" / "checks" / stack / f"report.{ending}").stat().st_size
    assert ready.run("git", "status", "--porcelain").stdout == ""


def test_make_check_fails_for_a_mandatory_finding(ready):
    settings = ready.path / "stacks" / "Pulumi.prod.yaml"
    before = settings.read_text(encoding="utf-8")
    try:
        settings.write_text(before.replace("organization_id: o-a1b2c3d4e5", 'account_id: "999988887777"'), "utf-8")
        checked = ready.make("check", STACK="prod")
    finally:
        settings.write_text(before, encoding="utf-8")

    assert checked.returncode != 0
    assert "## secure-ecr: `secure-ecr/prod` refused" in checked.stdout
    assert "[ecr-access-cross-account](" in checked.stdout
    assert "got account 999988887777" in checked.stdout


def test_make_check_of_a_wrong_declaration_says_what_the_engine_said(ready):
    settings = ready.path / "stacks" / "Pulumi.prod.yaml"
    before = settings.read_text(encoding="utf-8")
    try:
        settings.write_text(before.replace("payments/api:", "Payments/API:", 1), encoding="utf-8")
        checked = ready.make("check", STACK="prod")
    finally:
        settings.write_text(before, encoding="utf-8")

    assert checked.returncode != 0
    assert "### The run failed, so not everything was judged" in checked.stdout
    assert "Payments/API" in checked.stdout
    assert "Traceback" not in checked.stdout


def test_make_check_of_no_stack_is_one_line(ready):
    checked = ready.make("check", STACK="production")

    assert checked.returncode != 0
    assert "error: STACK: must be one of dev, local, prod, staging, got 'production'" in checked.stdout
