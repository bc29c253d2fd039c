"""The rules of one storage class on its images; what they amount to is tested with the simulator."""

import pytest
from ecr_model.images import Image
from ecr_model.lifecycle.evaluation import DAY, Evaluation, active_since, used_at
from ecr_model.lifecycle.rules import Rule

NOW = 100.0 * DAY


def rule(priority, *patterns, number, **changes):
    status = "tagged" if patterns else "any"
    defaults = {"tag_status": status, "tag_patterns": patterns, "count_type": "imageCountMoreThan"}
    return Rule(priority=priority, count_number=number, **(defaults | changes))


def image(days, *tags, **details):
    return Image("x", NOW - days * DAY, tags, **details)


def test_sets_have_a_byte_for_each_image():
    images = [image(3, "v1"), image(1, "v2"), image(9)]
    evaluation = Evaluation([rule(1, "v*", number=1), rule(2, number=2)], images, NOW)

    assert evaluation.first == bytes([1, 1, 2])
    assert evaluation.acted == bytes([1, 0, 1])
    assert evaluation.hits == [bytes([1, 0, 0]), bytes([0, 0, 1])]


def test_counts_what_a_rule_keeps_from_later_ones():
    images = [image(3, "v1"), image(4, "v2"), image(1)]
    evaluation = Evaluation([rule(1, "v*", number=1), rule(2, number=1)], images, NOW)

    assert evaluation.shields == {(0, 1): 1}


def test_numbers_images_from_the_youngest():
    evaluation = Evaluation([rule(1, "v*", number=1)], [image(3, "v1"), image(1, "x"), image(2, "v2")], NOW)

    assert evaluation.number(0, 0) == (2, 2)
    assert evaluation.number(0, 2) == (1, 2)


@pytest.mark.parametrize(("number", "split"), [(1, []), (2, [0]), (3, []), (9, [])])
def test_sees_a_count_that_ends_among_images_of_the_same_moment(number, split):
    images = [image(1), image(2), image(2), image(3)]

    assert Evaluation([rule(1, number=number)], images, NOW).split_ties == split


def test_no_rule_and_no_image_are_fine():
    assert Evaluation([], [image(1)], NOW).first == b"\0"
    assert Evaluation([rule(1, number=1)], [], NOW).acted == b""


def test_an_image_is_as_young_as_its_restoration_and_as_used_as_its_last_pull():
    pushed, pulled, restored = NOW - 9 * DAY, NOW - 5 * DAY, NOW - 2 * DAY

    assert active_since(Image("x", pushed)) == pushed
    assert active_since(Image("x", pushed, activated_at=restored)) == restored
    assert used_at(Image("x", pushed)) == pushed
    assert used_at(Image("x", pushed, pulled_at=pulled)) == pulled
    assert used_at(Image("x", pushed, pulled_at=pulled, activated_at=restored)) == restored
    assert used_at(Image("x", pushed, pulled_at=NOW, activated_at=restored)) == NOW
