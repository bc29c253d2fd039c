"""
An analyzer that decodes each resource once, where the SDK's own decodes it again for every policy.

It overrides the two calls that judge, adds to those that configure and remediate, and inherits the rest. It rests on
private names of the SDK, so `serving` puts it to work with the versions it was tested with, and with no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy import policy as sdk

from secure_ecr_policies.pack.decoding import decode, secret_properties
from secure_ecr_policies.pack.policies import ResourceControl, StackControl
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.stack import Stack, in_order
from secure_ecr_policies.pack.verdict import Verdict

_Control = TypeVar("_Control", ResourceControl, StackControl)


class _Plan(NamedTuple):
    """
    What is done with resources of one type.

    Attributes:
        judging: The policies that look at them, each with its level and its configuration.
        others: The answer of all other policies: to whom the resource is no matter.
    """

    judging: tuple[tuple[ResourceControl, EnforcementLevel, Mapping[str, Any]], ...]
    others: Any


class DecodeOnceServicer(sdk._PolicyAnalyzerServicer):  # noqa: SLF001 -- the SDK has no public seam here
    """The SDK's analyzer service for a pack that holds this package's policies alone."""

    def __init__(self, name: str, version: str, policies: list[Policy], *rest: Any) -> None:
        super().__init__(name, version, policies, *rest)
        self._resource_controls = [policy for policy in policies if isinstance(policy, ResourceControl)]
        self._stack_controls = [policy for policy in policies if isinstance(policy, StackControl)]
        self._plans: dict[str, _Plan] = {}
        self._mends = False

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 -- the protocol's name
        """Take the levels and settings of a run."""
        answer = super().Configure(request, context)  # type: ignore[no-untyped-call]  # the SDK has no annotation
        levels = map(self._get_enforcement_level, self._resource_controls)
        self._mends = any(level is EnforcementLevel.REMEDIATE for level in levels)
        self._plans = {}
        return answer

    def Analyze(self, request: Any, _context: Any) -> Any:  # noqa: N802 -- the protocol's name
        """Judge one resource."""
        plan = self._plans.get(request.type) or self._plan(request.type)
        if not plan.judging:
            return plan.others
        response = proto.AnalyzeResponse()
        response.CopyFrom(plan.others)
        resource = _read(request)
        for policy, level, configuration in plan.judging:
            self._answer(response, policy, level, policy.examiner.verdict(resource, configuration))
        return response

    def _plan(self, type_: str) -> _Plan:
        enabled = list(self._enabled(self._resource_controls))
        others = (policy.name for policy, _ in enabled if type_ not in policy.examiner.types)
        plan = _Plan(
            tuple(
                (policy, level, self._get_policy_config(policy.name) or {})
                for policy, level in enabled
                if type_ in policy.examiner.types
            ),
            proto.AnalyzeResponse(not_applicable=[proto.PolicyNotApplicable(policy_name=name) for name in others]),
        )
        self._plans[type_] = plan
        return plan

    def AnalyzeStack(self, request: Any, _context: Any) -> Any:  # noqa: N802 -- the protocol's name
        """Judge the resources of a stack together."""
        response = proto.AnalyzeResponse()
        enabled = list(self._enabled(self._stack_controls))
        types = frozenset[str]().union(*(policy.examiner.types for policy, _ in enabled))
        resources = in_order(_read(resource) for resource in request.resources if resource.type in types)
        for policy, level in enabled:
            examiner = policy.examiner
            stack = Stack(tuple(r for r in resources if r.type in examiner.types), examiner.record)
            verdict = examiner.verdict(stack, self._get_policy_config(policy.name) or {})
            self._answer(response, policy, level, verdict)
        return response

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802 -- the protocol's name
        """Mend one resource, by the controls that the configuration lets do so."""
        if not self._mends:
            return proto.RemediateResponse()  # the engine asks for each resource, and the SDK would decode it
        return super().Remediate(request, context)  # type: ignore[no-untyped-call]  # the SDK has no annotation

    def _enabled(self, policies: Iterable[_Control]) -> Iterable[tuple[_Control, EnforcementLevel]]:
        for policy in policies:
            level = self._get_enforcement_level(policy)
            if level is EnforcementLevel.REMEDIATE:
                level = EnforcementLevel.MANDATORY  # what a remediation has left over is a violation
            if level is not EnforcementLevel.DISABLED:
                yield policy, level

    def _answer(self, response: Any, policy: Policy, level: EnforcementLevel, verdict: Verdict) -> None:
        if verdict.is_silent:
            response.not_applicable.append(proto.PolicyNotApplicable(policy_name=policy.name))
        for messages, its_level in (verdict.violations, level), (verdict.warnings, EnforcementLevel.ADVISORY):
            for message in messages:
                report = self._create_report_violation(
                    response, policy.name, policy.description, its_level, policy.severity
                )
                report(message.text, message.urn)


def _read(request: Any) -> Resource:
    wire = json_format.MessageToDict(request.properties)
    return Resource(
        type=request.type,
        urn=request.urn,
        name=request.name,
        props=decode(wire),
        protect=request.options.protect,
        ignore_changes=tuple(request.options.ignoreChanges),
        provider=_read_provider(request.provider.properties.SerializeToString())
        if request.HasField("provider")
        else {},
        secrets=secret_properties(wire),
        # an AnalyzeRequest has none: a resource is judged before anything is known of its references
        dependencies={
            name: tuple(depended.urns) for name, depended in getattr(request, "propertyDependencies", {}).items()
        },
    )


@lru_cache(maxsize=64)  # a stack has one provider, or a few, and each of its resources comes with all of it
def _read_provider(properties: bytes) -> Mapping[str, object]:
    return MappingProxyType(decode(json_format.MessageToDict(struct_pb2.Struct.FromString(properties))))
