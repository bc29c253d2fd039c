"""The endpoints that a private pull takes."""

import json

import pytest
from ecr_model.endpoint_policies import judge_layer_endpoint_policy, judge_registry_endpoint_policy
from ecr_model.endpoints import (
    API,
    COMPANIONS,
    DKR,
    LAYERS,
    PLATFORMS,
    find_pull_endpoint,
    layer_bucket_arn,
    region_of_service,
    render_companion_endpoint_policy,
    render_layer_endpoint_policy,
    render_registry_endpoint_policy,
    required_endpoints,
)
from ecr_model.policy.document import parse_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import ENDPOINT_POLICY

ACCOUNT, OTHER = "111122223333", "444455556666"


@pytest.mark.parametrize(
    ("platform", "services"),
    [
        ("ecs-ec2", ["ecr.api", "ecr.dkr", "s3", "ecs", "ecs-agent", "ecs-telemetry", "logs"]),
        ("fargate", ["ecr.api", "ecr.dkr", "s3", "logs"]),
        ("eks", ["ecr.api", "ecr.dkr", "s3", "ec2", "eks", "sts", "logs"]),
        ("lambda", []),
    ],
)
def test_knows_what_each_platform_needs(platform, services):
    assert [endpoint.service for endpoint in required_endpoints(platform)] == services


def test_knows_every_platform():
    assert [len(required_endpoints(platform)) > 0 for platform in PLATFORMS] == [True, True, True, False]


def test_layers_come_through_a_gateway():
    assert (API.type, DKR.type, LAYERS.type) == ("Interface", "Interface", "Gateway")


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("eu-west-1", "com.amazonaws.eu-west-1.ecr.dkr"),
        ("us-gov-west-1", "com.amazonaws.us-gov-west-1.ecr.dkr"),
        ("cn-north-1", None),
        ("nowhere", None),
    ],
)
def test_names_services_where_the_name_is_certain(region, name):
    assert DKR.service_name(region) == name


@pytest.mark.parametrize(
    ("region", "names"),
    [
        pytest.param("eu-west-1", ["com.amazonaws.eu-west-1.ecr.dkr"], id="commercial"),
        pytest.param("us-gov-west-1", ["com.amazonaws.us-gov-west-1.ecr.dkr"], id="government"),
        pytest.param(
            "cn-north-1", ["com.amazonaws.cn-north-1.ecr.dkr", "cn.com.amazonaws.cn-north-1.ecr.dkr"], id="china"
        ),
        pytest.param(
            "eusc-de-east-1",
            ["com.amazonaws.eusc-de-east-1.ecr.dkr", "eu.amazonaws.eusc-de-east-1.ecr.dkr"],
            id="european-sovereign",
        ),
        pytest.param("nowhere", ["com.amazonaws.nowhere.ecr.dkr"], id="unknown"),
    ],
)
def test_names_what_a_service_may_be_called(region, names):
    assert list(DKR.possible_service_names(region)) == names


def test_names_the_bucket_of_the_layers():
    assert layer_bucket_arn("cn-north-1", "aws-cn") == "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*"


def test_renders_the_policy_of_the_gateway():
    text = render_layer_endpoint_policy(region="eu-west-1", partition="aws")

    assert json.loads(text)["Statement"] == [
        {
            "Sid": "ReadLayers",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"],
        }
    ]
    assert (
        judge_layer_endpoint_policy(parse_policy(text, ENDPOINT_POLICY), region="eu-west-1", partition="aws")
        == Judgement()
    )


def test_lets_named_buckets_through_beside_the_layers():
    text = render_layer_endpoint_policy(
        region="eu-west-1", partition="aws", bucket_names=["logs"], account_ids=[ACCOUNT]
    )

    assert json.loads(text)["Statement"][1:] == [
        {
            "Sid": "UseBuckets",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:*"],
            "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
            "Condition": {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT]}},
        }
    ]
    assert (
        judge_layer_endpoint_policy(parse_policy(text, ENDPOINT_POLICY), region="eu-west-1", partition="aws")
        == Judgement()
    )


