"""Single statements: their elements, in every wrong form."""

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.conditions import Condition, Operator
from ecr_model.policy.kinds import (
    IDENTITY_POLICY,
    PUBLIC_REPOSITORY_POLICY,
    REGISTRY_POLICY,
    REPOSITORY_POLICY,
    TRUST_POLICY,
)
from ecr_model.policy.notes import UNKNOWN, Notes
from ecr_model.policy.principals import read_principal
from ecr_model.policy.statements import Statement, read_statement

PULL = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}


def read(value, kind=REPOSITORY_POLICY):
    notes = Notes(kind)
    return read_statement(value, "S", notes), tuple(notes.findings)


def findings(value, kind=REPOSITORY_POLICY):
    return read(value, kind)[1]


def test_reads_every_element():
    value = {
        "Sid": "Pull",
        "Effect": "Deny",
        "NotPrincipal": {"AWS": "111122223333"},
        "NotAction": ["ecr:BatchGetImage"],
        "NotResource": "*",
        "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    }

    assert read(value, REGISTRY_POLICY) == (
        Statement(
            "S",
            "Deny",
            "Pull",
            not_principals=(read_principal("AWS", "111122223333"),),
            not_actions=("ecr:BatchGetImage",),
            not_resources=("*",),
            conditions=(Condition(Operator("StringEquals"), "aws:SourceVpc", ("vpc-1",)),),
        ),
        (),
    )


ELEMENTS = (
    "'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource' or 'Condition'"
)
NO_GRANT = "must be an action that a repository policy can grant"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("x", [Finding("S", "policy-statement", "must be an object", "'x'")], id="text"),
        pytest.param(
            {},
            [
                Finding("S", "policy-principal", "must have Principal or NotPrincipal", None, "add Principal"),
                Finding("S", "policy-action", "must have Action or NotAction", None, "add Action"),
                Finding("S", "policy-effect", "must have Effect", None, "add 'Allow' or 'Deny'"),
            ],
            id="empty",
        ),
        pytest.param(
            {**PULL, "NotPrincipal": "*"},
            [
                Finding(
                    "S",
                    "policy-principal",
                    "must have Principal or NotPrincipal, not both",
                    None,
                    "remove NotPrincipal",
                )
            ],
            id="both-principals",
        ),
        pytest.param(
            {**PULL, "NotAction": "ecr:PutImage"},
            [Finding("S", "policy-action", "must have Action or NotAction, not both", None, "remove NotAction")],
            id="both-actions",
        ),
        pytest.param(
            {**PULL, "Resource": "*"},
            [Finding("S.Resource", "policy-resource", "must not stand in a repository policy", None, "remove it")],
            id="resource",
        ),
        pytest.param(
            {**PULL, "Effect": "allow"},
            [Finding("S.Effect", "policy-effect", "must be 'Allow' or 'Deny'", "'allow'", "write 'Allow'")],
            id="effect-in-lower-case",
        ),
        pytest.param(
            {**PULL, "Effect": ["Allow"]},
            [Finding("S.Effect", "policy-effect", "must be 'Allow' or 'Deny'", "a list")],
            id="effect-list",
        ),
        pytest.param({**PULL, "Sid": 1}, [Finding("S.Sid", "policy-sid", "must be a text", "1", "quote it")], id="sid"),
        pytest.param(
            {**PULL, "Condition": None},
            [Finding("S.Condition", "policy-element", "must not be null", "null", "leave it out")],
            id="null",
        ),
        pytest.param(
            {**PULL, "Effekt": "Allow"},
            [Finding("S.Effekt", "policy-element", "is no element of a statement", "'Effekt'", f"use {ELEMENTS}")],
            id="unknown-element",
        ),
        pytest.param(
            {"effect": "Allow", "Principal": "*", "Action": "ecr:PutImage"},
            [Finding("S.effect", "policy-element", "is no element of a statement", "'effect'", "write 'Effect'")],
            id="element-in-lower-case",
        ),
        pytest.param(
            {**PULL, "Action": "ecr:GetAuthorizationToken"},
            [
                Finding(
                    "S.Action",
                    "policy-action",
                    NO_GRANT,
                    "'ecr:GetAuthorizationToken'",
                    "remove it, and grant it by IAM on the resource '*'",
                )
            ],
            id="login",
        ),
        pytest.param(
            {**PULL, "Action": ["ecr:PutReg*Policy"]},
            [
                Finding(
                    "S.Action[0]",
                    "policy-action",
                    NO_GRANT,
                    "'ecr:PutReg*Policy'",
                    "remove it, and grant it by IAM",
                )
            ],
            id="registry-action-behind-a-wildcard",
        ),
        pytest.param(
            {**PULL, "Action": "s3:GetObject"},
            [
                Finding(
                    "S.Action",
                    "policy-action",
                    "must be an action of 'ecr' in a repository policy",
                    "'s3:GetObject'",
                    "remove it: it has no effect here",
                )
            ],
            id="other-service",
        ),
        pytest.param(
            {**PULL, "Action": "ecr:GetDownloadURLForLayers"},
            [
                Finding(
                    "S.Action",
                    "policy-action",
                    "must be an action that ECR has",
                    "'ecr:GetDownloadURLForLayers'",
                    "write 'ecr:GetDownloadUrlForLayer'",
                )
            ],
            id="misspelt-action",
        ),
        pytest.param(
            {**PULL, "Action": "PutImage"},
            [Finding("S.Action", "policy-action", "must be 'service:Action'", "'PutImage'", "write 'ecr:PutImage'")],
            id="action-without-service",
        ),
        pytest.param(
            {**PULL, "Action": "e*:PutImage"},
            [Finding("S.Action", "policy-action", "must be 'service:Action'", "'e*:PutImage'", "write 'ecr:PutImage'")],
            id="wildcard-service",
        ),
        pytest.param(
            {**PULL, "Action": ["", 5]},
            [
                Finding("S.Action[0]", "policy-action", "must be a text", "''"),
                Finding("S.Action[1]", "policy-action", "must be a text", "5"),
            ],
            id="no-texts",
        ),
    ],
)
def test_finds(value, expected):
    assert list(findings(value)) == expected


