"""The reference of the commands is that of their help."""

from __future__ import annotations

from pathlib import Path

import click
from secure_ecr_ops.cli import COMMANDS, main
from secure_ecr_ops.reference import render

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "commands.md"


def test_the_page_is_that_of_the_commands():
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_command_has_a_section():
    titled = [line.split()[2:] for line in render().splitlines() if line.startswith("## ")]

    assert sorted({words[0] for words in titled}) == sorted(COMMANDS)
    for words in titled:
        command = main
        for word in words:
            command = command.get_command(click.Context(command), word)
        assert not isinstance(command, click.Group)


def test_says_how_a_command_is_called_what_it_does_and_what_it_takes():
    section = render().split("## secure-ecr lifecycle check\n", 1)[1].split("\n## ", 1)[0]

    assert section.strip() == (
        "`secure-ecr lifecycle check [OPTIONS] POLICY.json`\n\n"
        "Check a lifecycle policy document: what ECR refuses, and what was probably not meant.\n\n"
        "POLICY.json is the policy itself, or what aws ecr get-lifecycle-policy printed; it may be - for standard "
        "input.\n\n"
        "| option | |\n"
        "| --- | --- |\n"
        "| `--protect TAG` | Warn of rules that can delete images tagged so: v\\*. |\n"
        "| `--strict` | Exit 1 for a warning as well. |"
    )


def test_says_defaults_and_what_must_be_given():
    assert "| `--limit INTEGER RANGE` | Show so many images that go. Default: 20. |" in render()
    assert "| `--account ID` | The account that owns the policy. Required. |" in render()
