"""What statements amount to: who, what, limited by what."""

import pytest
from ecr_model.policy.document import parse_policy, read_policy
from ecr_model.policy.explanation import Party, explain, say_what
from ecr_model.policy.kinds import REPOSITORY_POLICY

ACCOUNT, OTHER = "111122223333", "444455556666"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ci"
FUNCTION = f"arn:aws:lambda:eu-west-1:{OTHER}:function:*"


def explained(principal, condition=None, action="ecr:BatchGetImage"):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    policy = {"Version": "2012-10-17", "Statement": statement}
    (explanation,) = explain(parse_policy(policy, REPOSITORY_POLICY))
    return explanation


def equals(key: str, *values: str) -> dict:
    return {"StringEquals": {key: list(values)}}


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        pytest.param("*", None, [Party("public", "*")], id="public"),
        pytest.param({"AWS": [ACCOUNT, ROOT]}, None, [Party("account", ACCOUNT, ACCOUNT)], id="account-once"),
        pytest.param({"AWS": ROLE}, None, [Party("principal", ROLE, ACCOUNT)], id="role"),
        pytest.param(
            {"Service": "lambda.amazonaws.com"}, None, [Party("service", "lambda.amazonaws.com")], id="service"
        ),
        pytest.param(
            "*",
            equals("aws:PrincipalOrgID", "o-a1b2c3d4e5"),
            [Party("organization", "o-a1b2c3d4e5")],
            id="organization",
        ),
        pytest.param(
            "*",
            {
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"},
            },
            [Party("organization-path", "o-a1b2c3d4e5/r-ab12/*")],
            id="organization-path",
        ),
        pytest.param(
            "*",
            equals("aws:PrincipalAccount", ACCOUNT),
            [Party("account", ACCOUNT, ACCOUNT)],
            id="account-by-condition",
        ),
        pytest.param("*", {"Bool": {"aws:PrincipalIsAWSService": True}}, [Party("service", "*")], id="any-service"),
        pytest.param("*", {"Bool": {"aws:PrincipalIsAWSService": False}}, [Party("public", "*")], id="no-service"),
        pytest.param(
            "*",
            {"Bool": {"aws:PrincipalIsAWSService": True}, **equals("aws:SourceAccount", OTHER)},
            [Party("service", "*", OTHER, OTHER)],
            id="any-service-for-an-account",
        ),
        pytest.param("*", equals("aws:SourceVpce", "vpce-1"), [Party("endpoint", "vpce-1")], id="endpoint"),
        pytest.param("*", equals("aws:VpceAccount", ACCOUNT), [Party("endpoint", ACCOUNT)], id="endpoints-of-one"),
        pytest.param("*", equals("aws:VpceOrgID", "o-1"), [Party("endpoint", "o-1")], id="endpoints-of-many"),
        pytest.param("*", equals("aws:SourceVpc", "vpc-1"), [Party("vpc", "vpc-1")], id="vpc"),
        pytest.param(
            "*",
            {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
            [Party("address", "203.0.113.0/24")],
            id="address",
        ),
        pytest.param(
            "*",
            {"ArnLike": {"aws:PrincipalArn": ROLE}, **equals("aws:PrincipalOrgID", "o-a1b2c3d4e5")},
            [Party("principal", ROLE, ACCOUNT)],
            id="the-narrowest",
        ),
        pytest.param(
            {"AWS": ROOT},
            {"ArnEquals": {"aws:PrincipalArn": ROLE}},
            [Party("principal", ROLE, ACCOUNT)],
            id="role-of-root",
        ),
        pytest.param(
            {"AWS": ROOT},
            equals("aws:SourceVpc", "vpc-1"),
            [Party("account", ACCOUNT, ACCOUNT)],
            id="account-through-a-vpc",
        ),
        pytest.param(
            {"AWS": OTHER},
            {"ArnEquals": {"aws:PrincipalArn": ROLE}},
            [Party("account", OTHER, OTHER)],
            id="role-of-another-account",
        ),
        pytest.param(
            {"Service": "lambda.amazonaws.com"},
            {"ArnLike": {"aws:SourceArn": FUNCTION}},
            [Party("service", "lambda.amazonaws.com", OTHER, FUNCTION)],
            id="service-on-behalf",
        ),
        pytest.param(
            "*",
            equals("aws:SourceAccount", ACCOUNT),
            [Party("service", "*", ACCOUNT, ACCOUNT)],
            id="any-service-on-behalf",
        ),
        pytest.param(
            {"Service": "lambda.amazonaws.com"},
            {**equals("aws:SourceAccount", OTHER, ACCOUNT), "ArnLike": {"aws:SourceArn": FUNCTION}},
            [Party("service", "lambda.amazonaws.com", OTHER, FUNCTION)],
            id="service-on-behalf-of-the-narrower",
        ),
        pytest.param(
            "*",
            {
                "StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
                "ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-a1b2c3d4e5/r-ab12/*"},
            },
            [Party("service", "*", None, "o-a1b2c3d4e5/r-ab12/*")],
            id="service-on-behalf-of-a-path",
        ),
        pytest.param(
            "*",
            equals("aws:PrincipalServiceName", "lambda.amazonaws.com"),
            [Party("service", "lambda.amazonaws.com")],
            id="service-by-condition",
        ),
    ],
)
def test_who(principal, condition, expected):
    assert list(explained(principal, condition).who) == expected


