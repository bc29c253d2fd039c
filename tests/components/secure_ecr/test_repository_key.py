from __future__ import annotations

import json

import pulumi_aws
import pytest
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import KEY_POLICY
from secure_ecr import RepositoryKey
from secure_ecr.key_policy import ADMINISTRATION, render_key_policy

ACCOUNT = "123456789012"
IDENTITY = {"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT}}


def key(**args):
    return lambda: RepositoryKey("ecr", args).key_arn


def test_rotates_and_has_an_alias_with_nothing_said(deploy):
    deployed = deploy(key(), calls=IDENTITY)

    assert deployed.resources == {
        "ecr": {
            "description": "Encrypts the images of ECR repositories",
            "policy": render_key_policy(ACCOUNT, partition="aws", region=None),
            "enableKeyRotation": True,
            "rotationPeriodInDays": 365,
            "deletionWindowInDays": 30,
            "multiRegion": False,
        },
        "ecr-alias": {"name": "alias/ecr", "targetKeyId": "ecr"},
    }
    assert deployed.outputs == f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/ecr"


def test_registers_what_every_argument_says(deploy):
    administrator = f"arn:aws:iam::{ACCOUNT}:role/security"
    deployed = deploy(
        key(
            administrator_arns=[administrator],
            alias="alias/registry",
            rotation_days=90.0,
            deletion_days=7.0,
            multi_region=True,
            region="eu-west-1",
            account_id=ACCOUNT,
        )
    )

    policy = render_key_policy(ACCOUNT, partition="aws", region="eu-west-1", administrator_arns=[administrator])
    assert deployed.resources == {
        "ecr": {
            "description": "Encrypts the images of ECR repositories",
            "policy": policy,
            "enableKeyRotation": True,
            "rotationPeriodInDays": 90,
            "deletionWindowInDays": 7,
            "multiRegion": True,
            "region": "eu-west-1",
        },
        "ecr-alias": {"name": "alias/registry", "targetKeyId": "ecr", "region": "eu-west-1"},
    }
    assert deployed.components == {
        "ecr": {
            "administratorArns": [administrator],
            "alias": "alias/registry",
            "rotationDays": 90,
            "deletionDays": 7,
            "multiRegion": True,
            "region": "eu-west-1",
            "accountId": ACCOUNT,
        }
    }


def test_knows_its_policy_at_preview_and_not_its_arn(deploy):
    deployed = deploy(key(account_id=ACCOUNT), preview=True)

    assert deployed.resources["ecr"]["policy"] == render_key_policy(ACCOUNT, partition="aws", region=None)
    assert deployed.outputs == "unknown"


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_takes_an_administrator_of_the_same_program(deploy, preview):
    other = f"arn:aws:iam::{ACCOUNT}:role/other"

    def program():
        role = pulumi_aws.iam.Role("security", name="security", assume_role_policy="{}")
        RepositoryKey("ecr", {"administrator_arns": [role.arn, other], "account_id": ACCOUNT})

    policy = deploy(program, preview=preview).resources["ecr"]["policy"]

    administrators = [f"arn:aws:iam::{ACCOUNT}:role/security", other]
    whole = render_key_policy(ACCOUNT, partition="aws", region=None, administrator_arns=administrators)
    assert policy == ("unknown" if preview else whole)


def test_puts_both_children_below_the_component(deploy):
    component = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:RepositoryKey::ecr"
    options = deploy(key(account_id=ACCOUNT)).options

    assert {name: option["parent"] for (_, name), option in options.items() if "ecr" in name} | {} == {
        "ecr": component,
        "ecr-alias": component,
    }


def test_lets_ecr_make_grants_and_nobody_encrypt():
    policy = render_key_policy(ACCOUNT, partition="aws-cn", region="cn-north-1")
    root = {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}
    through_ecr = {"StringEquals": {"kms:ViaService": "ecr.cn-north-1.amazonaws.com.cn"}}

    assert check_policy(policy, KEY_POLICY) == ()
    assert json.loads(policy) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AdministerThroughIam",
                "Effect": "Allow",
                "Principal": root,
                "Action": list(ADMINISTRATION),
                "Resource": "*",
            },
            {
                "Sid": "CreateGrantsThroughEcr",
                "Effect": "Allow",
                "Principal": root,
                "Action": ["kms:CreateGrant"],
                "Resource": "*",
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}, **through_ecr},
            },
            {
                "Sid": "UseGrantsThroughEcr",
                "Effect": "Allow",
                "Principal": root,
                "Action": ["kms:DescribeKey", "kms:RetireGrant"],
                "Resource": "*",
                "Condition": through_ecr,
            },
        ],
    }


