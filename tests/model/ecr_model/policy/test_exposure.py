"""What policies let outsiders do: verdicts compared whole."""

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.document import read_policy
from ecr_model.policy.exposure import judge_cross_account, judge_public_access, judge_service_access
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.notes import UNKNOWN

ACCOUNT, OTHER = "111122223333", "444455556666"
PULL = "ecr:BatchGetImage"


def document(*statements):
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    found, _ = read_policy(policy, REPOSITORY_POLICY)
    assert found is not None
    return found


def allow(principal="*", action=PULL, **rest):
    return {"Effect": "Allow", "Principal": principal, "Action": action, **rest}


LIMIT = 'name the accounts in Principal, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."} to Condition'


def public(got: str, fix: str, what: str = "pull", label: str = "Statement[0]") -> Judgement:
    requirement = f"{label} must not let everyone {what}"
    return Judgement((Finding("policy.Statement[0]", "access-public", requirement, got, fix),))


def limits_nobody(reason: str) -> str:
    return f"principal * with {PULL} and a condition that limits nobody: {reason}"


class TestPublic:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            pytest.param(allow(), public(f"principal * with {PULL} and no condition", LIMIT), id="star"),
            pytest.param(
                allow({"AWS": ["*"]}, ["ecr:*"], Sid="All"),
                public("principal * with ecr:* and no condition", LIMIT, "do anything", "statement 'All'"),
                id="star-in-a-list",
            ),
            pytest.param(
                allow({"AWS": "arn:aws:iam::*:root"}),
                public(f"principal arn:aws:iam::*:root with {PULL} and no condition", LIMIT),
                id="every-account",
            ),
            pytest.param(
                {"effect": "Allow", "principal": "*", "action": PULL},
                public(f"principal * with {PULL} and no condition", LIMIT),
                id="elements-in-lower-case",
            ),
            pytest.param(
                {"Effect": "Permit", "Principal": {"*": "*"}, "Action": PULL},
                public(f"principal * with {PULL} and no condition", LIMIT),
                id="refused-anyway",
            ),
            pytest.param(
                {"Effect": "Allow", "Action": PULL},
                public(f"principal missing with {PULL} and no condition", LIMIT),
                id="principal-missing",
            ),
            pytest.param(
                allow(action=["ecr:Batch*", "ecr:GetD*", "ecr:PutI*", "ecr:Upl*", "ecr:Init*", "ecr:Comp*", "ecr:L*"]),
                public(
                    "principal * with ecr:Batch*, ecr:GetD*, ecr:PutI*, ecr:Upl*, ecr:Init* and 2 more "
                    "and no condition",
                    LIMIT,
                    "pull, read, push and administer",
                ),
                id="many-actions",
            ),
            pytest.param(
                allow(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}),
                public(
                    limits_nobody("StringNotEquals aws:PrincipalOrgID o-1 is negated: it holds for everyone else"),
                    "name those who may with StringEquals aws:PrincipalOrgID, or in Principal",
                ),
                id="negated",
            ),
            pytest.param(
                allow(Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}),
                public(
                    limits_nobody(
                        "StringEqualsIfExists aws:PrincipalOrgID o-1 holds also for a request without the key "
                        "(IfExists)"
                    ),
                    "write StringEquals in place of StringEqualsIfExists",
                ),
                id="if-exists",
            ),
            pytest.param(
                allow(Condition={"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}),
                public(
                    limits_nobody(
                        "ForAllValues:StringLike aws:PrincipalOrgPaths o-1/* holds also for a request without the key "
                        "(ForAllValues)"
                    ),
                    "write ForAnyValue:StringLike in place of ForAllValues:StringLike",
                ),
                id="all-values",
            ),
            pytest.param(
                allow(Condition={"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
                public(
                    limits_nobody(
                        "ForAllValues:StringEquals aws:PrincipalOrgID o-1 holds also for a request without the key "
                        "(ForAllValues)"
                    ),
                    "write StringEquals in place of ForAllValues:StringEquals",
                ),
                id="all-values-of-one",
            ),
            pytest.param(
                allow(Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}),
                public(
                    limits_nobody("StringLike aws:PrincipalOrgID o-* has the value 'o-*', which names no one"),
                    "write the full value of aws:PrincipalOrgID",
                ),
                id="wildcard-value",
            ),
            pytest.param(
                allow(Condition={"Bool": {"aws:PrincipalIsAWSService": False}}),
                public(
                    limits_nobody("Bool aws:PrincipalIsAWSService false has the value 'false', which names no one"),
                    LIMIT,
                ),
                id="any-but-services",
            ),
            pytest.param(
                allow(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),
                public(
                    limits_nobody("IpAddress aws:SourceIp 0.0.0.0/0 has the value '0.0.0.0/0', which names no one"),
                    "write a narrower range for aws:SourceIp",
                ),
                id="all-addresses",
            ),
            pytest.param(
                allow(Condition={"Null": {"aws:PrincipalOrgID": "false"}}),
                public(
                    limits_nobody("Null aws:PrincipalOrgID false compares no identities"),
                    "compare aws:PrincipalOrgID with StringEquals",
                ),
                id="any-organization",
            ),
            pytest.param(
                allow(Condition={"Bool": {"aws:SecureTransport": True}}),
                public(limits_nobody("Bool aws:SecureTransport true does not say who"), LIMIT),
                id="transport",
            ),
            pytest.param(
                {"Effect": "Allow", "NotPrincipal": {"AWS": ACCOUNT}, "Action": PULL},
                Judgement(
                    (
                        Finding(
                            "policy.Statement[0].NotPrincipal",
                            "access-not-principal",
                            "Statement[0] must not let everyone but a few pull",
                            f"everyone but {ACCOUNT} with {PULL} and no condition",
                            "name those who may in Principal",
                        ),
                    )
                ),
                id="not-principal",
            ),
            pytest.param(
                {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "NotAction": "ecr:PutImage"},
                Judgement(
                    (
                        Finding(
                            "policy.Statement[0].NotAction",
                            "access-not-action",
                            "Statement[0] must not allow everything but a few actions",
                            f"account {ACCOUNT} with every action but ecr:PutImage and no condition",
                            "name the allowed actions in Action",
                        ),
                    )
                ),
                id="not-action",
            ),
        ],
    )
    def test_finds(self, statement, expected):
        assert judge_public_access(document(statement)) == expected

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param(allow({"AWS": ACCOUNT}), id="account-id"),
            pytest.param(allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), id="root"),
            pytest.param(allow({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run"}), id="session"),
            pytest.param(allow({"Federated": "cognito-identity.amazonaws.com"}), id="federated"),
            pytest.param(allow({"CanonicalUser": "a" * 64}), id="canonical-user"),
            pytest.param(allow({"Service": ["lambda.amazonaws.com", "codebuild.amazonaws.com"]}), id="services"),
            pytest.param(allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), id="organization"),
            pytest.param(allow(Condition={"stringequals": {"AWS:principalORGID": "o-1"}}), id="any-case"),
            pytest.param(allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.7"}}), id="address"),
            pytest.param(
                allow(
                    Condition={
                        "StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
                        "Null": {"aws:principalorgid": False},
                    }
                ),
                id="if-exists-and-it-must",
            ),
            pytest.param(
                allow(
                    Condition={
                        "StringNotEquals": {"aws:PrincipalOrgID": "o-1"},
                        "StringEquals": {"aws:PrincipalAccount": ACCOUNT},
                    }
                ),
                id="one-of-two-limits",
            ),
            pytest.param({"Effect": "Deny", "Principal": "*", "Action": "ecr:*"}, id="deny"),
            pytest.param({"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "NotAction": PULL}, id="deny-not"),
        ],
    )
    def test_passes(self, statement):
        assert judge_public_access(document(statement)) == Judgement()


class TestUnknown:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            pytest.param(
                allow(Condition={"StringEquals": {"aws:PrincipalOrgID": UNKNOWN}}),
                Judgement((), ("policy.Statement[0].Condition.StringEquals",)),
                id="a-condition-that-may-limit",
            ),
            pytest.param(
                allow({"AWS": ACCOUNT}, Condition={"StringEquals": {"aws:SourceVpc": UNKNOWN}}),
                Judgement(),
                id="a-condition-that-need-not-limit",
            ),
            pytest.param(
                allow({"AWS": [ACCOUNT, UNKNOWN]}),
                Judgement((), ("policy.Statement[0].Principal.AWS[1]",)),
                id="a-principal-that-may-be-everyone",
            ),
            pytest.param(allow(Effect=UNKNOWN), Judgement((), ("policy.Statement[0].Effect",)), id="effect"),
            pytest.param(
                allow(action=UNKNOWN),
                public("principal * with no action that is known and no condition", LIMIT, "in"),
                id="actions-matter-not",
            ),
            pytest.param(UNKNOWN, Judgement((), ("policy.Statement[0]",)), id="statement"),
        ],
    )
    def test_judges_what_is_known(self, statement, expected):
        assert judge_public_access(document(statement)) == expected

    def test_a_document_of_which_nothing_is_known(self):
        found, _ = read_policy(UNKNOWN, REPOSITORY_POLICY)

        assert judge_public_access(found) == Judgement((), ("policy",))


class TestService:
    def test_finds_a_service_on_anybody_s_behalf(self):
        condition = {"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:*:function:*"}}

        assert judge_service_access(document(allow({"Service": "lambda.amazonaws.com"}, Condition=condition))) == (
            Judgement(
                (
                    Finding(
                        "policy.Statement[0]",
                        "access-service",
                        "Statement[0] must let service lambda.amazonaws.com pull only on behalf of somebody known",
                        f"{PULL} with ArnLike aws:SourceArn arn:aws:lambda:*:*:function:* has the value "
                        "'arn:aws:lambda:*:*:function:*', which names no one",
                        'add "StringEquals": {"aws:SourceAccount": "<account id>"} to Condition',
                    ),
                )
            )
        )

    def test_a_condition_on_the_person_does_not_limit_a_service(self):
        statement = allow(
            {"Service": "lambda.amazonaws.com"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
        )
        (finding,) = judge_service_access(document(statement)).findings

        assert finding.got == (f"{PULL} with StringEquals aws:PrincipalOrgID o-1, which does not say on whose behalf")

    def test_finds_every_service_on_anybody_s_behalf(self):
        statement = document(allow(Condition={"Bool": {"aws:PrincipalIsAWSService": True}}))
        (finding,) = judge_service_access(statement).findings

        assert finding.requirement == "Statement[0] must let any service pull only on behalf of somebody known"
        assert judge_public_access(statement) == Judgement()

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringLike": {"aws:sourceARN": f"arn:aws:lambda:eu-west-1:{OTHER}:function:*"}},
            {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            {"StringEquals": {"aws:SourceOrgID": "o-1"}},
        ],
    )
    def test_passes_a_service_on_behalf_of_somebody(self, condition):
        statement = allow({"Service": "lambda.amazonaws.com"}, Condition=condition)

        assert judge_service_access(document(statement)) == Judgement()

    def test_passes_who_is_no_service(self):
        assert judge_service_access(document(allow())) == Judgement()


