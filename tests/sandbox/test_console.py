"""What the sandbox says, whatever is in it."""

from __future__ import annotations

import pytest

from sandbox import console


@pytest.mark.parametrize("text", ["engine: /home/[red]/bin", "it [/] ended", "a [bold]b[/bold]"])
def test_a_step_says_its_text_as_it_is(capsys, text):
    console.step(text)

    assert capsys.readouterr().out == f"• {text}\n"


def test_a_failure_says_each_line_of_its_text_as_it_is(capsys):
    console.fail("no [red] room\nno [/] way")

    assert capsys.readouterr().err == "error: no [red] room\nerror: no [/] way\n"
