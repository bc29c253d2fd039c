import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REPOSITORY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

OUR_ACCOUNT = "123456789012"
PULL = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "ecr:BatchGetImage"}
ORGANIZATION = {
    "Sid": "Organization",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "ecr:BatchGetImage",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
}
OWNER_UNKNOWN = (
    "not evaluated: policy.Statement[0]: whether this is an outsider depends on the repository's account;"
    " set account_id in the configuration"
)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def outsider(name, label="Statement[0]", limits=" and no condition"):
    return (
        f"policy.Statement[0]: {label} must not let outsiders pull who are not on the allow-list,"
        f" got {name} with ecr:BatchGetImage{limits}; remove the grant, or put the name on the allow-list"
    )


@pytest.mark.parametrize(
    ("policy", "config", "expected"),
    [
        pytest.param(document(PULL), {}, [outsider("account 111122223333")], id="outsider"),
        pytest.param(json.dumps(document(PULL)), {}, [outsider("account 111122223333")], id="outsider-as-text"),
        pytest.param(document(PULL | {"Principal": {"AWS": OUR_ACCOUNT}}), {}, [], id="own-account"),
        pytest.param(document(PULL), {"allowed_readers": ["111122223333"]}, [], id="on-the-list"),
        pytest.param(
            document(ORGANIZATION),
            {},
            [
                outsider(
                    "organization o-a1b2c3d4e5",
                    "statement 'Organization'",
                    ", limited by StringEquals aws:PrincipalOrgID o-a1b2c3d4e5",
                )
            ],
            id="organization",
        ),
        pytest.param(document(ORGANIZATION), {"allowed_readers": ["o-a1b2c3d4e5"]}, [], id="organization-on-the-list"),
        pytest.param(document(PULL | {"Action": "ecr:PutImage"}), {}, [], id="writing-is-another-control's"),
        pytest.param(document(PULL | {"Principal": "*"}), {}, [], id="everyone-is-another-control's"),
        pytest.param(document(PULL | {"Effect": "Deny"}), {}, [], id="deny"),
        pytest.param("{", {}, ["not applicable"], id="malformed"),
        pytest.param(None, {}, ["not applicable"], id="null"),
        pytest.param(UNKNOWN, {}, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(PULL | {"Principal": {"AWS": [UNKNOWN, "111122223333"]}}),
            {},
            [
                outsider("account 111122223333"),
                "not evaluated: policy.Statement[0].Principal.AWS[0]: known at the update only",
            ],
            id="unknown-principal-the-other-judged",
        ),
    ],
)
def test_judges_repository_policies(findings, policy, config, expected):
    config = {"account_id": OUR_ACCOUNT, **config}

    assert findings(REPOSITORY_POLICY, {"policy": policy}, config=config) == expected


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        pytest.param({}, [OWNER_UNKNOWN], id="nothing-says"),
        pytest.param({"allowedAccountIds": '["111122223333"]'}, [], id="allowed-account"),
        pytest.param({"allowedAccountIds": '["111122223333","123456789012"]'}, [OWNER_UNKNOWN], id="two-accounts"),
        pytest.param({"assumeRoles": '[{"roleArn":"arn:aws:iam::111122223333:role/deploy"}]'}, [], id="assumed-role"),
        pytest.param({"assumeRoles": '[{"roleArn":'}, [OWNER_UNKNOWN], id="cut-text"),
        pytest.param(
            {"allowedAccountIds": '["123456789012"]'}, [outsider("account 111122223333")], id="another-account"
        ),
    ],
)
def test_the_provider_says_whose_account_it_is(findings, provider, expected):
    assert findings(REPOSITORY_POLICY, {"policy": document(PULL)}, provider=provider) == expected


def test_nobody_needs_to_know_the_account_of_whom_the_list_names(findings):
    config = {"allowed_readers": ["111122223333"]}

    assert findings(REPOSITORY_POLICY, {"policy": document(PULL)}, config=config) == []


def test_looks_at_policies_alone(findings):
    assert findings(CREATION_TEMPLATE, {}) == ["not applicable"]
    assert findings(REPOSITORY, {"policy": document(PULL)}) == ["not applicable"]
