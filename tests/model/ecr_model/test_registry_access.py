"""Who may write into a registry: the declarations, and what they grant."""

import json

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.document import PolicyDocument, check_registry_policy, render_policy
from ecr_model.policy.notes import UNKNOWN
from ecr_model.registry_access import (
    check_importers,
    check_registry_document,
    check_registry_statements,
    check_replication_sources,
    import_statements,
    parse_registry_statements,
    parse_replication_sources,
)
from ecr_model.registry_policies import ReplicationSource

ACCOUNT, OTHER = "111122223333", "444455556666"
PLACE = {"partition": "aws", "region": "eu-west-1", "account_id": ACCOUNT}
REPOSITORY = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/"


def wrong(field, rule, requirement, got=None, fix=""):
    return Finding(field, rule, requirement, got, fix)


def test_reads_sources_in_either_spelling():
    value = [
        {"account_id": OTHER, "repository_prefixes": ["team/", "base/", "team/"]},
        {"accountId": "000011112222"},
        {"account_id": "222233334444", "repository_prefixes": None},
    ]

    assert check_replication_sources(value, account_id=ACCOUNT) == ()
    assert parse_replication_sources(value) == (
        ReplicationSource(OTHER, ("base/", "team/")),
        ReplicationSource("000011112222"),
        ReplicationSource("222233334444"),
    )


ITSELF = "must be another account than the registry's own, which needs no policy to replicate"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("x", [wrong("s", "replication-source", "must be a list", "'x'")], id="text"),
        pytest.param([7], [wrong("s[0]", "replication-source", "must be an object", "7")], id="number-for-a-source"),
        pytest.param([{}], [wrong("s[0].account_id", "replication-source", "must be given")], id="no-account"),
        pytest.param(
            [{"account_id": "1"}],
            [wrong("s[0].account_id", "registry-id", "must be an account id of 12 digits", "1 characters: '1'")],
            id="short-account",
        ),
        pytest.param(
            [{"account_id": ACCOUNT}],
            [wrong("s[0].account_id", "replication-source", ITSELF, f"'{ACCOUNT}'", "remove it")],
            id="itself",
        ),
        pytest.param(
            [{"account_id": OTHER}, {"account_id": OTHER}],
            [
                wrong(
                    "s[1].account_id",
                    "replication-source",
                    "must be named once",
                    f"'{OTHER}'",
                    "add its prefixes to [0]",
                )
            ],
            id="twice",
        ),
        pytest.param(
            [{"repository_prefixes": "team/"}],
            [
                wrong("s[0].account_id", "replication-source", "must be given"),
                wrong("s[0].repository_prefixes", "replication-filter", "must be a list", "'team/'"),
            ],
            id="text-for-prefixes",
        ),
    ],
)
def test_refuses_sources(value, expected):
    assert list(check_replication_sources(value, "s", account_id=ACCOUNT)) == expected


def test_leaves_the_own_account_unjudged_when_it_is_not_known():
    assert check_replication_sources([{"account_id": ACCOUNT}]) == ()


@pytest.mark.parametrize(
    ("prefix", "into", "resource"),
    [
        ("ROOT", "ROOT", "*"),
        ("docker-hub", "DockerHub", "docker-hub/*"),
        ("team/base/", "TeamBase", "team/base/*"),
        ("a_1.b", "A1B", "a_1.b/*"),
    ],
)
def test_grants_an_import_below_the_prefix_and_nothing_else(prefix, into, resource):
    importers = [{"account_id": OTHER}, {"organization_id": "o-a1b2c3d4e5"}]

    assert check_importers(importers) == ()
    text = render_policy(PolicyDocument(tuple(import_statements(importers, prefix, **PLACE))))
    granted = {
        "Effect": "Allow",
        "Action": ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        "Resource": [f"{REPOSITORY}{resource}"],
    }
    assert json.loads(text)["Statement"] == [
        {
            "Sid": f"ImportInto{into}ByAccounts",
            "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root"]},
            **granted,
        },
        {
            "Sid": f"ImportInto{into}ByOrganizations",
            "Principal": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}},
            **granted,
        },
    ]
    assert check_registry_policy(text) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("x", [wrong("i", "access-grants", "must be a list of grants", "'x'")], id="text"),
        pytest.param(
            [{"account_id": "1"}],
            [wrong("i[0].account_id", "registry-id", "must be an account id of 12 digits", "1 characters: '1'")],
            id="short-account",
        ),
        pytest.param(
            [{"service": "codebuild.amazonaws.com", "source": ACCOUNT}],
            [
                wrong(
                    "i[0].service",
                    "importer-service",
                    "must be absent: a service pulls with the rights of a role, which is what to name",
                    "'codebuild.amazonaws.com'",
                )
            ],
            id="service",
        ),
    ],
)
def test_refuses_importers(value, expected):
    assert list(check_importers(value, "i")) == expected


def statement(**elements):
    return {
        "Effect": "Allow",
        "Principal": {"AWS": OTHER},
        "Action": "ecr:ReplicateImage",
        "Resource": "*",
        **elements,
    }