@pytest.mark.parametrize("action", ["*", "*:*", "ecr:*", "ecr:Get*", "ECR:BATCHGETIMAGE"])
def test_takes_wildcards_and_any_case(action):
    assert findings({**PULL, "Action": action}) == ()


def test_spares_actions_without_effect_in_a_not_action():
    value = {"Effect": "Deny", "Principal": "*", "NotAction": "ecr:GetAuthorizationToken"}

    assert findings(value) == ()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(PULL | {"Resource": "*", "Action": "ecr:PutRegistryPolicy"}, REGISTRY_POLICY, id="registry"),
        pytest.param({"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}, IDENTITY_POLICY, id="identity"),
        pytest.param(
            {"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRole"},
            TRUST_POLICY,
            id="trust",
        ),
        pytest.param(PULL | {"Action": "ecr-public:PutImage", "Resource": "*"}, PUBLIC_REPOSITORY_POLICY, id="public"),
    ],
)
def test_takes_what_its_kind_takes(value, kind):
    assert findings(value, kind) == ()


def test_finds_what_its_kind_asks_for():
    assert findings(PULL, REGISTRY_POLICY) == (
        Finding("S", "policy-resource", "must have Resource or NotResource", None, "add Resource"),
    )
    assert findings(PULL | {"Resource": "*"}, IDENTITY_POLICY) == (
        Finding("S.Principal", "policy-principal", "must not stand in a identity policy", None, "remove it"),
    )


def test_reads_a_wrong_effect_as_the_wider_one():
    assert [read({**PULL, "Effect": effect})[0].effect for effect in ("ALLOW", "deny", 1, "Permit")] == [
        "Allow",
        "Deny",
        "Allow",
        "Allow",
    ]


def test_prefers_the_element_that_is_spelt_rightly():
    statement, _ = read({"action": "ecr:*", **PULL})

    assert statement.actions == ("ecr:BatchGetImage",)


def test_keeps_the_paths_of_what_is_unknown():
    value = {"Effect": UNKNOWN, "Sid": UNKNOWN, "Principal": UNKNOWN, "Action": ["ecr:PutImage", UNKNOWN]}
    statement, found = read(value)

    assert found == ()
    assert statement == Statement(
        "S",
        "Allow",
        principals=(),
        actions=("ecr:PutImage",),
        unknown=("S.Effect", "S.Sid", "S.Principal", "S.Action[1]"),
    )
    assert statement.unknown_in("Action", "Effect") == ("S.Effect", "S.Action[1]")


def test_an_unknown_statement_is_no_mistake():
    notes = Notes(REPOSITORY_POLICY)

    assert read_statement(UNKNOWN, "S", notes) is None
    assert (notes.findings, notes.unknown) == ([], ["S"])


@pytest.mark.parametrize(
    ("actions", "not_actions", "expected"),
    [
        pytest.param(("kms:create*",), None, True, id="pattern"),
        pytest.param(("kms:DescribeKey",), None, False, id="another"),
        pytest.param(None, ("kms:DescribeKey",), True, id="not-excepted"),
        pytest.param(None, ("*",), False, id="excepted"),
        pytest.param(None, None, False, id="nothing"),
    ],
)
def test_concerns(actions, not_actions, expected):
    statement = Statement("S", "Allow", actions=actions, not_actions=not_actions)

    assert statement.concerns("kms:CreateGrant") is expected


def test_labels_by_sid_or_place():
    assert (Statement("S", "Allow", "Pull").label, Statement("S", "Allow").label) == ("statement 'Pull'", "S")


def test_stops_looking_for_the_word_that_was_meant_after_the_first_findings():
    """Thousands of misspelt actions take no longer than their number."""
    found = findings({**PULL, "Action": [f"ecr:PutImage{number}" for number in range(30)]})

    assert [finding.fix for finding in found] == ["write 'ecr:PutImage'"] * 20 + [""] * 10
