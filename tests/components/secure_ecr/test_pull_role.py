from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.access import parse_access, render_repository_policy
from ecr_model.identity_policies import judge_identity_policy
from ecr_model.policy.document import check_policy, parse_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import IDENTITY_POLICY, TRUST_POLICY
from secure_ecr import PullRole, SecureRepository

API = "arn:aws:ecr:eu-central-1:123456789012:repository/team/api"
WEB = "arn:aws:ecr:eu-central-1:210987654321:repository/team/web"
CACHE = "arn:aws:ecr:eu-central-1:123456789012:repository/docker-hub/*"
ENDPOINT = "vpce-0123456789abcdef0"
OIDC = "oidc.eks.eu-central-1.amazonaws.com/id/0A1B2C"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{OIDC}"
CLUSTER = "arn:aws:eks:eu-central-1:123456789012:cluster/shop"
PODS = {"namespace": "scan", "service_account": "scanner"}
ECS = {"account_id": "123456789012"}
COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:PullRole::shop"


def role(**args):
    def program():
        made = PullRole("shop", {"repository_arns": [API], "trust": {"ecs": ECS}, **args})
        return [made.role_arn, made.role_name, made.instance_profile_name]

    return program


def trust(sid, principal, action="sts:AssumeRole", **condition):
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition} if condition else statement]}


def permissions(*arns, cached=(), **condition):
    pull = {
        "Sid": "Pull",
        "Effect": "Allow",
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Resource": list(arns),
    }
    fill = {
        "Sid": "FillCache",
        "Effect": "Allow",
        "Action": ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        "Resource": list(cached),
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Authenticate", "Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"},
            {**pull, "Condition": condition} if condition else pull,
            *([fill] if cached else []),
        ],
    }


WORKLOADS = {
    "tasks-of-an-account": (
        {"ecs": ECS},
        "Amazon ECS tasks",
        {},
        trust(
            "AssumeFromEcs",
            {"Service": "ecs-tasks.amazonaws.com"},
            ArnLike={"aws:SourceArn": "arn:aws:ecs:*:123456789012:*"},
            StringEquals={"aws:SourceAccount": "123456789012"},
        ),
    ),
    "tasks-of-a-region": (
        {"ecs": {**ECS, "region": "eu-central-1"}},
        "Amazon ECS tasks",
        {},
        trust(
            "AssumeFromEcs",
            {"Service": "ecs-tasks.amazonaws.com"},
            ArnLike={"aws:SourceArn": "arn:aws:ecs:eu-central-1:123456789012:*"},
            StringEquals={"aws:SourceAccount": "123456789012"},
        ),
    ),
    "nodes": (
        {"instance_profile": {}},
        "Amazon EC2 instances",
        {"shop-profile": {"name": "shop-pull", "role": "shop-pull"}},
        trust("AssumeFromEc2", {"Service": "ec2.amazonaws.com"}),
    ),
    "nodes-with-a-profile-of-that-name": (
        {"instance_profile": {"name": "nodes"}},
        "Amazon EC2 instances",
        {"shop-profile": {"name": "nodes", "role": "shop-pull"}},
        trust("AssumeFromEc2", {"Service": "ec2.amazonaws.com"}),
    ),
    "pods-by-the-tokens-of-their-cluster": (
        {"service_account": {"provider_arn": PROVIDER, **PODS}},
        "pods of Amazon EKS",
        {},
        trust(
            "AssumeFromServiceAccount",
            {"Federated": PROVIDER},
            "sts:AssumeRoleWithWebIdentity",
            StringEquals={f"{OIDC}:aud": "sts.amazonaws.com", f"{OIDC}:sub": "system:serviceaccount:scan:scanner"},
        ),
    ),
    "pods-by-pod-identity": (
        {"pod_identity": {"cluster_arn": CLUSTER, **PODS}},
        "pods of Amazon EKS",
        {},
        trust(
            "AssumeFromPodIdentity",
            {"Service": "pods.eks.amazonaws.com"},
            ["sts:AssumeRole", "sts:TagSession"],
            StringEquals={
                "aws:RequestTag/eks-cluster-arn": CLUSTER,
                "aws:RequestTag/kubernetes-namespace": "scan",
                "aws:RequestTag/kubernetes-service-account": "scanner",
            },
        ),
    ),
}


