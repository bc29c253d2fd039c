"""What registry policies grant."""

import json

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.document import check_registry_policy, parse_policy, read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import REGISTRY_POLICY
from ecr_model.registry_policies import (
    ReplicationSource,
    find_missing_grants,
    judge_registry_policy,
    render_registry_policy,
)
from ecr_model.replication import Destination

ACCOUNT, OTHER = "111122223333", "444455556666"
REPOSITORY = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/"


def render(*sources, **options):
    return render_registry_policy(sources, partition="aws", region="eu-west-1", account_id=ACCOUNT, **options)


def test_renders_one_statement_for_each_source():
    text = render(ReplicationSource(OTHER, ("team/", "base/")), ReplicationSource("000011112222"))

    assert json.loads(text)["Statement"] == [
        {
            "Sid": "ReplicationFrom000011112222",
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::000011112222:root"]},
            "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
            "Resource": [f"{REPOSITORY}*"],
        },
        {
            "Sid": f"ReplicationFrom{OTHER}",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root"]},
            "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
            "Resource": [f"{REPOSITORY}base/*", f"{REPOSITORY}team/*"],
        },
    ]
    assert check_registry_policy(text) == ()


def test_renders_the_right_to_tag_where_a_template_tags():
    assert json.loads(render(ReplicationSource(OTHER), has_tags=True))["Statement"][0]["Action"] == [
        "ecr:CreateRepository",
        "ecr:ReplicateImage",
        "ecr:TagResource",
    ]


def test_renders_nothing_for_the_account_itself():
    assert render(ReplicationSource(ACCOUNT)) is None


def test_renders_what_else_was_declared():
    statement = {"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": ["ecr:PutImage"], "Resource": ["*"]}
    statements = parse_policy({"Version": "2012-10-17", "Statement": statement}, REGISTRY_POLICY).statements

    assert json.loads(render(statements=statements))["Statement"] == [statement]


def judge(account_id=ACCOUNT, prefixes=(), **rest):
    statement = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "ecr:ReplicateImage", "Resource": "*"}
    document, _ = read_policy({"Version": "2012-10-17", "Statement": [statement | rest]}, REGISTRY_POLICY)
    return judge_registry_policy(document, account_id=account_id, prefixes=prefixes)


def everything(who=f"account {OTHER}"):
    return Finding(
        "policy.Statement[0].Action",
        "registry-wildcard",
        "Statement[0] must not give an outsider every action of ECR",
        f"{who} with ecr:* and no condition",
        "name the actions, for replication ecr:CreateRepository, ecr:ReplicateImage",
    )


def too_wide(got):
    return Finding(
        "policy.Statement[0].Resource",
        "registry-resource",
        "Statement[0] must name no repositories but those of base/, team/",
        f"{got} for account {OTHER} with ecr:ReplicateImage and no condition",
        "end the ARN with repository/base/*",
    )


def test_finds_every_action_for_an_outsider():
    assert judge(Action="ecr:*") == Judgement((everything(),))


@pytest.mark.parametrize("resource", ["*", f"{REPOSITORY}*", f"{REPOSITORY}te*", f"{REPOSITORY}other/*"])
def test_finds_more_than_was_declared(resource):
    assert judge(prefixes=("team/", "base/"), Resource=resource) == Judgement((too_wide(resource),))


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="nothing-declared"),
        pytest.param({"prefixes": ("team/",), "Resource": f"{REPOSITORY}team/*"}, id="as-declared"),
        pytest.param({"Principal": {"AWS": ACCOUNT}, "Action": "ecr:*"}, id="own-account"),
        pytest.param({"Effect": "Deny", "Action": "ecr:*"}, id="deny"),
    ],
)
def test_passes(options):
    assert judge(**options) == Judgement()


def test_cannot_tell_an_outsider_without_knowing_its_own_account():
    assert judge(account_id=None, Action="ecr:*") == Judgement((), ("policy.Statement[0]",))
    assert judge(account_id=None, Action="ecr:*", Principal="*") == Judgement((everything("everyone"),))
    assert judge(account_id=None) == Judgement()


GRANT = {
    "Effect": "Allow",
    "Principal": {"AWS": OTHER},
    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
    "Resource": f"{REPOSITORY}team/*",
}
BOTH = (("ecr:CreateRepository", "team/"), ("ecr:ReplicateImage", "team/"))
ORGANIZATION = {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}


def missing(*statements, prefixes=("team/",)):
    document, _ = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, REGISTRY_POLICY)
    return find_missing_grants(document, ReplicationSource(OTHER, prefixes), Destination("eu-west-1", ACCOUNT))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, (), id="as-it-must-be"),
        pytest.param({"Action": "ecr:*", "Resource": "*"}, (), id="wider"),
        pytest.param({"Action": "ecr:ReplicateImage"}, BOTH[:1], id="one-action"),
        pytest.param({"Resource": f"{REPOSITORY}team/api"}, BOTH, id="one-repository"),
        pytest.param({"Resource": f"{REPOSITORY}team/?"}, BOTH, id="names-of-one-letter"),
        pytest.param({"Resource": f"{REPOSITORY.replace('west', 'north')}*"}, BOTH, id="another-region"),
        pytest.param({"Principal": {"AWS": "000011112222"}}, BOTH, id="another-account"),
        pytest.param({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:role/ci"}}, (), id="a-role-of-the-account"),
        pytest.param(
            {
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": OTHER}},
            },
            BOTH,
            id="a-service-for-the-account",
        ),
        pytest.param({"Principal": "*"}, (), id="everyone"),
        pytest.param(ORGANIZATION, (), id="an-organization"),
        pytest.param({"Effect": "Deny"}, BOTH, id="deny"),
    ],
)
def test_finds_what_a_source_may_not_do(changes, expected):
    assert missing(GRANT | changes) == expected


def test_judges_each_prefix_by_itself():
    assert missing(GRANT, prefixes=("team/", "base/")) == tuple((action, "base/") for action, _ in BOTH)
    assert missing(GRANT, prefixes=()) == tuple((action, "") for action, _ in BOTH)
    assert missing(GRANT, prefixes=("team/api",)) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"Principal": "*"}, BOTH[1:], id="everyone"),
        pytest.param({"Principal": {"AWS": "000011112222"}}, (), id="another-account"),
        pytest.param({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, (), id="in-a-case-that-may-not-come"),
        pytest.param({"Resource": f"{REPOSITORY}team/old"}, (), id="one-repository"),
    ],
)
def test_a_deny_undoes_a_grant(changes, expected):
    assert missing(GRANT, GRANT | {"Effect": "Deny", "Action": "ecr:ReplicateImage"} | changes) == expected


def test_everyone_but_the_source_is_not_the_source():
    but = {key: value for key, value in GRANT.items() if key != "Principal"} | {"NotPrincipal": {"AWS": OTHER}}

    assert missing(but) == BOTH
