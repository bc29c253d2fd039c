"""Principals of every shape."""

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.kinds import REPOSITORY_POLICY, TRUST_POLICY
from ecr_model.policy.notes import UNKNOWN, Notes
from ecr_model.policy.principals import ROLE_ARN, Principal, read_principal, read_principals

ACCOUNT = "111122223333"


def arn(resource: str, service: str = "iam", partition: str = "aws") -> str:
    return f"arn:{partition}:{service}::{ACCOUNT}:{resource}"


@pytest.mark.parametrize(
    ("type_", "value", "kind", "account", "partition"),
    [
        pytest.param("AWS", "*", "everyone", None, None, id="everyone"),
        pytest.param("AWS", ACCOUNT, "account", ACCOUNT, None, id="account-id"),
        pytest.param("AWS", arn("root"), "account", ACCOUNT, "aws", id="root"),
        pytest.param("AWS", arn("root", partition="aws-cn"), "account", ACCOUNT, "aws-cn", id="root-in-china"),
        pytest.param("AWS", arn("role/path/ci"), "role", ACCOUNT, "aws", id="role"),
        pytest.param("AWS", arn("user/ann"), "user", ACCOUNT, "aws", id="user"),
        pytest.param("AWS", arn("assumed-role/ci/run", "sts"), "session", ACCOUNT, "aws", id="session"),
        pytest.param("AWS", arn("assumed-role/ci", "sts"), "unknown", ACCOUNT, "aws", id="session-without-name"),
        pytest.param("AWS", arn("federated-user/ann", "sts"), "federated-user", ACCOUNT, "aws", id="federated-user"),
        pytest.param("AWS", "AROAEXAMPLEEXAMPLEID1", "deleted", None, None, id="deleted-role"),
        pytest.param("AWS", "arn:aws:iam::*:root", "everyone", None, "aws", id="every-account"),
        pytest.param("AWS", arn("group/all"), "unknown", ACCOUNT, "aws", id="group"),
        pytest.param("AWS", arn("role/"), "unknown", ACCOUNT, "aws", id="nameless"),
        pytest.param("AWS", "arn:aws:iam::12:root", "unknown", None, "aws", id="short-account"),
        pytest.param("AWS", "arn:aws", "unknown", None, None, id="cut-short"),
        pytest.param("AWS", "1" * 11, "unknown", None, None, id="eleven-digits"),
        pytest.param("AWS", "\u0661" * 12, "unknown", None, None, id="digits-of-another-script"),
        pytest.param("AWS", arn(f"role/{'x' * 2017}"), "role", ACCOUNT, "aws", id="longest"),
        pytest.param("AWS", arn(f"role/{'x' * 2018}"), "unknown", None, None, id="too-long"),
        pytest.param("AWS", "x" * 3000, "unknown", None, None, id="long"),
        pytest.param("Service", "lambda.amazonaws.com", "service", None, None, id="service"),
        pytest.param("Service", "*.amazonaws.com", "unknown", None, None, id="any-service"),
        pytest.param("Service", "lambda", "unknown", None, None, id="service-without-host"),
        pytest.param("Federated", arn("saml-provider/corp"), "federated", ACCOUNT, "aws", id="saml"),
        pytest.param("Federated", arn("oidc-provider/gitlab.com"), "federated", ACCOUNT, "aws", id="oidc"),
        pytest.param("Federated", "cognito-identity.amazonaws.com", "federated", None, None, id="cognito"),
        pytest.param("Federated", arn("role/x"), "unknown", ACCOUNT, "aws", id="no-provider"),
        pytest.param("CanonicalUser", "a" * 64, "canonical-user", None, None, id="canonical-user"),
        pytest.param("CanonicalUser", "ann", "unknown", None, None, id="no-canonical-user"),
    ],
)
def test_reads(type_, value, kind, account, partition):
    assert read_principal(type_, value) == Principal(type_, value, kind, account, partition)


def read(value, kind=REPOSITORY_POLICY):
    notes = Notes(kind)
    return read_principals(value, "Principal", notes), tuple(notes.findings)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("*", id="text"),
        pytest.param({"AWS": "*"}, id="object"),
        pytest.param({"AWS": ["*"]}, id="list"),
    ],
)
def test_reads_everyone_in_every_form(value):
    assert read(value) == ((read_principal("AWS", "*"),), ())


def test_reads_lists_of_several_types():
    value = {"AWS": [ACCOUNT, arn("role/ci")], "Service": "lambda.amazonaws.com"}

    assert read(value) == (
        (
            read_principal("AWS", ACCOUNT),
            read_principal("AWS", arn("role/ci")),
            read_principal("Service", "lambda.amazonaws.com"),
        ),
        (),
    )