@pytest.mark.parametrize(("declared", "workload", "others", "document"), WORKLOADS.values(), ids=WORKLOADS)
def test_trusts_exactly_the_workload_that_is_declared(deploy, declared, workload, others, document):
    resources = deploy(role(trust=declared, role_name="shop-pull", repository_arns=[WEB, API, WEB])).resources

    policies = resources["shop"].pop("assumeRolePolicy"), resources["shop-policy"].pop("policy")
    assert resources == {
        "shop": {
            "name": "shop-pull",
            "description": f"Pulls images from Amazon ECR for {workload}",
            "maxSessionDuration": 3600,
        },
        "shop-policy": {"role": "shop-pull"},
        **others,
    }
    assert list(map(json.loads, policies)) == [document, permissions(API, WEB)]
    assert check_policy(policies[0], TRUST_POLICY) == check_policy(policies[1], IDENTITY_POLICY) == ()
    assert judge_identity_policy(parse_policy(policies[1], IDENTITY_POLICY)) == Judgement()


@pytest.mark.parametrize(
    ("args", "document"),
    [
        pytest.param(
            {"cache_repository_arns": [CACHE]},
            permissions(CACHE, API, cached=[CACHE]),
            id="cache-beside-repositories",
        ),
        pytest.param(
            {"repository_arns": [], "cache_repository_arns": [CACHE]},
            permissions(CACHE, cached=[CACHE]),
            id="cache-alone",
        ),
        pytest.param(
            {"vpc_endpoint_ids": [ENDPOINT, "vpce-01234567", ENDPOINT]},
            permissions(API, StringEquals={"aws:SourceVpce": ["vpce-01234567", ENDPOINT]}),
            id="endpoints",
        ),
        pytest.param(
            {"cache_repository_arns": [CACHE], "vpc_endpoint_ids": [ENDPOINT]},
            permissions(CACHE, API, cached=[CACHE], StringEquals={"aws:SourceVpce": [ENDPOINT]}),
            id="cache-and-endpoints",
        ),
    ],
)
def test_grants_what_the_pull_takes_and_no_more(deploy, args, document):
    policy = deploy(role(**args)).resources["shop-policy"]["policy"]

    assert json.loads(policy) == document
    assert check_policy(policy, IDENTITY_POLICY) == ()
    assert judge_identity_policy(parse_policy(policy, IDENTITY_POLICY)) == Judgement()


def test_puts_every_child_below_the_component(deploy):
    deployed = deploy(role(trust={"instance_profile": {}}, role_name="shop-pull"))
    options = deployed.options

    assert {option["parent"] for (kind, _), option in options.items() if kind.startswith("aws:")} == {COMPONENT}
    assert deployed.outputs == ["arn:aws:iam::123456789012:role/shop-pull", "shop-pull", "shop-pull"]


def test_has_no_profile_where_no_instance_is_trusted(deploy):
    assert deploy(role()).outputs == ["arn:aws:iam::123456789012:role/shop", "shop", ""]


def test_knows_both_policies_at_preview(deploy):
    resources = deploy(role(), preview=True).resources

    assert json.loads(resources["shop"]["assumeRolePolicy"]) == WORKLOADS["tasks-of-an-account"][3]
    assert json.loads(resources["shop-policy"]["policy"]) == permissions(API)


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_takes_resources_of_the_same_program(deploy, preview):
    output = pulumi.Output.from_input

    def program():
        repository = SecureRepository("api", {"repository_name": "team/api"})
        PullRole(
            "shop",
            {
                "repository_arns": [repository.repository_arn],
                "cache_repository_arns": [output(CACHE)],
                "vpc_endpoint_ids": [output(ENDPOINT)],
                "trust": {"service_account": {"provider_arn": output(PROVIDER), **PODS}},
            },
        )

    resources = deploy(program, preview=preview).resources

    assert json.loads(resources["shop"]["assumeRolePolicy"]) == WORKLOADS["pods-by-the-tokens-of-their-cluster"][3]
    if preview:
        assert resources["shop-policy"]["policy"] == "unknown"
    else:
        assert json.loads(resources["shop-policy"]["policy"]) == permissions(
            CACHE, API, cached=[CACHE], StringEquals={"aws:SourceVpce": [ENDPOINT]}
        )


