import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REPOSITORY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "ecr:BatchGetImage"}
FIX = '; add "StringEquals": {"aws:SourceAccount": "<account id>"} to Condition'
UNLIMITED = (
    "policy.Statement[0]: Statement[0] must let service lambda.amazonaws.com pull only on behalf of somebody known,"
    f" got ecr:BatchGetImage with no aws:SourceArn, aws:SourceAccount or aws:SourceOrgID{FIX}"
)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(document(LAMBDA), [UNLIMITED], id="for-anybody"),
        pytest.param(json.dumps(document(LAMBDA)), [UNLIMITED], id="for-anybody-as-text"),
        pytest.param(
            document(
                LAMBDA
                | {
                    "Condition": {
                        "StringLike": {"aws:SourceArn": "arn:aws:lambda:eu-central-1:111122223333:function:*"}
                    }
                }
            ),
            [],
            id="for-functions-of-an-account",
        ),
        pytest.param(
            document(LAMBDA | {"Condition": {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}}),
            [
                UNLIMITED.split("got ", maxsplit=1)[0]
                + "got ecr:BatchGetImage with StringEqualsIfExists aws:SourceAccount 111122223333"
                + f" holds also for a request without the key (IfExists){FIX}"
            ],
            id="if-exists",
        ),
        pytest.param(document(LAMBDA | {"Principal": "*"}), [], id="everyone-is-another-control's"),
        pytest.param(document(LAMBDA | {"Effect": "Deny"}), [], id="deny"),
        pytest.param("{", ["not applicable"], id="malformed"),
        pytest.param(None, ["not applicable"], id="null"),
        pytest.param(UNKNOWN, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(LAMBDA | {"Principal": {"Service": UNKNOWN}}),
            ["not evaluated: policy.Statement[0].Principal.Service: known at the update only"],
            id="unknown-service",
        ),
    ],
)
def test_judges_repository_policies(findings, policy, expected):
    assert findings(REPOSITORY_POLICY, {"policy": policy}) == expected


def test_looks_at_policies_alone(findings):
    assert findings(CREATION_TEMPLATE, {}) == ["not applicable"]
    assert findings(REPOSITORY, {"policy": document(LAMBDA)}) == ["not applicable"]
