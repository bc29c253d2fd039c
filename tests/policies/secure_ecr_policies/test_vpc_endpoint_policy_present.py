import json

import pytest
from secure_ecr_policies.pack.network import VPC_ENDPOINT, VPC_ENDPOINT_POLICY
from secure_ecr_policies.pack.resource import STACK
from secure_ecr_policies.pack.values import UNKNOWN

FULL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OWN = FULL | {"Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}}
ABSENT = (
    "policy: must say more than AWS's default, by which everybody comes through to everything, got nothing;"
    " write a policy that names the accounts or the organisation, here or as a VpcEndpointPolicy"
)
WRITTEN = ABSENT.replace("got nothing", "got that default")
ADRIFT = "not evaluated: policy: the policy policy is for an endpoint that is known at the update only"


def document(*statements):
    return {"Version": "2008-10-17", "Statement": [*statements]}


@pytest.fixture
def endpoint(declared):
    def build(service="ecr.dkr", depends=None, **props):
        name = f"com.amazonaws.eu-west-1.{service}"
        return declared(VPC_ENDPOINT, {"serviceName": name} | props, service, depends=depends or {})

    return build


@pytest.fixture
def policy(declared):
    def build(endpoint_id, depends=(), statement=OWN, name="policy"):
        props = {"vpcEndpointId": endpoint_id, "policy": document(statement)}
        return declared(VPC_ENDPOINT_POLICY, props, name, depends={"vpcEndpointId": depends})

    return build


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr", "s3"])
@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({"policy": document(OWN)}, [], id="object"),
        pytest.param({"policy": json.dumps(document(OWN))}, [], id="text"),
        pytest.param({}, [ABSENT], id="absent"),
        pytest.param({"policy": ""}, [ABSENT], id="empty"),
        pytest.param({"policy": document(FULL)}, [WRITTEN], id="full-access"),
        pytest.param({"policy": json.dumps(document(FULL))}, [WRITTEN], id="what-aws-writes"),
        pytest.param({"policy": document(FULL, FULL | {"Effect": "Deny"})}, [], id="full-access-and-a-deny"),
        pytest.param({"policy": UNKNOWN}, [ABSENT], id="what-aws-will-write"),
        pytest.param({"policy": [7]}, [], id="malformed-is-vpc-endpoint-policy's"),
    ],
)
def test_judges_inline_policies(stack_findings, endpoint, service, props, expected):
    assert stack_findings(endpoint(service, **props)) == [f"{service}: {text}" for text in expected]


def test_a_policy_that_the_stack_makes_counts_as_given(stack_findings, endpoint):
    other = endpoint("s3", policy=document(OWN))

    assert stack_findings(other, endpoint(policy=UNKNOWN, depends={"policy": [other.urn]})) == []


def test_a_policy_by_id_and_by_what_an_unknown_id_is_made_of(stack_findings, endpoint, policy):
    old, new = endpoint("s3", id="vpce-1"), endpoint(id=UNKNOWN)

    assert stack_findings(old, policy("vpce-1")) == []
    assert stack_findings(old, policy("vpce-2")) == [f"s3: {ABSENT}"]
    assert stack_findings(new, policy(UNKNOWN, [new.urn])) == []
    assert stack_findings(old, new, policy(UNKNOWN, [new.urn])) == [f"s3: {ABSENT}"]
    assert stack_findings(new, policy(UNKNOWN, [new.urn], FULL)) == [f"ecr.dkr: {ABSENT}"]


def test_says_what_it_cannot_tell(stack_findings, endpoint, policy, declared):
    unnamed = declared(VPC_ENDPOINT, {"serviceName": UNKNOWN}, "unnamed")

    assert stack_findings(endpoint(), policy(UNKNOWN)) == [f"ecr.dkr: {ADRIFT}"]
    assert stack_findings(unnamed) == ["unnamed: not evaluated: serviceName: known at the update only"]


def test_one_odd_resource_does_not_hide_another(stack_findings, declared, endpoint, policy):
    odd = [policy({"a": 7}, statement=7, name="odd"), declared(VPC_ENDPOINT, {"serviceName": 7}, "none")]

    assert stack_findings(*odd, endpoint()) == [f"ecr.dkr: {ABSENT}"]


def test_a_stack_without_endpoints_for_pulls_is_not_its_business(stack_findings, declared, endpoint, policy):
    assert stack_findings(declared(STACK), endpoint("logs"), policy("vpce-1")) == ["not applicable"]
