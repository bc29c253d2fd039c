"""The types of a registry's declaration, against the rules that give them their meaning."""

from __future__ import annotations

import re

import pytest
from ecr_model.cache import check_cache_rule
from ecr_model.registry_access import check_importers, check_replication_sources
from ecr_model.scanning import check_scanning
from ecr_model.templates import check_template
from secure_ecr.arguments import hints
from secure_ecr.declarations import GrantArgs
from secure_ecr.registry_declarations import (
    CreationTemplateArgs,
    PullThroughRuleArgs,
    ReplicationSourceArgs,
    ScanningArgs,
    ScanningRuleArgs,
)

STRANGER = "zzzzzz"


def known_keys(findings):
    """Return the keys that the rule offers in place of a strange one."""
    [fix] = [finding.fix for finding in findings if finding.got == repr(STRANGER)]
    return set(re.findall(r"'([a-z_]+)'", fix))


@pytest.mark.parametrize(
    ("schema", "findings", "ours", "theirs"),
    [
        (ScanningArgs, check_scanning({STRANGER: 1}), set(), set()),
        (ScanningRuleArgs, check_scanning({"scan_type": "BASIC", "rules": [{STRANGER: 1}]}), set(), set()),
        (ReplicationSourceArgs, check_replication_sources([{STRANGER: 1}]), set(), set()),
        (GrantArgs, check_importers([{STRANGER: 1}]), set(), set()),
        (PullThroughRuleArgs, check_cache_rule({STRANGER: 1}), {"importers"}, {"upstream_registry"}),
        (
            CreationTemplateArgs,
            check_template({STRANGER: 1}),
            {"mutable_tag_patterns", "encryption_type", "kms_key_arn", "lifecycle", "access"},
            {
                "image_tag_mutability",
                "image_tag_mutability_exclusion_filters",
                "encryption_configuration",
                "lifecycle_policy",
                "repository_policy",
            },
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_has_the_keys_of_its_rule_but_for_those_that_a_component_says_otherwise(schema, findings, ours, theirs):
    assert set(hints(schema)) - ours == known_keys(findings) - theirs
