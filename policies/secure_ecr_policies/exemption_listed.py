"""An exemption is a decision that everybody who reads a preview must be able to see."""

from ecr_model.findings import Finding

from secure_ecr_policies.pack.control import Control, Levels, StackRemarks
from secure_ecr_policies.pack.resource import STACK
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack


def _judge(stack: Stack, _settings: Settings) -> StackRemarks:
    for use in stack.record.uses:
        for text in use.findings:
            listed = f"{use.exemption.control}: {text}; exempt ({use.exemption})"
            yield use.resource, Finding("", "exemption-listed", listed)


CONTROL = Control(
    name="exemption-listed",
    description="A finding that an exemption silences must stay visible.",
    severity="low",
    levels=Levels(dev="advisory", prod="advisory"),
    reason=__doc__,
    remediation="Mend the finding, or let the exemption expire.",
    url="https://docs.aws.amazon.com/securityhub/latest/userguide/findings-workflow-status.html",
    types=(STACK,),
    judge_stack=_judge,
)
