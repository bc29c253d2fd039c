"""What all commands share: findings as lines and as JSON, exit codes, unreadable files."""

import json
from io import UnsupportedOperation

import click
import pytest
from click.testing import CliRunner
from ecr_model.findings import Finding
from secure_ecr_ops.output import (
    Exit,
    Failure,
    exit_code,
    findings_as_json,
    open_file,
    print_findings,
    print_json,
    printable,
    read_answer,
    read_file,
)

ERROR = Finding("rules[0].x", "lifecycle-key", "must be known", "'x'", "remove it")
WARNING = Finding("", "lifecycle-age", "should keep some", severity="warning")


def test_prints_a_finding_on_a_line(capsys):
    print_findings([ERROR, WARNING], source="policy.json")

    assert capsys.readouterr().out == (
        "policy.json: rules[0].x: error: must be known, got 'x'; remove it [lifecycle-key]\n"
        "policy.json: warning: should keep some [lifecycle-age]\n"
    )


def test_a_line_is_never_broken_where_no_person_reads(capsys):
    print_findings([Finding("a", "r", "word " * 200)])

    assert capsys.readouterr().out.count("\n") == 1


def test_what_a_terminal_would_obey_is_escaped(capsys):
    print_findings([Finding("a\x1b[2J", "r", "must not be \x07", severity="warning")])

    assert capsys.readouterr().out == "a\\x1b[2J: warning: must not be \\x07 [r]\n"
    assert printable("\u202e é \x9b1m") == "\\u202e é \\x9b1m"


def test_findings_as_json_have_these_keys():
    assert findings_as_json([ERROR, WARNING]) == [
        {
            "rule": "lifecycle-key",
            "field": "rules[0].x",
            "message": "must be known, got 'x'; remove it",
            "severity": "error",
        },
        {"rule": "lifecycle-age", "field": "", "message": "should keep some", "severity": "warning"},
    ]


@pytest.mark.parametrize(
    ("findings", "strict", "code"),
    [
        pytest.param([], False, Exit.FINE, id="nothing"),
        pytest.param([WARNING], False, Exit.FINE, id="warning"),
        pytest.param([WARNING], True, Exit.FOUND, id="strict-warning"),
        pytest.param([WARNING, ERROR], False, Exit.FOUND, id="error"),
        pytest.param([Finding("", "document-json", "must be JSON")], False, Exit.FAILED, id="no-json"),
        pytest.param([Finding("", "document-encoding", "must be UTF-8")], False, Exit.FAILED, id="no-text"),
    ],
)
def test_exit_codes(findings, strict, code):
    assert exit_code(findings, strict=strict) == code


def test_the_numbers_of_the_exit_codes_are_a_contract():
    assert [int(code) for code in (Exit.FINE, Exit.FOUND, Exit.FAILED)] == [0, 1, 2]


def test_json_is_ascii_so_that_any_terminal_and_any_text_will_do(capsys):
    print_json({"tag": "\ud800é"})

    assert json.loads(capsys.readouterr().out) == {"tag": "\ud800é"}


ENTRIES = [{"a": ["x\ny", {}]}, [], 3]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": []}, id="empty-list"),
        pytest.param({"a": ENTRIES, "b": {"c": ENTRIES}, "d": None}, id="several"),
    ],
)
def test_json_is_laid_out_as_json_does_it(capsys, value):
    print_json({key: iter(member) if isinstance(member, list) else member for key, member in value.items()})
    print_json(value)

    assert capsys.readouterr().out == f"{json.dumps(value, indent=2)}\n" * 2


def test_json_of_a_long_list_is_written_as_it_comes(monkeypatch):
    longest = 0

    def echo(text, **_):
        nonlocal longest
        longest = max(longest, len(text))

    monkeypatch.setattr(click, "echo", echo)
    print_json({"a": ({"n": "x" * 100} for _ in range(10_000))})

    assert 0 < longest < 100_000


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read_fails_in_one_line(tmp_path, name):
    with pytest.raises(Failure, match=r"must be readable: (No such file|Is a directory)"):
        read_file(str(tmp_path / name))


def test_a_file_that_never_ends_fails(tmp_path):
    path = tmp_path / "long.json"
    path.write_bytes(b"{}   ")

    assert read_file(str(path), largest=5) == b"{}   "
    with pytest.raises(Failure, match=r"long.json: must be at most 4 bytes"):
        read_file(str(path), largest=4)


def test_a_closed_standard_input_fails_in_one_line(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(Failure, match=r"^-: must be readable: standard input is closed$"):
        read_file("-")


def test_what_can_be_opened_and_not_read_fails_in_one_line(tmp_path):
    path = tmp_path / "pipe"
    path.touch()
    with pytest.raises(Failure, match=r"pipe: must be readable: nowhere to seek"), open_file(str(path)):
        raise UnsupportedOperation("nowhere to seek")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b'{"registryId": "1", "policyText": "{}"}', "{}", id="answer"),
        pytest.param(b'{"policyText": 3}', None, id="no-text"),
        pytest.param(b'{"Statement": []}', None, id="policy"),
        pytest.param(b"\xff", None, id="no-json"),
    ],
)
def test_finds_the_policy_in_the_answer_of_ecr(content, text):
    assert read_answer(content, "policyText", longest=100) == text


def test_reads_standard_input():
    @click.command()
    def read():
        click.echo(repr(read_file("-")))

    assert CliRunner().invoke(read, input="{}").output == "b'{}'\n"


def test_a_failure_exits_2_and_obeys_nothing():
    @click.command()
    def fail():
        raise Failure("no \x1b[31mred")

    result = CliRunner().invoke(fail)

    assert (result.exit_code, result.output) == (2, "Error: no \\x1b[31mred\n")
