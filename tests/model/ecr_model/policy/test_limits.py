"""Which conditions limit who may come: the table of what the field gets wrong."""

import pytest
from ecr_model.policy.conditions import Condition, read_operator
from ecr_model.policy.limits import present_keys, weakness

ORGANIZATION = "o-a1b2c3d4e5"
ROLE = "arn:aws:iam::111122223333:role/ci"
FUNCTIONS = "arn:aws:lambda:eu-west-1:111122223333:function:*"


def condition(operator: str, key: str, *values: str) -> Condition:
    known = read_operator(operator)
    assert known is not None
    return Condition(known, key, values)


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        pytest.param("StringEquals", "aws:PrincipalOrgID", [ORGANIZATION], id="organization"),
        pytest.param("StringEquals", "AWS:principalorgid", [ORGANIZATION], id="key-in-any-case"),
        pytest.param("StringLike", "aws:PrincipalOrgID", [ORGANIZATION], id="like-without-wildcard"),
        pytest.param("StringEquals", "aws:PrincipalOrgID", ["${aws:ResourceOrgID}"], id="own-organization"),
        pytest.param("StringEquals", "aws:PrincipalAccount", ["${aws:ResourceAccount}"], id="own-account"),
        pytest.param(
            "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", [f"{ORGANIZATION}/r-ab12/*"], id="organization-path"
        ),
        pytest.param("StringEquals", "aws:PrincipalAccount", ["111122223333", "444455556666"], id="accounts"),
        pytest.param("StringEquals", "kms:CallerAccount", ["111122223333"], id="caller-of-kms"),
        pytest.param("ArnEquals", "aws:PrincipalArn", [ROLE], id="role"),
        pytest.param("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::111122223333:role/*"], id="roles-of-an-account"),
        pytest.param("StringLike", "aws:userid", ["AROAEXAMPLEEXAMPLEID1:*"], id="sessions-of-a-role"),
        pytest.param("ArnLike", "aws:SourceArn", [FUNCTIONS], id="source"),
        pytest.param("ArnLike", "aws:SourceArn", [FUNCTIONS.replace("eu-west-1", "*")], id="source-in-any-region"),
        pytest.param("ArnEquals", "aws:SourceArn", ["arn:aws:s3:::one-bucket"], id="bucket"),
        pytest.param("StringEquals", "aws:SourceAccount", ["111122223333"], id="source-account"),
        pytest.param("StringEquals", "aws:SourceOrgID", [ORGANIZATION], id="source-organization"),
        pytest.param("StringEquals", "aws:SourceVpce", ["vpce-0123456789abcdef0"], id="endpoint"),
        pytest.param("StringEquals", "aws:VpceAccount", ["${aws:ResourceAccount}"], id="endpoints-of-its-own"),
        pytest.param("StringEquals", "aws:SourceVpc", ["vpc-0123456789abcdef0"], id="vpc"),
        pytest.param("IpAddress", "aws:SourceIp", ["203.0.113.7"], id="address"),
        pytest.param("Bool", "aws:PrincipalIsAWSService", ["true"], id="services"),
        pytest.param("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"], id="ranges"),
        pytest.param("IpAddress", "aws:SourceIp", ["12.0.0.0/8"], id="widest-range"),
    ],
)
def test_limits(operator, key, values):
    assert weakness(condition(operator, key, *values)) == ""


NEGATED = "is negated: it holds for everyone else"
IF_EXISTS = "holds also for a request without the key (IfExists)"
ALL_VALUES = "holds also for a request without the key (ForAllValues)"
NOT_WHO = "does not say who"
NO_IDENTITY = "compares no identities"


def loose(value: str) -> str:
    return f"has the value {value!r}, which names no one"


