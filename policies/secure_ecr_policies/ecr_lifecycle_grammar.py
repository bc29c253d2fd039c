"""A lifecycle policy that ECR refuses fails in the middle of an update, when the old one is already gone."""

from ecr_model.findings import errors
from ecr_model.lifecycle import check_lifecycle_document

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.documents import LIFECYCLES
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import spare_unknown, unknown_paths


def _judge(resource: Resource, _settings: Settings) -> Remarks:
    field = LIFECYCLES[resource.type]
    document = resource.typed(field)
    if resource.type == CREATION_TEMPLATE and document in (None, ""):
        raise NotApplicableError
    unknown = tuple(unknown_paths(document, field))
    yield from spare_unknown(errors(check_lifecycle_document(document, field)), unknown)
    yield from map(Unevaluated, unknown)


CONTROL = Control(
    name="ecr-lifecycle-grammar",
    description="A lifecycle policy must be one that ECR accepts.",
    severity="medium",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Mend the rule at the path that the finding names; `secure-ecr lifecycle check` explains more.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
    types=tuple(LIFECYCLES),
    judge=_judge,
)
