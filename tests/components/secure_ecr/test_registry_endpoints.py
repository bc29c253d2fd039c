from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.endpoint_policies import judge_layer_endpoint_policy, judge_registry_endpoint_policy
from ecr_model.policy.document import parse_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import ENDPOINT_POLICY
from secure_ecr import DeclarationError, RegistryEndpoints

# The SDK warns of what it has deprecated itself as soon as the service EC2 is loaded

ACCOUNT, OTHER = "111122223333", "444455556666"
VPC = "vpc-0123456789abcdef0"
SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
TABLE = "rtb-0123456789abcdef0"
CLIENTS = "sg-0123456789abcdef0"
COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:RegistryEndpoints::way"
LEAST = {
    "vpc_id": VPC,
    "subnet_ids": SUBNETS,
    "route_table_ids": [TABLE],
    "client_cidrs": ["10.0.0.0/16"],
    "allowed_account_ids": [ACCOUNT],
    "region": "eu-west-1",
}


def endpoints(**changes):
    args = {key: value for key, value in {**LEAST, **changes}.items() if value is not None}

    def program():
        made = RegistryEndpoints("way", args)
        return [
            made.api_endpoint_id,
            made.dkr_endpoint_id,
            made.layer_endpoint_id,
            made.service_endpoint_ids,
            made.security_group_id,
        ]

    return program


def statement(sid, actions, resources, condition=None):
    allowed = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resources}
    return {**allowed, "Condition": condition} if condition else allowed


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


