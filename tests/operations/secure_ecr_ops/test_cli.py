"""The `secure-ecr` command as a whole."""

import importlib
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner
from ecr_model import __version__
from secure_ecr_ops import name
from secure_ecr_ops.cli import COMMANDS, main

run = CliRunner().invoke

COMMAND = str(Path(sys.executable).with_name("secure-ecr"))


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


def test_a_reader_that_leaves_early_is_no_error_that_was_found():
    """`secure-ecr ... | head -1`: the command has to write more than a pipe holds."""
    names = [f"team/{number}" for number in range(20_000)]
    arguments = [COMMAND, "name", "check", *names]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        command.stdout.read(10)
        command.stdout.close()

        assert (command.wait(), command.stderr.read()) == (2, b"")


FULL = """
import io, secure_ecr_ops.cli as cli, sys

class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")

sys.stdout = Full()
cli.main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["name", "check", "ab"], id="text"),
        pytest.param(["name", "check", "a"], id="findings"),
        pytest.param(["name", "check", "ab", "--json"], id="json"),
    ],
)
def test_an_answer_that_cannot_be_written_is_a_failure(arguments):
    done = subprocess.run([sys.executable, "-c", FULL, *arguments], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == "Error: standard output: must be writable: No space left on device\n"


def test_an_interrupted_command_has_found_nothing(monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(name.check, "callback", interrupt)
    result = run(main, ["name", "check", "ab"])

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "Aborted!\n")


def test_a_terminal_that_lacks_a_letter_gets_an_escape():
    done = subprocess.run(
        [COMMAND, "name", "check", "\xe9" + "a" * 300],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("\\xe9aaa")
    assert "\\u2026" in done.stdout


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
