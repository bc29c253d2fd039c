"""The endpoints that a private pull takes."""

import json

import pytest
from ecr_model.endpoint_policies import judge_layer_endpoint_policy, judge_registry_endpoint_policy
from ecr_model.endpoints import (
    API,
    DKR,
    LAYERS,
    PLATFORMS,
    layer_bucket_arn,
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


@pytest.mark.parametrize("push", [False, True])
def test_renders_the_policy_of_both_interfaces(push):
    text = render_registry_endpoint_policy(
        [OTHER, ACCOUNT], registry_ids=[ACCOUNT], push=push, region="eu-west-1", partition="aws"
    )
    condition = {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, OTHER]}}
    login, use = json.loads(text)["Statement"]

    assert login == {
        "Sid": "Login",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["ecr:GetAuthorizationToken"],
        "Resource": ["*"],
        "Condition": condition,
    }
    assert use["Resource"] == [f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*"]
    assert use["Condition"] == condition
    assert ("ecr:PutImage" in use["Action"]) is push
    assert judge_registry_endpoint_policy(parse_policy(text, ENDPOINT_POLICY), trusted=[ACCOUNT, OTHER]) == Judgement()