OWN_ACCOUNTS = {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, OTHER]}}
OWN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}}


@pytest.mark.parametrize(
    ("arguments", "login", "use"),
    [
        pytest.param(
            {"account_ids": [OTHER, ACCOUNT]},
            OWN_ACCOUNTS,
            ("UseRepositories", ["ecr:*"], [ACCOUNT, OTHER], OWN_ACCOUNTS),
            id="accounts",
        ),
        pytest.param(
            {"account_ids": [OTHER, ACCOUNT], "registry_ids": [ACCOUNT], "pull_only": True},
            OWN_ACCOUNTS,
            ("Pull", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], [ACCOUNT], OWN_ACCOUNTS),
            id="accounts-that-pull-from-one",
        ),
        pytest.param(
            {"organization_id": "o-a1b2c3d4e5"},
            OWN_ORGANIZATION,
            (
                "UseRepositories",
                ["ecr:*"],
                ["*"],
                {"StringEquals": {**OWN_ORGANIZATION["StringEquals"], "aws:ResourceOrgID": ["o-a1b2c3d4e5"]}},
            ),
            id="organization",
        ),
        pytest.param(
            {"organization_id": "o-a1b2c3d4e5", "registry_ids": [OTHER]},
            OWN_ORGANIZATION,
            ("UseRepositories", ["ecr:*"], [OTHER], OWN_ORGANIZATION),
            id="organization-that-uses-one-registry",
        ),
    ],
)
def test_renders_the_policy_of_both_interfaces(arguments, login, use):
    text = render_registry_endpoint_policy(**arguments, region="eu-west-1", partition="aws")
    sid, actions, registries, condition = use

    assert json.loads(text) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Login",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["ecr:GetAuthorizationToken"],
                "Resource": ["*"],
                "Condition": login,
            },
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": "*",
                "Action": actions,
                "Resource": [f"arn:aws:ecr:eu-west-1:{registry}:repository/*" for registry in registries],
                "Condition": condition,
            },
        ],
    }
    trusted = [ACCOUNT, OTHER, "o-a1b2c3d4e5"]
    assert judge_registry_endpoint_policy(parse_policy(text, ENDPOINT_POLICY), trusted=trusted) == Judgement()


def test_holds_the_callers_of_other_services():
    assert json.loads(render_companion_endpoint_policy([ACCOUNT])) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "UseService",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["*"],
                "Resource": ["*"],
                "Condition": {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT]}},
            }
        ],
    }


def test_names_the_services_that_containers_call():
    assert {service: endpoint.takes_policy for service, endpoint in COMPANIONS.items()} == {
        "logs": True,
        "sts": False,
        "ecs": True,
        "ecs-agent": False,
        "ecs-telemetry": False,
        "secretsmanager": True,
        "kms": True,
        "ssm": True,
    }
    assert {endpoint.type for endpoint in COMPANIONS.values()} == {"Interface"}


@pytest.mark.parametrize(
    ("name", "service", "region"),
    [
        ("com.amazonaws.eu-west-1.ecr.api", "ecr.api", "eu-west-1"),
        ("com.amazonaws.eu-west-1.ecr.dkr", "ecr.dkr", "eu-west-1"),
        ("com.amazonaws.eu-west-1.s3", "s3", "eu-west-1"),
        ("cn.com.amazonaws.cn-north-1.ecr.dkr", "ecr.dkr", "cn-north-1"),
        ("com.amazonaws.eu-west-1.s3express", None, None),
        ("com.amazonaws.eu-west-1.logs", None, None),
        ("s3", None, None),
        ("", None, None),
    ],
)
def test_knows_the_services_of_a_pull_by_their_names(name, service, region):
    found = find_pull_endpoint(name)

    assert (found and found.service, region_of_service(name)) == (service, region)