def test_knows_how_partitions_differ(deploy):
    arn = "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api"

    nodes = deploy(role(repository_arns=[arn], trust={"instance_profile": {}})).resources["shop"]
    tasks = deploy(role(repository_arns=[arn], trust={"ecs": {**ECS, "region": "cn-north-1"}})).resources["shop"]

    assert json.loads(nodes["assumeRolePolicy"]) == trust("AssumeFromEc2", {"Service": "ec2.amazonaws.com.cn"})
    assert json.loads(tasks["assumeRolePolicy"]) == trust(
        "AssumeFromEcs",
        {"Service": "ecs-tasks.amazonaws.com"},
        ArnLike={"aws:SourceArn": "arn:aws-cn:ecs:cn-north-1:123456789012:*"},
        StringEquals={"aws:SourceAccount": "123456789012"},
    )


def test_shows_its_arguments_to_policies_in_camel_case(deploy):
    args = {"cache_repository_arns": [CACHE], "trust": {"pod_identity": {"cluster_arn": CLUSTER, **PODS}}}

    assert deploy(role(**args)).components == {
        "shop": {
            "repositoryArns": [API],
            "cacheRepositoryArns": [CACHE],
            "trust": {"podIdentity": {"clusterArn": CLUSTER, "namespace": "scan", "serviceAccount": "scanner"}},
        }
    }


def test_what_it_says_to_declare_for_lambda_grants_the_function_and_its_account():
    access = parse_access({"pull": [{"service": "lambda.amazonaws.com", "source": "210987654321"}]})

    policy = json.loads(render_repository_policy(access, partition="aws", account_id=""))

    assert [statement["Principal"] for statement in policy["Statement"]] == [
        {"AWS": ["arn:aws:iam::210987654321:root"]},
        {"Service": ["lambda.amazonaws.com"]},
    ]
    assert {tuple(statement["Action"]) for statement in policy["Statement"]} == {
        ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    }


