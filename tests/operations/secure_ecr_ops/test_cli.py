"""The `secure-ecr` command as a whole."""

import importlib
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from click.testing import CliRunner
from ecr_model import __version__
from secure_ecr_ops.cli import COMMANDS, main

run = CliRunner().invoke


def test_help_lists_every_command_with_its_line():
    output = run(main, ["--help"]).output

    assert all(f"{name}  " in output and line in output for name, (_, line) in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says(name):
    assert run(main, [name, "--help"]).exit_code == 0


def test_an_unknown_command_is_a_wrong_question():
    result = run(main, ["lifecicle"])

    assert result.exit_code == 2
    assert "No such command 'lifecicle'" in result.output


def test_tells_its_version():
    assert run(main, ["--version"]).output == f"secure-ecr, version {__version__}\n"


def test_is_installed_under_its_name():
    (script,) = entry_points(group="console_scripts", name="secure-ecr")

    assert script.load() is main


def test_help_imports_no_command():
    code = (
        "import sys, secure_ecr_ops.cli as cli; cli.main(['--help'], standalone_mode=False);"
        "heavy = [name for name in ('boto3', 'rich', 'plotext', 'secure_ecr_ops.lifecycle') if name in sys.modules];"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_command_is_imported_without_what_it_does_not_need():
    code = (
        "import sys, secure_ecr_ops.lifecycle;"
        "heavy = [name for name in ('boto3', 'rich', 'plotext', 'leather') if name in sys.modules];"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_table_names_modules_of_this_package():
    assert all(importlib.util.find_spec(target.partition(":")[0]) for target, _ in COMMANDS.values())
