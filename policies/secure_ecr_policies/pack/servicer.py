"""
An analyzer that decodes each resource once, where the SDK's own decodes it again for every policy.

It overrides the two calls that judge and inherits the rest. It rests on private names of the SDK, so `serving`
puts it to work with the versions it was tested with, and with no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from google.protobuf import json_format
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy import policy as sdk

from secure_ecr_policies.pack.decoding import decode, secret_properties
from secure_ecr_policies.pack.policies import ResourceControl, StackControl
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.stack import Stack, in_order
from secure_ecr_policies.pack.verdict import NOT_APPLICABLE, Verdict

_Control = TypeVar("_Control", ResourceControl, StackControl)


class DecodeOnceServicer(sdk._PolicyAnalyzerServicer):  # noqa: SLF001 -- the SDK has no public seam here
    """The SDK's analyzer service for a pack that holds this package's policies alone."""

    def __init__(self, name: str, version: str, policies: list[Policy], *rest: Any) -> None:
        super().__init__(name, version, policies, *rest)
        self._resource_controls = [policy for policy in policies if isinstance(policy, ResourceControl)]
        self._stack_controls = [policy for policy in policies if isinstance(policy, StackControl)]

    def Analyze(self, request: Any, _context: Any) -> Any:  # noqa: N802 -- the protocol's name
        """Judge one resource."""
        response = proto.AnalyzeResponse()
        resource: Resource | None = None
        for policy, level in self._enabled(self._resource_controls):
            verdict = NOT_APPLICABLE
            if request.type in policy.examiner.types:
                resource = resource or _read(request)
                verdict = policy.examiner.verdict(resource, self._get_policy_config(policy.name) or {})
            self._answer(response, policy, level, verdict)
        return response

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
        if all(self._get_enforcement_level(each) is not EnforcementLevel.REMEDIATE for each in self._resource_controls):
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
    has_provider = request.HasField("provider")
    wire = json_format.MessageToDict(request.properties)
    return Resource(
        type=request.type,
        urn=request.urn,
        name=request.name,
        props=decode(wire),
        protect=request.options.protect,
        ignore_changes=tuple(request.options.ignoreChanges),
        provider=decode(json_format.MessageToDict(request.provider.properties)) if has_provider else {},
        secrets=secret_properties(wire),
        # an AnalyzeRequest has none: a resource is judged before anything is known of its references
        dependencies={
            name: tuple(depended.urns) for name, depended in getattr(request, "propertyDependencies", {}).items()
        },
    )
