"""What tag patterns have in common."""

import pytest
from ecr_model.lifecycle.tags import common_tag, is_narrower, why_impossible
from ecr_model.wildcards import is_match
from hypothesis import given
from hypothesis import strategies as st

PATTERNS = st.text("ab*", max_size=6)
TAGS = st.text("abc", max_size=8)


@pytest.mark.parametrize(
    ("pattern", "other", "expected"),
    [
        pytest.param("v1.*", "v*", True, id="longer-prefix"),
        pytest.param("v*", "v1.*", False, id="shorter-prefix"),
        pytest.param("v1", "v*", True, id="one-tag"),
        pytest.param("*a*b*", "*a*", True, id="more-parts"),
        pytest.param("*", "**", True, id="everything-twice"),
        pytest.param("a*a", "a*", True, id="both-ends"),
        pytest.param("a", "a*a", False, id="overlapping-ends"),
    ],
)
def test_tells_the_narrower_pattern(pattern, other, expected):
    assert is_narrower(pattern, other) is expected


@given(pattern=PATTERNS, other=PATTERNS, tag=TAGS)
def test_every_tag_of_a_narrower_pattern_is_one_of_the_wider(pattern, other, tag):
    if is_narrower(pattern, other) and is_match(pattern, tag):
        assert is_match(other, tag)


@given(pattern=PATTERNS, other=PATTERNS)
def test_a_pattern_that_is_not_narrower_has_a_tag_that_the_other_lacks(pattern, other):
    if not is_narrower(pattern, other):
        assert not is_match(other, pattern.replace("*", "c"))


@pytest.mark.parametrize(
    ("pattern", "other", "tag"),
    [
        pytest.param("v*", "*-rc", "v-rc", id="crossing"),
        pytest.param("prod*", "prod-eu*", "prod-eu", id="nested"),
        pytest.param("a*b*c", "a*d*c", "abdc", id="middles"),
        pytest.param("v*", "dev*", None, id="different-beginnings"),
        pytest.param("*a", "*b", None, id="different-ends"),
        pytest.param("latest", "l*", "latest", id="one-tag"),
        pytest.param("latest", "main", None, id="two-tags"),
    ],
)
def test_finds_a_common_tag(pattern, other, tag):
    assert common_tag(pattern, other) == tag


@given(pattern=PATTERNS, other=PATTERNS, tag=TAGS)
def test_a_common_tag_is_found_exactly_when_there_is_one(pattern, other, tag):
    common = common_tag(pattern, other)

    if common is not None:
        assert is_match(pattern, common)
        assert is_match(other, common)
    elif is_match(pattern, tag):
        assert not is_match(other, tag)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        pytest.param("v1.*", None, id="possible"),
        pytest.param("*", None, id="everything"),
        pytest.param("_a-b", None, id="underscore-first"),
        pytest.param("v[0-9]", "no tag contains '['", id="expression"),
        pytest.param("feature/*", "no tag contains '/'", id="slash"),
        pytest.param("-x", "no tag begins with '-'", id="hyphen-first"),
        pytest.param("*-x", None, id="hyphen-after-a-wildcard"),
        pytest.param("x" * 129, "no tag is longer than 128 characters", id="too-long"),
    ],
)
def test_tells_why_no_tag_can_match(pattern, why):
    assert why_impossible(pattern) == why
