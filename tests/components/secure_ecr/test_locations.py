from __future__ import annotations

import pulumi
import pytest
from secure_ecr.locations import account_of_provider, ambient_region, partition_of, region_of

ACCOUNT = "123456789012"
CALLS = {
    "aws:index/getRegion:getRegion": {"region": "eu-west-1"},
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
}


@pytest.mark.parametrize(
    ("region", "configuration", "environment", "known"),
    [
        pytest.param("cn-north-1", {"aws:region": "eu-west-1"}, {}, ("aws-cn", "eu-west-1"), id="said"),
        pytest.param(
            None, {"aws:region": "cn-north-1"}, {"AWS_REGION": "eu-west-1"}, ("aws-cn", "cn-north-1"), id="stack"
        ),
        pytest.param(None, {}, {"AWS_REGION": "us-gov-west-1"}, ("aws-us-gov", "us-gov-west-1"), id="environment"),
        pytest.param(None, {}, {"AWS_DEFAULT_REGION": "cn-north-1"}, ("aws-cn", "cn-north-1"), id="its-default"),
        pytest.param(None, {}, {}, ("aws", None), id="nothing"),
    ],
)
def test_knows_a_place_before_anything_is_registered(deploy, monkeypatch, region, configuration, environment, known):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    deployed = deploy(lambda: [partition_of(region), ambient_region()], configuration=configuration)

    assert tuple(deployed.outputs) == known


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        pytest.param((None, None), ["eu-west-1", ACCOUNT], id="of-the-provider"),
        pytest.param(("us-east-1", "210987654321"), ["us-east-1", "210987654321"], id="said"),
    ],
)
def test_asks_the_provider_for_what_is_not_said(deploy, said, asked):
    region, account_id = said

    def program():
        component = pulumi.ComponentResource("t:index:T", "t")
        return [region_of(component, region), account_of_provider(component, account_id)]

    assert deploy(program, calls=CALLS if said == (None, None) else {}).outputs == asked
