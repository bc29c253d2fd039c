"""The index of tags finds what looking at each tag finds."""

import time

import pytest
from ecr_model.lifecycle.tag_index import TagIndex
from ecr_model.wildcards import is_match
from hypothesis import example, given
from hypothesis import strategies as st

IMAGES = st.lists(st.lists(st.text(max_size=4) | st.text("ab\n\U0010ffff", max_size=6), max_size=3), max_size=8)


@given(images=IMAGES, pattern=st.text("ab\n*", max_size=7) | st.text("*\U0010ffff?[", max_size=5))
@example(images=[["ab", "b"], [], ["abb"]], pattern="a*b")
@example(images=[["a"], ["aa"]], pattern="a*a")
def test_finds_the_images_with_a_tag_like_a_pattern(images, pattern):
    expected = [number for number, tags in enumerate(images) for tag in tags if is_match(pattern, tag)]

    assert sorted(TagIndex(images).with_pattern(pattern)) == expected


@given(images=IMAGES, prefix=st.text("ab*\U0010ffff", max_size=3))
def test_finds_the_images_with_a_tag_that_begins_with_a_prefix(images, prefix):
    expected = [number for number, tags in enumerate(images) for tag in tags if tag.startswith(prefix)]

    assert sorted(TagIndex(images).with_prefix(prefix)) == expected


@pytest.mark.parametrize("pattern", ["*1*1*1*1x", "*1" * 40 + "x", "1*1*1*1*2"])
def test_takes_linear_time_for_hostile_tags(pattern):
    index = TagIndex([["1" * 10_000]])
    start = time.process_time()

    assert list(index.with_pattern(pattern)) == []
    assert time.process_time() - start < 1
