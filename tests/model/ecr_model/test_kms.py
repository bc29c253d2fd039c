"""The policies of keys that encrypt repositories."""

import pytest
from ecr_model.findings import Finding
from ecr_model.kms import can_rotate, is_default_key_policy, judge_key_policy
from ecr_model.policy.document import read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import KEY_POLICY
from ecr_model.policy.notes import UNKNOWN

ACCOUNT, OTHER = "111122223333", "444455556666"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
DEFAULT = {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}
VIA = {"kms:ViaService": "ecr.eu-west-1.amazonaws.com"}
OWN_FIX = 'add "StringEquals": {"kms:CallerAccount": "<account id>"} to Condition, or name the account in Principal'


def judge(*statements, account_id=ACCOUNT):
    document, findings = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, KEY_POLICY)
    assert findings == ()
    return judge_key_policy(document, account_id=account_id)


def everyone(**equals):
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"} | (
        {"Condition": {"StringEquals": equals}} if equals else {}
    )


def wildcard(got):
    return Finding(
        "policy.Statement[0]",
        "kms-wildcard",
        "Statement[0] must hold the wildcard principal to the key's own account",
        got,
        OWN_FIX,
    )


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([DEFAULT], id="default"),
        pytest.param([everyone(**VIA, **{"kms:CallerAccount": ACCOUNT})], id="key-of-aws"),
        pytest.param(
            [
                {**DEFAULT, "Action": ["kms:Put*", "kms:Describe*"]},
                {**DEFAULT, "Action": "kms:CreateGrant", "Condition": {"StringEquals": VIA}},
            ],
            id="least-privilege",
        ),
        pytest.param([DEFAULT, {**everyone(), "Effect": "Deny", "Action": "kms:ScheduleKeyDeletion"}], id="deny"),
        pytest.param(
            [
                DEFAULT,
                {
                    **everyone(),
                    "Effect": "Deny",
                    "Action": "kms:CreateGrant",
                    "Condition": {"Bool": {"kms:GrantIsForAWSResource": "false"}},
                },
            ],
            id="deny-of-grants-to-people",
        ),
    ],
)
def test_passes(statements):
    assert judge(*statements) == Judgement()


@pytest.mark.parametrize(
    ("statement", "got"),
    [
        pytest.param(everyone(), "everyone with kms:* and no condition", id="everyone"),
        pytest.param(
            everyone(**VIA),
            "everyone with kms:* and a condition that limits nobody: StringEquals kms:ViaService"
            " ecr.eu-west-1.amazonaws.com does not say who",
            id="everyone-through-ecr",
        ),
        pytest.param(
            everyone(**{"kms:CallerAccount": OTHER}),
            f"account {OTHER} with kms:*, limited by StringEquals kms:CallerAccount {OTHER}",
            id="another-account",
        ),
        pytest.param(
            everyone(**{"aws:PrincipalOrgID": "o-1"}),
            "organization o-1 with kms:*, limited by StringEquals aws:PrincipalOrgID o-1",
            id="organization",
        ),
        pytest.param(
            everyone(**{"aws:VpceAccount": ACCOUNT}),
            f"any endpoint of {ACCOUNT} with kms:*, limited by StringEquals aws:VpceAccount {ACCOUNT}",
            id="everyone-through-an-endpoint-of-its-own",
        ),
    ],
)
def test_finds_wildcards(statement, got):
    assert judge(statement) == Judgement((wildcard(got),))


def test_finds_not_principal():
    statement = {"Effect": "Allow", "NotPrincipal": ROOT, "Action": "kms:*", "Resource": "*"}

    assert judge(statement) == Judgement(
        (
            Finding(
                "policy.Statement[0].NotPrincipal",
                "kms-not-principal",
                "Statement[0] must not allow everyone but a few",
                f"everyone but {ROOT['AWS']} with kms:* and no condition",
                "name those who may in Principal",
            ),
        )
    )