RULE = "policy-principal"
SHAPES = "must be '*', an account id, or the ARN of an account's root, a role, a user or a session"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            ACCOUNT,
            Finding("Principal", RULE, "must be '*' or an object", f"'{ACCOUNT}'", f"write {{\"AWS\": '{ACCOUNT}'}}"),
            id="bare-text",
        ),
        pytest.param([ACCOUNT], Finding("Principal", RULE, "must be '*' or an object", "a list"), id="bare-list"),
        pytest.param({}, Finding("Principal", RULE, "must not be an empty object", None, "name somebody"), id="empty"),
        pytest.param(
            {"AWS": []},
            Finding("Principal.AWS", RULE, "must not be an empty list", None, "name something, or leave it out"),
            id="empty-list",
        ),
        pytest.param({"AWS": [7]}, Finding("Principal.AWS[0]", RULE, "must be a text", "7"), id="number"),
        pytest.param(
            {"aws": ACCOUNT},
            Finding(
                "Principal.aws",
                RULE,
                "must be 'AWS', 'Service', 'Federated' or 'CanonicalUser'",
                "'aws'",
                "write 'AWS'",
            ),
            id="type-in-lower-case",
        ),
        pytest.param(
            {"AWS": "12345"},
            Finding("Principal.AWS", RULE, SHAPES, "'12345'", "write all twelve digits, with the leading zeros"),
            id="short-account",
        ),
        pytest.param(
            {"AWS": arn("group/all")},
            Finding(
                "Principal.AWS",
                RULE,
                SHAPES,
                f"'{arn('group/all')}'",
                "name the account or its roles: a group is no principal",
            ),
            id="group",
        ),
        pytest.param(
            {"AWS": "lambda.amazonaws.com"},
            Finding("Principal.AWS", RULE, SHAPES, "'lambda.amazonaws.com'", "write it under the key 'Service'"),
            id="service-as-aws",
        ),
        pytest.param(
            {"AWS": arn("role/*")},
            Finding(
                "Principal.AWS",
                RULE,
                "must not have a wildcard in it",
                f"'{arn('role/*')}'",
                "name the account, and add the condition ArnLike aws:PrincipalArn",
            ),
            id="wildcard",
        ),
        pytest.param(
            {"Service": "*"},
            Finding("Principal.Service", RULE, "must not have a wildcard in it", "'*'", "name it"),
            id="any-service",
        ),
        pytest.param(
            {"AWS": "AROAEXAMPLEEXAMPLEID1"},
            Finding(
                "Principal.AWS",
                "policy-principal-deleted",
                "should be an ARN: AWS leaves this id where a deleted role or user was",
                "'AROAEXAMPLEEXAMPLEID1'",
                "remove it, or name the role or user that took its place",
                "warning",
            ),
            id="deleted",
        ),
        pytest.param(
            {"Federated": "cognito-identity.amazonaws.com"},
            Finding(
                "Principal.Federated",
                "policy-principal-type",
                "should be 'AWS' or 'Service': nobody else calls ECR",
                "'Federated'",
                severity="warning",
            ),
            id="federated",
        ),
    ],
)
def test_finds(value, expected):
    assert read(value)[1] == (expected,)


@pytest.mark.parametrize(
    ("role_arn", "is_one"),
    [
        pytest.param("arn:aws:iam::111122223333:role/ci", True, id="role"),
        pytest.param("arn:aws-us-gov:iam::111122223333:role/team:a/!~/ci+=,.@-_", True, id="path"),
        pytest.param(f"arn:aws-us-gov:iam::111122223333:role/{'p' * 510}/{'n' * 64}", True, id="longest"),
        pytest.param(f"arn:aws-us-gov:iam::111122223333:role/{'p' * 511}/{'n' * 64}", False, id="too-long"),
        pytest.param(f"arn:aws:iam::111122223333:role/{'n' * 65}", False, id="long-name"),
        pytest.param("arn:aws:iam::111122223333:role/team/", False, id="path-alone"),
        pytest.param("arn:aws:iam::111122223333:role/team/*", False, id="wildcard"),
        pytest.param("arn:aws:iam::111122223333:role/a?b/ci", False, id="wildcard-in-the-path"),
        pytest.param("arn:aws:iam::111122223333:role/${aws:userid}/ci", False, id="variable"),
        pytest.param("arn:aws:iam::111122223333:user/ci", False, id="user"),
        pytest.param("arn:aws:sts::111122223333:assumed-role/ci/run", False, id="session"),
    ],
)
def test_knows_one_role_by_its_arn(role_arn, is_one):
    assert ROLE_ARN.is_match(role_arn) is is_one


def test_takes_identity_providers_in_a_trust_policy():
    assert read({"Federated": arn("oidc-provider/gitlab.com")}, TRUST_POLICY)[1] == ()


def test_judges_a_misspelt_type_as_what_it_could_mean():
    assert read({"AMS": "*"})[0] == (read_principal("AWS", "*"),)


def test_keeps_the_paths_of_unknown_principals():
    notes = Notes(REPOSITORY_POLICY)

    assert read_principals({"AWS": [ACCOUNT, UNKNOWN]}, "Principal", notes) == (read_principal("AWS", ACCOUNT),)
    assert read_principals(UNKNOWN, "NotPrincipal", notes) == ()
    assert notes.unknown == ["Principal.AWS[1]", "NotPrincipal"]