@pytest.mark.parametrize(
    ("operator", "key", "values", "expected"),
    [
        pytest.param("StringNotEquals", "aws:PrincipalOrgID", [ORGANIZATION], NEGATED, id="negated"),
        pytest.param("ArnNotLike", "aws:PrincipalArn", [ROLE], NEGATED, id="negated-arn"),
        pytest.param("NotIpAddress", "aws:SourceIp", ["203.0.113.7"], NEGATED, id="negated-address"),
        pytest.param("StringEqualsIfExists", "aws:PrincipalOrgID", [ORGANIZATION], IF_EXISTS, id="if-exists"),
        pytest.param(
            "ForAllValues:StringLike", "aws:PrincipalOrgPaths", [f"{ORGANIZATION}/*"], ALL_VALUES, id="all-values"
        ),
        pytest.param("StringLike", "aws:PrincipalOrgID", ["*"], loose("*"), id="wildcard"),
        pytest.param("StringLike", "aws:PrincipalOrgID", ["o-*"], loose("o-*"), id="wildcard-in-the-value"),
        pytest.param("StringLike", "aws:PrincipalOrgID", ["o-????"], loose("o-????"), id="question-marks"),
        pytest.param("StringEquals", "aws:PrincipalOrgID", ["*"], loose("*"), id="literal-wildcard"),
        pytest.param("StringEquals", "aws:PrincipalOrgID", [ORGANIZATION, "*"], loose("*"), id="one-of-two"),
        pytest.param("StringEquals", "aws:PrincipalOrgID", [""], loose(""), id="empty-value"),
        pytest.param("StringEquals", "aws:PrincipalOrgID", [], "has no value", id="no-value"),
        pytest.param(
            "StringEquals",
            "aws:PrincipalAccount",
            ["${aws:PrincipalAccount}"],
            loose("${aws:PrincipalAccount}"),
            id="variable-of-the-caller",
        ),
        pytest.param(
            "StringEquals",
            "aws:SourceArn",
            ["${aws:ResourceAccount}"],
            loose("${aws:ResourceAccount}"),
            id="variable-of-another-kind",
        ),
        pytest.param("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["*/r-ab12/*"], loose("*/r-ab12/*"), id="path"),
        pytest.param(
            "ArnLike",
            "aws:PrincipalArn",
            ["arn:aws:iam::*:role/ci"],
            loose("arn:aws:iam::*:role/ci"),
            id="role-of-any-account",
        ),
        pytest.param("ArnLike", "aws:PrincipalArn", ["*"], loose("*"), id="any-principal"),
        pytest.param("ArnLike", "aws:PrincipalArn", ["arn:aws:*"], loose("arn:aws:*"), id="cut-short"),
        pytest.param(
            "StringLike",
            "aws:PrincipalArn",
            ["arn:aws:iam:*:111122223333:role/ci"],
            loose("arn:aws:iam:*:111122223333:role/ci"),
            id="wildcard-that-could-swallow-the-account",
        ),
        pytest.param("StringLike", "aws:userid", ["*:session"], loose("*:session"), id="anybody's-session"),
        pytest.param("StringEquals", "aws:SourceIp", ["203.0.113.7"], NO_IDENTITY, id="address-as-text"),
        pytest.param("NumericEquals", "aws:PrincipalAccount", ["111122223333"], NO_IDENTITY, id="number"),
        pytest.param("Null", "aws:PrincipalOrgID", ["false"], NO_IDENTITY, id="any-organization"),
        pytest.param("IpAddress", "aws:SourceIp", ["0.0.0.0/0"], loose("0.0.0.0/0"), id="all-addresses"),
        pytest.param("IpAddress", "aws:SourceIp", ["128.0.0.0/1"], loose("128.0.0.0/1"), id="half-of-all"),
        pytest.param("IpAddress", "aws:SourceIp", ["::/0"], loose("::/0"), id="all-of-ipv6"),
        pytest.param("IpAddress", "aws:SourceIp", ["2000::/3"], loose("2000::/3"), id="global-ipv6"),
        pytest.param("IpAddress", "aws:SourceIp", ["1.2.3.4/x"], loose("1.2.3.4/x"), id="no-range"),
        pytest.param("Bool", "aws:SecureTransport", ["true"], NOT_WHO, id="transport"),
        pytest.param("Bool", "aws:PrincipalIsAWSService", ["false"], loose("false"), id="no-service"),
        pytest.param("BoolIfExists", "aws:PrincipalIsAWSService", ["true"], IF_EXISTS, id="services-if-exists"),
        pytest.param("StringEquals", "aws:PrincipalTag/team", ["a"], NOT_WHO, id="tag-of-anybody"),
        pytest.param("StringEquals", "aws:username", ["ci"], NOT_WHO, id="user-of-anybody"),
        pytest.param("IpAddress", "aws:VpcSourceIp", ["10.0.0.0/8"], NOT_WHO, id="private-address"),
        pytest.param("StringEquals", "aws:PrincipalType", ["AssumedRole"], NOT_WHO, id="type"),
    ],
)
def test_limits_nobody(operator, key, values, expected):
    assert weakness(condition(operator, key, *values)) == expected


@pytest.mark.parametrize("operator", ["StringEqualsIfExists", "ForAllValues:StringEquals"])
def test_limits_when_another_condition_asks_for_the_key(operator):
    present = present_keys([condition("Null", "AWS:PrincipalOrgID", "False")])

    assert weakness(condition(operator, "aws:PrincipalOrgID", ORGANIZATION), present) == ""


@pytest.mark.parametrize("values", [["true"], ["true", "false"], []])
def test_a_key_that_may_be_absent_is_not_present(values):
    assert present_keys([condition("Null", "aws:PrincipalOrgID", *values)]) == frozenset()
