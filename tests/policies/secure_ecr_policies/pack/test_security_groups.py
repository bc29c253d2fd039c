import pytest
from ecr_model.security_groups import Traffic
from secure_ecr_policies.pack.network import INGRESS_RULE, SECURITY_GROUP_RULE, SECURITY_GROUPS
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.security_groups import InboundRule, inline_rules, read_rule
from secure_ecr_policies.pack.values import UNKNOWN

HTTPS = {"fromPort": 443, "toPort": 443}


def resource(type_, **props):
    return Resource(type_, "urn", "it", props)


def test_reads_inline_rules():
    rules = [
        {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8", UNKNOWN]},
        "no rule",
        {"protocol": UNKNOWN, **HTTPS, "ipv6CidrBlocks": ["fd00::/32"], "prefixListIds": ["pl-1", UNKNOWN]},
    ]
    group = resource(SECURITY_GROUPS[0], ingress=rules)

    assert [*inline_rules(group)] == [
        InboundRule(
            group,
            "ingress[0]",
            Traffic("tcp", 443, 443),
            (("ingress[0].cidrBlocks[0]", "10.0.0.0/8"),),
            (),
            ("ingress[0].cidrBlocks[1]",),
        ),
        InboundRule(
            group,
            "ingress[2]",
            Traffic(UNKNOWN, 443, 443),
            (("ingress[2].ipv6CidrBlocks[0]", "fd00::/32"),),
            (("ingress[2].prefixListIds[0]", "pl-1"), ("ingress[2].prefixListIds[1]", UNKNOWN)),
            ("ingress[2].protocol",),
        ),
    ]
    assert [rule.is_readable for rule in inline_rules(group)] == [True, False]


@pytest.mark.parametrize("ingress", [None, UNKNOWN, [], 7], ids=["absent", "unknown", "none", "malformed"])
def test_reads_no_rules_where_there_are_none(ingress):
    assert [*inline_rules(resource(SECURITY_GROUPS[0], ingress=ingress))] == []


def test_reads_rules_that_are_resources():
    new = resource(
        INGRESS_RULE, ipProtocol="tcp", cidrIpv4="10.0.0.0/8", cidrIpv6=UNKNOWN, prefixListId="pl-1", **HTTPS
    )
    old = resource(SECURITY_GROUP_RULE, type="ingress", protocol="-1", cidrBlocks=["10.0.0.0/8"])

    assert read_rule(new) == InboundRule(
        new, "", Traffic("tcp", 443, 443), (("cidrIpv4", "10.0.0.0/8"),), (("prefixListId", "pl-1"),), ("cidrIpv6",)
    )
    assert read_rule(old) == InboundRule(old, "", Traffic("-1", None, None), (("cidrBlocks[0]", "10.0.0.0/8"),), (), ())
    assert read_rule(resource(SECURITY_GROUP_RULE, type="egress", protocol="-1")) is None
