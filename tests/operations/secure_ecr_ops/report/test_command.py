"""`secure-ecr report`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from secure_ecr_ops.cli import main

EVENTS = Path(__file__).parent / "events"
REJECTED = str(EVENTS / "rejected.jsonl")
STEPS = str(EVENTS / "rejected.steps.json")
STARTS = {
    "markdown": "<!-- secure-ecr report -->\n## secure-ecr: `rejected/try` refused",
    "html": "<!doctype html>",
    "sarif": '{\n  "version": "2.1.0"',
    "junit": "<?xml version='1.0' encoding='utf-8'?>\n<testsuites",
    "json": '{\n  "version": 1',
}


def report(*arguments, **options):
    return CliRunner().invoke(main, ["report", *arguments], **options)


@pytest.mark.parametrize("form", STARTS)
def test_every_format_prints_and_exits_1_for_a_mandatory_finding(form):
    done = report(REJECTED, "--steps", STEPS, "--format", form)

    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.startswith(STARTS[form])


@pytest.mark.parametrize("form", STARTS)
def test_every_format_writes_a_file(tmp_path, form):
    path = tmp_path / "report"
    done = report(REJECTED, "--format", form, "--output", str(path))

    assert (done.exit_code, done.output) == (1, "")
    assert path.read_text(encoding="utf-8") == report(REJECTED, "--format", form).stdout


def test_markdown_is_what_people_get_without_asking():
    assert report(REJECTED).stdout == report(REJECTED, "--format", "markdown").stdout


def test_json_is_a_format_by_another_name():
    assert report(REJECTED, "--json").stdout == report(REJECTED, "--format", "json").stdout
    assert report(REJECTED, "--json", "--format", "json").exit_code == 1
    done = report(REJECTED, "--json", "--format", "html")
    assert (done.exit_code, "--json and --format exclude each other" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("level", "options", "code"),
    [
        pytest.param(None, [], 0, id="nothing"),
        pytest.param("advisory", [], 0, id="advisory"),
        pytest.param("advisory", ["--strict"], 1, id="advisory-strict"),
        pytest.param(None, ["--strict"], 0, id="nothing-strict"),
        pytest.param("mandatory", [], 1, id="mandatory"),
    ],
)
def test_exit_codes(run, level, options, code):
    if level:
        run.finds("a", level=level)

    assert report("-", *options, input=run.text).exit_code == code


def test_a_failed_run_exits_1_even_without_a_finding(run):
    assert report("-", input=run.fails("no key").text).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["absent.jsonl"], "absent.jsonl: must be readable: No such file or directory", id="events"),
        pytest.param(
            [REJECTED, "--steps", "absent"], "absent: must be readable: No such file or directory", id="steps"
        ),
        pytest.param(
            [REJECTED, "--baseline", REJECTED],
            f"{REJECTED}: must be a report in JSON; write it with --format json",
            id="baseline",
        ),
        pytest.param(
            [REJECTED, "--output", "absent/report"], "absent/report: must be writable: No such file or directory",
            id="output",
        ),
        pytest.param(
            [str(EVENTS / "without-pack.jsonl")],
            f"{EVENTS / 'without-pack.jsonl'}: must come from a run under the policy pack, got one without any;"
            ' add --policy-pack "$(secure-ecr pack path)"',
            id="no-pack",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(arguments, message):
    done = report(*arguments)

    assert (done.exit_code, done.output) == (2, f"Error: {message}\n")


@pytest.mark.parametrize("size", [0, 1, 500, 5000, 18_000])
def test_a_file_cut_anywhere_is_refused(tmp_path, size):
    cut = tmp_path / "events"
    cut.write_bytes(Path(REJECTED).read_bytes()[:size])
    done = report(str(cut))

    assert done.exit_code == 2
    assert done.output.count("\n") == 1


def test_a_baseline_is_an_earlier_report(tmp_path, run):
    before = tmp_path / "before.json"
    report("-", "--json", "--output", str(before), input=run.finds("a: b").finds("c: d").text)
    run.events.pop()
    after = json.loads(report("-", "--json", "--baseline", str(before), input=run.finds("e: f").text).stdout)

    assert [(each["message"], each["news"]) for each in after["findings"]] == [("a: b", "open"), ("e: f", "new")]
    assert [each["message"] for each in after["fixed"]] == ["c: d"]


def test_the_folder_of_the_project_is_in_the_paths_of_the_sarif():
    done = report(REJECTED, "--steps", STEPS, "--format", "sarif", "--folder", "examples/rejected/")

    assert '"uri": "examples/rejected/__main__.py"' in done.stdout


@pytest.mark.parametrize("form", STARTS)
def test_a_format_is_imported_without_the_libraries_of_the_others(form, tmp_path):
    needs = {"html": "jinja2", "sarif": "sarif_pydantic", "junit": "junitparser"}
    code = (
        "import sys; from secure_ecr_ops.cli import main;"
        f"main(['report', {REJECTED!r}, '--format', {form!r}, '--output', {str(tmp_path / 'r')!r}],"
        "standalone_mode=False);"
        f"print(*sorted(set({[*needs.values(), 'boto3', 'pulumi', 'rich']!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ([needs[form]] if form in needs else [])
