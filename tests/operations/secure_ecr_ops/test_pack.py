import json
from pathlib import Path

import pytest
import secure_ecr_policies
from click.testing import CliRunner
from secure_ecr_ops import pack
from secure_ecr_ops.cli import main

POLICIES = Path(secure_ecr_policies.__file__).parent.parent


@pytest.fixture
def run():
    """Return what runs `secure-ecr pack ...`."""
    return lambda *arguments, **options: CliRunner().invoke(main, ["pack", *arguments], **options)


@pytest.fixture
def configuration(tmp_path):
    """Return what writes a configuration and returns its path."""

    def write(content):
        path = tmp_path / "config.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


def test_path_prints_where_the_pack_lies(run):
    done = run("path")

    assert (done.exit_code, done.output) == (0, f"{POLICIES}\n")


def test_path_prints_json_for_machines(run):
    assert json.loads(run("path", "--json").output) == {"path": str(POLICIES)}


def test_path_finds_the_pack_of_a_wheel(run, monkeypatch, tmp_path):
    (tmp_path / "PulumiPolicy.yaml").touch()
    monkeypatch.setattr(pack, "_FOLDERS", (tmp_path / "none", tmp_path))

    assert run("path").output == f"{tmp_path}\n"


def test_path_of_a_broken_installation(run, monkeypatch):
    monkeypatch.setattr(pack, "_FOLDERS", ())
    done = run("path")

    assert done.exit_code == 2
    assert done.output == (
        "Error: PulumiPolicy.yaml: must be installed with secure_ecr_policies; install secure-ecr anew\n"
    )


@pytest.mark.parametrize("environment", ["local", "dev", "staging", "prod"])
def test_check_finds_nothing_in_the_configurations_of_this_project(run, environment):
    done = run("check", str(POLICIES / "config" / f"{environment}.json"))

    assert (done.exit_code, done.output) == (0, "")


def test_check_names_what_is_misspelt(run, configuration):
    path = configuration({"ecr-acces-public": {}, "ecr-access-public": {"unknow": "warn"}})
    done = run("check", path)

    assert done.exit_code == 1
    assert done.output.splitlines() == [
        (
            f"{path}: ecr-acces-public: error: is not a control of the pack;"
            " write 'ecr-access-public' [configuration-control]"
        ),
        f"{path}: ecr-access-public.unknow: error: is not a known setting; write 'unknown' [setting-name]",
    ]


def test_check_prints_json_for_machines(run, configuration):
    done = run("check", configuration({"ecr-access-public": 3}), "--json")

    assert done.exit_code == 1
    assert json.loads(done.output) == {
        "findings": [
            {
                "rule": "setting-type",
                "field": "ecr-access-public",
                "message": "must be a text, got 3; put it in quotes",
                "severity": "error",
            }
        ]
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"{", "must be JSON, at line 1 column 2", id="cut"),
        pytest.param(b"\xff", "must be UTF-8 text", id="bytes"),
        pytest.param(b"[]", "must be a JSON object", id="list"),
    ],
)
def test_check_cannot_read_what_is_no_json_object(run, configuration, content, expected):
    done = run("check", configuration(content))

    assert done.exit_code == 2
    assert expected in done.output


def test_check_cannot_read_what_does_not_exist(run):
    done = run("check", "nowhere.json")

    assert (done.exit_code, done.output) == (2, "Error: nowhere.json: must be readable: No such file or directory\n")


def test_check_reads_standard_input(run):
    assert run("check", "-", input='{"all": "advisory"}').exit_code == 0