ONE = "'ecs', 'instance_profile', 'service_account' or 'pod_identity'"
WRONG = {
    "no-trust": ({"trust": {}}, f"shop.trust: must have one of {ONE}, got none"),
    "two-workloads": (
        {"trust": {"ecs": ECS, "instance_profile": {}}},
        f"shop.trust: must have one of {ONE}, got ecs and instance_profile",
    ),
    "ci-system": (
        {"trust": {"ecs": ECS, "github": {}}},
        f"shop.trust.github: must be a known key, got 'github'; use {ONE}",
    ),
    "lambda": (
        {"trust": {"ecs": ECS, "lambda": {}}},
        (
            "shop.trust.lambda: must be absent: Lambda pulls by the policy of the repository, and by no role; declare"
            " access.pull: [{service: lambda.amazonaws.com, source: <account id>}] at the repository"
        ),
    ),
    "no-repository": ({"repository_arns": []}, "shop.repository_arns: must have 1 to 100 entries, got 0"),
    "repositories-by-wildcard": (
        {"repository_arns": [f"{API}/*"]},
        (
            "shop.repository_arns[0]: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or"
            " '/', got 'team/api/*'; write 'team/api'"
        ),
    ),
    "every-repository": (
        {"repository_arns": ["*"]},
        "shop.repository_arns[0]: must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>', got '*'",
    ),
    "public-repository": (
        {"repository_arns": ["arn:aws:ecr-public::123456789012:repository/tool"]},
        (
            "shop.repository_arns[0]: must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>', got"
            " 'arn:aws:ecr-public::123456789012:repository/tool'"
        ),
    ),
    "repositories-of-two-partitions": (
        {"repository_arns": [API, "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api"]},
        (
            "shop.repository_arns[1]: must be in partition 'aws', where the repositories are, got"
            " 'arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api'"
        ),
    ),
    "number-for-an-account": (
        {"trust": {"ecs": {"account_id": 123456789012}}},
        "shop.trust.ecs.account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "cluster-for-an-account": (
        {"trust": {"ecs": {"account_id": "arn:aws:ecs:eu-central-1:123456789012:cluster/shop"}}},
        (
            "shop.trust.ecs.account_id: must be an account id of 12 digits, got 50 characters:"
            " 'arn:aws:ecs:eu-central-1:123456789012:cluster/shop'"
        ),
    ),
    "tasks-of-no-account": ({"trust": {"ecs": {}}}, "shop.trust.ecs.account_id: must be given"),
    "tasks-of-no-region": (
        {"trust": {"ecs": {**ECS, "region": "eu-central"}}},
        (
            "shop.trust.ecs.region: must be a Region's name, as eu-west-1, got 'eu-central'; write 'eu-central-2' if"
            " that was meant"
        ),
    ),
    "tasks-of-another-partition": (
        {"trust": {"ecs": {**ECS, "region": "cn-north-1"}}},
        "shop.trust.ecs.region: must be in partition 'aws', where the repositories are, got 'cn-north-1'",
    ),
    "cluster-of-another-partition": (
        {"trust": {"pod_identity": {"cluster_arn": CLUSTER.replace("aws:", "aws-cn:", 1), **PODS}}},
        (
            "shop.trust.pod_identity.cluster_arn: must be in partition 'aws', where the repositories are, got"
            " 'arn:aws-cn:eks:eu-central-1:123456789012:cluster/shop'"
        ),
    ),
    "pods-without-a-cluster": (
        {"trust": {"service_account": PODS}},
        "shop.trust.service_account.provider_arn: must be given",
    ),
    "pods-of-no-namespace": (
        {"trust": {"service_account": {"provider_arn": PROVIDER, "service_account": "scanner"}}},
        "shop.trust.service_account.namespace: must be given",
    ),
    "pods-of-every-account": (
        {"trust": {"service_account": {"provider_arn": PROVIDER, **PODS, "service_account": "*"}}},
        (
            "shop.trust.service_account.service_account: must be lower-case letters and digits, with hyphens and dots"
            " between them, got '*'"
        ),
    ),
    "no-cache": (
        {"cache_repository_arns": []},
        "shop.cache_repository_arns: must have 1 to 100 entries, got 0",
    ),
    "every-cache": (
        {"cache_repository_arns": ["arn:aws:ecr:eu-central-1:123456789012:repository/*"]},
        (
            "shop.cache_repository_arns[0]: must name the prefix of a cache's rule: on every repository it would"
            " create any, got 'arn:aws:ecr:eu-central-1:123456789012:repository/*'"
        ),
    ),
    "cache-by-a-pattern": (
        {"cache_repository_arns": ["arn:aws:ecr:eu-central-1:123456789012:repository/docker-hub*"]},
        (
            "shop.cache_repository_arns[0]: must be lower-case letters and digits, separated by '.', '_', '__',"
            " hyphens or '/', got 'docker-hub*'; write 'docker-hub'"
        ),
    ),
    "cache-as-a-flag": ({"cache_repository_arns": True}, "shop.cache_repository_arns: must be a list, got true"),
    "vpc-for-an-endpoint": (
        {"vpc_endpoint_ids": ["vpc-0123456789abcdef0"]},
        (
            "shop.vpc_endpoint_ids[0]: must be the id of a VPC endpoint, as vpce-0123456789abcdef0, got"
            " 'vpc-0123456789abcdef0'"
        ),
    ),
    "any-endpoint": (
        {"vpc_endpoint_ids": ["*"]},
        "shop.vpc_endpoint_ids[0]: must be the id of a VPC endpoint, as vpce-0123456789abcdef0, got '*'",
    ),
    "no-endpoint": ({"vpc_endpoint_ids": []}, "shop.vpc_endpoint_ids: must have 1 to 50 entries, got 0"),
    "role-name-of-a-resource": (
        {"role_name": pulumi.Output.from_input("shop")},
        (
            "shop.role_name: must be known at preview, got an Output; write the value itself, it is judged before"
            " anything is registered"
        ),
    ),
    "too-much-to-pull-from": (
        {"repository_arns": [f"{API}/{'a' * 60}{number}" for number in range(90)]},
        "shop: must make a policy of at most 10,240 characters, got 11,297 characters; split it into several roles",
    ),
}


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(role(**wrong)) == [line]


def test_finds_the_mistakes_of_every_argument_at_once(refusal):
    wrong = {
        "repository_arns": [API, "*"],
        "trust": {"lambda": {}},
        "role_name": "a/b",
        "cache_repository_arns": ["docker-hub"],
        "vpc_endpoint_ids": [7],
    }

    assert [line.split(":")[0] for line in refusal(role(**wrong))] == [
        "shop.trust.lambda",
        "shop.trust",
        "shop.role_name",
        "shop.vpc_endpoint_ids[0]",
        "shop.repository_arns[1]",
        "shop.cache_repository_arns[0]",
    ]
