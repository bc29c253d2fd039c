"""An exemption that has expired, or that nobody needs, is an open door that everybody has forgotten."""

from collections.abc import Iterator
from dataclasses import replace

from ecr_model.findings import Finding, echo

from secure_ecr_policies.pack.control import Control, Levels, StackRemarks
from secure_ecr_policies.pack.exemptions import Exemption, check_exemption, read_exemptions
from secure_ecr_policies.pack.resource import STACK
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack


def _judge(stack: Stack, _settings: Settings) -> StackRemarks:
    record = stack.record
    for entry in record.declared:
        exemptions = read_exemptions([entry], str(entry.get("control")))
        wrong = tuple(check_exemption(entry, "", record.controls)) or (f for e in exemptions for f in _idle(e, stack))
        name = f"exemption from {echo(entry.get('control'))} for {echo(entry.get('resource'))}"
        for finding in wrong:
            requirement = f"{finding.field} {finding.requirement}".lstrip()
            yield None, replace(finding, field=name, requirement=requirement)


def _idle(exemption: Exemption, stack: Stack) -> Iterator[Finding]:
    """Yield why a well-formed *exemption* does no work in *stack*."""
    record = stack.record
    if exemption.is_over(record.today()):
        fix = "mend the finding, or agree on a new day"
        yield Finding("expires", "exemption-expired", "must not have passed", str(exemption.expires), fix)
        return
    uses = [use for use in record.uses if use.exemption == exemption]
    if any(use.is_needed for use in uses) or not record.has_judged(exemption.control):
        return
    # a bare name may well be that of a resource in another stack; a URN of this stack cannot
    if uses or any(_is_of_stack(exemption.resource, root.urn) for root in stack.resources):
        requirement = "must be needed: " + (
            "every resource that it names passes" if uses else "no resource here has the name"
        )
        yield Finding("resource", "exemption-unused", requirement, repr(exemption.resource), "remove it")


def _is_of_stack(pattern: str, root_urn: str) -> bool:
    """Tell whether *pattern* is about URNs of the stack whose root is *root_urn*."""
    # urn:pulumi:<stack>::<project>::<type>::<name>
    return pattern.startswith("::".join(root_urn.split("::")[:2]) + "::")


CONTROL = Control(
    name="exemption-invalid",
    description="An exemption must be complete, in force and needed.",
    severity="medium",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Mend or remove the exemption; a malformed or expired one exempts nothing.",
    url="https://docs.aws.amazon.com/securityhub/latest/userguide/findings-workflow-status.html",
    types=(STACK,),
    judge_stack=_judge,
)
