"""What ARN patterns stand for."""

import pytest
from ecr_model.policy.resources import can_be_of_ecr, covers, is_every_repository
from ecr_model.policy.statements import Statement

REPOSITORY = "arn:aws:ecr:eu-west-1:111122223333:repository/"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("arn:aws:ecr:*", True),
        ("arn:*", True),
        ("arn:aws:ecr:*:*:*", True),
        ("arn:aws:*:eu-west-1:111122223333:repository/*", True),
        (f"{REPOSITORY}*", True),
        (f"{REPOSITORY}**", True),
        (f"{REPOSITORY}?*", True),
        (f"{REPOSITORY}*/*", True),
        ("arn:aws:ecr:*:*:repo*", True),
        (f"{REPOSITORY}team/*", False),
        (f"{REPOSITORY}*-api", False),
        (f"{REPOSITORY}api", False),
        ("arn:aws:s3:::*", False),
        ("x", False),
    ],
)
def test_is_every_repository(pattern, expected):
    assert is_every_repository(pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("arn:aws:ecr:*:*:*", True), ("arn:aws:ECR:*:*:*", True), ("arn:aws:e*:*:*:*", True), ("arn:aws:s3:::b/*", False)],
)
def test_can_be_of_ecr(pattern, expected):
    assert can_be_of_ecr(pattern) is expected


@pytest.mark.parametrize(
    ("resources", "not_resources", "expected"),
    [
        pytest.param((f"{REPOSITORY}team/*",), None, True, id="pattern"),
        pytest.param((f"{REPOSITORY}other/*",), None, False, id="another"),
        pytest.param(None, (f"{REPOSITORY}other/*",), True, id="not-excepted"),
        pytest.param(None, ("*",), False, id="excepted"),
        pytest.param(None, None, True, id="whatever-it-is-attached-to"),
        pytest.param((), None, False, id="none-known"),
    ],
)
def test_covers(resources, not_resources, expected):
    statement = Statement("S", "Allow", resources=resources, not_resources=not_resources)

    assert covers(statement, f"{REPOSITORY}team/api") is expected
