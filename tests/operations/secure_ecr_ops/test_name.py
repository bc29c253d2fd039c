"""`secure-ecr name check`."""

import json

import pytest
from click.testing import CliRunner
from secure_ecr_ops.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["name", "check", *arguments])


def test_tells_what_a_stack_calls_a_repository():
    assert run("team/api", "team-api").stdout.splitlines() == [
        "team/api: a stack calls it team--api",
        "team-api: a stack calls it team-api",
    ]


def test_finds_for_people():
    lines = run("Team/API").stdout.splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("Team/API: error: must be ")
    assert "write 'team/api'" in lines[0]


def test_prints_json():
    result = run("team/api", "x", "--json")
    answer = json.loads(result.stdout)

    assert answer["names"] == [
        {"name": "team/api", "logical_name": "team--api"},
        {"name": "x", "logical_name": None},
    ]
    assert [(finding["field"], finding["severity"]) for finding in answer["findings"]] == [("names[1]", "error")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["team/api"], 0, id="fine"),
        pytest.param(["1api"], 0, id="warning"),
        pytest.param(["1api", "--strict"], 1, id="warning-counts"),
        pytest.param(["team/api", "TEAM"], 1, id="one-of-two"),
        pytest.param(["team/api", "--convention", "{team}/{service}"], 0, id="by-convention"),
        pytest.param(["api", "--convention", "{team}/{service}"], 1, id="against-convention"),
        pytest.param(["api", "--convention", "{"], 2, id="no-convention"),
        pytest.param([], 2, id="no-name"),
        pytest.param(["x" * 100_000], 1, id="long"),
    ],
)
def test_exits(arguments, code):
    assert run(*arguments).exit_code == code
    if arguments:
        assert run(*arguments, "--json").exit_code == code


def test_prints_nothing_that_a_terminal_would_obey():
    assert "\x1b" not in run("\x1b[2J").stdout
