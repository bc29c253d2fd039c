import json

import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REGISTRY_POLICY, REPOSITORY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

ORGANIZATION = {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
ORGANIZATIONS_FIX = (
    '; name the accounts in Principal, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."} to Condition'
)
LIMITS_NOBODY = "got principal * with ecr:BatchGetImage and a condition that limits nobody"


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def limited(**condition):
    return document(OPEN | {"Condition": condition})


def public(index=0, deed="pull", got="ecr:BatchGetImage", field="policy"):
    where = f"{field}.Statement[{index}]: Statement[{index}]"
    return f"{where} must not let everyone {deed}, got principal * with {got} and no condition{ORGANIZATIONS_FIX}"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(document(OPEN | {"Principal": {"AWS": "111122223333"}}), [], id="account"),
        pytest.param(document(OPEN), [public()], id="everyone"),
        pytest.param(json.dumps(document(OPEN)), [public()], id="everyone-as-text"),
        pytest.param(document(OPEN | {"Principal": {"AWS": ["*"]}}), [public()], id="everyone-in-a-list"),
        pytest.param(
            document(OPEN | {"Sid": "Open"}),
            [public().replace(": Statement[0]", ": statement 'Open'")],
            id="named-by-its-sid",
        ),
        pytest.param(
            {"Statement": OPEN}, [public().replace("Statement[0]", "Statement")], id="one-statement-without-a-list"
        ),
        pytest.param(document(OPEN | {"Effect": "Deny"}), [], id="deny"),
        pytest.param(limited(StringEquals=ORGANIZATION), [], id="organization"),
        pytest.param(limited(stringequals={"AWS:principalorgid": "o-a1b2c3d4e5"}), [], id="organization-in-any-case"),
        pytest.param(
            limited(StringEqualsIfExists=ORGANIZATION),
            [
                (
                    f"policy.Statement[0]: Statement[0] must not let everyone pull, {LIMITS_NOBODY}:"
                    " StringEqualsIfExists aws:PrincipalOrgID o-a1b2c3d4e5 holds also for a request without the key"
                    " (IfExists); write StringEquals in place of StringEqualsIfExists"
                )
            ],
            id="if-exists",
        ),
        pytest.param(
            limited(StringNotEquals=ORGANIZATION),
            [
                (
                    f"policy.Statement[0]: Statement[0] must not let everyone pull, {LIMITS_NOBODY}:"
                    " StringNotEquals aws:PrincipalOrgID o-a1b2c3d4e5 is negated: it holds for everyone else;"
                    " name those who may with StringEquals aws:PrincipalOrgID, or in Principal"
                )
            ],
            id="negated",
        ),
        pytest.param(
            limited(StringLike={"aws:PrincipalOrgID": "*"}),
            [
                (
                    f"policy.Statement[0]: Statement[0] must not let everyone pull, {LIMITS_NOBODY}:"
                    " StringLike aws:PrincipalOrgID * has the value '*', which names no one;"
                    " write the full value of aws:PrincipalOrgID"
                )
            ],
            id="wildcard-value",
        ),
        pytest.param(
            document({"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "ecr:BatchGetImage"}),
            [
                (
                    "policy.Statement[0].NotPrincipal: Statement[0] must not let everyone but a few pull,"
                    " got everyone but 111122223333 with ecr:BatchGetImage and no condition;"
                    " name those who may in Principal"
                )
            ],
            id="not-principal",
        ),
        pytest.param(
            document({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "NotAction": "ecr:DeleteRepository"}),
            [
                (
                    "policy.Statement[0].NotAction: Statement[0] must not allow everything but a few actions,"
                    " got account 111122223333 with every action but ecr:DeleteRepository and no condition;"
                    " name the allowed actions in Action"
                )
            ],
            id="not-action",
        ),
        pytest.param(document(3, OPEN), [public(1)], id="malformed-statement-hides-no-other"),
        pytest.param("{", ["not applicable"], id="malformed-document-is-another-control's"),
        pytest.param(None, ["not applicable"], id="null"),
        pytest.param(UNKNOWN, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(OPEN | {"Principal": {"AWS": UNKNOWN}}, OPEN),
            [public(1), "not evaluated: policy.Statement[0].Principal.AWS: known at the update only"],
            id="unknown-principal-the-rest-judged",
        ),
        pytest.param(
            document(OPEN | {"Condition": UNKNOWN}),
            ["not evaluated: policy.Statement[0].Condition: known at the update only"],
            id="unknown-condition-may-limit",
        ),
    ],
)
def test_judges_repository_policies(findings, policy, expected):
    assert findings(REPOSITORY_POLICY, {"policy": policy}) == expected


def test_judges_registry_policies_and_creation_templates(findings):
    replicate = document(OPEN | {"Action": "ecr:ReplicateImage", "Resource": "*"})

    assert findings(REGISTRY_POLICY, {"policy": replicate}) == [public(deed="push", got="ecr:ReplicateImage")]
    assert findings(CREATION_TEMPLATE, {"repositoryPolicy": json.dumps(document(OPEN))}) == [
        public(field="repositoryPolicy")
    ]
    assert findings(CREATION_TEMPLATE, {}) == ["not applicable"]


def test_looks_at_nothing_else(findings):
    assert findings(REPOSITORY, {"policy": document(OPEN)}) == ["not applicable"]