def test_finds_what_ecr_cannot_do():
    assert judge({**DEFAULT, "Action": "kms:DescribeKey"}) == Judgement(
        (
            Finding(
                "policy.Statement",
                "kms-ecr",
                "must let somebody make the grants by which ECR encrypts",
                "no statement with kms:CreateGrant",
                "add kms:CreateGrant for the account, with StringEquals kms:ViaService ecr.<region>.amazonaws.com",
            ),
        )
    )


def test_finds_a_deny_of_what_ecr_needs():
    assert judge(DEFAULT, {**everyone(), "Effect": "Deny", "Action": "kms:*Grant*"}) == Judgement(
        (
            Finding(
                "policy.Statement[1]",
                "kms-ecr",
                "Statement[1] must not deny everyone kms:CreateGrant: nobody could make the grants by which ECR"
                " encrypts",
                "Deny",
                "leave it out of the Deny, or spare whoever creates repositories by a Condition",
            ),
        )
    )


def test_cannot_tell_its_own_account_without_knowing_it():
    assert judge(everyone(**{"kms:CallerAccount": ACCOUNT}), account_id=None) == Judgement((), ("policy.Statement[0]",))
    assert judge(everyone(), account_id=None) == Judgement((wildcard("everyone with kms:* and no condition"),))


def test_does_not_evaluate_what_is_unknown():
    assert judge({**DEFAULT, "Action": UNKNOWN}) == Judgement((), ("policy.Statement[0].Action",))
    assert judge(DEFAULT, UNKNOWN) == Judgement((), ("policy.Statement[1]",))


@pytest.mark.parametrize(
    ("via", "is_for_ecr"),
    [
        pytest.param("ecr.eu-west-1.amazonaws.com", True, id="ecr"),
        pytest.param(["s3.eu-west-1.amazonaws.com", "ECR.eu-west-1.amazonaws.com"], True, id="ecr-beside-s3"),
        pytest.param("*.eu-west-1.amazonaws.com", True, id="any"),
        pytest.param("s3.eu-west-1.amazonaws.com", False, id="s3"),
    ],
)
def test_asks_for_grants_where_the_key_may_be_for_ecr(via, is_for_ecr):
    condition = {"Condition": {"StringEquals": {"kms:ViaService": via}}}
    found = judge({**DEFAULT, "Action": "kms:DescribeKey", **condition}).findings

    assert [finding.rule for finding in found] == ["kms-ecr"] * is_for_ecr


def test_a_key_for_a_service_by_its_principal_is_not_for_ecr():
    logs = {**DEFAULT, "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}, "Action": "kms:Decrypt"}

    assert judge(logs) == Judgement()
    assert [finding.rule for finding in judge({**DEFAULT, "Action": "kms:Decrypt"}).findings] == ["kms-ecr", "kms-ecr"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param({}, True, id="nothing-said"),
        pytest.param({"key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT"}, True, id="said"),
        pytest.param({"key_spec": "RSA_2048"}, False, id="asymmetric"),
        pytest.param({"key_spec": "HMAC_256", "key_usage": "GENERATE_VERIFY_MAC"}, False, id="message-authentication"),
        pytest.param({"key_usage": "SIGN_VERIFY"}, False, id="signing"),
        pytest.param({"custom_key_store_id": "cks-1"}, False, id="key-store"),
        pytest.param({"xks_key_id": "1"}, False, id="external-key-store"),
    ],
)
def test_knows_which_keys_kms_rotates(key, expected):
    assert can_rotate(**key) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([DEFAULT], True, id="default"),
        pytest.param([{**DEFAULT, "Effect": "Deny"}], False, id="deny"),
        pytest.param([{**DEFAULT, "Action": "kms:Put*"}], False, id="fewer-actions"),
        pytest.param([everyone()], False, id="everyone"),
        pytest.param([{**DEFAULT, "Condition": {"StringEquals": VIA}}], False, id="condition"),
        pytest.param([{**DEFAULT, "Resource": UNKNOWN}], False, id="unknown"),
        pytest.param([DEFAULT, {**DEFAULT, "Effect": "Deny"}], False, id="two-statements"),
    ],
)
def test_knows_the_default_policy(statements, expected):
    document, _ = read_policy({"Version": "2012-10-17", "Statement": statements}, KEY_POLICY)

    assert is_default_key_policy(document) is expected
