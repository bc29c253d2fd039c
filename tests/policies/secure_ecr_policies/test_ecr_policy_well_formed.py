import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REGISTRY_POLICY, REPOSITORY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

PULL = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "ecr:BatchGetImage"}
REPLICATE = PULL | {"Action": "ecr:ReplicateImage", "Resource": "*"}
NOT_JSON = (
    "must be JSON, at line 1 column 2: expecting property name enclosed in double quotes, got the end of the line"
)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(json.dumps(document(PULL)), [], id="text"),
        pytest.param(document(PULL), [], id="object"),
        pytest.param({"Version": "2012-10-17", "Statement": PULL}, [], id="one-statement-without-a-list"),
        pytest.param(
            document(PULL | {"Effect": "allow"}),
            ["policy.Statement[0].Effect: must be 'Allow' or 'Deny', got 'allow'; write 'Allow'"],
            id="lower-case-effect",
        ),
        pytest.param(
            document(PULL | {"NotPrincipal": "*", "NotAction": "ecr:*"}),
            [
                "policy.Statement[0]: must have Principal or NotPrincipal, not both; remove NotPrincipal",
                "policy.Statement[0]: must have Action or NotAction, not both; remove NotAction",
            ],
            id="both-of-a-pair",
        ),
        pytest.param(
            document(PULL | {"Action": ["ecr:BatchGetImag", "ecr:GetAuthorizationToken"], "Resource": "*"}),
            [
                "policy.Statement[0].Resource: must not stand in a repository policy; remove it",
                (
                    "policy.Statement[0].Action[0]: must be an action that ECR has, got 'ecr:BatchGetImag';"
                    " write 'ecr:BatchGetImage'"
                ),
                (
                    "policy.Statement[0].Action[1]: must be an action that a repository policy can grant,"
                    " got 'ecr:GetAuthorizationToken'; remove it, and grant it by IAM on the resource '*'"
                ),
            ],
            id="actions-without-effect",
        ),
        pytest.param(
            json.dumps(document(PULL | {"Sid": "a" * 10_240})),
            ["policy: must be at most 10,240 characters, got 10,381 characters"],
            id="too-long",
        ),
        pytest.param("{", [f"policy: {NOT_JSON}"], id="no-json"),
        pytest.param(3, ["policy: must be a JSON object or its text, got 3"], id="malformed"),
        pytest.param(None, ["policy: must be a JSON object or its text, got null"], id="null"),
        pytest.param(UNKNOWN, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(PULL | {"Principal": {"AWS": [UNKNOWN, "nobody"]}}),
            [
                (
                    "policy.Statement[0].Principal.AWS[1]: must be '*', an account id, or the ARN of an account's root,"
                    " a role, a user or a session, got 'nobody'"
                ),
                "not evaluated: policy.Statement[0].Principal.AWS[0]: known at the update only",
            ],
            id="unknown-principal-the-rest-judged",
        ),
    ],
)
def test_judges_repository_policies(findings, policy, expected):
    assert findings(REPOSITORY_POLICY, {"policy": policy}) == expected


def test_a_registry_policy_says_on_what(findings):
    assert findings(REGISTRY_POLICY, {"policy": document(REPLICATE)}) == []
    assert findings(REGISTRY_POLICY, {"policy": document(PULL)}) == [
        "policy.Statement[0]: must have Resource or NotResource; add Resource"
    ]


@pytest.mark.parametrize(
    ("resource", "requirement"),
    [
        pytest.param("arn:aws:ecr:*:111122223333:repository/*", None, id="its-own"),
        pytest.param(
            "arn:aws:ecr:*:444455556666:repository/*",
            "must be of account 111122223333, which owns the registry",
            id="of-another-account",
        ),
        pytest.param(
            "arn:aws:eu-west-1:111122223333:repository/*",
            "must be '*' or an ARN of ECR, 'arn:<partition>:ecr:<region>:<account>:repository/<name>'",
            id="without-the-service",
        ),
    ],
)
def test_a_registry_policy_is_about_its_own_repositories(findings, resource, requirement):
    policy = document(REPLICATE | {"Resource": resource})
    expected = [f"policy.Statement[0].Resource: {requirement}, got '{resource}'"] if requirement else []

    assert findings(REGISTRY_POLICY, {"policy": policy, "registryId": "111122223333"}) == expected


@pytest.mark.parametrize(
    ("token", "field", "statement", "action"),
    [
        pytest.param(REPOSITORY_POLICY, "policy", {}, "ecr:SetRepositoryPolicy", id="repository"),
        pytest.param(CREATION_TEMPLATE, "repositoryPolicy", {}, "ecr:SetRepositoryPolicy", id="template"),
        pytest.param(REGISTRY_POLICY, "policy", {"Resource": "*"}, "ecr:PutRegistryPolicy", id="registry"),
    ],
)
def test_nobody_is_locked_out_of_a_policy(findings, token, field, statement, action):
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*"} | statement

    assert findings(token, {field: document(deny)}) == [
        (
            f"{field}.Statement[0].Action: Statement[0] must not deny everyone {action}: nobody could change the policy"
            " again, got ecr:*; name the actions to deny, or spare whoever deploys by a Condition"
        )
    ]


def test_judges_creation_templates_that_have_a_repository_policy(findings):
    assert findings(CREATION_TEMPLATE, {}) == ["not applicable"]
    assert findings(CREATION_TEMPLATE, {"repositoryPolicy": ""}) == ["not applicable"]
    assert findings(CREATION_TEMPLATE, {"repositoryPolicy": "{"}) == [f"repositoryPolicy: {NOT_JSON}"]


def test_looks_at_nothing_else(findings):
    assert findings(REPOSITORY, {"policy": "{"}) == ["not applicable"]
