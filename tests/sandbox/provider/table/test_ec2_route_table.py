from __future__ import annotations

import pytest

from sandbox.provider.table.ec2_endpoint import ENDPOINT
from sandbox.provider.table.ec2_route_table import ROUTE_TABLE
from sandbox.provider.table.ec2_vpc import SUBNET, VPC
from tests.sandbox.embedded_aws import client


@pytest.fixture
def gateways(aws):
    ec2 = client(aws, "ec2")
    return [ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"] for _ in range(2)]


def test_keeps_the_routes_of_the_program_and_leaves_the_others_alone(make, gateways):
    first, second = gateways
    vpc = make(VPC, cidrBlock="10.50.0.0/16")
    table = make(ROUTE_TABLE, vpcId=vpc.id, routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": first}])
    make(ENDPOINT, vpcId=vpc.id, serviceName="com.amazonaws.eu-central-1.s3", routeTableIds=[table.id])

    assert table.state["routes"] == [{"cidrBlock": "0.0.0.0/0", "gatewayId": first}]
    assert table.changes_after_refresh() == []

    routes = [{"cidrBlock": "0.0.0.0/0", "gatewayId": second}, {"cidrBlock": "10.60.0.0/16", "gatewayId": first}]
    table.update({"vpcId": vpc.id, "routes": routes})
    assert table.changes_after_refresh() == []
    assert sorted(table.entry.read(table.aws, table.id)["routes"], key=str) == routes

    table.update({"vpcId": vpc.id, "routes": routes[1:]})
    assert table.entry.read(table.aws, table.id)["routes"] == routes[1:]


def test_is_deleted_with_its_associations(make, aws):
    ec2 = client(aws, "ec2")
    vpc = make(VPC, cidrBlock="10.51.0.0/16")
    subnet = make(SUBNET, vpcId=vpc.id, cidrBlock="10.51.1.0/24")
    table = ec2.create_route_table(VpcId=vpc.id)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet.id)
    ROUTE_TABLE.delete(vpc.aws, table, {})

    of_vpc = [{"Name": "vpc-id", "Values": [vpc.id]}]
    assert [each["Associations"][0]["Main"] for each in ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]] == [
        True
    ]
