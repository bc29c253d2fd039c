import pytest
from secure_ecr_policies.pack.network import PRIVATE_DNS, ROUTE_TABLE_ASSOCIATION, VPC_ENDPOINT, VPCS
from secure_ecr_policies.pack.resource import STACK
from secure_ecr_policies.pack.values import UNKNOWN

VPC = "vpc-0a1b2c3d"
DARK = "privateDnsEnabled: must be true: without it the names of the registry lead to the internet"
NO_ROUTES = (
    "routeTableIds: must name the route tables of the subnets that pull: no other traffic takes the gateway; name them"
)
PURPOSES = {
    "ecr.api": ("calls of the ECR API, the authorization token included", "Interface"),
    "ecr.dkr": ("docker login, push and pull; needs private DNS", "Interface"),
    "s3": ("the layers of every image: ECR answers with an address in S3", "Gateway"),
}


def missing(service):
    purpose, type_ = PURPOSES[service]
    return (
        f"vpcId: needs an endpoint for {service} in its VPC as well: {purpose};"
        f" declare one of type {type_}; if another stack has it, say so in `context`"
    )


def maybe(service):
    return f"not evaluated: vpcId: whether its VPC has an endpoint for {service} is known at the update only"


@pytest.fixture
def endpoint(declared):
    def build(service="ecr.dkr", vpc_id=VPC, name=None, depends=None, **props):
        own = {"privateDnsEnabled": True} if service != "s3" else {"routeTableIds": ["rtb-1"]}
        type_ = "Gateway" if service == "s3" else "Interface"
        own |= {"serviceName": f"com.amazonaws.eu-west-1.{service}", "vpcEndpointType": type_, "vpcId": vpc_id}
        return declared(VPC_ENDPOINT, own | props, name or service, depends=depends or {})

    return build


@pytest.fixture
def vpc(declared):
    return lambda name="vpc", **props: declared(VPCS[0], props, name)


def test_three_make_a_pull(stack_findings, endpoint):
    assert stack_findings(endpoint("ecr.api"), endpoint("ecr.dkr"), endpoint("s3")) == []
    assert stack_findings(endpoint("ecr.api"), endpoint("ecr.dkr"), endpoint("s3", vpcEndpointType=None)) == []


@pytest.mark.parametrize("absent", list(PURPOSES))
def test_finds_the_one_that_is_missing(stack_findings, endpoint, absent):
    first, second = [service for service in PURPOSES if service != absent]

    assert stack_findings(endpoint(first), endpoint(second)) == [f"{first}: {missing(absent)}"]


def test_an_endpoint_of_another_vpc_does_not_count(stack_findings, endpoint):
    other = endpoint("s3", "vpc-1b2c3d4e", "other")

    assert stack_findings(endpoint("ecr.api"), endpoint("ecr.dkr"), other) == [f"ecr.api: {missing('s3')}"]


def test_an_interface_is_no_gateway(stack_findings, endpoint):
    interface = endpoint("s3", vpcEndpointType="Interface")

    assert stack_findings(endpoint("ecr.api"), endpoint("ecr.dkr"), interface) == [f"ecr.api: {missing('s3')}"]


def test_a_vpc_by_id_and_by_what_an_unknown_id_is_made_of(stack_findings, endpoint, vpc):
    made, new = vpc(id=VPC), vpc("new", id=UNKNOWN)
    of_new = {"depends": {"vpcId": [new.urn]}}
    api, dkr, s3 = (endpoint(service, UNKNOWN, **of_new) for service in PURPOSES)

    assert stack_findings(made, endpoint("ecr.api"), endpoint("ecr.dkr"), endpoint("s3")) == []
    assert stack_findings(new, api, dkr, s3) == []
    assert stack_findings(new, api, dkr) == [f"ecr.api: {missing('s3')}"]
    assert stack_findings(made, api, dkr, endpoint("s3")) == [f"ecr.api: {maybe('s3')}"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({"vpc_id": VPC, "services": ["ecr.api", "s3"]}, [], id="both"),
        pytest.param({"vpc_id": VPC, "services": ["s3"]}, [f"ecr.dkr: {missing('ecr.api')}"], id="one"),
        pytest.param({"vpc_id": VPC, "services": ["ecr.api", "s3"], "region": "eu-west-1"}, [], id="in-its-region"),
        pytest.param(
            {"vpc_id": VPC, "services": ["ecr.api", "s3"], "region": "us-east-1"},
            [f"ecr.dkr: {missing('ecr.api')}", f"ecr.dkr: {missing('s3')}"],
            id="in-another-region",
        ),
        pytest.param(
            {"vpc_id": "vpc-1b2c3d4e", "services": ["ecr.api", "s3"]},
            [f"ecr.dkr: {missing('ecr.api')}", f"ecr.dkr: {missing('s3')}"],
            id="in-another-vpc",
        ),
    ],
)
def test_another_stack_can_have_the_rest(stack_findings, endpoint, entry, expected):
    context = {"context": {"vpc_endpoints": [entry]}}

    assert stack_findings(endpoint(region="eu-west-1"), config=context) == expected


