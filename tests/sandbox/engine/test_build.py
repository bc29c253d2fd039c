from __future__ import annotations

import shutil
from typing import NamedTuple

import pytest

from sandbox import layout
from sandbox.choices import Choice, SetUpError
from sandbox.engine import build, toolchain


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def go(monkeypatch):
    """Replace the compiler by one that leaves a file, and count how often it is asked for."""
    calls = []

    def compile_into(folder, go):
        calls.append(go)
        (folder / "pulumi").write_text("engine", encoding="utf-8")

    monkeypatch.setattr(build, "compile_into", compile_into)
    monkeypatch.setattr(toolchain, "choose", lambda: Choice("go on PATH", "1.26.0", key="the-go"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 10**12))
    return calls


def test_builds_once_for_the_same_content(home, go):
    first = build.built()
    second = build.built()

    assert go == ["the-go"]
    assert first == Choice("built from Go modules", "3.259.0", "with go on PATH, 1.26.0", build.content_key())
    assert second == Choice("built from Go modules", "3.259.0", "from the cache", build.content_key())
    assert (layout.BIN / "pulumi").read_text(encoding="utf-8") == "engine"


def test_an_interrupted_build_is_not_taken_for_a_finished_one(home, go, monkeypatch):
    finish = build.compile_into

    def interrupted(folder, go):
        finish(folder, go)
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "compile_into", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build.built()
    monkeypatch.setattr(build, "compile_into", finish)

    assert build.built().reason == "with go on PATH, 1.26.0"


def test_a_full_disk_is_refused_before_anything_is_fetched(home, go, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**9))

    with pytest.raises(SetUpError) as refused:
        build.built()

    assert go == []
    assert str(refused.value) == (
        "engine: building it needs 6 GB of disk, 1.0 GB are free; free some, or put a pulumi of 3.249 or newer on PATH"
    )


def test_a_failing_build_says_the_last_lines_of_go(home, programs):
    programs("go", "for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 1")

    with pytest.raises(SetUpError) as refused:
        list(build.lines_of(["go", "build"]))

    assert str(refused.value).splitlines() == [
        "engine: the build from Go modules failed; Go's last lines:",
        "line 3",
        "line 4",
        "line 5",
        "line 6",
        "line 7",
    ]


def test_go_writes_nothing_outside_the_sandbox(home):
    environment = build.go_environment()

    assert environment["GOMODCACHE"] == str(home / "cache" / "go" / "modules")
    assert environment["GOCACHE"] == str(home / "cache" / "go" / "build")
    assert environment["GOTOOLCHAIN"] == "local"
