import pytest
from ecr_model.endpoints import API, LAYERS
from secure_ecr_policies.pack.network import VPC_ENDPOINT, service_of, type_of
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.values import UNKNOWN


@pytest.mark.parametrize(
    ("props", "service", "type_"),
    [
        pytest.param({"serviceName": "com.amazonaws.eu-west-1.s3"}, LAYERS, "Gateway", id="gateway-by-default"),
        pytest.param(
            {"serviceName": "com.amazonaws.eu-west-1.ecr.api", "vpcEndpointType": "Interface"},
            API,
            "Interface",
            id="interface",
        ),
        pytest.param({"serviceName": "com.amazonaws.eu-west-1.logs"}, None, "Gateway", id="another-service"),
        pytest.param({"serviceName": UNKNOWN, "vpcEndpointType": UNKNOWN}, UNKNOWN, UNKNOWN, id="unknown"),
        pytest.param({"serviceName": 7, "vpcEndpointType": ""}, None, "Gateway", id="malformed"),
        pytest.param({}, None, "Gateway", id="absent"),
    ],
)
def test_knows_endpoints(props, service, type_):
    endpoint = Resource(VPC_ENDPOINT, "urn", "it", props)

    assert (service_of(endpoint), type_of(endpoint)) == (service, type_)