def test_gives_administrators_nothing_to_read_images_with():
    """Grants are the way to the layers: whoever may create one for himself may decrypt."""
    reading = {"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:*"}

    assert reading.isdisjoint(ADMINISTRATION)
    assert not any("*" in action for action in ADMINISTRATION)
    assert list(ADMINISTRATION) == sorted(ADMINISTRATION)


def test_accepts_ecr_of_any_region_when_its_own_is_not_known():
    statements = json.loads(render_key_policy(ACCOUNT, partition="aws", region=None))["Statement"]

    assert statements[-1]["Condition"] == {"StringLike": {"kms:ViaService": "ecr.*.amazonaws.com"}}


WRONG = {
    "alias-without-its-beginning": (
        {"alias": "registry"},
        (
            "ecr.alias: must be 'alias/' and letters, digits, '/', '_' and '-', and not begin with 'alias/aws/',"
            " got 'registry'"
        ),
    ),
    "alias-of-aws": (
        {"alias": "alias/aws/ecr"},
        (
            "ecr.alias: must be 'alias/' and letters, digits, '/', '_' and '-', and not begin with 'alias/aws/',"
            " got 'alias/aws/ecr'"
        ),
    ),
    "rotated-too-often": ({"rotation_days": 89}, "ecr.rotation_days: must be 90 to 2560 days, got 89"),
    "rotated-too-seldom": ({"rotation_days": 2561}, "ecr.rotation_days: must be 90 to 2560 days, got 2561"),
    "days-as-text": ({"rotation_days": "90"}, "ecr.rotation_days: must be a whole number, got '90'; remove the quotes"),
    "half-a-day": ({"deletion_days": 7.5}, "ecr.deletion_days: must be a whole number, got 7.5"),
    "truth-for-days": ({"deletion_days": True}, "ecr.deletion_days: must be a whole number, got true"),
    "deleted-at-once": ({"deletion_days": 0}, "ecr.deletion_days: must be 7 to 30 days, got 0"),
    "account-without-quotes": (
        {"account_id": 123456789012},
        "ecr.account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "session-for-a-role": (
        {"administrator_arns": [f"arn:aws:sts::{ACCOUNT}:assumed-role/security/me"]},
        (
            "ecr.administrator_arns[0]: must be the ARN of an IAM role or user,"
            f" got 'arn:aws:sts::{ACCOUNT}:assumed-role/security/me'"
        ),
    ),
    "too-many-administrators": (
        {"administrator_arns": [f"arn:aws:iam::{ACCOUNT}:role/r{number}" for number in range(51)]},
        "ecr.administrator_arns: must have at most 50 entries, got 51",
    ),
    "number-for-an-administrator": (
        {"administrator_arns": [7]},
        "ecr.administrator_arns[0]: must be a text, got 7; put it in quotes",
    ),
    "region-that-there-is-not": (
        {"region": "mars-1"},
        "ecr.region: must be a Region's name, as eu-west-1, got 'mars-1'",
    ),
    "truth-as-text": ({"multi_region": "yes"}, "ecr.multi_region: must be true or false, got 'yes'"),
    "everyone": (
        {"administrator_arns": "*"},
        "ecr.administrator_arns: must be a list, got '*'",
    ),
    "misspelt-key": (
        {"rotation": 365},
        "ecr.rotation: must be a known key, got 'rotation'; write 'rotation_days'",
    ),
}


@pytest.mark.parametrize(("args", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, args, line):
    assert refusal(key(**args)) == [line]


def test_finds_five_mistakes_at_once(refusal):
    wrong = {
        "administrator_arns": ["security"],
        "alias": "registry",
        "rotation_days": 1,
        "deletion_days": "7",
        "account_id": 123456789012,
    }

    assert [line.partition(":")[0] for line in refusal(key(**wrong))] == [
        "ecr.alias",
        "ecr.rotation_days",
        "ecr.deletion_days",
        "ecr.account_id",
        "ecr.administrator_arns[0]",
    ]


def test_refuses_a_name_that_makes_no_alias(refusal):
    assert refusal(lambda: RepositoryKey("team.ecr", {})) == [
        (
            "[\"team.ecr\"].alias: must be 'alias/' and letters, digits, '/', '_' and '-', and not begin with"
            " 'alias/aws/', got 'alias/team.ecr'"
        )
    ]
