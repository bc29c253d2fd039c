"""What policy documents say, statement by statement."""

import json

import pytest
from secure_ecr_ops.report.contents import Subject
from secure_ecr_ops.report.events import State
from secure_ecr_ops.report.statements import Line, read_lines

POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
PULL = {
    "Sid": "Pull\x1b",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "ecr:BatchGetImage",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "Bool": {"aws:SecureTransport": "true"}},
}
DENY = {"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": ["ecr:DeleteRepository"]}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def lines(token, **inputs):
    return read_lines(Subject("urn", token, "name"), State(inputs=inputs))


def test_each_statement_is_a_line_with_what_limits_it():
    first, second = lines(POLICY, policy=json.dumps({"Version": "2012-10-17", "Statement": [PULL, DENY]}))

    assert (first.path, first.says) == (
        "policy.Statement[0]",
        "statement 'Pull\\x1b' allows organization o-a1b2c3d4e5 to pull",
    )
    assert first.details[:2] == ("by ecr:BatchGetImage", "limited by StringEquals aws:PrincipalOrgID o-a1b2c3d4e5")
    assert first.details[2].startswith("not limited by Bool aws:SecureTransport true, which ")
    assert second == Line(
        "policy.Statement[1]",
        "Statement[1] denies everyone but account 111122223333 to administer",
        ("by ecr:DeleteRepository",),
    )


def test_each_rule_of_a_lifecycle_policy_is_a_line():
    rule = {
        "rulePriority": 3,
        "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7},
        "action": {"type": "expire"},
    }
    (line,) = lines(LIFECYCLE, policy=json.dumps({"rules": [rule]}))

    assert line.path == "policy.rules[0]"
    assert line.says.startswith("rule 3: ")


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        pytest.param(POLICY, {}, id="absent"),
        pytest.param(POLICY, {"policy": UNKNOWN}, id="unknown"),
        pytest.param(POLICY, {"policy": "{"}, id="broken"),
        pytest.param(POLICY, {"policy": 3}, id="number"),
        pytest.param(LIFECYCLE, {"policy": UNKNOWN}, id="unknown-lifecycle"),
        pytest.param(LIFECYCLE, {}, id="absent-lifecycle"),
        pytest.param(TEMPLATE, {}, id="template-without-policy"),
        pytest.param("aws:ecr/repository:Repository", {"policy": "{}"}, id="repository"),
    ],
)
def test_what_nobody_can_read_says_nothing(token, inputs):
    assert lines(token, **inputs) == ()