ORGANIZATION = Party("organization", "o-a1b2c3d4e5")
EVERYONE = Party("public", "*")


def denied(condition, **principals):
    """Return whom a Deny concerns, and whom among them it leaves alone."""
    principals = principals or {"Principal": "*"}
    statement = {"Effect": "Deny", "Action": "ecr:*", **principals, "Condition": condition}
    (explanation,) = explain(parse_policy({"Version": "2012-10-17", "Statement": statement}, REPOSITORY_POLICY))
    return list(explanation.who), list(explanation.but)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param(
            {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, ([EVERYONE], [ORGANIZATION]), id="negated"
        ),
        pytest.param(
            {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": False},
            },
            ([EVERYONE], [ORGANIZATION, Party("principal", "arn:aws:iam::*:role/ci"), Party("service", "*")]),
            id="several-negated",
        ),
        pytest.param(
            {"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}},
            ([EVERYONE], [Party("organization-path", "o-1/*")]),
            id="none-of-several-values",
        ),
        pytest.param(
            {"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, ([EVERYONE], []), id="one-of-several"
        ),
        pytest.param(
            {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
            ([EVERYONE], [Party("address", "203.0.113.0/24")]),
            id="address",
        ),
        pytest.param({"StringNotEquals": {"aws:PrincipalOrgID": "o-*"}}, ([EVERYONE], []), id="literal-wildcard"),
        pytest.param(equals("aws:PrincipalOrgID", "o-a1b2c3d4e5"), ([ORGANIZATION], []), id="positive"),
        pytest.param(
            {"StringLike": {"aws:PrincipalArn": ["*", "arn:aws:*"]}},
            ([Party("principal", "*"), Party("principal", "arn:aws:*")], []),
            id="wildcard",
        ),
        pytest.param(equals("aws:PrincipalOrgID", "o-*"), ([], []), id="literal-wildcard-is-nobody"),
        pytest.param(
            {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, ([EVERYONE], []), id="if-exists"
        ),
        pytest.param({"Bool": {"aws:SecureTransport": False}}, ([EVERYONE], []), id="not-about-who"),
        pytest.param(
            {"Bool": {"aws:PrincipalIsAWSService": "True"}}, ([Party("service", "*")], []), id="services-alone"
        ),
        pytest.param(
            {"Bool": {"aws:PrincipalIsAWSService": ["true", "false"]}}, ([EVERYONE], []), id="services-or-not"
        ),
        pytest.param({"StringEquals": {"aws:SourceIp": "203.0.113.7"}}, ([EVERYONE], []), id="wrong-comparison"),
        pytest.param(
            {**equals("aws:PrincipalAccount", ACCOUNT), "ArnNotEquals": {"aws:PrincipalArn": ROLE}},
            ([Party("account", ACCOUNT, ACCOUNT)], [Party("principal", ROLE, ACCOUNT)]),
            id="some-but-one",
        ),
    ],
)
def test_whom_a_deny_concerns(condition, expected):
    assert denied(condition) == expected


def test_all_conditions_of_a_deny_limit_it():
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "ecr:*",
            "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": False}},
        },
    }
    (explanation,) = explain(parse_policy(policy, REPOSITORY_POLICY))

    assert [str(condition) for condition in explanation.limited_by] == [
        "StringNotEquals aws:PrincipalOrgID o-1",
        "Bool aws:SecureTransport false",
    ]
    assert explanation.not_limited_by == ()


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_not_principal_is_everyone_but_those(effect):
    statement = {"Effect": effect, "NotPrincipal": {"AWS": [ROOT, ROLE]}, "Action": "*"}
    (explanation,) = explain(parse_policy({"Version": "2012-10-17", "Statement": statement}, REPOSITORY_POLICY))

    assert explanation.who == (EVERYONE,)
    assert explanation.but == (Party("account", ACCOUNT, ACCOUNT), Party("principal", ROLE, ACCOUNT))


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ("ecr:BatchGetImage", ("pull",)),
        (["ecr:Put*Image", "ecr:UploadLayerPart"], ("push",)),
        ("ecr:BatchDelete*", ("administer",)),
        ("ecr:Get*", ("authenticate", "pull", "read")),
        ("ecr:*", ("authenticate", "pull", "read", "push", "administer")),
        ("*", ("authenticate", "pull", "read", "push", "administer")),
    ],
)
def test_what(action, what):
    assert explained("*", action=action).what == what


