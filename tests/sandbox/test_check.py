"""What `make check` prepares and says; the whole of it runs in the acceptance tests."""

from __future__ import annotations

import subprocess

import pytest

from sandbox import check, layout
from sandbox.aws.server import Server
from sandbox.check import Check, rehearsal
from sandbox.choices import SetUpError
from sandbox.stack import Stack, StackError

SERVER = Server(1, 1, "identity")
SETTINGS = "config:\n  secure-ecr:estate: {region: eu-central-1}\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a project's folder with the settings of prod."""
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    monkeypatch.setattr(layout, "BIN", tmp_path / "no-engine")
    monkeypatch.setattr(check, "CHECKS", tmp_path / "checks")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def stack(name):
    return Stack(name, SERVER, {})


@pytest.mark.parametrize("name", [pytest.param("production", id="none"), pytest.param("../prod", id="elsewhere")])
def test_a_stack_without_settings_is_refused_with_the_names_there_are(root, name):
    with pytest.raises(SetUpError) as refused:
        Check.of(stack(name))

    assert str(refused.value) == f"STACK: must be one of prod, got {name!r}"


@pytest.mark.parametrize("key", ["secretsprovider", "encryptedkey", "encryptionsalt"])
def test_a_stack_with_secrets_of_its_own_says_what_is_missing(root, key):
    path = root / "stacks" / "Pulumi.prod.yaml"
    path.write_text(f"{key}: x\n{SETTINGS}", encoding="utf-8")

    with pytest.raises(SetUpError) as refused:
        Check.of(stack("prod"))

    assert str(refused.value) == (
        f"stacks/Pulumi.prod.yaml: {key}: its secrets have a key that the embedded AWS does not have;"
        " preview it where it is deployed"
    )


def test_a_rehearsal_leaves_the_settings_alone_and_reads_a_salted_copy(root, programs):
    programs("pulumi", 'echo "encryptionsalt: v1" > "Pulumi.$3.yaml"; grep -q "^name: secure-ecr$" Pulumi.yaml')
    prepared = Check.of(stack("prod"))

    assert (root / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8") == SETTINGS
    assert prepared.settings.read_text(encoding="utf-8") == f"{SETTINGS}encryptionsalt: v1\n"
    assert prepared.stack.environment["PULUMI_BACKEND_URL"] == (root / "checks" / "prod" / "state").as_uri()
    assert prepared.stack.environment["PULUMI_STACK"] == "prod"


def test_an_engine_that_makes_no_stack_is_heard(root, programs, capsys):
    programs("pulumi", "echo no room >&2; exit 3")
    folder = root / "checks"
    folder.mkdir()

    with pytest.raises(StackError) as failed:
        rehearsal(stack("prod"), folder, root / "stacks" / "Pulumi.prod.yaml")

    assert failed.value.status == 3
    assert "no room" in capsys.readouterr().err


def test_a_configuration_that_nothing_could_use_ends_the_check_before_the_preview(root, programs, monkeypatch, capfd):
    command = programs("secure-ecr", 'echo "prod.json: error: must be an object"; exit 2')
    monkeypatch.setattr(check, "COMMAND", str(command))
    checked = Check(stack("prod"), root / "checks", root / "stacks" / "Pulumi.prod.yaml")

    with pytest.raises(StackError) as failed:
        checked.run()

    assert failed.value.status == 2
    assert capfd.readouterr().out == "prod.json: error: must be an object\n"


@pytest.mark.parametrize("name", ["prod", "a b", "x; touch told", "$(touch told)", "'\""], ids=repr)
def test_make_hands_the_name_on_as_it_is(tmp_path, programs, name):
    python = programs("python-that-tells", """printf '%s\\n' "$@" """)
    make = ["make", "-s", "-f", str(layout.ROOT / "Makefile"), "check", f"STACK={name.replace('$', '$$')}"]
    told = subprocess.run(
        [*make, "PYTHON=true", f"PY={python}"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert told.stdout.splitlines() == ["-m", "sandbox", "check", name]
    assert not (tmp_path / "told").exists()
