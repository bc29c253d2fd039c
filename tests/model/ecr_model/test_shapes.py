"""Texts, choices, lists and objects."""

from types import MappingProxyType

import pytest
from ecr_model.findings import Finding
from ecr_model.shapes import (
    Section,
    Text,
    alternatives,
    check_choice,
    check_keys,
    check_list,
    entries,
    is_list,
    read_section,
    snake_case,
)

WORD = Text("word", "must be letters", r"[a-z]+", 2, 4)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("abc", (), id="fits"),
        pytest.param(None, (Finding("w", "word", "must be given"),), id="absent"),
        pytest.param(12, (Finding("w", "word", "must be a text", "12", "put it in quotes"),), id="number"),
        pytest.param(["a"], (Finding("w", "word", "must be a text", "a list"),), id="list"),
        pytest.param("a", (Finding("w", "word", "must be 2 to 4 characters", "1: 'a'"),), id="short"),
        pytest.param("aB", (Finding("w", "word", "must be letters", "'aB'", "ask"),), id="grammar"),
        pytest.param("ab\n", (Finding("w", "word", "must be letters", r"'ab\n'", "ask"),), id="newline"),
    ],
)
def test_texts(value, expected):
    assert WORD.check(value, "w", fix="ask") == expected


def test_lengths_include_their_bounds():
    assert [word for word in ("a", "ab", "abcd", "abcde") if WORD.is_match(word)] == ["ab", "abcd"]
    assert [word for word in ("a", "ab", "abcd", "abcde") if not WORD.check(word, "w")] == ["ab", "abcd"]


def test_a_length_without_lower_bound_is_said_as_a_limit():
    assert Text("any", "", ".*", 0, 2).check("abc", "t") == (
        Finding("t", "any", "must be at most 2 characters", "3: 'abc'"),
    )
    assert check_list([1, 2, 3], "l", "r", longest=2) == (Finding("l", "r", "must have at most 2 entries", "3"),)


def test_a_length_without_choice_is_said_as_one():
    assert Text("pair", "", ".*", 2, 2).check("abc", "p") == (Finding("p", "pair", "must be 2 characters", "3: 'abc'"),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("BASIC", (), id="member"),
        pytest.param(
            "basic",
            (Finding("t", "type", "must be 'BASIC' or 'ENHANCED'", "'basic'", "write 'BASIC'"),),
            id="case",
        ),
        pytest.param(
            "ENHANCD",
            (Finding("t", "type", "must be 'BASIC' or 'ENHANCED'", "'ENHANCD'", "write 'ENHANCED'"),),
            id="misspelt",
        ),
        pytest.param([], (Finding("t", "type", "must be 'BASIC' or 'ENHANCED'", "a list"),), id="unhashable"),
    ],
)
def test_choices(value, expected):
    assert check_choice(value, ("BASIC", "ENHANCED"), "t", "type") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([1, 2], (), id="fits"),
        pytest.param((), (Finding("l", "r", "must have 1 to 2 entries", "0"),), id="empty"),
        pytest.param([1, 2, 3], (Finding("l", "r", "must have 1 to 2 entries", "3"),), id="long"),
        pytest.param("ab", (Finding("l", "r", "must be a list", "'ab'"),), id="text"),
        pytest.param(b"ab", (Finding("l", "r", "must be a list", "a bytes"),), id="bytes"),
    ],
)
def test_lists(value, expected):
    assert check_list(value, "l", "r", shortest=1, longest=2) == expected


def test_what_is_no_list_has_no_entries():
    assert (entries("ab"), entries((1,)), is_list(b"x"), is_list(())) == ((), (1,), False, True)


class TestSections:
    def test_reads_camel_case_keys(self):
        assert read_section({"scanType": "BASIC"}, "s", "r", required=("scanType",)) == (
            Section("s", {"scanType": "BASIC"}, {"scanType": "s.scanType"}),
            (),
        )

    def test_reads_snake_case_keys_and_speaks_of_them(self):
        section, findings = read_section(
            {"scan_type": "BASIC", "rule": 1}, "s", "r", required=("scanType",), optional=("rules",)
        )

        assert section == Section("s", {"scanType": "BASIC"}, {"scanType": "s.scan_type", "rules": "s.rules"})
        assert findings == (Finding("s.rule", "r", "must be a known key", "'rule'", "write 'rules'"),)

    def test_a_null_is_an_absence(self):
        assert read_section({"scanType": None}, "s", "r", required=("scanType",)) == (
            Section("s", {}, {"scanType": "s.scanType"}),
            (Finding("s.scanType", "r", "must be given"),),
        )

    def test_refuses_one_key_in_two_spellings(self):
        findings = read_section({"scanType": "A", "scan_type": "B"}, "s", "r", optional=("scanType",))[1]

        assert findings == (Finding("s.scan_type", "r", "must be given once, in one spelling"),)

    def test_survives_keys_that_are_no_text(self):
        findings = read_section({7: 1}, "s", "r", optional=("rules",))[1]

        assert findings == (Finding("s", "r", "must be a known key", "7", "use 'rules'"),)

    def test_reads_any_mapping(self):
        assert check_keys(MappingProxyType({"rules": []}), "s", "r", required=("rules",)) == ()

    def test_refuses_what_is_no_object(self):
        assert check_keys([], "s", "r", required=("rules",)) == (Finding("s", "r", "must be an object", "a list"),)


@pytest.mark.parametrize(("key", "expected"), [("scanOnPush", "scan_on_push"), ("Key", "key"), ("rules", "rules")])
def test_snake_case(key, expected):
    assert snake_case(key) == expected


@pytest.mark.parametrize(
    ("choices", "expected"),
    [((), ""), (("a",), "'a'"), (("a", "b"), "'a' or 'b'"), (("a", "b", "c"), "'a', 'b' or 'c'")],
)
def test_alternatives(choices, expected):
    assert alternatives(choices) == expected
