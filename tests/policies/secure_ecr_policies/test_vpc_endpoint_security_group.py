import pytest
from secure_ecr_policies.pack.network import (
    INGRESS_RULE,
    SECURITY_GROUP_ASSOCIATION,
    SECURITY_GROUP_RULE,
    SECURITY_GROUPS,
    VPC_ENDPOINT,
)
from secure_ecr_policies.pack.resource import STACK
from secure_ecr_policies.pack.security_groups import PREFIX_LIST
from secure_ecr_policies.pack.values import UNKNOWN

GROUP = "sg-0a1b2c3d"
HTTPS = {"fromPort": 443, "toPort": 443}
CLIENTS = {"cidrBlocks": ["10.0.0.0/16"]}
SUBNETS = "write the ranges of the subnets that pull"
DEFAULT = (
    "ecr.dkr: securityGroupIds: must be given: the VPC's default group lets in its own members alone;"
    " name a group that lets clients in on 443"
)
CLOSED = (
    "ecr.dkr: securityGroupIds: must name a group that lets clients in on TCP port 443, got group;"
    " add an inbound rule for the clients"
)
MAYBE_CLOSED = (
    "ecr.dkr: not evaluated: securityGroupIds: whether a rule lets clients in on 443 is known at the update only"
)
UNKNOWN_GROUPS = "ecr.dkr: not evaluated: securityGroupIds: known at the update only"
IN_ANOTHER_STACK = f"ecr.dkr: not evaluated: securityGroupIds: the rules of {GROUP} may be in another stack"


def everybody(path, cidr="0.0.0.0/0", shortest=8):
    return f"{path}: must name clients, by a prefix of at least /{shortest}, got '{cidr}'; {SUBNETS}"


def wider(traffic, path=""):
    place = f"{path}: " if path else ""
    return f"{place}must let in TCP port 443 alone, got {traffic}; write 'tcp', from 443 to 443"


@pytest.fixture
def endpoint(declared):
    def build(groups=(GROUP,), depends=None, service="ecr.dkr", **props):
        own = {"serviceName": f"com.amazonaws.eu-west-1.{service}", "vpcEndpointType": "Interface", "id": "vpce-1"}
        if groups is not None:
            own["securityGroupIds"] = groups if groups is UNKNOWN else list(groups)
        return declared(VPC_ENDPOINT, own | props, service, depends=depends or {})

    return build


@pytest.fixture
def group(declared):
    def build(*ingress, name="group", id_=GROUP, depends=None, **props):
        return declared(SECURITY_GROUPS[0], {"id": id_, "ingress": list(ingress)} | props, name, depends=depends or {})

    return build


@pytest.fixture
def rule(declared):
    """A rule of either kind that is a resource of its own, for HTTPS from clients unless something is changed."""

    def build(type_=INGRESS_RULE, depends=(), name="rule", group_id=GROUP, **props):
        if type_ == INGRESS_RULE:
            own = {"ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/16"}
        else:
            own = {"type": "ingress", "protocol": "tcp"} | CLIENTS
        own |= HTTPS | {"securityGroupId": group_id}
        return declared(type_, own | props, name, depends={"securityGroupId": depends})

    return build