def test_not_action_is_everything_else():
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "NotAction": "ecr:P*"}}
    (explanation,) = explain(parse_policy(policy, REPOSITORY_POLICY))

    assert [action for action in explanation.actions if action.startswith("ecr:P")] == []
    assert {"ecr:BatchGetImage", "ecr:UploadLayerPart"} <= set(explanation.actions)


def test_says_which_conditions_limit_and_why_the_others_do_not():
    explanation = explained("*", {"StringEquals": {"aws:SourceVpc": "vpc-1"}, "Bool": {"aws:SecureTransport": "true"}})

    assert [str(condition) for condition in explanation.limited_by] == ["StringEquals aws:SourceVpc vpc-1"]
    assert [(str(condition), reason) for condition, reason in explanation.not_limited_by] == [
        ("Bool aws:SecureTransport true", "does not say who")
    ]


@pytest.mark.parametrize(
    ("party", "text"),
    [
        (Party("public", "*"), "everyone"),
        (Party("account", ACCOUNT, ACCOUNT), f"account {ACCOUNT}"),
        (Party("organization-path", "o-1/r-1"), "organization path o-1/r-1"),
        (Party("principal", ROLE, ACCOUNT), ROLE),
        (Party("principal", "*"), "every principal"),
        (Party("service", "lambda.amazonaws.com"), "service lambda.amazonaws.com"),
        (Party("service", "*", ACCOUNT, ACCOUNT), f"any service on behalf of {ACCOUNT}"),
    ],
)
def test_names_parties(party, text):
    assert str(party) == text


@pytest.mark.parametrize(
    ("party", "account_id", "expected"),
    [
        pytest.param(Party("account", ACCOUNT, ACCOUNT), ACCOUNT, True, id="own"),
        pytest.param(Party("account", ACCOUNT, ACCOUNT), OTHER, False, id="another"),
        pytest.param(Party("account", ACCOUNT, ACCOUNT), None, False, id="nobody-knows"),
        pytest.param(Party("organization", "o-1"), None, False, id="no-account"),
        pytest.param(Party("account", "${AWS:ResourceAccount}"), None, True, id="variable"),
        pytest.param(Party("service", "*", None, "${aws:ResourceAccount}"), None, True, id="variable-as-source"),
    ],
)
def test_knows_its_own(party, account_id, expected):
    assert party.is_of(account_id) is expected


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ((), "in"),
        (("authenticate",), "authenticate"),
        (("pull",), "pull"),
        (("authenticate", "pull", "read", "push"), "pull, read and push"),
        (("pull", "read", "push", "administer"), "pull, read, push and administer"),
    ],
)
def test_says_what(what, text):
    assert say_what(what) == text


@pytest.mark.parametrize(
    ("action", "deeds"),
    [
        pytest.param("ecr:*", "do anything", id="everything"),
        pytest.param(["ecr:[!P]*", "ecr:P*"], "push and administer", id="what-iam-takes-literally"),
        pytest.param(
            ["ecr:BatchGetImage", "ecr:ListImages", "ecr:PutImage", "ecr:BatchDeleteImage"],
            "pull, read, push and administer",
            id="one-of-each",
        ),
    ],
)
def test_anything_is_every_action(action, deeds):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action}
    document, _ = read_policy({"Version": "2012-10-17", "Statement": statement}, REPOSITORY_POLICY)

    assert [explanation.deeds for explanation in explain(document)] == [deeds]
