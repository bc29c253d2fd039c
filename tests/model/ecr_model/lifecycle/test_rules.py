"""The values of a lifecycle policy and their canonical text."""

import dataclasses

import pytest
from ecr_model.lifecycle.rules import LifecyclePolicy, Rule, describe, render_lifecycle

RELEASES = Rule(priority=7, tag_status="tagged", tag_patterns=("v*",), count_type="imageCountMoreThan", count_number=50)
ARCHIVE = Rule(
    priority=8,
    tag_status="any",
    count_type="sinceImagePulled",
    count_number=90,
    action="transition",
    description="Idle",
)
ARCHIVED = Rule(
    priority=9,
    tag_status="any",
    storage_class="archive",
    count_type="sinceImageTransitioned",
    count_number=365,
)
BRANCHES = Rule(
    priority=1,
    tag_status="tagged",
    tag_prefixes=("dev-", "qa-"),
    count_type="sinceImagePushed",
    count_number=1,
)


def test_renders_rules_by_priority_without_defaults_and_nulls():
    assert render_lifecycle(LifecyclePolicy((RELEASES, ARCHIVE, ARCHIVED, BRANCHES))) == (
        '{"rules":['
        '{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["dev-","qa-"],'
        '"countType":"sinceImagePushed","countUnit":"days","countNumber":1},"action":{"type":"expire"}},'
        '{"rulePriority":7,"selection":{"tagStatus":"tagged","tagPatternList":["v*"],'
        '"countType":"imageCountMoreThan","countNumber":50},"action":{"type":"expire"}},'
        '{"rulePriority":8,"description":"Idle","selection":{"tagStatus":"any",'
        '"countType":"sinceImagePulled","countUnit":"days","countNumber":90},'
        '"action":{"type":"transition","targetStorageClass":"archive"}},'
        '{"rulePriority":9,"selection":{"tagStatus":"any","storageClass":"archive",'
        '"countType":"sinceImageTransitioned","countUnit":"days","countNumber":365},"action":{"type":"expire"}}'
        "]}"
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        pytest.param(RELEASES, "expire images tagged v* beyond the newest 50", id="count"),
        pytest.param(ARCHIVE, "archive images not pulled for 90 days", id="pulled"),
        pytest.param(ARCHIVED, "expire images archived more than 365 days ago", id="archived"),
        pytest.param(BRANCHES, "expire images tagged dev-* and qa-* pushed more than 1 day ago", id="prefixes-one-day"),
        pytest.param(
            dataclasses.replace(RELEASES, tag_status="untagged", tag_patterns=()),
            "expire untagged images beyond the newest 50",
            id="untagged",
        ),
    ],
)
def test_describes_a_rule(rule, sentence):
    assert describe(rule) == sentence


def test_where_a_rule_was_written_makes_no_difference():
    assert dataclasses.replace(RELEASES, origin="policy.rules[3]") == RELEASES
