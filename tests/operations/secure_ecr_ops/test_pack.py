import json
import sys
from pathlib import Path

import pytest
import secure_ecr_policies
from click.testing import CliRunner
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


EXEMPTION = {"control": "ecr-access-public", "resource": "shop", "owner": "ann", "reason": "old", "ticket": "SHOP-1"}


def test_path_prints_where_the_plugin_lies(run):
    done = run("path", "--plugin")

    assert (done.exit_code, done.output) == (0, f"{POLICIES.parent / 'components'}\n")


@pytest.mark.parametrize(
    ("package", "manifest", "options"),
    [
        pytest.param("secure_ecr_policies/policypack", "PulumiPolicy.yaml", (), id="pack"),
        pytest.param("secure_ecr/pulumiplugin", "PulumiPlugin.yaml", ("--plugin",), id="plugin"),
    ],
)
class TestPathOfAWheel:
    @pytest.fixture
    def folder(self, package, monkeypatch, tmp_path):
        """Return the folder of a wheel in which the manifest lies, the package installed and the manifest not yet."""
        folder = tmp_path / package
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
        monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
        monkeypatch.delitem(sys.modules, folder.parent.name, raising=False)
        return folder

    def test_is_inside_the_package(self, run, folder, manifest, options):
        (folder / manifest).touch()

        assert run("path", *options).output == f"{folder}\n"

    def test_is_missing_from_a_broken_installation(self, run, folder, manifest, options):
        done = run("path", *options)

        assert done.exit_code == 2
        assert done.output == (
            f"Error: {manifest}: must be installed with {folder.parent.name}; install secure-ecr anew\n"
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
    done = run("check", configuration({"ecr-access-public": "mandatry"}), "--json")

    assert done.exit_code == 1
    assert json.loads(done.output) == {
        "findings": [
            {
                "rule": "setting-choice",
                "field": "ecr-access-public",
                "message": "must be 'mandatory', 'advisory', 'remediate' or 'disabled', got 'mandatry'",
                "severity": "error",
            }
        ]
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            {"ecr-access-public": 3},
            "ecr-access-public: error: must be a text, got 3; put it in quotes [setting-type]",
            id="level-of-the-wrong-type",
        ),
        pytest.param(
            {"ecr-access-cross-account": {"allowed_readers": "4455"}},
            "ecr-access-cross-account.allowed_readers: error: must be a list of texts, got '4455' [setting-type]",
            id="setting-of-the-wrong-type",
        ),
        pytest.param(
            {"ecr-access-public": {"exemptions": [EXEMPTION]}},
            "ecr-access-public.exemptions[0].expires: error: must be given [exemption]",
            id="exemption-without-an-end",
        ),
    ],
)
def test_check_refuses_what_nothing_could_use(run, configuration, content, expected):
    path = configuration(content)
    done = run("check", path)

    assert (done.exit_code, done.output) == (2, f"{path}: {expected}\n")


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
