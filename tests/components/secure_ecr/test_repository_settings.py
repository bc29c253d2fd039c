"""The settings that a repository and the templates of its replicas share."""

from __future__ import annotations

import pytest
from ecr_model.findings import Finding
from secure_ecr.repository_settings import check_mutable_tag_reasons

REQUIREMENT = "must have a reason for each of mutable_tag_patterns"
FIX = "say why its tags may move, or leave all reasons out"


@pytest.mark.parametrize(
    ("reasons", "patterns", "expected"),
    [
        pytest.param({}, [], [], id="nothing-to-explain"),
        pytest.param({"latest": "for developers"}, ["latest", "latest"], [], id="every-pattern"),
        pytest.param(
            {"lates": "for developers"},
            ["latest", "branch-*"],
            [
                Finding(
                    "r.lates",
                    "mutable-tag-reason",
                    "must be for one of mutable_tag_patterns",
                    "'lates'",
                    "write 'latest'",
                ),
                Finding("r", "mutable-tag-reason", REQUIREMENT, "none for 'latest'", FIX),
                Finding("r", "mutable-tag-reason", REQUIREMENT, "none for 'branch-*'", FIX),
            ],
            id="misspelt-pattern",
        ),
        pytest.param(
            {"branch-*": "one\ntwo"},
            ["branch-*"],
            [Finding('r["branch-*"]', "mutable-tag-reason", "must say why, in one line", "'one\\ntwo'")],
            id="two-lines",
        ),
    ],
)
def test_asks_for_a_reason_for_each_pattern_once_there_is_one(reasons, patterns, expected):
    assert list(check_mutable_tag_reasons(reasons, patterns, "r")) == expected
