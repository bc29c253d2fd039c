"""A repository that everybody can reach gives away what is in its images, or takes images from anybody."""

from ecr_model.policy.exposure import judge_public_access

from secure_ecr_policies.pack.control import Control, Levels, Remarks, remarks
from secure_ecr_policies.pack.documents import ACCESS_TYPES, read_grants
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings


def _judge(resource: Resource, _settings: Settings) -> Remarks:
    field, document = read_grants(resource)
    yield from remarks(judge_public_access(document, field=field))


CONTROL = Control(
    name="ecr-access-public",
    description="A repository must be open to nobody whom its owner does not know.",
    severity="critical",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Name the accounts in Principal, or limit the statement to an organisation with aws:PrincipalOrgID.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html",
    also_known_as=(
        "checkov CKV_AWS_32",
        "trivy AWS-0032",
        "cdk-nag AwsSolutions-ECR1 (ECROpenAccess)",
        "prowler ecr_repositories_not_publicly_accessible",
        "ISO 27001 A.8.1",
    ),
    types=ACCESS_TYPES,
    judge=_judge,
)