FROM_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT]}}
REGISTRY = document(
    statement("Login", ["ecr:GetAuthorizationToken"], ["*"], FROM_ACCOUNT),
    statement("UseRepositories", ["ecr:*"], [f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*"], FROM_ACCOUNT),
)
LAYERS = document(
    statement("ReadLayers", ["s3:GetObject"], ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"]),
)
GROUP = {"description": "Endpoints of Amazon ECR: HTTPS from their clients", "vpcId": VPC, "region": "eu-west-1"}


def rule(**source):
    return {
        "securityGroupId": "way-security-group-id",
        **source,
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "description": "HTTPS from clients of the registry",
        "region": "eu-west-1",
    }


def interface(service, policy=None):
    policies = {} if policy is None else {"policy": policy}
    return {
        "vpcId": VPC,
        "serviceName": f"com.amazonaws.eu-west-1.{service}",
        "vpcEndpointType": "Interface",
        "subnetIds": SUBNETS,
        "securityGroupIds": ["way-security-group-id"],
        "privateDnsEnabled": True,
        "ipAddressType": "ipv4",
        "dnsOptions": {"dnsRecordIpType": "ipv4"},
        **policies,
        "region": "eu-west-1",
    }


def gateway(policy=LAYERS):
    return {
        "vpcId": VPC,
        "serviceName": "com.amazonaws.eu-west-1.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": [TABLE],
        "policy": policy,
        "region": "eu-west-1",
    }


def registered(deployment):
    """Return what was registered, with its documents read."""
    return {
        name: {key: json.loads(value) if key == "policy" else value for key, value in inputs.items()}
        for name, inputs in deployment.resources.items()
    }


def test_makes_the_way_from_one_address_range(deploy):
    deployed = deploy(endpoints())

    assert registered(deployed) == {
        "way-security-group": GROUP,
        "way-from-10.0.0.0-16": rule(cidrIpv4="10.0.0.0/16"),
        "way-ecr-api": interface("ecr.api", REGISTRY),
        "way-ecr-dkr": interface("ecr.dkr", REGISTRY),
        "way-s3": gateway(),
    }
    assert deployed.outputs == ["way-ecr-api-id", "way-ecr-dkr-id", "way-s3-id", {}, "way-security-group-id"]


def test_has_policies_that_the_pack_passes(deploy):
    resources = deploy(endpoints()).resources
    registry, layers = (parse_policy(resources[name]["policy"], ENDPOINT_POLICY) for name in ("way-ecr-dkr", "way-s3"))

    assert judge_registry_endpoint_policy(registry, trusted=[ACCOUNT]) == Judgement()
    assert judge_layer_endpoint_policy(layers, region="eu-west-1", partition="aws") == Judgement()


def test_registers_what_every_argument_says(deploy):
    deployed = deploy(
        endpoints(
            client_cidrs=["10.0.0.0/16", "2001:db8:1::/56"],
            client_security_group_ids=[CLIENTS],
            allowed_account_ids=[OTHER, ACCOUNT],
            registry_ids=[ACCOUNT],
            pull_only=True,
            bucket_names=["shop-data"],
            services=["logs", "sts"],
            ip_address_type="dualstack",
            single_subnet=True,
            subnet_ids=SUBNETS[:1],
            vpc_dns_support=True,
            vpc_dns_hostnames=True,
            tags={"team": "platform"},
        )
    )

    both = {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, OTHER]}}
    registry = document(
        statement("Login", ["ecr:GetAuthorizationToken"], ["*"], both),
        statement(
            "Pull",
            ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*"],
            both,
        ),
    )
    layers = document(
        *LAYERS["Statement"],
        statement("UseBuckets", ["s3:*"], ["arn:aws:s3:::shop-data", "arn:aws:s3:::shop-data/*"], both),
    )
    tags = {"tags": {"team": "platform"}}
    dual = {
        "subnetIds": SUBNETS[:1],
        "ipAddressType": "dualstack",
        "dnsOptions": {"dnsRecordIpType": "dualstack"},
        **tags,
    }
    assert registered(deployed) == {
        "way-security-group": {**GROUP, **tags},
        "way-from-10.0.0.0-16": {**rule(cidrIpv4="10.0.0.0/16"), **tags},
        "way-from-2001:db8:1::-56": {**rule(cidrIpv6="2001:db8:1::/56"), **tags},
        f"way-from-{CLIENTS}": {**rule(referencedSecurityGroupId=CLIENTS), **tags},
        "way-ecr-api": {**interface("ecr.api", registry), **dual},
        "way-ecr-dkr": {**interface("ecr.dkr", registry), **dual},
        "way-s3": {**gateway(layers), "ipAddressType": "dualstack", **tags},
        "way-logs": {**interface("logs", document(statement("UseService", ["*"], ["*"], both))), **dual},
        "way-sts": {**interface("sts"), **dual},
    }
    assert deployed.outputs == [
        "way-ecr-api-id",
        "way-ecr-dkr-id",
        "way-s3-id",
        {"logs": "way-logs-id", "sts": "way-sts-id"},
        "way-security-group-id",
    ]
    assert deployed.components == {
        "way": {
            "vpcId": VPC,
            "subnetIds": SUBNETS[:1],
            "routeTableIds": [TABLE],
            "clientCidrs": ["10.0.0.0/16", "2001:db8:1::/56"],
            "clientSecurityGroupIds": [CLIENTS],
            "allowedAccountIds": [OTHER, ACCOUNT],
            "registryIds": [ACCOUNT],
            "pullOnly": True,
            "bucketNames": ["shop-data"],
            "services": ["logs", "sts"],
            "ipAddressType": "dualstack",
            "singleSubnet": True,
            "vpcDnsSupport": True,
            "vpcDnsHostnames": True,
            "region": "eu-west-1",
            "tags": {"team": "platform"},
        }
    }


def test_says_which_addresses_it_wants_when_both_families_are_taken_back(deploy):
    """What the program leaves out an endpoint keeps."""
    resources = deploy(endpoints(ip_address_type="ipv4")).resources

    assert resources["way-ecr-dkr"]["dnsOptions"] == {"dnsRecordIpType": "ipv4"}
    assert {name: resources[name]["ipAddressType"] for name in ("way-ecr-dkr", "way-s3")} == {
        "way-ecr-dkr": "ipv4",
        "way-s3": "ipv4",
    }


def test_lets_an_organization_through_to_its_own_registries(deploy):
    deployed = deploy(endpoints(allowed_account_ids=None, organization_id="o-a1b2c3d4e5"))

    of_organization = {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}
    assert registered(deployed)["way-ecr-dkr"]["policy"] == document(
        statement("Login", ["ecr:GetAuthorizationToken"], ["*"], {"StringEquals": of_organization}),
        statement(
            "UseRepositories",
            ["ecr:*"],
            ["arn:aws:ecr:eu-west-1:*:repository/*"],
            {"StringEquals": {**of_organization, "aws:ResourceOrgID": ["o-a1b2c3d4e5"]}},
        ),
    )


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_takes_a_network_of_the_same_program(deploy, preview):
    def later(value):
        """Stand for an id that is known after an update only."""
        return pulumi.Output.from_input(value).apply(lambda known: pulumi.UNKNOWN if preview else known)

    resources = registered(
        deploy(
            endpoints(
                vpc_id=later(VPC),
                subnet_ids=later(SUBNETS),
                route_table_ids=[later(TABLE)],
                client_cidrs=None,
                client_security_group_ids=[later(CLIENTS)],
            ),
            preview=preview,
        )
    )

    assert set(resources) == {"way-security-group", "way-from-group-0", "way-ecr-api", "way-ecr-dkr", "way-s3"}
    if preview:
        assert resources["way-ecr-dkr"]["subnetIds"] == "unknown"
        assert resources["way-from-group-0"]["referencedSecurityGroupId"] == "unknown"
    else:
        assert resources["way-ecr-dkr"] == interface("ecr.dkr", REGISTRY)
        assert resources["way-from-group-0"] == rule(referencedSecurityGroupId=CLIENTS)
        assert resources["way-s3"] == gateway()
    # The pack judges both policies in the first preview of a new network
    assert resources["way-ecr-dkr"]["policy"] == REGISTRY
    assert resources["way-s3"]["policy"] == LAYERS


@pytest.mark.parametrize(
    ("cidr", "source"),
    [
        pytest.param("10.0.0.0/16", {"cidrIpv4": "10.0.0.0/16"}, id="ipv4"),
        pytest.param("2001:db8:1::/56", {"cidrIpv6": "2001:db8:1::/56"}, id="ipv6"),
        pytest.param(pulumi.UNKNOWN, {"cidrIpv4": "unknown", "cidrIpv6": "unknown"}, id="unknown"),
    ],
)
def test_takes_the_range_of_a_network_of_the_same_program(deploy, cidr, source):
    program = endpoints(client_cidrs=["10.9.0.0/16", pulumi.Output.from_input(cidr)], ip_address_type="dualstack")

    resources = deploy(program, preview=True).resources

    assert resources["way-from-cidr-1"] == rule(**source)
    assert resources["way-from-10.9.0.0-16"] == rule(cidrIpv4="10.9.0.0/16")


def test_judges_a_range_as_soon_as_it_is_known(deploy):
    program = endpoints(client_cidrs=[pulumi.Output.from_input("0.0.0.0/0")])

    with pytest.raises(DeclarationError) as refused:
        deploy(program, preview=True)

    assert str(refused.value) == (
        "way.client_cidrs[0]: must name clients, by a prefix of at least /8, got '0.0.0.0/0';"
        " write the ranges of the subnets that pull"
    )


def test_asks_the_provider_for_its_region(deploy):
    calls = {"aws:index/getRegion:getRegion": {"region": "eu-west-1"}}
    resources = registered(deploy(endpoints(region=None), preview=True, calls=calls))

    assert [resources[name] for name in ("way-ecr-dkr", "way-s3")] == [
        {key: value for key, value in endpoint.items() if key != "region"}
        for endpoint in (interface("ecr.dkr", REGISTRY), gateway())
    ]


def test_looks_names_up_where_they_are_not_certain(deploy):
    asked = []

    def first_of_two(arguments):
        asked.append(arguments)
        return {"serviceName": arguments["filters"][0]["values"][-1]}

    calls = {"aws:ec2/getVpcEndpointService:getVpcEndpointService": first_of_two}
    resources = registered(deploy(endpoints(region="cn-north-1"), calls=calls))

    assert sorted(asked, key=lambda each: each["filters"][0]["values"]) == [
        {
            "filters": [
                {
                    "name": "service-name",
                    "values": [f"com.amazonaws.cn-north-1.{service}", f"cn.com.amazonaws.cn-north-1.{service}"],
                }
            ],
            "serviceType": kind,
            "serviceRegions": ["cn-north-1"],
        }
        for service, kind in (("ecr.api", "Interface"), ("ecr.dkr", "Interface"), ("s3", "Gateway"))
    ]
    assert resources["way-ecr-dkr"]["serviceName"] == "cn.com.amazonaws.cn-north-1.ecr.dkr"
    assert resources["way-s3"]["policy"]["Statement"][0]["Resource"] == [
        "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*"
    ]


def test_puts_every_child_below_the_component(deploy):
    options = deploy(endpoints(services=["logs"])).options

    assert {option["parent"] for (kind, _), option in options.items() if kind.startswith("aws:")} == {COMPONENT}


def test_finds_every_mistake_at_once(refusal):
    program = endpoints(
        vpc_id="subnet-0123456789abcdef0",
        subnet_ids=SUBNETS[:1],
        route_table_ids=[],
        client_cidrs=["0.0.0.0/0"],
        allowed_account_ids=[111122223333],
        vpc_dns_support=False,
    )

    assert refusal(program) == [
        "way.vpc_id: must be the id of a VPC, as vpc-0123456789abcdef0, got 'subnet-0123456789abcdef0'",
        (
            "way.allowed_account_ids[0]: must be an account id of 12 digits, got 111122223333;"
            " put it in quotes, with its leading zeros"
        ),
        (
            "way.client_cidrs[0]: must name clients, by a prefix of at least /8, got '0.0.0.0/0';"
            " write the ranges of the subnets that pull"
        ),
        "way.route_table_ids: must have 1 to 60 entries, got 0",
        (
            "way.subnet_ids: must have at least 2 entries, got 1;"
            " add one in another Availability Zone, or set single_subnet if one is meant"
        ),
        "way.vpc_dns_support: must be true: private DNS needs it, got false; set enableDnsSupport of the VPC",
    ]


EVERYBODY = "must name clients, by a prefix of at least"
RANGES = "write the ranges of the subnets that pull"
WRONG = {
    "no-vpc": ({"vpc_id": None}, "way.vpc_id: must be given"),
    "vpc-by-name": (
        {"vpc_id": "main"},
        "way.vpc_id: must be the id of a VPC, as vpc-0123456789abcdef0, got 'main'",
    ),
    "no-subnets": ({"subnet_ids": None}, "way.subnet_ids: must be given"),
    "empty-subnets": ({"subnet_ids": []}, "way.subnet_ids: must have 1 to 60 entries, got 0"),
    "single-subnet": (
        {"subnet_ids": SUBNETS[:1]},
        (
            "way.subnet_ids: must have at least 2 entries, got 1;"
            " add one in another Availability Zone, or set single_subnet if one is meant"
        ),
    ),
    "same-subnet-twice": (
        {"subnet_ids": [SUBNETS[0], SUBNETS[0]]},
        f"way.subnet_ids[1]: must be named once, got '{SUBNETS[0]}'",
    ),
    "route-table-for-a-subnet": (
        {"subnet_ids": [SUBNETS[0], TABLE]},
        f"way.subnet_ids[1]: must be the id of a subnet, as subnet-0123456789abcdef0, got '{TABLE}'",
    ),
    "text-for-subnets": ({"subnet_ids": SUBNETS[0]}, f"way.subnet_ids: must be a list, got '{SUBNETS[0]}'"),
    "no-route-tables": ({"route_table_ids": None}, "way.route_table_ids: must be given"),
    "gateway-without-route-tables": (
        {"route_table_ids": []},
        "way.route_table_ids: must have 1 to 60 entries, got 0",
    ),
    "subnet-for-a-route-table": (
        {"route_table_ids": [SUBNETS[0]]},
        f"way.route_table_ids[0]: must be the id of a route table, as rtb-0123456789abcdef0, got '{SUBNETS[0]}'",
    ),
    "route-table-twice": (
        {"route_table_ids": [TABLE, TABLE]},
        f"way.route_table_ids[1]: must be named once, got '{TABLE}'",
    ),
    "no-clients": (
        {"client_cidrs": None},
        "way: must have one of 'client_cidrs' or 'client_security_group_ids', or both, got none",
    ),
    "empty-clients": ({"client_cidrs": []}, "way.client_cidrs: must have 1 to 60 entries, got 0"),
    "everybody": ({"client_cidrs": ["0.0.0.0/0"]}, f"way.client_cidrs[0]: {EVERYBODY} /8, got '0.0.0.0/0'; {RANGES}"),
    "everybody-over-ipv6": (
        {"client_cidrs": ["::/0"], "ip_address_type": "dualstack"},
        f"way.client_cidrs[0]: {EVERYBODY} /32, got '::/0'; {RANGES}",
    ),
    "everybody-in-two-halves": (
        {"client_cidrs": ["10.0.0.0/8", "128.0.0.0/1"]},
        f"way.client_cidrs[1]: {EVERYBODY} /8, got '128.0.0.0/1'; {RANGES}",
    ),
    "address-for-a-range": (
        {"client_cidrs": ["10.0.0.1"]},
        "way.client_cidrs[0]: must be an address range, as 10.0.0.0/16, got '10.0.0.1'",
    ),
    "host-bits": (
        {"client_cidrs": ["10.0.1.7/16"]},
        "way.client_cidrs[0]: must be written as EC2 stores it, got '10.0.1.7/16'; write '10.0.0.0/16'",
    ),
    "range-twice": (
        {"client_cidrs": ["10.0.0.0/16", "10.0.0.0/16"]},
        "way.client_cidrs[1]: must be named once, got '10.0.0.0/16'",
    ),
    "ipv6-to-endpoints-of-ipv4": (
        {"client_cidrs": ["2001:db8::/56"]},
        (
            "way.client_cidrs[0]: must be of IPv4, as the endpoints are, got '2001:db8::/56';"
            " set ip_address_type to 'dualstack'"
        ),
    ),
    "group-by-name": (
        {"client_security_group_ids": ["nodes"]},
        ("way.client_security_group_ids[0]: must be the id of a security group, as sg-0123456789abcdef0, got 'nodes'"),
    ),
    "group-twice": (
        {"client_security_group_ids": [CLIENTS, CLIENTS]},
        f"way.client_security_group_ids[1]: must be named once, got '{CLIENTS}'",
    ),
    "more-clients-than-rules": (
        {
            "client_cidrs": [f"10.{byte}.0.0/16" for byte in range(60)],
            "client_security_group_ids": [CLIENTS],
        },
        "way: must have at most 60 clients, which a security group has rules for, got 61",
    ),
    "nobody-allowed": (
        {"allowed_account_ids": None},
        "way: must have one of 'allowed_account_ids' or 'organization_id', got none",
    ),
    "accounts-and-organization": (
        {"organization_id": "o-a1b2c3d4e5"},
        (
            "way: must have one of 'allowed_account_ids' or 'organization_id',"
            " got allowed_account_ids and organization_id"
        ),
    ),
    "account-without-quotes": (
        {"allowed_account_ids": [123456789012]},
        (
            "way.allowed_account_ids[0]: must be an account id of 12 digits, got 123456789012;"
            " put it in quotes, with its leading zeros"
        ),
    ),
    "account-without-its-zero": (
        {"allowed_account_ids": ["12345678901"]},
        "way.allowed_account_ids[0]: must be an account id of 12 digits, got 11 characters: '12345678901'",
    ),
    "account-twice": (
        {"allowed_account_ids": [ACCOUNT, ACCOUNT]},
        f"way.allowed_account_ids[1]: must be named once, got '{ACCOUNT}'",
    ),
    "unit-for-an-organization": (
        {"allowed_account_ids": None, "organization_id": "ou-ab12-11111111"},
        "way.organization_id: must be an organisation's id, as o-a1b2c3d4e5, got 'ou-ab12-11111111'",
    ),
    "registry-by-host": (
        {"registry_ids": ["111122223333.dkr.ecr.eu-west-1.amazonaws.com"]},
        (
            "way.registry_ids[0]: must be an account id of 12 digits,"
            " got 44 characters: '111122223333.dkr.ecr.eu-west-1.amazonaws.com'"
        ),
    ),
    "bucket-by-arn": (
        {"bucket_names": ["arn:aws:s3:::shop-data"]},
        "way.bucket_names[0]: must be lower-case letters, digits, '.' and '-', got 'arn:aws:s3:::shop-data'",
    ),
    "every-bucket": (
        {"bucket_names": ["shop-*"]},
        "way.bucket_names[0]: must be lower-case letters, digits, '.' and '-', got 'shop-*'",
    ),
    "service-without-use": (
        {"services": ["log"]},
        (
            "way.services[0]: must be 'logs', 'sts', 'ecs', 'ecs-agent', 'ecs-telemetry', 'secretsmanager', 'kms' or"
            " 'ssm', got 'log'; write 'logs'"
        ),
    ),
    "service-twice": (
        {"services": ["logs", "logs"]},
        "way.services[1]: must be named once, got 'logs'",
    ),
    "addresses-of-ipv6-alone": (
        {"ip_address_type": "ipv6"},
        "way.ip_address_type: must be 'ipv4' or 'dualstack', got 'ipv6'; write 'ipv4'",
    ),
    "no-dns-support": (
        {"vpc_dns_support": False},
        "way.vpc_dns_support: must be true: private DNS needs it, got false; set enableDnsSupport of the VPC",
    ),
    "no-dns-hostnames": (
        {"vpc_dns_hostnames": False},
        "way.vpc_dns_hostnames: must be true: private DNS needs it, got false; set enableDnsHostnames of the VPC",
    ),
    "misspelt-region": (
        {"region": "eu_west-1"},
        "way.region: must be a Region's name, as eu-west-1, got 'eu_west-1'; write 'eu-west-1' if that was meant",
    ),
    "flag-as-text": ({"pull_only": "yes"}, "way.pull_only: must be true or false, got 'yes'"),
    "tag-of-aws": (
        {"tags": {"aws:team": "x"}},
        "way.tags: must not begin with 'aws:', which AWS keeps for itself, got 'aws:team'",
    ),
    "misspelt-key": (
        {"subnets": SUBNETS},
        "way.subnets: must be a known key, got 'subnets'; write 'subnet_ids'",
    ),
}


def test_a_security_group_has_rules_for_sixty_clients(deploy):
    cidrs = [f"10.{byte}.0.0/16" for byte in range(59)]

    deployed = deploy(endpoints(client_cidrs=cidrs, client_security_group_ids=[CLIENTS]))

    assert sum(name.startswith("way-from-") for name in deployed.resources) == 60


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(endpoints(**wrong)) == [line]