OF_ECR = "must be '*' or an ARN of ECR, 'arn:<partition>:ecr:<region>:<account>:repository/<name>'"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(7, [wrong("r", "policy-statement", "must be an object", "7")], id="number"),
        pytest.param(
            [statement(Resource=UNKNOWN)],
            [wrong("r[0].Resource", "registry-unknown", "must be known when the policy is made")],
            id="unknown",
        ),
        pytest.param(
            [statement(), statement(Resource=f"arn:aws:eu-west-1:{ACCOUNT}:repository/*")],
            [wrong("r[1].Resource", "registry-resource", OF_ECR, f"'arn:aws:eu-west-1:{ACCOUNT}:repository/*'")],
            id="resource-without-service",
        ),
        pytest.param(
            [statement(Resource=[f"arn:aws:ecr:*:{OTHER}:repository/*", "arn:aws:ecr:*"])],
            [
                wrong(
                    "r[0].Resource",
                    "registry-resource",
                    f"must be of account {ACCOUNT}, which owns the registry",
                    f"'arn:aws:ecr:*:{OTHER}:repository/*'",
                )
            ],
            id="resource-of-another-account",
        ),
        pytest.param(
            [statement(Effect="Deny", Resource=None, NotResource="repository/*")],
            [
                wrong("r[0].Resource", "policy-element", "must not be null", "null", "leave it out"),
                wrong("r[0].NotResource", "registry-resource", OF_ECR, "'repository/*'"),
            ],
            id="resource-without-arn",
        ),
        pytest.param(
            [statement(Action="ecr:*")],
            [
                wrong(
                    "r[0].Action",
                    "registry-wildcard",
                    "statements[0] must not give an outsider every action of ECR",
                    f"account {OTHER} with ecr:* and no condition",
                    "name the actions, for replication ecr:CreateRepository, ecr:ReplicateImage",
                )
            ],
            id="every-action",
        ),
        pytest.param(
            [statement(Principal={"Service": "codebuild.amazonaws.com"})],
            [
                wrong(
                    "r[0]",
                    "access-service",
                    "statements[0] must let service codebuild.amazonaws.com push only on behalf of somebody known",
                    "ecr:ReplicateImage with no aws:SourceArn, aws:SourceAccount or aws:SourceOrgID",
                    'add "StringEquals": {"aws:SourceAccount": "<account id>"} to Condition',
                )
            ],
            id="service-for-anybody",
        ),
        pytest.param(
            [statement(Principal="*", Sid="All")],
            [
                wrong(
                    "r[0]",
                    "access-public",
                    "statement 'All' must not let everyone push",
                    "principal * with ecr:ReplicateImage and no condition",
                    "name the accounts in Principal, or add "
                    '"StringEquals": {"aws:PrincipalOrgID": "o-..."} to Condition',
                )
            ],
            id="everyone",
        ),
    ],
)
def test_refuses_statements(value, expected):
    assert list(check_registry_statements(value, "r", account_id=ACCOUNT)) == expected


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([], id="none"),
        pytest.param(statement(), id="one-without-a-list"),
        pytest.param([statement(Resource=[f"{REPOSITORY}team/*", "*"])], id="arn"),
        pytest.param([statement(Effect="Deny", Principal="*", Action="ecr:Put*Image")], id="deny-to-everyone"),
        pytest.param([statement(Principal={"AWS": ACCOUNT}, Action="ecr:*")], id="everything-at-home"),
    ],
)
def test_accepts_statements(value):
    assert check_registry_statements(value, account_id=ACCOUNT) == ()


def test_reads_statements_as_they_are():
    [first, second] = parse_registry_statements([statement(Sid="A"), statement(Effect="Deny")])

    assert (first.sid, first.actions, first.resources) == ("A", ("ecr:ReplicateImage",), ("*",))
    assert (second.sid, second.effect) == (None, "Deny")


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


FOREIGN = "must be of the partition 'aws', as the registry is"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(document(statement()), [], id="right"),
        pytest.param(document(statement(Resource=f"arn:*:ecr:*:{ACCOUNT}:repository/*")), [], id="any-partition"),
        pytest.param(
            document(statement(Sid="A"), statement(Sid="A")),
            [
                wrong(
                    "p.Statement[1].Sid",
                    "policy-sid",
                    "must be unique in its policy",
                    "'A'",
                    "rename it: Statement[0] has the same",
                )
            ],
            id="sid-twice",
        ),
        pytest.param(
            document(*[statement()] * 110),
            [wrong("p", "document-length", "must be at most 10,240 characters", "10,928 characters")],
            id="too-long",
        ),
        pytest.param(
            document(statement(Principal={"AWS": ["arn:aws-cn:iam::444455556666:root", OTHER]})),
            [wrong("p.Statement[0].Principal", "registry-partition", FOREIGN, "'arn:aws-cn:iam::444455556666:root'")],
            id="principal-elsewhere",
        ),
        pytest.param(
            document(statement(Effect="Deny", Resource="arn:aws-cn:ecr:cn-north-1:111122223333:repository/*")),
            [
                wrong(
                    "p.Statement[0].Resource",
                    "registry-partition",
                    FOREIGN,
                    "'arn:aws-cn:ecr:cn-north-1:111122223333:repository/*'",
                )
            ],
            id="resource-elsewhere",
        ),
        pytest.param(
            document(statement(Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws-cn:iam::444455556666:role/ci"}})),
            [
                wrong(
                    "p.Statement[0].Condition", "registry-partition", FOREIGN, "'arn:aws-cn:iam::444455556666:role/ci'"
                )
            ],
            id="condition-elsewhere",
        ),
    ],
)
def test_judges_a_policy_as_a_whole(text, expected):
    assert list(check_registry_document(text, "p", partition="aws")) == expected
