"""Patterns with `*`."""

import re

import pytest
from ecr_model.wildcards import common_example, is_match
from hypothesis import given
from hypothesis import strategies as st

PATTERNS = st.text(alphabet="ab*", max_size=8)
TEXTS = st.text(alphabet="ab", max_size=8)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("prod", "prod", True, id="itself"),
        pytest.param("prod", "prod1", False, id="not-a-prefix"),
        pytest.param("prod*", "prod", True, id="star-is-nothing"),
        pytest.param("*prod*", "a-prod-b", True, id="anywhere"),
        pytest.param("a*a", "a", False, id="first-and-last-do-not-overlap"),
        pytest.param("v?.[12]", "v1.1", False, id="no-other-wildcards"),
        pytest.param("v?.[12]", "v?.[12]", True, id="other-signs-stand-for-themselves"),
        pytest.param("*", "", True, id="nothing-at-all"),
        pytest.param("", "a", False, id="empty-pattern"),
    ],
)
def test_matches_whole_texts(pattern, text, expected):
    assert is_match(pattern, text) is expected


@given(PATTERNS, TEXTS)
def test_means_what_a_regular_expression_means(pattern, text):
    equivalent = ".*".join(re.escape(part) for part in pattern.split("*"))

    assert is_match(pattern, text) is (re.fullmatch(equivalent, text) is not None)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("v*", "v#.#.#", "v0.0.0", id="prefix"),
        pytest.param("v1.*", "v#.#.#", "v1.0.0", id="major"),
        pytest.param("*", "#.#.#", "0.0.0", id="anything"),
        pytest.param("*2*", "#.#.#", "0.0.2", id="a-digit-in-some-number"),
        pytest.param("latest*", "#.#.#", None, id="no-number"),
        pytest.param("*-dev", "#.#.#", None, id="suffix"),
        pytest.param("1.2", "#.#.#", None, id="too-short"),
        pytest.param("1.22.333", "#.#.#", "1.22.333", id="without-wildcard"),
        pytest.param("prod-*", "*-eu", "prod-eu", id="overlapping-dash"),
        pytest.param("*a*", "*##a*", "00a", id="shortest-way-is-not-the-first"),
    ],
)
def test_finds_a_common_example(first, second, expected):
    example = common_example(first, second)

    assert (example is None) == (expected is None)
    if expected is not None:
        assert len(example) == len(expected)
        assert is_match(first, example)


@given(PATTERNS, PATTERNS)
def test_examples_match_both_patterns(first, second):
    example = common_example(first, second)

    if example is not None:
        assert is_match(first, example)
        assert is_match(second, example)


@given(PATTERNS, PATTERNS, TEXTS)
def test_finds_an_example_no_longer_than_any_common_text(first, second, text):
    if is_match(first, text) and is_match(second, text):
        example = common_example(first, second)

        assert example is not None
        assert len(example) <= len(text)
