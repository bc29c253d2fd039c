"""Findings: what a message says, and the error that carries them."""

import pytest
from ecr_model.findings import Finding, ModelError, echo, errors, join, nearest, refuse

ERROR = Finding("a[0].b", "rule", "must be 1", "2", "write 1")
WARNING = Finding("a", "rule", "should be 1", severity="warning")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param("it's", '"it\'s"', id="text"),
        pytest.param("a\nb", r"'a\nb'", id="newline"),
        pytest.param("x" * 78, f"'{'x' * 78}'", id="longest-text"),
        pytest.param("x" * 80, f"'{'x' * 78}…", id="long-text"),
        pytest.param(1.5, "1.5", id="number"),
        pytest.param(10**300, f"1{'0' * 78}…", id="long-number"),
        pytest.param(-(10**5000), "a number of more than 300 digits", id="endless-number"),
        pytest.param([1], "a list", id="list"),
        pytest.param({}, "a dict", id="object"),
    ],
)
def test_echoes_a_value_on_one_short_line(value, text):
    assert echo(value) == text


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("expier", "expire", id="misspelt"),
        pytest.param("EXPIRE", "expire", id="capitals"),
        pytest.param("x", None, id="nothing-near"),
        pytest.param("expire" * 1000, None, id="long"),
    ],
)
def test_finds_the_word_that_was_meant(word, expected):
    assert nearest(word, ["expire", "transition"]) == expected


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        pytest.param(ERROR, "a[0].b: must be 1, got 2; write 1", id="whole"),
        pytest.param(WARNING, "a: should be 1", id="absence"),
        pytest.param(Finding("", "rule", "must be 1"), "must be 1", id="of-the-whole"),
    ],
)
def test_says_where_what_is_allowed_what_was_found_and_what_to_do(finding, text):
    assert str(finding) == text


@pytest.mark.parametrize(
    ("parent", "child", "path"),
    [("a", "b", "a.b"), ("a", "[0]", "a[0]"), ("", "b", "b"), ("a", "", "a"), ("", "", "")],
)
def test_joins_paths(parent, child, path):
    assert join(parent, child) == path


def test_a_finding_moves_with_its_document():
    assert ERROR.at("x").field == "x.a[0].b"


def test_errors_alone_refuse_and_all_of_them_are_told():
    refuse([WARNING])
    with pytest.raises(ModelError) as caught:
        refuse([ERROR, WARNING, ERROR.at("x")])

    assert caught.value.findings == errors([ERROR, WARNING, ERROR.at("x")])
    assert str(caught.value).splitlines() == [str(ERROR), str(ERROR.at("x"))]
