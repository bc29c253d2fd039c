"""Operators, keys and values of conditions."""

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.conditions import OPERATORS, Condition, Operator, is_known_key, read_conditions, read_operator
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.notes import UNKNOWN, Notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("StringEquals", Operator("StringEquals"), id="plain"),
        pytest.param("stringequals", Operator("StringEquals"), id="any-case"),
        pytest.param("ARNLIKEIFEXISTS", Operator("ArnLike", if_exists=True), id="if-exists"),
        pytest.param("forAnyValue:StringLike", Operator("StringLike", "ForAnyValue"), id="any-value"),
        pytest.param(
            "ForAllValues:StringNotLikeIfExists", Operator("StringNotLike", "ForAllValues", if_exists=True), id="all"
        ),
        pytest.param("Null", Operator("Null"), id="null"),
        pytest.param("NullIfExists", None, id="null-takes-no-if-exists"),
        pytest.param("ForAnyValue:Null", None, id="null-takes-no-quantifier"),
        pytest.param("ForSomeValues:StringLike", None, id="unknown-quantifier"),
        pytest.param("StringMatches", None, id="unknown"),
        pytest.param("IfExists", None, id="if-exists-alone"),
        pytest.param("StringEquals" * 1000, None, id="long"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reads_operators(text, expected):
    assert read_operator(text) == expected


@pytest.mark.parametrize("base", OPERATORS)
def test_an_operator_reads_as_it_is_written(base):
    quantifiers = ("",) if base == "Null" else ("", "ForAllValues", "ForAnyValue")
    operators = [Operator(base, quantifier, exists) for quantifier in quantifiers for exists in (False, base != "Null")]

    assert [read_operator(str(operator)) for operator in operators] == operators


@pytest.mark.parametrize(
    ("base", "expected"),
    [("StringNotEquals", True), ("NotIpAddress", True), ("ArnNotLike", True), ("Null", False), ("Bool", False)],
)
def test_knows_negated_operators(base, expected):
    assert Operator(base).is_negated is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("aws:PrincipalOrgID", True),
        ("AWS:SOURCEIP", True),
        ("aws:ResourceTag/team", True),
        ("aws:ViaAWSMCPService", True),
        ("ecr:ResourceTag/team", True),
        ("aws:PrincipleOrgID", False),
    ],
)
def test_knows_global_keys(key, expected):
    assert is_known_key(key) is expected


def read(value):
    notes = Notes(REPOSITORY_POLICY)
    return read_conditions(value, "Condition", notes), tuple(notes.findings), tuple(notes.unknown)


