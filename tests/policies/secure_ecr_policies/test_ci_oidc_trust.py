import json

import pytest
from secure_ecr_policies.pack.other_policies import KEY, ROLE
from secure_ecr_policies.pack.values import UNKNOWN

HOST = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{HOST}"
SHAPE = "repo:ORG/REPO:environment:production"
AUDIENCE = {f"{HOST}:aud": "sts.amazonaws.com"}
PINNED = {f"{HOST}:sub": "repo:shop/api:environment:production"}
WHOLE_REPOSITORY = {f"{HOST}:sub": "repo:shop/api:*"}
ANY_REF = (
    "assumeRolePolicy.Statement[0].Condition: statement 'Ci' must trust a branch, a tag or an environment, not all of"
    f" a repository, got 'repo:shop/api:*'; write it as {SHAPE}"
)
NO_SUBJECT = (
    f"assumeRolePolicy.Statement[0].Condition: statement 'Ci' must compare {HOST}:sub with the repository that it"
    f' trusts; add "StringEquals": {{"{HOST}:sub": "{SHAPE}"}}'
)
NO_AUDIENCE = (
    f"assumeRolePolicy.Statement[0].Condition: statement 'Ci' must compare {HOST}:aud with the audience that its"
    f' tokens are for; add "StringEquals": {{"{HOST}:aud": "sts.amazonaws.com"}}'
)


def trust(condition, principal=PROVIDER, action="sts:AssumeRoleWithWebIdentity"):
    statement = {"Sid": "Ci", "Effect": "Allow", "Principal": {"Federated": principal}, "Action": action}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def compared(subject):
    return trust({"StringLike": AUDIENCE | subject})


@pytest.mark.parametrize(
    ("policy", "config", "expected"),
    [
        pytest.param(compared(PINNED), {}, [], id="environment"),
        pytest.param(json.dumps(compared(PINNED)), {}, [], id="text"),
        pytest.param(compared(WHOLE_REPOSITORY), {}, [ANY_REF], id="whole-repository"),
        pytest.param(json.dumps(compared(WHOLE_REPOSITORY)), {}, [ANY_REF], id="whole-repository-in-a-text"),
        pytest.param(compared(WHOLE_REPOSITORY), {"pinned_refs": False}, [], id="whole-repository-where-allowed"),
        pytest.param(trust({"StringEquals": AUDIENCE}), {"pinned_refs": False}, [NO_SUBJECT], id="no-subject"),
        pytest.param(trust({"StringEquals": PINNED}), {}, [NO_AUDIENCE], id="no-audience"),
        pytest.param(trust({}, "cognito-identity.amazonaws.com"), {}, ["not applicable"], id="no-ci"),
        pytest.param(
            {
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ]
            },
            {},
            ["not applicable"],
            id="service",
        ),
        pytest.param(UNKNOWN, {}, ["not evaluated: assumeRolePolicy: known at the update only"], id="unknown"),
        pytest.param(
            trust({"StringEquals": AUDIENCE | {f"{HOST}:sub": UNKNOWN}}),
            {},
            ["not evaluated: assumeRolePolicy.Statement[0].Condition.StringEquals: known at the update only"],
            id="unknown-subject",
        ),
        pytest.param(
            trust({"StringEquals": AUDIENCE}, UNKNOWN),
            {},
            ["not evaluated: assumeRolePolicy.Statement[0].Principal.Federated: known at the update only"],
            id="unknown-provider",
        ),
        pytest.param(
            "no json",
            {},
            ["assumeRolePolicy: must be JSON, at line 1 column 1: expecting value, got 'no json'"],
            id="no-json",
        ),
        pytest.param(None, {}, ["assumeRolePolicy: must be a JSON object or its text, got null"], id="absent"),
        pytest.param({"Statement": [7, {"Principal": 7}]}, {}, ["not applicable"], id="malformed"),
    ],
)
def test_judges_trust_policies(findings, policy, config, expected):
    assert findings(ROLE, {"assumeRolePolicy": policy}, config=config) == expected


def test_looks_at_roles_alone(findings):
    assert findings(KEY, {"policy": compared(WHOLE_REPOSITORY)}) == ["not applicable"]
