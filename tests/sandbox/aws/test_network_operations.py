from __future__ import annotations

import json

import pytest

from tests.sandbox.embedded_aws import client, embedded_aws

REGION = "eu-central-1"
EVERYTHING = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]


@pytest.fixture(scope="module")
def ec2(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield client(running, "ec2")


@pytest.fixture(scope="module")
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture(scope="module")
def subnets(ec2, vpc):
    blocks = ("10.1.1.0/24", "10.1.2.0/24")
    return [ec2.create_subnet(VpcId=vpc, CidrBlock=each)["Subnet"]["SubnetId"] for each in blocks]


@pytest.fixture
def table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


@pytest.fixture
def group(ec2, vpc):
    made = ec2.create_security_group(GroupName="endpoints", Description="endpoints", VpcId=vpc)["GroupId"]
    yield made
    ec2.delete_security_group(GroupId=made)


def endpoint(ec2, vpc, service, kind, **more):
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.{service}", VpcEndpointType=kind, **more
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def described(ec2, endpoint_id):
    [found] = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    return found


def test_gives_an_interface_the_default_group_of_its_network(ec2, vpc, subnets):
    made = endpoint(ec2, vpc, "ecr.api", "Interface", SubnetIds=subnets[:1])
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    [default] = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]

    assert [each["GroupId"] for each in described(ec2, made)["Groups"]] == [default["GroupId"]]
    assert described(ec2, made)["IpAddressType"] == "ipv4"
    assert described(ec2, made)["DnsOptions"] == {"DnsRecordIpType": "ipv4"}


def test_makes_an_interface_with_the_addresses_and_the_records_that_are_asked_for(ec2, vpc, subnets):
    both = {"IpAddressType": "dualstack", "DnsOptions": {"DnsRecordIpType": "service-defined"}}
    made = endpoint(ec2, vpc, "ecr.dkr", "Interface", SubnetIds=subnets[:1], **both)

    found = described(ec2, made)
    assert {key: found[key] for key in both} == both


def test_changes_an_interface(ec2, vpc, subnets, group):
    made = endpoint(ec2, vpc, "ecr.dkr", "Interface", SubnetIds=subnets[:1], PrivateDnsEnabled=False)
    policy = json.dumps({"Statement": []})
    ec2.modify_vpc_endpoint(
        VpcEndpointId=made,
        AddSecurityGroupIds=[group],
        AddSubnetIds=subnets[1:],
        DnsOptions={"DnsRecordIpType": "dualstack"},
        IpAddressType="dualstack",
        PolicyDocument=policy,
        PrivateDnsEnabled=True,
        RemoveSubnetIds=subnets[:1],
    )
    found = described(ec2, made)

    assert (found["PrivateDnsEnabled"], found["IpAddressType"], found["PolicyDocument"]) == (True, "dualstack", policy)
    assert found["DnsOptions"] == {"DnsRecordIpType": "dualstack"}
    assert found["SubnetIds"] == subnets[1:]
    assert group in [each["GroupId"] for each in found["Groups"]]
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])
    assert [each["SubnetId"] for each in interfaces["NetworkInterfaces"]] == subnets[1:]

    ec2.modify_vpc_endpoint(VpcEndpointId=made, ResetPolicy=True, RemoveSecurityGroupIds=[group])
    assert json.loads(described(ec2, made)["PolicyDocument"])["Statement"] == EVERYTHING


def test_a_gateway_is_in_the_tables_that_it_is_told_of(ec2, vpc, table):
    made = endpoint(ec2, vpc, "s3", "Gateway")

    def routes():
        [found] = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return [route["GatewayId"] for route in found["Routes"] if "DestinationPrefixListId" in route]

    ec2.modify_vpc_endpoint(VpcEndpointId=made, AddRouteTableIds=[table])
    assert routes() == [made]
    ec2.modify_vpc_endpoint(VpcEndpointId=made, RemoveRouteTableIds=[table])
    assert routes() == []
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])


def test_moves_an_association_and_keeps_its_id(ec2, vpc, subnets, table):
    other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    made = ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])["AssociationId"]
    ec2.replace_route_table_association(AssociationId=made, RouteTableId=other)

    [found] = ec2.describe_route_tables(RouteTableIds=[other])["RouteTables"]
    [association] = found["Associations"]
    assert (association["RouteTableAssociationId"], association["SubnetId"]) == (made, subnets[0])


TCP = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.mark.parametrize(
    ("first", "wanted", "expected"),
    [
        pytest.param(
            TCP | {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "a"}]},
            TCP | {"CidrIpv4": "10.1.0.0/16", "Description": "b"},
            {"CidrIpv4": "10.1.0.0/16", "Description": "b", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443},
            id="ipv4",
        ),
        pytest.param(
            TCP | {"Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}]},
            TCP | {"CidrIpv6": "fd01::/16"},
            {"CidrIpv6": "fd01::/16", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443},
            id="ipv6",
        ),
        pytest.param(
            TCP | {"PrefixListIds": [{"PrefixListId": "pl-1", "Description": "a"}]},
            TCP | {"PrefixListId": "pl-2", "Description": "b"},
            {"PrefixListId": "pl-2", "Description": "b", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443},
            id="prefix-list",
        ),
        pytest.param(
            TCP | {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "a"}]},
            {"IpProtocol": "-1", "ReferencedGroupId": "210987654321/sg-2"},
            {
                "ReferencedGroupInfo": {"GroupId": "sg-2", "UserId": "210987654321"},
                "IpProtocol": "-1",
                "FromPort": -1,
                "ToPort": -1,
            },
            id="group-of-another-account",
        ),
    ],
)
def test_replaces_a_rule_as_a_whole(ec2, group, first, wanted, expected):
    [made] = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[first])["SecurityGroupRules"]
    rule = made["SecurityGroupRuleId"]
    ec2.modify_security_group_rules(
        GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}]
    )

    [found] = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"]
    same_in_each = {"SecurityGroupRuleId", "GroupId", "IsEgress", "Tags"}
    assert {name: value for name, value in found.items() if name not in same_in_each} == expected


def test_remembers_the_description_of_a_prefix_list(ec2, group):
    source = {"PrefixListIds": [{"PrefixListId": "pl-1", "Description": "layers"}]}
    [made] = ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[TCP | source])["SecurityGroupRules"]

    assert made["Description"] == "layers"