@pytest.mark.parametrize(
    ("ingress", "expected"),
    [
        pytest.param({"protocol": "tcp", **HTTPS, **CLIENTS}, [], id="clients"),
        pytest.param(
            {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}, [], id="snake"
        ),
        pytest.param({"protocol": "tcp", **HTTPS, "securityGroups": ["sg-1b2c3d4e"]}, [], id="group-of-clients"),
        pytest.param(
            {"protocol": "6", **HTTPS, "prefixListIds": ["pl-1", UNKNOWN]},
            [
                "not evaluated: ingress[0].prefixListIds[0]: the addresses in pl-1 may be in another stack",
                "not evaluated: ingress[0].prefixListIds[1]: the addresses in the list are known at the update only",
            ],
            id="prefix-lists",
        ),
        pytest.param(
            {"protocol": "tcp", **HTTPS, "cidrBlocks": ["10.0.0.0/16", "0.0.0.0/0"], "ipv6CidrBlocks": ["::/0"]},
            [everybody("ingress[0].cidrBlocks[1]"), everybody("ingress[0].ipv6CidrBlocks[0]", "::/0", 32)],
            id="everybody",
        ),
        pytest.param(
            {"protocol": "tcp", "fromPort": 0, "toPort": 65535}, [wider("tcp 0 to 65535", "ingress[0]")], id="ports"
        ),
        pytest.param({"protocol": "-1", "fromPort": 0, "toPort": 0}, [wider("every protocol", "ingress[0]")], id="all"),
        pytest.param(
            {"protocol": "tcp", "fromPort": 22, "toPort": 22},
            [wider("tcp 22", "ingress[0]"), CLOSED],
            id="another-port",
        ),
        pytest.param({"protocol": "udp", **HTTPS}, [wider("udp 443", "ingress[0]"), CLOSED], id="another-protocol"),
        pytest.param(
            {"protocol": "tcp", **HTTPS, "cidrBlocks": [UNKNOWN, "0.0.0.0/0"]},
            [
                "not evaluated: ingress[0].cidrBlocks[0]: known at the update only",
                everybody("ingress[0].cidrBlocks[1]"),
            ],
            id="unknown-beside-everybody",
        ),
        pytest.param(
            {"protocol": UNKNOWN, **HTTPS},
            ["not evaluated: ingress[0].protocol: known at the update only"],
            id="unknown-protocol",
        ),
        pytest.param(
            {"protocol": ["x"], "fromPort": {}, "toPort": None},
            [wider("['x'] {} to None", "ingress[0]"), CLOSED],
            id="malformed",
        ),
        pytest.param(
            {"protocol": "tcp", **HTTPS, "cidrBlocks": "10.0.0.0"},
            ["ingress[0].cidrBlocks: must be an address range, as 10.0.0.0/16, got '10.0.0.0'"],
            id="malformed-range",
        ),
        pytest.param(7, [CLOSED], id="malformed-rule"),
    ],
)
def test_judges_inline_rules(stack_findings, endpoint, group, ingress, expected):
    assert stack_findings(endpoint(), group(ingress)) == [
        text if text.startswith("ecr.dkr") else f"group: {text}" for text in expected
    ]


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({}, [], id="clients"),
        pytest.param({"cidrIpv4": None, "referencedSecurityGroupId": UNKNOWN}, [], id="group-of-clients"),
        pytest.param({"cidrIpv4": "0.0.0.0/0"}, [everybody("cidrIpv4")], id="everybody"),
        pytest.param({"cidrIpv4": None, "cidrIpv6": "::/0"}, [everybody("cidrIpv6", "::/0", 32)], id="everybody-ipv6"),
        pytest.param({"ipProtocol": "-1", "fromPort": None, "toPort": None}, [wider("every protocol")], id="all"),
        pytest.param({"toPort": 444}, [wider("tcp 443 to 444")], id="ports"),
        pytest.param({"cidrIpv4": UNKNOWN}, ["not evaluated: cidrIpv4: known at the update only"], id="unknown"),
        pytest.param({"cidrIpv4": 7}, ["cidrIpv4: must be an address range, as 10.0.0.0/16, got 7"], id="malformed"),
    ],
)
def test_judges_ingress_rules(stack_findings, endpoint, group, rule, props, expected):
    assert stack_findings(endpoint(), group(), rule(**props)) == [f"rule: {text}" for text in expected]


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({}, [], id="clients"),
        pytest.param({"cidrBlocks": ["0.0.0.0/0"]}, ["rule: " + everybody("cidrBlocks[0]")], id="everybody"),
        pytest.param({"protocol": "all"}, ["rule: " + wider("every protocol")], id="all"),
        pytest.param({"type": "egress", "cidrBlocks": ["0.0.0.0/0"]}, [CLOSED], id="outbound"),
        pytest.param({"fromPort": UNKNOWN}, ["rule: not evaluated: fromPort: known at the update only"], id="unknown"),
    ],
)
def test_judges_security_group_rules(stack_findings, endpoint, group, rule, props, expected):
    assert stack_findings(endpoint(), group(), rule(SECURITY_GROUP_RULE, **props)) == expected


@pytest.mark.parametrize("type_", [INGRESS_RULE, SECURITY_GROUP_RULE], ids=["ingress-rule", "security-group-rule"])
def test_a_rule_by_id_and_by_what_an_unknown_id_is_made_of(stack_findings, endpoint, group, rule, type_):
    new = group(id_=UNKNOWN)
    guarded = endpoint(UNKNOWN, {"securityGroupIds": [new.urn]})

    assert stack_findings(endpoint(), group(), rule(type_)) == []
    assert stack_findings(endpoint(), group(), rule(type_, group_id="sg-1b2c3d4e")) == [CLOSED]
    assert stack_findings(guarded, new, rule(type_, [new.urn], group_id=UNKNOWN)) == []
    assert stack_findings(guarded, new) == [CLOSED]
    assert stack_findings(guarded, new, rule(type_, group_id=UNKNOWN)) == [MAYBE_CLOSED]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        pytest.param([{"cidr": "10.0.0.0/16", "description": "offices"}], [], id="clients"),
        pytest.param(
            [{"cidr": "10.0.0.0/16"}, {"cidr": "0.0.0.0/0"}], ["rule: " + everybody("prefixListId")], id="everybody"
        ),
        pytest.param(
            [{"cidr": UNKNOWN}], ["rule: not evaluated: prefixListId: known at the update only"], id="unknown"
        ),
        pytest.param(
            [], ["rule: not evaluated: prefixListId: the addresses in pl-1 may be in another stack"], id="elsewhere"
        ),
        pytest.param([7], ["rule: prefixListId: must be an address range, as 10.0.0.0/16, got 7"], id="malformed"),
    ],
)
def test_judges_the_addresses_of_a_prefix_list(stack_findings, declared, endpoint, group, rule, addresses, expected):
    offices = declared(PREFIX_LIST, {"id": "pl-1", "entries": addresses}, "offices")

    assert stack_findings(endpoint(), group(), rule(cidrIpv4=None, prefixListId="pl-1"), offices) == expected


