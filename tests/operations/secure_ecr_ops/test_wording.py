"""Statements of policies in words."""

import pytest
from ecr_model.policy.document import read_policy
from ecr_model.policy.explanation import explain
from ecr_model.policy.kinds import REGISTRY_POLICY
from secure_ecr_ops.wording import details, say

ACCOUNT = "111122223333"


def explanation(**elements):
    document, _ = read_policy({"Version": "2012-10-17", "Statement": elements}, REGISTRY_POLICY)
    (explained,) = explain(document)
    return explained


@pytest.mark.parametrize(
    ("elements", "sentence"),
    [
        pytest.param(
            {"Sid": "Pull", "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "ecr:BatchGetImage"},
            f"statement 'Pull' allows account {ACCOUNT} to pull",
            id="allow",
        ),
        pytest.param(
            {"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "ecr:*"},
            f"Statement denies everyone but account {ACCOUNT} to do anything",
            id="deny",
        ),
        pytest.param(
            {"Effect": "Allow", "Principal": {"AWS": []}, "Action": "ecr:PutImages"},
            "Statement allows nobody to do nothing that ECR knows",
            id="nobody-nothing",
        ),
    ],
)
def test_says_who_may_do_what(elements, sentence):
    assert say(explanation(**elements)) == sentence


def test_calls_somebody_by_a_name_of_ones_own():
    statement = explanation(Effect="Deny", NotPrincipal={"AWS": ACCOUNT}, Action="ecr:*")

    assert say(statement, lambda party: party.kind) == "Statement denies public but account to do anything"


@pytest.mark.parametrize(
    ("elements", "lines"),
    [
        pytest.param(
            {"Action": ["ecr:PutImage", "ecr:Get*"], "Resource": ["*", "arn:aws:ecr:*"]},
            ["by ecr:PutImage, ecr:Get*", "on *, arn:aws:ecr:*"],
            id="named",
        ),
        pytest.param(
            {"NotAction": "ecr:Put*", "NotResource": "*"},
            ["by everything but ecr:Put*", "on everything but *"],
            id="all-but-the-named",
        ),
        pytest.param({}, ["by no action"], id="nothing"),
        pytest.param(
            {
                "Action": "ecr:*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": True}},
            },
            [
                "by ecr:*",
                "limited by StringEquals aws:PrincipalOrgID o-1",
                "not limited by Bool aws:SecureTransport true, which does not say who",
            ],
            id="conditions",
        ),
    ],
)
def test_tells_by_what_on_what_and_what_limits_it(elements, lines):
    assert list(details(explanation(Effect="Allow", Principal="*", **elements))) == lines
