"""What SecureRepository grants, on the embedded AWS, and what others do to the policy there."""

from __future__ import annotations

import json

import pytest
from ecr_model.actions import PUSH_ACTIONS

from tests.acceptance.repositories import aws, pulumi_home, repositories, stacks

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "repositories", "stacks"]  # the fixtures of these tests

ACCOUNT = "123456789012"
LAMBDA = {
    "Sid": "LambdaECRImageRetrievalPolicy",
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    "Condition": {"StringLike": {"aws:sourceArn": f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:*"}},
}
"""What Lambda writes. Source: issue aws-cloudformation/cloudformation-coverage-roadmap#2493."""


def create_function(stack, name):
    """Set the policy of a repository as Lambda does when a function is created from an image in it."""
    policy = stack.policy(name)
    others = [statement for statement in policy["Statement"] if statement["Sid"] != LAMBDA["Sid"]]
    text = json.dumps({**policy, "Statement": [*others, LAMBDA]})
    stack.client().set_repository_policy(repositoryName=name, policyText=text)


@pytest.mark.parametrize(
    "source", [ACCOUNT, f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:*"], ids=["account", "functions"]
)
def test_what_lambda_adds_to_the_policy_is_there_already(repositories, source):
    kind = "account" if source == ACCOUNT else "functions"
    stack, name = repositories(f"lambda-{kind}"), f"lambda/{kind}"
    access = {
        "pull": [{"service": "lambda.amazonaws.com", "source": source}],
        "push": [{"role_arn": "arn:aws:iam::210987654321:role/ci"}],
    }
    stack.declare(secure={"app": {"repository_name": name, "region": "eu-central-1", "access": access}})
    stack.up()
    declared = stack.policy(name)

    create_function(stack, name)

    assert stack.policy(name) != declared, "the order of statements, and the spelling of Lambda's own"
    assert stack.is_settled()


def test_what_lambda_adds_to_a_policy_without_the_grant_is_a_difference(repositories):
    stack, name = repositories("lambda-undeclared"), "lambda/undeclared"
    stack.declare(secure={"app": {"repository_name": name, "access": {"pull": [{"account_id": "210987654321"}]}}})
    stack.up()

    create_function(stack, name)

    stack.stack.refresh()
    assert stack.preview() == {"app-policy": ["update"]}


def test_grants_to_a_role_that_does_not_exist_yet(repositories):
    stack, name = repositories("role"), "role/app"
    role = "arn:aws:iam::210987654321:role/not-yet"
    stack.declare(secure={"app": {"repository_name": name, "access": {"push": [{"role_arn": role}]}}})

    stack.up()

    assert stack.policy(name) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PushByRoles",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::210987654321:root"]},
                "Action": sorted(PUSH_ACTIONS),
                "Condition": {"ArnEquals": {"aws:PrincipalArn": [role]}},
            }
        ],
    }
    assert stack.is_settled()
