"""The controls as policies of Pulumi's SDK."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, cast

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from secure_ecr_policies.catalogue import CONTROLS
from secure_ecr_policies.pack.control import Control
from secure_ecr_policies.pack.decoding import decode
from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.remediation import mend
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import COMMON
from secure_ecr_policies.pack.stack import Stack, in_order
from secure_ecr_policies.pack.verdict import Examiner, Message, Verdict

_SECURITY_HUB = "AWS Security Hub "


class NotEvaluatedError(UnknownValueError):
    """Raised when all has been reported: the SDK makes an advisory of it, whatever the control's level."""

    def __init__(self, messages: Sequence[Message]) -> None:
        Exception.__init__(self)
        self.message = "\n".join(message.text for message in messages)


def policies(record: Record | None = None) -> list[Policy]:
    """Return a policy for each control of the catalogue, in its order; *record* lets a test choose the day."""
    record = record or Record([control.name for control in CONTROLS])
    return [
        ResourceControl(control, record) if control.judge else StackControl(control, record) for control in CONTROLS
    ]


class ResourceControl(ResourceValidationPolicy):
    """A control that judges each resource before it is registered."""

    def __init__(self, control: Control, record: Record) -> None:
        # the SDK's annotation allows nothing but awaitable properties, its code takes plain ones as well
        remediate = cast("Any", self._remediate) if control.remedy else None
        super().__init__(**_metadata(control), remediate=remediate)
        self.examiner = Examiner(control, record)

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the resource of *args*; the SDK's own servicer calls this."""
        if args.resource_type not in self.examiner.types:
            args.not_applicable()
        _deliver(self.examiner.verdict(_read(args), args.get_config()), args, report_violation)

    def _remediate(self, args: ResourceValidationArgs) -> Mapping[str, Any] | None:
        control = self.examiner.control
        if control.remedy is None or args.resource_type not in control.types:
            args.not_applicable()
            return None
        resource = _read(args)
        if self.examiner.verdict(resource, args.get_config()).outcome != "fail":
            return None
        remedy = control.remedy(resource)
        # written in place, because a copy would show the secrets beside it
        mend(cast("MutableMapping[str, Any]", args.props), remedy)
        return args.props if remedy else None


class StackControl(StackValidationPolicy):
    """A control that joins the resources of a stack, after they have been registered."""

    def __init__(self, control: Control, record: Record) -> None:
        super().__init__(**_metadata(control))
        self.examiner = Examiner(control, record)

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the resources of *args*; the SDK's own servicer calls this."""
        resources = in_order(_read(r) for r in args.resources if r.resource_type in self.examiner.types)
        stack = Stack(resources, self.examiner.record)
        _deliver(self.examiner.verdict(stack, args.get_config()), args, report_violation)


def _read(resource: ResourceValidationArgs | PolicyResource) -> Resource:
    return Resource(
        type=resource.resource_type,
        urn=resource.urn,
        name=resource.name,
        props=decode(resource.props),
        protect=resource.opts.protect,
        ignore_changes=tuple(resource.opts.ignore_changes),
        provider=decode(resource.provider.props) if resource.provider else {},
        dependencies={
            name: tuple(each.urn for each in depended)
            for name, depended in getattr(resource, "property_dependencies", {}).items()
        },
    )


def _deliver(
    verdict: Verdict, args: ResourceValidationArgs | StackValidationArgs, report_violation: ReportViolation
) -> None:
    for message in verdict.violations:
        report_violation(message.text, message.urn)
    if verdict.warnings:
        raise NotEvaluatedError(verdict.warnings)
    if verdict.is_silent:
        args.not_applicable()


def _metadata(control: Control) -> dict[str, Any]:
    hub = next((alias for alias in control.also_known_as if alias.startswith(_SECURITY_HUB)), None)
    framework = (
        PolicyComplianceFramework("AWS Security Hub", reference=hub.removeprefix(_SECURITY_HUB)) if hub else None
    )
    settings = {**COMMON, **control.settings}
    return {
        "name": control.name,
        "description": control.description,
        "enforcement_level": EnforcementLevel(control.levels.prod),
        "config_schema": PolicyConfigSchema({name: setting.schema for name, setting in settings.items()}),
        "severity": Severity(control.severity),
        "framework": framework,
        "tags": list(control.also_known_as),
        "remediation_steps": control.remediation,
        "url": control.url,
    }
