import json

import pytest
from secure_ecr_policies.pack.resource import REGISTRY_POLICY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

OURS, THEIRS = "123456789012", "111122223333"
ARN = f"arn:aws:ecr:eu-west-1:{OURS}:repository/"
GRANT = {
    "Sid": "Replication",
    "Effect": "Allow",
    "Principal": {"AWS": THEIRS},
    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
    "Resource": f"{ARN}payments/*",
}
EVERY_ACTION = (
    "policy.Statement[0].Action: statement 'Replication' must not give an outsider every action of ECR,"
    f" got account {THEIRS} with ecr:* and no condition;"
    " name the actions, for replication ecr:CreateRepository, ecr:ReplicateImage"
)
OWNER_UNKNOWN = (
    "not evaluated: policy.Statement[0]: whether this is an outsider depends on the registry's account;"
    " set account_id in the configuration"
)


def document(**changes):
    return {"Version": "2012-10-17", "Statement": [GRANT | changes]}


def too_wide(got):
    requirement = "statement 'Replication' must name no repositories but those of payments/"
    grant = f"account {THEIRS} with ecr:CreateRepository, ecr:ReplicateImage and no condition"
    return f"policy.Statement[0].Resource: {requirement}, got {got} for {grant}; end the ARN with repository/payments/*"


@pytest.mark.parametrize(
    ("policy", "config", "expected"),
    [
        pytest.param(document(), {}, [], id="replication"),
        pytest.param(json.dumps(document()), {"shared_prefixes": ["payments/"]}, [], id="text-as-declared"),
        pytest.param(document(Action="ecr:*"), {}, [EVERY_ACTION], id="every-action"),
        pytest.param(json.dumps(document(Action="ecr:*")), {}, [EVERY_ACTION], id="every-action-in-a-text"),
        pytest.param(document(Action="ecr:*", Principal={"AWS": OURS}), {}, [], id="every-action-to-ourselves"),
        pytest.param(document(Action="ecr:*", Effect="Deny"), {}, [], id="deny"),
        pytest.param(document(Resource="*"), {}, [], id="width-not-declared"),
        pytest.param(document(Resource="*"), {"shared_prefixes": ["payments/"]}, [too_wide("*")], id="wider"),
        pytest.param(
            document(Resource=f"{ARN}pay*"), {"shared_prefixes": ["payments/"]}, [too_wide(f"{ARN}pay*")], id="shorter"
        ),
        pytest.param(
            document(Action=["ecr:ReplicateImage", "ecr:GetAuthorizationToken"]),
            {},
            [
                (
                    "policy.Statement[0].Action[1]: must be an action that a registry policy can grant,"
                    " got 'ecr:GetAuthorizationToken'; remove it, and grant it by IAM on the resource '*'"
                )
            ],
            id="action-without-effect",
        ),
        pytest.param(
            document(Action="s3:GetObject"),
            {},
            [
                (
                    "policy.Statement[0].Action: must be an action of 'ecr' in a registry policy, got 's3:GetObject';"
                    " remove it: it has no effect here"
                )
            ],
            id="action-of-another-service",
        ),
        pytest.param("{", {}, ["not applicable"], id="malformed"),
        pytest.param(None, {}, ["not applicable"], id="null"),
        pytest.param(UNKNOWN, {}, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(Action=["ecr:*", UNKNOWN]),
            {},
            [EVERY_ACTION, "not evaluated: policy.Statement[0].Action[1]: known at the update only"],
            id="unknown-beside-every-action",
        ),
    ],
)
def test_judges_registry_policies(findings, policy, config, expected):
    assert findings(REGISTRY_POLICY, {"policy": policy}, config={"account_id": OURS, **config}) == expected


def test_the_account_decides_who_is_an_outsider(findings):
    props = {"policy": document(Action="ecr:*")}

    assert findings(REGISTRY_POLICY, props) == [OWNER_UNKNOWN]
    assert findings(REGISTRY_POLICY, props, provider={"allowedAccountIds": f'["{THEIRS}"]'}) == []
    assert findings(REGISTRY_POLICY, props, provider={"allowedAccountIds": f'["{OURS}"]'}) == [EVERY_ACTION]


def test_looks_at_registry_policies_alone(findings):
    assert findings(REPOSITORY_POLICY, {"policy": document(Action="ecr:*")}) == ["not applicable"]
