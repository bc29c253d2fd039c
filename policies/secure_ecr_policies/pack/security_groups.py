"""Security groups of a stack with the inbound rules that it gives them, inline or as resources of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ecr_model.findings import join
from ecr_model.security_groups import Traffic
from ecr_model.shapes import entries, is_list

from secure_ecr_policies.pack.network import INGRESS_RULE, SECURITY_GROUP_RULE
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.values import UNKNOWN

RULES = (INGRESS_RULE, SECURITY_GROUP_RULE)
"""Rules that are resources of their own."""

PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"

_PREFIX_LISTS = ("prefixListIds", "prefixListId")
_RANGES = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
_PROTOCOL = {INGRESS_RULE: "ipProtocol"}


class InboundRule(NamedTuple):
    """
    One inbound rule.

    Attributes:
        owner: The resource that declares it: the rule itself, or the group.
        path: Where it stands in its owner; "" is the whole.
        traffic: What it is about.
        ranges: The address ranges that it lets in, each with its path.
        prefix_lists: The ids of the prefix lists whose ranges it lets in, each with its path.
        unknown: Paths of what is not known of it.
    """

    owner: Resource
    path: str
    traffic: Traffic
    ranges: tuple[tuple[str, object], ...]
    prefix_lists: tuple[tuple[str, object], ...]
    unknown: tuple[str, ...]

    @property
    def is_readable(self) -> bool:
        """Whether what it is about is known."""
        return UNKNOWN not in self.traffic


def inline_rules(group: Resource) -> Iterator[InboundRule]:
    """Yield the inbound rules that *group* declares itself, as far as they are known."""
    for index, rule in enumerate(entries(group.typed("ingress"))):
        if isinstance(rule, Mapping):
            yield _read(group, rule, f"ingress[{index}]", "protocol")


def read_rule(resource: Resource) -> InboundRule | None:
    """Return the inbound rule that *resource*, one of RULES, is; None for an outbound one."""
    if resource.type == SECURITY_GROUP_RULE and resource.props.get("type") == "egress":
        return None
    return _read(resource, resource.props, "", _PROTOCOL.get(resource.type, "protocol"))


def _read(owner: Resource, rule: Mapping[str, object], path: str, protocol: str) -> InboundRule:
    traffic = {name: rule.get(name) for name in (protocol, "fromPort", "toPort")}
    ranges = _named(rule, _RANGES, path)
    unknown = [join(path, name) for name, value in traffic.items() if value is UNKNOWN]
    return InboundRule(
        owner,
        path,
        Traffic(*traffic.values()),
        tuple((place, value) for place, value in ranges if value is not UNKNOWN),
        tuple(_named(rule, _PREFIX_LISTS, path)),
        (*unknown, *(place for place, value in ranges if value is UNKNOWN)),
    )


def _named(rule: Mapping[str, object], names: Sequence[str], path: str) -> list[tuple[str, object]]:
    return [
        (join(path, f"{name}[{index}]" if is_list(rule.get(name)) else name), value)
        for name in names
        for index, value in enumerate(_as_list(rule.get(name)))
    ]


def _as_list(value: object) -> list[object]:
    if is_list(value):
        return list(value)
    return [] if value is None else [value]