def test_the_gateway_of_a_vpc_that_pulls_elsewhere_needs_routes(stack_findings, endpoint):
    context = {"context": {"vpc_endpoints": [{"vpc_id": VPC, "services": ["ecr.api", "ecr.dkr"]}]}}

    assert stack_findings(endpoint("s3", routeTableIds=[]), config=context) == [f"s3: {NO_ROUTES}"]
    assert stack_findings(endpoint("s3", routeTableIds=[])) == ["not applicable"]


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        pytest.param(True, [], id="on"),
        pytest.param(False, [f"{DARK}, got false; write true"], id="off"),
        pytest.param(None, [f"{DARK}, got nothing, which means false; write true"], id="absent"),
        pytest.param(UNKNOWN, [f"{DARK}, got nothing, which means false; write true"], id="what-aws-will-say"),
        pytest.param([1], [f"{DARK}, got nothing, which means false; write true"], id="malformed"),
    ],
)
def test_judges_private_dns(stack_findings, endpoint, flag, expected):
    stack = endpoint("ecr.api"), endpoint("ecr.dkr", privateDnsEnabled=flag), endpoint("s3")

    assert stack_findings(*stack) == [f"ecr.dkr: {text}" for text in expected]


def test_private_dns_that_the_stack_decides(stack_findings, endpoint):
    pair = endpoint("ecr.api"), endpoint("s3")
    decided = endpoint(privateDnsEnabled=UNKNOWN, depends={"privateDnsEnabled": [pair[0].urn]})

    assert stack_findings(*pair, decided) == ["ecr.dkr: not evaluated: privateDnsEnabled: known at the update only"]


def test_private_dns_by_a_resource_of_its_own(stack_findings, declared, endpoint):
    def switch(endpoint_id, flag=True):
        return declared(PRIVATE_DNS, {"vpcEndpointId": endpoint_id, "privateDnsEnabled": flag}, "switch")

    stack = endpoint("ecr.api"), endpoint("ecr.dkr", privateDnsEnabled=None, id="vpce-1"), endpoint("s3")
    dark = [f"ecr.dkr: {DARK}, got nothing, which means false; write true"]
    why = "switch is for an endpoint that is known at the update only"

    assert stack_findings(*stack, switch("vpce-1")) == []
    assert stack_findings(*stack, switch("vpce-1", flag=False)) == dark
    assert stack_findings(*stack, switch("vpce-2")) == dark
    assert stack_findings(*stack, switch(UNKNOWN)) == [f"ecr.dkr: not evaluated: privateDnsEnabled: {why}"]


def test_routes_inline_and_by_a_resource_of_their_own(stack_findings, declared, endpoint):
    def route(endpoint_id):
        props = {"vpcEndpointId": endpoint_id, "routeTableId": "rtb-1"}
        return declared(ROUTE_TABLE_ASSOCIATION, props, "route")

    pair = endpoint("ecr.api"), endpoint("ecr.dkr")
    bare = endpoint("s3", routeTableIds=UNKNOWN, id="vpce-1")
    why = "route is for an endpoint that is known at the update only"

    assert stack_findings(*pair, bare) == [f"s3: {NO_ROUTES}"]
    assert stack_findings(*pair, endpoint("s3", routeTableIds=[UNKNOWN])) == []
    assert stack_findings(*pair, endpoint("s3", routeTableIds=UNKNOWN, depends={"routeTableIds": [bare.urn]})) == []
    assert stack_findings(*pair, bare, route("vpce-1")) == []
    assert stack_findings(*pair, bare, route("vpce-2")) == [f"s3: {NO_ROUTES}"]
    assert stack_findings(*pair, bare, route(UNKNOWN)) == [f"s3: not evaluated: routeTableIds: {why}"]


def test_says_what_it_cannot_tell(stack_findings, endpoint, declared):
    unnamed = endpoint(serviceName=UNKNOWN, name="unnamed")

    assert stack_findings(unnamed, endpoint("ecr.api"), endpoint("ecr.dkr")) == [
        "unnamed: not evaluated: serviceName: known at the update only",
        f"ecr.api: {maybe('s3')}",
    ]
    assert stack_findings(endpoint("ecr.api"), endpoint("ecr.dkr"), endpoint("s3", UNKNOWN)) == [
        f"ecr.api: {maybe('s3')}"
    ]
    assert stack_findings(endpoint("ecr.dkr", UNKNOWN)) == [f"ecr.dkr: {maybe('ecr.api')}", f"ecr.dkr: {maybe('s3')}"]


def test_one_odd_resource_does_not_hide_another(stack_findings, declared, endpoint):
    odd = [
        declared(VPC_ENDPOINT, {"serviceName": ["x"], "vpcId": 7}, "none"),
        declared(PRIVATE_DNS, {"vpcEndpointId": {}, "privateDnsEnabled": 7}, "switch"),
        declared(VPCS[1], {"id": 7}, "vpc"),
    ]

    assert stack_findings(*odd, endpoint("ecr.api"), endpoint("ecr.dkr")) == [f"ecr.api: {missing('s3')}"]


def test_a_stack_that_pulls_through_no_endpoint_is_not_its_business(stack_findings, declared, endpoint):
    assert stack_findings(declared(STACK), endpoint("s3"), endpoint("logs")) == ["not applicable"]
