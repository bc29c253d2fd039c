"""A policy that ECR refuses fails in the middle of an update; one that it accepts may still grant nothing."""

from ecr_model.findings import errors, join
from ecr_model.policy.lockout import check_lockout
from ecr_model.registry_access import check_registry_resources

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.documents import ACCESS_TYPES, CARRIERS, read_access
from secure_ecr_policies.pack.resource import REGISTRY_POLICY, Resource
from secure_ecr_policies.pack.settings import Settings


def _judge(resource: Resource, _settings: Settings) -> Remarks:
    field, document, findings = read_access(resource)
    yield from errors(findings)
    if document:
        _, kind = CARRIERS[resource.type]
        yield from check_lockout(document, kind, field)
        if resource.type == REGISTRY_POLICY:
            yield from check_registry_resources(document, field, account_id=resource.account_id)
        yield from (Unevaluated(join(field, path)) for path in document.unknown)


CONTROL = Control(
    name="ecr-policy-well-formed",
    description="A repository or registry policy must be one that ECR accepts, and must grant what it says.",
    severity="medium",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Mend the statement that the finding names; `secure-ecr access explain` shows what it grants.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    also_known_as=("cfn-lint E3513",),
    types=ACCESS_TYPES,
    judge=_judge,
)
