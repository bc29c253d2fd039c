"""The templates of a registry, before any of them is registered."""

from __future__ import annotations

import json

import pulumi
import pytest
from secure_ecr.creation_templates import all_templates, check_templates, needs_role, template_permissions

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def template(prefix, *reasons, **more):
    return {"prefix": prefix, "applied_for": list(reasons or ["REPLICATION"]), **more}


OF_CACHE = "PULL_THROUGH_CACHE"


@pytest.mark.parametrize(
    ("declared", "prefixes", "added"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([], ["hub", "ROOT"], [template("hub", OF_CACHE), template("ROOT", OF_CACHE)], id="two-caches"),
        pytest.param([template("team", OF_CACHE)], ["team/hub"], [], id="covered-from-above"),
        pytest.param(
            [template("team")], ["team/hub"], [template("team/hub", OF_CACHE)], id="covered-for-replicas-only"
        ),
        pytest.param([template("hub/base", OF_CACHE)], ["hub"], [template("hub", OF_CACHE)], id="covered-in-part"),
        pytest.param([template("hub/")], ["hub"], [], id="prefix-is-taken"),
    ],
)
def test_adds_a_template_for_each_cache_that_is_not_covered(declared, prefixes, added):
    assert all_templates(declared, prefixes) == (*declared, *added)


def test_the_role_may_work_for_the_templates_that_need_it_alone():
    templates = [
        template("team", kms_key_arn=pulumi.Output.from_input(KEY)),
        template("ROOT", encryption_type="AES256", resource_tags={"a": "b"}),
        template("bare", encryption_type="AES256"),
        template("own", custom_role_arn="role", kms_key_arn=KEY.replace("1234abcd", "4321dcba")),
    ]
    found = {}

    @pulumi.runtime.test
    def read():
        permissions = template_permissions(templates, account_id=ACCOUNT, region="eu-west-1")
        return permissions.apply(lambda text: found.update(json.loads(text)))

    read()

    assert [needs_role(each) for each in templates] == [True, True, False, False]
    assert found["Statement"] == [
        {
            "Sid": "CreateRepositories",
            "Effect": "Allow",
            "Action": ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
            "Resource": [
                f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*",
                f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/*",
            ],
        },
        {
            "Sid": "UseKeys",
            "Effect": "Allow",
            "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            "Resource": [KEY],
        },
    ]


def test_judges_what_could_be_read_of_a_template():
    found = check_templates([{}, {"prefix": "x" * 257}], [], "t", account_id=None, region=None)

    assert [str(finding) for finding in found] == [
        "t[0].prefix: must be given",
        "t[0].applied_for: must be given",
        "t[1].applied_for: must be given",
        f"t[1].prefix: must be 1 to 256 characters, got 257: '{'x' * 78}…",
    ]
