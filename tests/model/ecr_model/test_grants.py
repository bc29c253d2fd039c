"""The statements that grant something to somebody."""

import pytest
from ecr_model.grants import CAPABILITIES, LAMBDA, Grantee, account_of, grant_statements
from ecr_model.policy.conditions import Condition, Operator
from ecr_model.policy.principals import read_principal
from ecr_model.policy.statements import Statement

ACCOUNT, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OTHER}:role/ci"


def granted(*grantees, capability="pull", partition="aws"):
    return list(grant_statements(grantees, capability, partition=partition, account_id=ACCOUNT))


def test_nobody_gets_no_statement():
    assert granted() == []


def test_a_role_is_granted_as_its_account_held_to_the_role():
    assert granted(Grantee("role_arn", ROLE), capability="push") == [
        Statement(
            "push",
            "Allow",
            "PushByRoles",
            principals=(read_principal("AWS", OTHER),),
            actions=CAPABILITIES["push"],
            conditions=(Condition(Operator("ArnEquals"), "aws:PrincipalArn", (ROLE,)),),
        )
    ]


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_sids_tell_the_capability_and_the_kind_and_stay_when_somebody_is_added(capability):
    grantees = [
        Grantee("account_id", OTHER),
        Grantee("role_arn", ROLE),
        Grantee("organization_id", "o-a1b2c3d4e5"),
        Grantee("organization_path", "o-a1b2c3d4e5/r-ab12"),
        Grantee("service", "codebuild.amazonaws.com", ACCOUNT),
    ]
    sids = [statement.sid for statement in granted(*grantees, capability=capability)]

    assert sids == [
        f"{capability.title()}By{whom}"
        for whom in ("Accounts", "Roles", "Organizations", "OrganizationPaths", "CodebuildForAccounts")
    ]
    assert sids == [
        statement.sid for statement in granted(*grantees, Grantee("account_id", "000011112222"), capability=capability)
    ]


def test_functions_share_the_one_statement_that_lambda_looks_for():
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:x"
    _, statement = granted(Grantee("service", LAMBDA, OTHER), Grantee("service", LAMBDA, function))

    assert statement == Statement(
        "pull",
        "Allow",
        "LambdaECRImageRetrievalPolicy",
        principals=(read_principal("Service", LAMBDA),),
        actions=CAPABILITIES["pull"],
        conditions=(
            Condition(
                Operator("StringLike"),
                "aws:sourceArn",
                (f"arn:aws:lambda:*:{OTHER}:function:*", function),
            ),
        ),
    )


def test_a_function_of_the_own_account_needs_no_grant_to_its_account():
    assert [statement.sid for statement in granted(Grantee("service", LAMBDA, ACCOUNT))] == [
        "LambdaECRImageRetrievalPolicy"
    ]


@pytest.mark.parametrize(("name", "expected"), [(ROLE, OTHER), (ACCOUNT, ACCOUNT)])
def test_finds_the_account(name, expected):
    assert account_of(name) == expected