def test_reads_values_of_every_kind():
    value = {"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"aws:EpochTime": [3.0, 4, 1.5]}}

    assert read(value) == (
        (
            Condition(Operator("Bool"), "aws:SecureTransport", ("true",)),
            Condition(Operator("NumericLessThan"), "aws:EpochTime", ("3", "4", "1.5")),
        ),
        (),
        (),
    )


def test_numbers_have_at_most_twenty_digits():
    assert read({"NumericLessThan": {"aws:MultiFactorAuthAge": 10**20 - 1}})[1] == ()
    assert [f.requirement for f in read({"NumericLessThan": {"aws:MultiFactorAuthAge": 10**20}})[1]] == [
        "must compare with texts, numbers or booleans"
    ]


RULE = "policy-condition"
TWICE = "must not have a key twice under one operator, in whatever case"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([], Finding("Condition", RULE, "must be an object", "a list"), id="list"),
        pytest.param(
            {"StringEqual": {"aws:SourceIp": "x"}},
            Finding(
                "Condition.StringEqual",
                RULE,
                "must be an operator that IAM knows",
                "'StringEqual'",
                "write 'StringEquals'",
            ),
            id="misspelt-operator",
        ),
        pytest.param(
            {"StringEquals": "aws:SourceVpc"},
            Finding("Condition.StringEquals", RULE, "must be an object of keys and values", "'aws:SourceVpc'"),
            id="no-keys",
        ),
        pytest.param(
            {"StringEquals": {"SourceVpc": "vpc-1"}},
            Finding(
                "Condition.StringEquals",
                RULE,
                "must be a key with its prefix, as aws:PrincipalOrgID",
                "'SourceVpc'",
            ),
            id="key-without-prefix",
        ),
        pytest.param(
            {"StringEquals": {"aws:SourceVpc": [None]}},
            Finding("Condition.StringEquals", RULE, "must compare with texts, numbers or booleans", "null"),
            id="null",
        ),
        pytest.param(
            {"StringEquals": {"aws:SourceVpc": {"a": "b"}}},
            Finding("Condition.StringEquals", RULE, "must compare with texts, numbers or booleans", "a dict"),
            id="object",
        ),
        pytest.param(
            {"StringEquals": {"aws:SourceVpc": []}},
            Finding("Condition.StringEquals", RULE, "must not compare with an empty list", None, "name a value"),
            id="empty-list",
        ),
        pytest.param(
            {"StringEquals": {"aws:SourceVpc": "vpc-1", "AWS:sourcevpc": "vpc-2"}},
            Finding("Condition", RULE, TWICE, None, "write all values into one list"),
            id="key-twice",
        ),
        pytest.param(
            {"stringequals": {"aws:SourceVpc": "vpc-1"}},
            Finding(
                "Condition.stringequals",
                "policy-condition-spelling",
                "should be spelt 'StringEquals'",
                "'stringequals'",
                severity="warning",
            ),
            id="spelling",
        ),
        pytest.param(
            {"StringEquals": {"aws:PrincipleOrgID": "o-1"}},
            Finding(
                "Condition.StringEquals",
                "policy-condition-key",
                "should be a key that AWS sets: no request has another",
                "'aws:PrincipleOrgID'",
                "write 'aws:PrincipalOrgID'",
                "warning",
            ),
            id="misspelt-key",
        ),
        pytest.param(
            {"StringLikeIfExists": {"aws:principalOrgPaths": "o-1/*"}},
            Finding(
                "Condition.StringLikeIfExists",
                "policy-condition-quantifier",
                "should be compared by ForAnyValue or ForAllValues: a request has a list of it",
                "'aws:principalOrgPaths'",
                "write 'ForAnyValue:StringLikeIfExists'",
                "warning",
            ),
            id="list-without-quantifier",
        ),
        pytest.param(
            {"StringNotEquals": {"aws:TagKeys": "team"}},
            Finding(
                "Condition.StringNotEquals",
                "policy-condition-quantifier",
                "should be compared by ForAnyValue or ForAllValues: a request has a list of it",
                "'aws:TagKeys'",
                severity="warning",
            ),
            id="negated-list-without-quantifier",
        ),
    ],
)
def test_finds(value, expected):
    assert read(value)[1] == (expected,)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, id="all"),
        pytest.param({"ForAnyValue:StringLike": {"aws:VpceOrgPaths": "o-1/*"}}, id="any"),
        pytest.param({"Null": {"aws:SourceOrgPaths": "false"}}, id="presence"),
        pytest.param({"StringEquals": {"aws:CalledViaFirst": "athena.amazonaws.com"}}, id="no-list"),
    ],
)
def test_passes_over(value):
    assert read(value)[1] == ()


def test_leaves_out_what_is_unknown_and_keeps_its_path():
    value = {
        "StringEquals": {"aws:SourceVpc": ["vpc-1", UNKNOWN], "aws:SourceVpce": "vpce-1"},
        "Bool": UNKNOWN,
    }

    assert read(value) == (
        (Condition(Operator("StringEquals"), "aws:SourceVpce", ("vpce-1",)),),
        (),
        ("Condition.StringEquals", "Condition.Bool"),
    )
    assert read(UNKNOWN) == ((), (), ("Condition",))


def test_shows_a_long_condition_in_short():
    condition = Condition(Operator("StringEquals"), "aws:SourceVpc", ("a", "b", "c", "d", "e"))

    assert str(condition) == "StringEquals aws:SourceVpc a, b, c and 2 more"
