"""What the security group of an endpoint lets in beyond its clients can use the registry's way in as well."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ecr_model.findings import Finding
from ecr_model.network import check_client_width
from ecr_model.shapes import entries

from secure_ecr_policies.pack.attachments import IDS, is_given
from secure_ecr_policies.pack.control import (
    Control,
    Levels,
    NotApplicableError,
    Remarks,
    StackRemarks,
    Unevaluated,
)
from secure_ecr_policies.pack.network import (
    REGISTRY_ENDPOINTS,
    SECURITY_GROUP_ASSOCIATION,
    SECURITY_GROUPS,
    VPC_ENDPOINT,
    service_of,
)
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.security_groups import PREFIX_LIST, RULES, InboundRule, inline_rules, read_rule
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, refer
from secure_ecr_policies.pack.values import UNKNOWN

_GROUPS = "securityGroupIds"
_GROUP = "securityGroupId"


class _Guard(NamedTuple):
    """
    What decides who connects to an endpoint.

    Attributes:
        groups: Its security groups in the stack.
        outside: The ids of its other groups.
        is_known: Whether these are all.
        is_default: Whether it has none of its own.
    """

    groups: tuple[Resource, ...]
    outside: tuple[str, ...]
    is_known: bool
    is_default: bool


def _judge(stack: Stack, _settings: Settings) -> StackRemarks:
    endpoints = [each for each in stack.of(VPC_ENDPOINT) if service_of(each) in (*REGISTRY_ENDPOINTS, UNKNOWN)]
    if not endpoints:
        raise NotApplicableError
    unnamed = [endpoint for endpoint in endpoints if service_of(endpoint) is UNKNOWN]
    yield from ((endpoint, Unevaluated("serviceName")) for endpoint in unnamed)
    guards = [(each, _guard(each, endpoints, stack)) for each in endpoints if each not in unnamed]
    groups = {group.urn: group for _, guard in guards for group in guard.groups}
    rules, adrift = _rules(groups, {id_ for _, guard in guards for id_ in guard.outside}, stack)
    lists = {id_: each for each in stack.of(PREFIX_LIST) if isinstance(id_ := each.props.get("id"), str)}
    for rule in (rule for found in rules.values() for rule in found):
        yield from ((rule.owner, remark) for remark in (*_judge_rule(rule), *_judge_prefix_lists(rule, lists)))
    unread = [
        group for group in groups.values() if group.props.get("ingress") is UNKNOWN and is_given(group, "ingress")
    ]
    yield from ((group, Unevaluated("ingress")) for group in unread)
    for endpoint, guard in guards:
        mine = [rule for group in guard.groups for rule in rules.get(group.urn, ())]
        is_certain = not adrift and not any(group in unread for group in guard.groups)
        yield from ((endpoint, remark) for remark in _judge_guard(guard, mine, is_certain=is_certain))


def _guard(endpoint: Resource, endpoints: Sequence[Resource], stack: Stack) -> _Guard:
    groups = stack.of(*SECURITY_GROUPS)
    references = [refer(endpoint, _GROUPS, groups, IDS)] if is_given(endpoint, _GROUPS) else []
    is_known = True
    for association in stack.of(SECURITY_GROUP_ASSOCIATION):
        reference = refer(association, "vpcEndpointId", endpoints, IDS)
        is_known &= not reference.is_unknown
        if endpoint in reference.targets:
            references.append(refer(association, _GROUP, groups, IDS))
    return _Guard(
        tuple({group.urn: group for reference in references for group in reference.targets}.values()),
        tuple(dict.fromkeys(id_ for reference in references for id_ in reference.outside)),
        is_known and not any(reference.is_unknown for reference in references),
        not references,
    )


def _rules(
    groups: Mapping[str, Resource], outside: Collection[str], stack: Stack
) -> tuple[dict[str, list[InboundRule]], bool]:
    """Return the inbound rules of *groups* and of those *outside*, by URN or id, and whether there may be more."""
    rules = {urn: list(inline_rules(group)) for urn, group in groups.items()}
    is_adrift = False
    for resource in stack.of(*RULES):
        if rule := read_rule(resource):
            reference = refer(resource, _GROUP, groups.values(), IDS)
            is_adrift |= reference.is_unknown
            names = [target.urn for target in reference.targets] or [id_ for id_ in reference.outside if id_ in outside]
            for name in names[:1]:
                rules.setdefault(name, []).append(rule)
    return rules, is_adrift


def _judge_rule(rule: InboundRule) -> Remarks:
    yield from map(Unevaluated, rule.unknown)
    if rule.is_readable and not rule.traffic.is_https:
        requirement, fix = "must let in TCP port 443 alone", "write 'tcp', from 443 to 443"
        yield Finding(rule.path, "endpoint-ingress", requirement, str(rule.traffic), fix)
    for path, addresses in rule.ranges:
        yield from check_client_width(addresses, path)


def _judge_prefix_lists(rule: InboundRule, lists: Mapping[str, Resource]) -> Remarks:
    for path, id_ in rule.prefix_lists:
        addresses = entries(lists[id_].props.get("entries")) if isinstance(id_, str) and id_ in lists else ()
        if not addresses:
            yield Unevaluated(path, f"the addresses in {id_} may be in another stack" if id_ is not UNKNOWN else _LATER)
        for entry in addresses:
            cidr = entry.get("cidr") if isinstance(entry, Mapping) else entry
            yield from check_client_width(cidr, path) if cidr is not UNKNOWN else (Unevaluated(path),)


_LATER = "the addresses in the list are known at the update only"


def _judge_guard(guard: _Guard, rules: Sequence[InboundRule], *, is_certain: bool) -> Remarks:
    for id_ in guard.outside:
        yield Unevaluated(_GROUPS, f"the rules of {id_} may be in another stack")
    if not guard.is_known:
        yield Unevaluated(_GROUPS)
    elif guard.is_default:
        requirement = "must be given: the VPC's default group lets in its own members alone"
        yield Finding(_GROUPS, "endpoint-security-group", requirement, None, "name a group that lets clients in on 443")
    elif guard.outside or any(rule.traffic.includes_https or not rule.is_readable for rule in rules):
        return
    elif is_certain:
        requirement = "must name a group that lets clients in on TCP port 443"
        got = ", ".join(group.name for group in guard.groups) or None
        yield Finding(_GROUPS, "endpoint-security-group", requirement, got, "add an inbound rule for the clients")
    else:
        yield Unevaluated(_GROUPS, "whether a rule lets clients in on 443 is known at the update only")


CONTROL = Control(
    name="vpc-endpoint-security-group",
    description="The security group of an endpoint for ECR must let in its clients on port 443, and nothing else.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Let in TCP port 443 from the ranges or the security groups of the clients, and remove other rules.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    also_known_as=(
        "checkov CKV_AWS_24",
        "checkov CKV_AWS_25",
        "checkov CKV_AWS_260",
        "checkov CKV_AWS_277",
        "trivy AWS-0107",
    ),
    types=(VPC_ENDPOINT, SECURITY_GROUP_ASSOCIATION, *SECURITY_GROUPS, *RULES, PREFIX_LIST),
    judge_stack=_judge,
)
