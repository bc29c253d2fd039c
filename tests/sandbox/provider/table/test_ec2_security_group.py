from __future__ import annotations

import pytest

from sandbox.provider.errors import ProviderError
from sandbox.provider.table.ec2_security_group import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP
from sandbox.provider.table.ec2_vpc import VPC

TCP = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}


@pytest.fixture
def group(make):
    return make(SECURITY_GROUP, vpcId=make(VPC, cidrBlock="10.52.0.0/16").id)


def test_a_new_group_lets_nothing_out(group):
    assert (group.state["egress"], group.state["ingress"]) == ([], [])


@pytest.mark.parametrize("entry", [pytest.param(INGRESS_RULE, id="ingress"), pytest.param(EGRESS_RULE, id="egress")])
@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"cidrIpv4": "10.0.0.0/8"}, id="ipv4"),
        pytest.param({"cidrIpv6": "fd00::/8"}, id="ipv6"),
        pytest.param({"prefixListId": "pl-1"}, id="prefix-list"),
    ],
)
def test_a_rule_is_as_it_was_declared(make, group, entry, source):
    rule = make(entry, securityGroupId=group.id, description="pulls", **TCP, **source)

    assert rule.changes_after_refresh() == []


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param({}, id="none"),
        pytest.param({"cidrIpv4": "10.0.0.0/8", "cidrIpv6": "fd00::/8"}, id="two"),
    ],
)
def test_refuses_a_rule_without_exactly_one_source(make, group, sources):
    with pytest.raises(ProviderError) as error:
        make(INGRESS_RULE, securityGroupId=group.id, **TCP, **sources)

    assert str(error.value) == (
        "a rule must have one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId, got none or several; "
        "set exactly one"
    )
