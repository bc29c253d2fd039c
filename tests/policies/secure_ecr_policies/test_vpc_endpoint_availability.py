import pytest
from secure_ecr_policies.pack.network import VPC_ENDPOINT, VPC_ENDPOINT_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

DKR = {"serviceName": "com.amazonaws.eu-west-1.ecr.dkr", "vpcEndpointType": "Interface"}
ONE, TWO = "subnet-0a1b2c3d", "subnet-1b2c3d4e"


def too_few(number):
    return (
        f"subnetIds: must have at least 2 entries, each in an Availability Zone of its own, got {number};"
        " add a subnet in another zone; associations beside the endpoint are not seen"
    )


def not_evaluated(*names):
    return [f"not evaluated: {name}: known at the update only" for name in names]


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({"subnetIds": [ONE, TWO]}, [], id="two"),
        pytest.param({"subnetIds": [ONE, UNKNOWN]}, [], id="one-of-them-unknown"),
        pytest.param({"subnetIds": [UNKNOWN, UNKNOWN]}, [], id="both-unknown"),
        pytest.param({"subnetIds": [ONE]}, [too_few(1)], id="one"),
        pytest.param({"subnetIds": [ONE, ONE]}, [too_few(1)], id="one-twice"),
        pytest.param({"subnetIds": [UNKNOWN]}, [too_few(1)], id="one-unknown"),
        pytest.param({}, [too_few(0)], id="absent"),
        pytest.param({"subnetIds": ONE}, [too_few(0)], id="malformed"),
        pytest.param({"subnetIds": [7, None]}, [too_few(0)], id="malformed-entries"),
        pytest.param({"subnetIds": UNKNOWN}, not_evaluated("subnetIds"), id="unknown"),
        pytest.param({"serviceName": UNKNOWN, "subnetIds": [ONE]}, not_evaluated("serviceName"), id="unknown-service"),
        pytest.param({"serviceName": UNKNOWN, "subnetIds": [ONE, TWO]}, [], id="two-whatever-the-service"),
        pytest.param({"vpcEndpointType": UNKNOWN}, not_evaluated("vpcEndpointType"), id="unknown-type"),
        pytest.param({"serviceName": "com.amazonaws.eu-west-1.logs"}, ["not applicable"], id="another-service"),
        pytest.param({"serviceName": "cn.com.amazonaws.cn-north-1.ecr.api"}, [too_few(0)], id="in-china"),
        pytest.param({"serviceName": ["ecr.api"]}, ["not applicable"], id="malformed-service"),
        pytest.param(
            {"serviceName": "com.amazonaws.eu-west-1.s3", "vpcEndpointType": None}, ["not applicable"], id="gateway"
        ),
        pytest.param({"serviceName": "com.amazonaws.eu-west-1.s3"}, [too_few(0)], id="interface-of-s3"),
    ],
)
def test_judges_endpoints(findings, props, expected):
    assert findings(VPC_ENDPOINT, DKR | props) == expected


def test_looks_at_endpoints_alone(findings):
    assert findings(VPC_ENDPOINT_POLICY, {"subnetIds": [ONE]}) == ["not applicable"]
