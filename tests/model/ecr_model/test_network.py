"""The ids of what a VPC has, and the address ranges of clients."""

import pytest
from ecr_model.findings import Finding
from ecr_model.network import (
    IP_ADDRESS_TYPES,
    ROUTE_TABLE_ID,
    SECURITY_GROUP_ID,
    SUBNET_ID,
    VPC_ID,
    check_client_cidr,
    check_subnets,
    is_ipv6,
)


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [(VPC_ID, "vpc-"), (SUBNET_ID, "subnet-"), (ROUTE_TABLE_ID, "rtb-"), (SECURITY_GROUP_ID, "sg-")],
    ids=["vpc", "subnet", "route-table", "security-group"],
)
def test_ids_have_eight_or_seventeen_digits(kind, prefix):
    digits = "0123456789abcdef0"

    assert [length for length in range(18) if kind.is_match(prefix + digits[:length])] == [8, 17]
    assert not kind.is_match("eni-" + digits)
    assert not kind.is_match(prefix + digits.upper())


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "10.1.2.3/32", "100.64.0.0/10", "2600:1f14:abc:de00::/56", "fd00:ec2::/32"]
)
def test_accepts_the_range_of_clients(cidr):
    assert check_client_cidr(cidr) == ()


ADDRESS_RANGE = "must be an address range, as 10.0.0.0/16"


@pytest.mark.parametrize(
    ("cidr", "requirement", "got", "fix"),
    [
        pytest.param(None, ADDRESS_RANGE, "null", "", id="nothing"),
        pytest.param(10, ADDRESS_RANGE, "10", "", id="number"),
        pytest.param("10.0.0.1", ADDRESS_RANGE, "'10.0.0.1'", "", id="address-alone"),
        pytest.param("10.0.0/16", ADDRESS_RANGE, "'10.0.0/16'", "", id="three-parts"),
        pytest.param("10.0.0.0/33", ADDRESS_RANGE, "'10.0.0.0/33'", "", id="too-many-bits"),
        pytest.param("10.0.0.256/32", ADDRESS_RANGE, "'10.0.0.256/32'", "", id="no-such-byte"),
        pytest.param(
            "0.0.0.0/0",
            "must name clients, by a prefix of at least /8",
            "'0.0.0.0/0'",
            "write the ranges of the subnets that pull",
            id="everybody",
        ),
        pytest.param(
            "128.0.0.0/1",
            "must name clients, by a prefix of at least /8",
            "'128.0.0.0/1'",
            "write the ranges of the subnets that pull",
            id="half-of-everybody",
        ),
        pytest.param(
            "::/0",
            "must name clients, by a prefix of at least /32",
            "'::/0'",
            "write the ranges of the subnets that pull",
            id="everybody-over-ipv6",
        ),
        pytest.param(
            "10.0.1.7/16", "must be written as EC2 stores it", "'10.0.1.7/16'", "write '10.0.0.0/16'", id="host-bits"
        ),
        pytest.param(
            "10.0.0.0/255.255.0.0",
            "must be written as EC2 stores it",
            "'10.0.0.0/255.255.0.0'",
            "write '10.0.0.0/16'",
            id="mask-of-bytes",
        ),
        pytest.param(
            "2001:DB8:0::/48",
            "must be written as EC2 stores it",
            "'2001:DB8:0::/48'",
            "write '2001:db8::/48'",
            id="spelling-of-ipv6",
        ),
    ],
)
def test_refuses_what_is_no_range_of_clients(cidr, requirement, got, fix):
    assert check_client_cidr(cidr, "x") == (Finding("x", "client-cidr", requirement, got, fix),)


def test_tells_versions_apart():
    assert [is_ipv6("10.0.0.0/16"), is_ipv6("fd00::/48")] == [False, True]


def test_offers_the_types_that_ecr_takes():
    assert IP_ADDRESS_TYPES == ("ipv4", "dualstack")


TWO = {"eu-west-1a": "10.0.0.0/26", "eu-west-1b": "10.0.0.64/26"}


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_accepts_subnets_of_a_vpc(region):
    assert check_subnets("10.0.0.0/24", TWO, region) == ()


RANGE = "must be a range of addresses of /16 to /28, as 10.0.0.0/24"


@pytest.mark.parametrize(
    ("block", "subnets", "expected"),
    [
        pytest.param("10.0.0.0/8", TWO, [f"cidr_block: {RANGE}, got '10.0.0.0/8'"], id="a VPC too large"),
        pytest.param(None, TWO, [f"cidr_block: {RANGE}, got null"], id="no VPC"),
        pytest.param("fd00::/56", TWO, [f"cidr_block: {RANGE}, got 'fd00::/56'"], id="IPv6"),
        pytest.param(
            "10.0.0.0/24",
            {"eu-west-1a": "10.0.0.0/26"},
            ["subnets: must have at least 2 entries, each in an Availability Zone of its own, got 1"],
            id="one zone",
        ),
        pytest.param(
            "10.0.0.0/24",
            {"eu-west-1a": "10.0.0.0/25", "eu-west-1b": "10.0.0.64/26", "eu-west-1c": "10.0.1.0/26"},
            [
                "subnets.eu-west-1b: must not overlap another subnet, got '10.0.0.64/26'",
                "subnets.eu-west-1c: must be inside the VPC's '10.0.0.0/24', got '10.0.1.0/26'",
            ],
            id="overlap and outside",
        ),
        pytest.param(
            "10.0.0.0/24",
            {"a": "10.0.0.0/26", "us-east-1a": "10.0.0.65/26"},
            [
                "subnets.a: must be an Availability Zone of 'eu-west-1', got 'a'; write 'eu-west-1a' or the like",
                (
                    "subnets.us-east-1a: must be an Availability Zone of 'eu-west-1', got 'us-east-1a'; "
                    "write 'eu-west-1a' or the like"
                ),
                f"subnets.us-east-1a: {RANGE}, got '10.0.0.65/26'",
            ],
            id="strange zones and host bits",
        ),
    ],
)
def test_says_what_is_wrong_with_a_vpc(block, subnets, expected):
    assert [str(finding) for finding in check_subnets(block, subnets, "eu-west-1")] == expected