def outsider(name: str, what: str = "pull", limits: str = f" with {PULL} and no condition") -> Judgement:
    return Judgement(
        (
            Finding(
                "policy.Statement[0]",
                "access-cross-account",
                f"Statement[0] must not let outsiders {what} who are not on the allow-list",
                f"{name}{limits}",
                "remove the grant, or put the name on the allow-list",
            ),
        )
    )


def limited(condition: str) -> str:
    return f" with {PULL}, limited by {condition}"


BY_ORGANIZATION = limited("StringEquals aws:PrincipalOrgID o-1")
BY_UNIT = limited("ForAnyValue:StringLike aws:PrincipalOrgPaths o-1/r-1/ou-1/*")
NONE = f" with {PULL} and no condition"
SOURCE = f"arn:aws:lambda:eu-west-1:{OTHER}:function:*"
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
UNIT = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/ou-1/*"}}


class TestCrossAccount:
    @pytest.mark.parametrize(
        ("statement", "name", "limits"),
        [
            pytest.param(allow({"AWS": OTHER}), f"account {OTHER}", NONE, id="account"),
            pytest.param(
                allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"}), f"arn:aws:iam::{OTHER}:role/x", NONE, id="role"
            ),
            pytest.param(allow(Condition=ORGANIZATION), "organization o-1", BY_ORGANIZATION, id="organization"),
            pytest.param(allow(Condition=UNIT), "organization path o-1/r-1/ou-1/*", BY_UNIT, id="path"),
            pytest.param(
                allow(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
                "endpoint vpce-1",
                limited("StringEquals aws:SourceVpce vpce-1"),
                id="endpoint",
            ),
            pytest.param(
                allow(Condition={"StringEquals": {"aws:VpceAccount": "${aws:ResourceAccount}"}}),
                "any endpoint of ${aws:ResourceAccount}",
                limited("StringEquals aws:VpceAccount ${aws:ResourceAccount}"),
                id="endpoints-of-its-own-account",
            ),
            pytest.param(
                allow({"Service": "lambda.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": SOURCE}}),
                f"service lambda.amazonaws.com on behalf of {SOURCE}",
                limited(f"ArnLike aws:SourceArn {SOURCE}"),
                id="service-of-another-account",
            ),
            pytest.param(
                allow({"AWS": OTHER}, Condition=ORGANIZATION | {"Bool": {"aws:SecureTransport": True}}),
                f"account {OTHER}",
                f"{BY_ORGANIZATION} and a condition that limits nobody: Bool aws:SecureTransport true does not say who",
                id="conditions-of-both-kinds",
            ),
            pytest.param(allow({"AWS": "AROAEXAMPLEEXAMPLEID1"}), "AROAEXAMPLEEXAMPLEID1", NONE, id="deleted"),
        ],
    )
    def test_finds(self, statement, name, limits):
        assert judge_cross_account(document(statement), account_id=ACCOUNT) == outsider(name, limits=limits)
        assert judge_cross_account(document(statement), account_id=ACCOUNT, writes=True) == Judgement()

    @pytest.mark.parametrize("action", ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy"])
    def test_finds_writes(self, action):
        statement = document(allow({"AWS": OTHER}, action))
        what = "push" if action == "ecr:PutImage" else "administer"

        assert judge_cross_account(statement, account_id=ACCOUNT, writes=True) == outsider(
            f"account {OTHER}", what, f" with {action} and no condition"
        )
        assert judge_cross_account(statement, account_id=ACCOUNT) == Judgement()

    def test_finds_every_action_in_both(self):
        statement = document(allow({"AWS": OTHER}, "ecr:*"))

        every = " with ecr:* and no condition"

        assert judge_cross_account(statement, account_id=ACCOUNT) == outsider(
            f"account {OTHER}", "pull and read", every
        )
        assert judge_cross_account(statement, account_id=ACCOUNT, writes=True) == outsider(
            f"account {OTHER}", "push and administer", every
        )

    @pytest.mark.parametrize(
        ("statement", "allowed"),
        [
            pytest.param(allow({"AWS": ACCOUNT}), [], id="own-account"),
            pytest.param(allow({"AWS": OTHER}), [OTHER], id="account"),
            pytest.param(allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"}), [OTHER], id="role-of-an-account"),
            pytest.param(
                allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"}), [f"arn:aws:iam::{OTHER}:role/x"], id="the-role"
            ),
            pytest.param(allow(Condition=ORGANIZATION), ["o-1"], id="organization"),
            pytest.param(allow(Condition=UNIT), ["o-1"], id="path-of-an-organization"),
            pytest.param(allow(Condition=UNIT), ["o-1/r-1/ou-1"], id="the-path"),
            pytest.param(allow(Condition=UNIT), ["o-1/r-1/*"], id="below-a-path"),
            pytest.param(
                allow(Condition={"ForAnyValue:StringLike": {"aws:VpceOrgPaths": "o-1/r-1/*"}}),
                ["o-1"],
                id="endpoints-of-an-organization",
            ),
            pytest.param(
                allow({"Service": "lambda.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": SOURCE}}),
                [OTHER],
                id="service-for-an-account",
            ),
            pytest.param(allow(), [], id="the-public-is-judged-elsewhere"),
            pytest.param(allow({"Service": "lambda.amazonaws.com"}), [], id="services-are-judged-elsewhere"),
            pytest.param({"Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": PULL}, [], id="deny"),
            pytest.param(
                allow(Condition={"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}),
                [],
                id="own-variable",
            ),
        ],
    )
    def test_passes(self, statement, allowed):
        assert judge_cross_account(document(statement), account_id=ACCOUNT, allowed=allowed) == Judgement()

    @pytest.mark.parametrize("allowed", ["o-1/r-2", "o-10", "o-1/r-1/ou-1/ou-2"])
    def test_finds_a_path_beside_the_allowed_one(self, allowed):
        judgement = judge_cross_account(document(allow(Condition=UNIT)), account_id=ACCOUNT, allowed=[allowed])

        assert judgement == outsider("organization path o-1/r-1/ou-1/*", limits=BY_UNIT)

    def test_cannot_tell_an_outsider_without_knowing_its_own_account(self):
        statements = document(allow({"AWS": [OTHER, ACCOUNT]}), allow(Condition=ORGANIZATION))
        (finding,) = outsider("organization o-1", limits=BY_ORGANIZATION).findings

        assert judge_cross_account(statements, account_id=None) == Judgement(
            (
                Finding(
                    "policy.Statement[1]",
                    finding.rule,
                    finding.requirement.replace("[0]", "[1]"),
                    finding.got,
                    finding.fix,
                ),
            ),
            ("policy.Statement[0]",),
        )
