"""A service that acts for everybody would fetch the images for a stranger too: the confused deputy."""

from ecr_model.policy.exposure import judge_service_access

from secure_ecr_policies.pack.control import Control, Levels, Remarks, remarks
from secure_ecr_policies.pack.documents import ACCESS_TYPES, read_grants
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings


def _judge(resource: Resource, _settings: Settings) -> Remarks:
    field, document = read_grants(resource)
    yield from remarks(judge_service_access(document, field=field))


CONTROL = Control(
    name="ecr-access-service",
    description="An AWS service must be let in only on behalf of somebody known.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Limit the statement with aws:SourceArn, aws:SourceAccount or aws:SourceOrgID.",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    types=ACCESS_TYPES,
    judge=_judge,
)
