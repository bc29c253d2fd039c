from __future__ import annotations

import re

import pytest

from sandbox import choices, layout
from sandbox.choices import Choice, SetUpError, Unavailable


def refusing(reason):
    def candidate():
        raise Unavailable(reason)

    return candidate


def program(folder, script):
    path = folder / "tool"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_first_that_can_be_had_is_taken_with_the_reasons_of_those_before():
    taken = choices.first_available(
        "engine",
        [refusing("too old"), refusing("no network"), lambda: Choice("third", "1.0", "built"), refusing("never")],
    )

    assert taken == Choice("third", "1.0", "too old; no network; built")
    assert str(taken) == "third, 1.0 (too old; no network; built)"


def test_none_is_an_error_with_every_reason():
    with pytest.raises(SetUpError, match=r"^engine: cannot be had here: too old; no network$"):
        choices.first_available("engine", [refusing("too old"), refusing("no network")])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("echo v3.259.0", "3.259.0", id="plain"),
        pytest.param("echo v1.2.3", "1.2.3", id="oldest"),
        pytest.param("echo go version go1.30 linux/amd64", "1.30.0", id="patch-left-out"),
        pytest.param('echo "$TOLD"', "9.8.7", id="environment"),
    ],
)
def test_a_program_says_its_version(tmp_path, script, expected):
    assert choices.require_version(program(tmp_path, script), (1, 2, 3), TOLD="9.8.7") == expected


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param("echo 1.2.2", "tool 1.2.2 on PATH is older than 1.2.3", id="old"),
        pytest.param("echo hello", "{path} says no version", id="silent"),
        pytest.param("exit 1", "{path} does not run: CalledProcessError", id="broken"),
    ],
)
def test_a_program_that_will_not_do_is_refused_with_the_reason(tmp_path, script, reason):
    path = program(tmp_path, script)
    with pytest.raises(Unavailable, match=f"^{re.escape(reason.format(path=path))}$"):
        choices.require_version(path, (1, 2, 3))


def test_records_by_part(home):
    choices.write("engine", Choice("a", "1"))
    choices.write("aws provider", Choice("b", "2", "because", "key"))

    assert choices.read() == {"engine": Choice("a", "1"), "aws provider": Choice("b", "2", "because", "key")}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"engine": 3}', '{"engine": {"x": 1}}'], ids=str)
def test_a_damaged_record_means_to_choose_again(home, text):
    layout.HOME.mkdir()
    layout.CHOICES.write_text(text, encoding="utf-8")

    assert choices.read() == {}
