import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REGISTRY_POLICY, REPOSITORY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

OUR_ACCOUNT = "123456789012"
PUSH = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "ecr:PutImage"}
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def outsider(name, deed="push", limits="with ecr:PutImage and no condition"):
    requirement = f"Statement[0] must not let outsiders {deed} who are not on the allow-list"
    return (
        f"policy.Statement[0]: {requirement}, got {name} {limits}; remove the grant, or put the name on the allow-list"
    )


@pytest.mark.parametrize(
    ("policy", "config", "expected"),
    [
        pytest.param(document(PUSH), {}, [outsider("account 111122223333")], id="outsider"),
        pytest.param(json.dumps(document(PUSH)), {}, [outsider("account 111122223333")], id="outsider-as-text"),
        pytest.param(document(PUSH | {"Principal": {"AWS": OUR_ACCOUNT}}), {}, [], id="own-account"),
        pytest.param(document(PUSH), {"allowed_writers": ["111122223333"]}, [], id="on-the-list"),
        pytest.param(
            document(PUSH | {"Action": "ecr:*"}),
            {},
            [outsider("account 111122223333", "push and administer", "with ecr:* and no condition")],
            id="every-action",
        ),
        pytest.param(
            document(PUSH | {"Principal": "*", "Condition": ORGANIZATION}),
            {},
            [
                outsider(
                    "organization o-a1b2c3d4e5",
                    limits="with ecr:PutImage, limited by StringEquals aws:PrincipalOrgID o-a1b2c3d4e5",
                )
            ],
            id="organization",
        ),
        pytest.param(
            document(PUSH | {"Action": "ecr:BatchDeleteImage"}),
            {},
            [outsider("account 111122223333", "administer", "with ecr:BatchDeleteImage and no condition")],
            id="deleting",
        ),
        pytest.param(document(PUSH | {"Action": "ecr:BatchGetImage"}), {}, [], id="pulling-is-another-control's"),
        pytest.param(document(PUSH | {"Effect": "Deny"}), {}, [], id="deny"),
        pytest.param("{", {}, ["not applicable"], id="malformed"),
        pytest.param(None, {}, ["not applicable"], id="null"),
        pytest.param(UNKNOWN, {}, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(PUSH | {"Action": UNKNOWN}),
            {},
            ["not evaluated: policy.Statement[0].Action: known at the update only"],
            id="unknown-action",
        ),
    ],
)
def test_judges_repository_policies(findings, policy, config, expected):
    config = {"account_id": OUR_ACCOUNT, **config}

    assert findings(REPOSITORY_POLICY, {"policy": policy}, config=config) == expected


def test_replication_from_an_account_is_a_push(findings):
    replicate = PUSH | {"Action": ["ecr:ReplicateImage", "ecr:CreateRepository"], "Resource": "*"}
    config = {"account_id": OUR_ACCOUNT}

    assert findings(REGISTRY_POLICY, {"policy": document(replicate)}, config=config) == [
        outsider("account 111122223333", limits="with ecr:ReplicateImage, ecr:CreateRepository and no condition")
    ]


def test_looks_at_policies_alone(findings):
    assert findings(CREATION_TEMPLATE, {}) == ["not applicable"]
    assert findings(REPOSITORY, {"policy": document(PUSH)}) == ["not applicable"]
