import json

import pytest
from secure_ecr_policies.pack.other_policies import KEY, KEY_POLICY, KEYS
from secure_ecr_policies.pack.values import UNKNOWN

OURS, THEIRS = "111122223333", "444455556666"
DEFAULT = {"Effect": "Allow", "Principal": {"AWS": OURS}, "Action": "kms:*", "Resource": "*"}
EVERYONE = DEFAULT | {"Sid": "All", "Principal": "*"}
OWN = {"StringEquals": {"kms:CallerAccount": OURS}}
LOCKOUT = (
    "bypassPolicyLockoutSafetyCheck: must not be true: a policy that locks out everybody would be accepted, got true;"
    " leave it out"
)
NO_GRANTS = (
    "policy.Statement: must let somebody make the grants by which ECR encrypts, got no statement with kms:CreateGrant;"
    " add kms:CreateGrant for the account, with StringEquals kms:ViaService ecr.<region>.amazonaws.com"
)
OWNER_UNKNOWN = (
    "not evaluated: policy.Statement[0]: whether this is an outsider depends on the key's account;"
    " set account_id in the configuration"
)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": [*statements]}


def wildcard(who="everyone", limits=" and no condition"):
    return (
        "policy.Statement[0]: statement 'All' must hold the wildcard principal to the key's own account,"
        f' got {who} with kms:*{limits}; add "StringEquals": {{"kms:CallerAccount": "<account id>"}} to Condition,'
        " or name the account in Principal"
    )


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({"policy": document(DEFAULT)}, [], id="object"),
        pytest.param({"policy": json.dumps(document(DEFAULT))}, [], id="text"),
        pytest.param({"policy": json.dumps(document(EVERYONE))}, [wildcard()], id="everyone-in-a-text"),
        pytest.param({"policy": {"Statement": DEFAULT}}, [], id="one-statement-without-a-list"),
        pytest.param({"policy": document(EVERYONE | {"Condition": OWN})}, [], id="own-account-by-a-condition"),
        pytest.param(
            {"policy": document(DEFAULT | {"NotPrincipal": {"AWS": THEIRS}, "Principal": None})},
            [
                (
                    "policy.Statement[0].NotPrincipal: Statement[0] must not allow everyone but a few,"
                    f" got everyone but {THEIRS} with kms:* and no condition; name those who may in Principal"
                )
            ],
            id="everyone-but-one",
        ),
        pytest.param(
            {"policy": document(DEFAULT | {"Action": ["kms:DescribeKey", "kms:PutKeyPolicy"]})},
            [NO_GRANTS],
            id="no-grants",
        ),
        pytest.param({"policy": document(DEFAULT), "bypassPolicyLockoutSafetyCheck": False}, [], id="safe"),
        pytest.param({"policy": document(DEFAULT), "bypassPolicyLockoutSafetyCheck": True}, [LOCKOUT], id="lockout"),
        pytest.param({"bypassPolicyLockoutSafetyCheck": True}, [LOCKOUT], id="lockout-without-a-policy"),
        pytest.param({}, ["not applicable"], id="absent"),
        pytest.param({"policy": ""}, ["not applicable"], id="empty"),
        pytest.param(
            {"policy": "{"},
            [
                (
                    "policy: must be JSON, at line 1 column 2: expecting property name enclosed in double quotes,"
                    " got the end of the line"
                )
            ],
            id="no-json",
        ),
        pytest.param({"policy": 7}, ["policy: must be a JSON object or its text, got 7"], id="malformed"),
        pytest.param({"policy": UNKNOWN}, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            {"policy": document(EVERYONE, DEFAULT | {"Principal": {"AWS": UNKNOWN}})},
            [
                wildcard(),
                "not evaluated: policy.Statement[1].Principal.AWS: known at the update only",
            ],
            id="unknown-beside-everyone",
        ),
        pytest.param(
            {"bypassPolicyLockoutSafetyCheck": UNKNOWN},
            ["not evaluated: bypassPolicyLockoutSafetyCheck: known at the update only"],
            id="unknown-check",
        ),
    ],
)
def test_judges_key_policies(findings, props, expected):
    assert findings(KEY, props, config={"account_id": OURS}) == expected
    assert findings(KEY_POLICY, props, config={"account_id": OURS}) == expected


def test_the_account_decides_who_is_an_outsider(findings):
    props = {"policy": document(EVERYONE | {"Condition": OWN})}

    assert findings(KEY, props) == [OWNER_UNKNOWN]
    assert findings(KEY, props, provider={"allowedAccountIds": f'["{OURS}"]'}) == []
    assert findings(KEY, props, config={"account_id": THEIRS}) == [
        wildcard(f"account {OURS}", f", limited by StringEquals kms:CallerAccount {OURS}")
    ]


def test_a_key_for_other_services_needs_nothing_for_ecr(findings):
    via = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    use = DEFAULT | {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Condition": via}

    assert findings(KEY, {"policy": document(use)}, config={"account_id": OURS}) == []


@pytest.mark.parametrize("type_", KEYS)
def test_looks_at_keys_of_every_kind(findings, type_):
    assert findings(type_, {"policy": document(EVERYONE)}) == [wildcard()]
