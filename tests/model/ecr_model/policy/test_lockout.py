from __future__ import annotations

import pytest
from ecr_model.policy.document import parse_policy
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.lockout import check_lockout

SET = "ecr:SetRepositoryPolicy"
EVERYONE = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*"}


def line(got, element="Action", label="Statement[0]"):
    return (
        f"p.Statement[0].{element}: {label} must not deny everyone {SET}: nobody could change the policy again,"
        f" got {got}; name the actions to deny, or spare whoever deploys by a Condition"
    )


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param({}, [line("ecr:*")], id="everything"),
        pytest.param({"Action": ["ecr:PutImage", "ECR:set*"]}, [line("ecr:PutImage, ECR:set*")], id="among-others"),
        pytest.param({"Principal": {"AWS": "*"}, "Sid": "No"}, [line("ecr:*", label="statement 'No'")], id="object"),
        pytest.param(
            {"Action": None, "NotAction": "ecr:BatchGetImage"},
            [line("ecr:BatchGetImage", "NotAction")],
            id="all-but-one",
        ),
        pytest.param({"Action": None, "NotAction": "ecr:SetRepository*"}, [], id="all-but-that"),
        pytest.param({"Action": "ecr:DeleteRepository"}, [], id="another-action"),
        pytest.param({"Principal": {"AWS": "111122223333"}}, [], id="one-account"),
        pytest.param({"Effect": "Allow"}, [], id="allowed"),
        pytest.param(
            {"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/deployer"}}},
            [],
            id="somebody-spared",
        ),
    ],
)
def test_finds_what_nobody_could_take_back(changes, lines):
    statement = {key: value for key, value in {**EVERYONE, **changes}.items() if value is not None}
    document = parse_policy({"Version": "2012-10-17", "Statement": [statement]}, REPOSITORY_POLICY)

    assert [str(finding) for finding in check_lockout(document, REPOSITORY_POLICY, "p")] == lines
