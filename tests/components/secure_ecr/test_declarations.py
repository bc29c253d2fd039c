"""The types that editors and other languages see, against the rules that give them their meaning."""

from __future__ import annotations

import re

import pytest
from ecr_model.access import check_access
from ecr_model.lifecycle import check_lifecycle
from secure_ecr.adoption import check_adoption
from secure_ecr.arguments import hints
from secure_ecr.declarations import AccessArgs, AdoptArgs, ArchiveArgs, GrantArgs, KeepArgs, LifecycleArgs, UntaggedArgs

STRANGER = "zzzzzz"


def known_keys(findings):
    """Return the keys that the rule offers in place of a strange one."""
    [fix] = [finding.fix for finding in findings if finding.got == repr(STRANGER)]
    return set(re.findall(r"[a-z_]+", fix)) - {"remove", "it", "the", "keys", "are", "use", "or"}


@pytest.mark.parametrize(
    ("schema", "findings"),
    [
        (LifecycleArgs, check_lifecycle({STRANGER: 1})),
        (UntaggedArgs, check_lifecycle({"untagged": {STRANGER: 1}})),
        (KeepArgs, check_lifecycle({"keep": [{STRANGER: 1}]})),
        (ArchiveArgs, check_lifecycle({"archive": {STRANGER: 1}})),
        (AccessArgs, check_access({STRANGER: 1})),
        (GrantArgs, check_access({"pull": [{STRANGER: 1}]})),
        (AdoptArgs, check_adoption({STRANGER: 1})),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_has_the_keys_of_its_rule(schema, findings):
    assert set(hints(schema)) == known_keys(findings)
