"""Only with a key of its own does the customer decide who may decrypt, and can take the decision back."""

from ecr_model.findings import Finding, echo
from ecr_model.repository import check_kms_key

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN, Unknown

_KEY = "encryptionConfigurations[0].kmsKey"


def _judge(repository: Resource, settings: Settings) -> Remarks:
    encryption, region = repository.object_at("encryptionConfigurations[0]"), repository.region
    if isinstance(encryption, Unknown):
        yield Unevaluated(_KEY)
        return
    key = encryption.get("kmsKey")
    if key is UNKNOWN:
        return  # the ARN of a key in the same stack cannot be told from any other unknown value
    if key is None or key == "":
        requirement = "must name a key of your own"
        fix = "write its ARN before there are images: the change replaces the repository"
        yield Finding(_KEY, "customer-key", requirement, "nothing, so AWS holds the key", fix)
        return
    findings = check_kms_key(key, region if isinstance(region, str) else None, _KEY)
    yield from findings
    if not findings and not isinstance(region, str):
        yield Unevaluated("region", "the key must be in the Region of the repository; set region")
    allowed = settings.texts("keys")
    if allowed and key not in allowed:
        fix = "use a key of the list, or have this one put on it"
        yield Finding(_KEY, "customer-key-list", "must be on the list of allowed keys", echo(key), fix)


CONTROL = Control(
    name="ecr-repository-customer-key",
    description="A repository must encrypt its images with a key of the customer's own.",
    severity="medium",
    levels=Levels(dev="disabled", prod="mandatory"),
    reason=__doc__,
    remediation="Create the repository with the full ARN of a customer managed KMS key in its Region.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    also_known_as=("AWS Security Hub ECR.5", "trivy AWS-0033"),
    settings={
        "keys": Setting(
            "strings",
            "ARNs of the keys that may be used; absent or empty, any key may.",
            default=(),
            grammar=lambda value, field: check_kms_key(value, None, field),
        ),
    },
    types=(REPOSITORY,),
    judge=_judge,
)
