from __future__ import annotations

import pytest

from sandbox.provider.clients import Clients
from sandbox.provider.errors import ProviderError
from sandbox.provider.functions import lookup
from sandbox.provider.network import endpoint_service
from sandbox.provider.settings import Settings
from tests.sandbox.embedded_aws import client

ACCOUNT = "123456789012"
REGION = "eu-central-1"


@pytest.fixture
def ask(aws):
    clients = Clients(Settings(endpoints=dict.fromkeys(("ec2", "sts"), aws), region=REGION))

    def answer(token, **arguments):
        function = lookup(f"aws:ec2/{token}:{token}")
        return dict(function.answer(clients.aws(function.service, arguments.get("region")), arguments))

    return answer


@pytest.fixture
def ec2(aws):
    return client(aws, "ec2")


@pytest.fixture
def vpc(ec2):
    made = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    yield made
    for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [made]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=made)


@pytest.fixture
def subnet(ec2, vpc):
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "tier", "Value": "private"}]}]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.1.0/24", AvailabilityZone=f"{REGION}a", TagSpecifications=tags)
    return made["Subnet"]["SubnetId"]


def test_looks_up_a_vpc_and_what_decides_over_private_names(ask, ec2, vpc):
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    found = ask("getVpc", id=vpc)
    [association] = found.pop("cidrBlockAssociations")

    assert {name: association[name] for name in ("cidrBlock", "state")} == {
        "cidrBlock": "10.77.0.0/16",
        "state": "associated",
    }
    assert found == {
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{vpc}",
        "cidrBlock": "10.77.0.0/16",
        "default": False,
        "dhcpOptionsId": "default",
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "enableNetworkAddressUsageMetrics": False,
        "id": vpc,
        "instanceTenancy": "default",
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociations": [],
        "mainRouteTableId": table["RouteTableId"],
        "ownerId": ACCOUNT,
        "region": REGION,
        "state": "available",
        "tags": {},
    }


def test_looks_up_a_subnet(ask, vpc, subnet):
    assert ask("getSubnet", id=subnet) == {
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{subnet}",
        "assignIpv6AddressOnCreation": False,
        "availabilityZone": f"{REGION}a",
        "availabilityZoneId": "euc1-az1",
        "availableIpAddressCount": 251,
        "cidrBlock": "10.77.1.0/24",
        "customerOwnedIpv4Pool": "",
        "defaultForAz": False,
        "enableDns64": False,
        "enableLniAtDeviceIndex": 0,
        "enableResourceNameDnsARecordOnLaunch": False,
        "enableResourceNameDnsAaaaRecordOnLaunch": False,
        "id": subnet,
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociationId": "",
        "ipv6Native": False,
        "mapCustomerOwnedIpOnLaunch": False,
        "mapPublicIpOnLaunch": False,
        "outpostArn": "",
        "ownerId": ACCOUNT,
        "privateDnsHostnameTypeOnLaunch": "ip-name",
        "region": REGION,
        "state": "available",
        "tags": {"tier": "private"},
        "vpcId": vpc,
    }


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(lambda vpc: {"filters": [{"name": "vpc-id", "values": [vpc]}]}, id="filter"),
        pytest.param(lambda _: {"tags": {"tier": "private"}}, id="tag"),
    ],
)
def test_looks_up_subnets(ask, vpc, subnet, chosen):
    arguments = chosen(vpc)

    assert ask("getSubnets", **arguments) == {
        "filters": arguments.get("filters", []),
        "id": REGION,
        "ids": [subnet],
        "region": REGION,
        "tags": arguments.get("tags", {}),
    }


def test_looks_up_a_route_table(ask, vpc):
    found = ask("getRouteTable", vpcId=vpc)
    [association] = found.pop("associations")
    table = found["id"]

    assert {**association, "routeTableAssociationId": "a"} == {
        "gatewayId": "",
        "main": True,
        "routeTableAssociationId": "a",
        "routeTableId": table,
        "subnetId": "",
    }
    assert found == {
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:route-table/{table}",
        "gatewayId": "",
        "id": table,
        "ownerId": ACCOUNT,
        "region": REGION,
        "routeTableId": table,
        "routes": [],
        "subnetId": "",
        "tags": {},
        "vpcId": vpc,
    }


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        pytest.param({"service": "ecr.api"}, "Interface", id="api"),
        pytest.param({"service": "ecr.dkr"}, "Interface", id="docker"),
        pytest.param({"service": "s3", "serviceType": "Gateway"}, "Gateway", id="layers"),
        pytest.param({"serviceName": f"com.amazonaws.{REGION}.ecr.api"}, "Interface", id="by-its-whole-name"),
    ],
)
def test_looks_up_the_service_of_an_endpoint(ask, arguments, kind):
    found = ask("getVpcEndpointService", **arguments)
    name = arguments.get("serviceName") or f"com.amazonaws.{REGION}.{arguments['service']}"

    assert found["serviceName"] == name
    assert found["serviceType"] == kind
    assert found["vpcEndpointPolicySupported"] is True


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("cn.com.amazonaws.cn-north-1.ecr.api", "Interface", id="api"),
        pytest.param("com.amazonaws.cn-north-1.s3", "Gateway", id="layers"),
    ],
)
def test_finds_which_name_a_service_has_in_china(aws, name, kind):
    chinese = Clients(Settings(endpoints=dict.fromkeys(("ec2", "sts"), aws), region="cn-north-1")).aws("ec2", None)
    service = name.partition("cn-north-1.")[2]
    names = [f"{prefix}com.amazonaws.cn-north-1.{service}" for prefix in ("", "cn.")]
    filters = [{"name": "service-name", "values": names}]

    assert endpoint_service(chinese, {"filters": filters, "serviceType": kind})["serviceName"] == name


def test_takes_the_name_of_a_service_for_that_of_other_partitions(aws):
    chinese = Clients(Settings(endpoints=dict.fromkeys(("ec2", "sts"), aws), region="cn-north-1")).aws("ec2", None)

    with pytest.raises(ProviderError, match=r"'com\.amazonaws\.cn-north-1\.ecr\.api' does not exist"):
        endpoint_service(chinese, {"service": "ecr.api"})


@pytest.mark.parametrize(
    ("token", "arguments", "message"),
    [
        pytest.param(
            "getVpc", {"cidrBlock": "10.250.0.0/16"}, "VPC: one must match cidrBlock '10.250.0.0/16'", id="vpc"
        ),
        pytest.param("getSubnet", {"vpcId": "vpc-1"}, "subnet: one must match vpcId 'vpc-1'", id="subnet"),
        pytest.param(
            "getRouteTable", {"vpcId": "vpc-1"}, "route table: one must match vpcId 'vpc-1'", id="route-table"
        ),
    ],
)
def test_says_what_it_looked_for_in_vain(ask, token, arguments, message):
    with pytest.raises(ProviderError) as error:
        ask(token, **arguments)

    assert str(error.value) == f"{message}, got 0; choose by its id, or create it first"


def test_says_how_many_there_are_to_choose_from(ask, ec2, vpc, subnet):
    other = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.2.0/24")["Subnet"]["SubnetId"]
    try:
        with pytest.raises(ProviderError, match=f"^subnet: one must match vpcId '{vpc}', got 2; choose by its id"):
            ask("getSubnet", vpcId=vpc)
    finally:
        ec2.delete_subnet(SubnetId=other)
