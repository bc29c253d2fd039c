"""A KMS key shows every reader of the layers in CloudTrail, and to disable it ends all reading at once."""

from ecr_model.findings import Finding, echo
from ecr_model.repository import DEFAULT_ENCRYPTION_TYPE, check_encryption, is_kms_encrypted

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN, Unknown

_TYPE = "encryptionConfigurations[0].encryptionType"
_KEY = "encryptionConfigurations[0].kmsKey"

_RULES = ("encryption-type", "encryption-region", "encryption-key")
"""The rules of the model that are about the type; those about the key are ecr-repository-customer-key's."""


def _judge(repository: Resource, _settings: Settings) -> Remarks:
    encryption, region = repository.object_at("encryptionConfigurations[0]"), repository.region
    if isinstance(encryption, Unknown) or encryption.get("encryptionType") is UNKNOWN:
        yield Unevaluated(_TYPE)
        return
    kind, key = encryption.get("encryptionType"), encryption.get("kmsKey")
    where = region if isinstance(region, str) else None
    findings = check_encryption(kind, key, where, type_field=_TYPE, key_field=_KEY)
    ours = [finding for finding in findings if finding.rule in _RULES]
    yield from ours
    if not ours and not is_kms_encrypted(kind):
        got = f"nothing, which means {DEFAULT_ENCRYPTION_TYPE!r}" if kind is None else echo(kind)
        fix = "write 'KMS' before there are images: the change replaces the repository"
        yield Finding(_TYPE, "encryption-kms", "must be 'KMS'", got, fix)
    if kind == "KMS_DSSE" and where is None:
        yield Unevaluated("region", "'KMS_DSSE' exists in some Regions only; set region")


CONTROL = Control(
    name="ecr-repository-encryption",
    description="A repository must encrypt its images with a KMS key.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Create the repository with encryption type KMS; encryption cannot be changed afterwards.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    also_known_as=("checkov CKV_AWS_136",),
    types=(REPOSITORY,),
    judge=_judge,
)