def test_of_an_endpoint_for_an_unknown_service_it_says_so(stack_findings, endpoint, group):
    wide = group({"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]})

    assert stack_findings(endpoint(serviceName=UNKNOWN), wide) == [
        "ecr.dkr: not evaluated: serviceName: known at the update only"
    ]
    assert stack_findings(endpoint(None, serviceName=UNKNOWN)) == [
        "ecr.dkr: not evaluated: serviceName: known at the update only"
    ]


def test_rules_of_other_groups_are_not_its_business(stack_findings, endpoint, group, rule):
    other = group({"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}, name="other", id_="sg-1b2c3d4e")

    stray = rule(name="stray", group_id="sg-2c3d4e5f", cidrIpv4="0.0.0.0/0")

    assert stack_findings(endpoint(), group(), rule(), other, stray) == []


def test_groups_of_an_endpoint(stack_findings, declared, endpoint, group, rule):
    link = {"vpcEndpointId": "vpce-1", "securityGroupId": GROUP}
    association = declared(SECURITY_GROUP_ASSOCIATION, link, "link")
    adrift = declared(SECURITY_GROUP_ASSOCIATION, link | {"vpcEndpointId": UNKNOWN}, "link")

    assert stack_findings(endpoint(None)) == [DEFAULT]
    assert stack_findings(endpoint(UNKNOWN)) == [DEFAULT]
    assert stack_findings(endpoint(None), group(), rule(), association) == []
    assert stack_findings(endpoint(None), group(), association) == [CLOSED]
    assert stack_findings(endpoint(None), adrift) == [UNKNOWN_GROUPS]
    assert stack_findings(endpoint([UNKNOWN])) == [UNKNOWN_GROUPS]


def test_a_group_of_another_stack(stack_findings, endpoint, rule):
    assert stack_findings(endpoint()) == [IN_ANOTHER_STACK]
    assert stack_findings(endpoint(), rule(cidrIpv4="0.0.0.0/0")) == [
        f"rule: {everybody('cidrIpv4')}",
        IN_ANOTHER_STACK,
    ]


def test_says_which_rules_it_cannot_read(stack_findings, endpoint, group, rule):
    other = rule(group_id="sg-1b2c3d4e")
    made = group(ingress=UNKNOWN, depends={"ingress": [other.urn]})
    unread = "group: not evaluated: ingress: known at the update only"

    assert stack_findings(endpoint(), made, other) == [unread, MAYBE_CLOSED]
    assert stack_findings(endpoint(), group(ingress=UNKNOWN)) == [CLOSED]


def test_a_group_of_both_endpoints_is_judged_once(stack_findings, endpoint, group):
    wide = group({"protocol": "tcp", **HTTPS, "cidrBlocks": ["0.0.0.0/0"]})

    assert stack_findings(endpoint(), endpoint(service="ecr.api"), wide) == [
        f"group: {everybody('ingress[0].cidrBlocks[0]')}"
    ]


def test_one_odd_resource_does_not_hide_another(stack_findings, declared, endpoint, group):
    odd = [
        declared(INGRESS_RULE, {"securityGroupId": {}, "cidrIpv4": {}}, "odd"),
        declared(SECURITY_GROUPS[1], {"id": 7, "ingress": "all"}, "default"),
        declared(PREFIX_LIST, {"id": {}, "entries": {}}, "list"),
        declared(VPC_ENDPOINT, {"serviceName": 7, "securityGroupIds": 7}, "none"),
    ]

    assert stack_findings(*odd, endpoint(), group()) == [CLOSED]
    assert stack_findings(endpoint([7]), group()) == [CLOSED.replace(", got group", "")]


def test_a_stack_without_endpoints_for_ecr_is_not_its_business(stack_findings, declared, endpoint, group):
    wide = group({"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]})

    assert stack_findings(declared(STACK), endpoint(service="logs"), wide) == ["not applicable"]
