"""What registry policies grant."""

import json

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.document import check_registry_policy, parse_policy, read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import REGISTRY_POLICY
from ecr_model.registry_policies import ReplicationSource, judge_registry_policy, render_registry_policy

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


EVERYTHING = Finding(
    "policy.Statement[0].Action",
    "registry-wildcard",
    "Statement[0] must not give an outsider every action of ECR",
    "ecr:*",
    "name the actions, for replication ecr:CreateRepository, ecr:ReplicateImage",
)


def too_wide(got):
    return Finding(
        "policy.Statement[0].Resource",
        "registry-resource",
        "Statement[0] must name no repositories but those of base/, team/",
        got,
        "end the ARN with repository/base/*",
    )


def test_finds_every_action_for_an_outsider():
    assert judge(Action="ecr:*") == Judgement((EVERYTHING,))


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
    assert judge(account_id=None, Action="ecr:*", Principal="*") == Judgement((EVERYTHING,))
    assert judge(account_id=None) == Judgement()
