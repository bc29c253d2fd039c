"""Key material that is never rotated encrypts more with every year, all of which one leak opens."""

from collections.abc import Mapping

from ecr_model.findings import Finding, echo
from ecr_model.kms import can_rotate

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.other_policies import KEY
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN

_FLAG = "enableKeyRotation"
_KIND = ("customerMasterKeySpec", "keyUsage")
_STORE = ("customKeyStoreId", "xksKeyId")


def _judge(key: Resource, _settings: Settings) -> Remarks:
    kind = {name: key.props.get(name) for name in _KIND}
    known = (None if value is UNKNOWN else value for value in kind.values())
    if not can_rotate(*known, *map(key.props.get, _STORE)):
        raise NotApplicableError
    flag = key.props.get(_FLAG)
    if flag is True:
        return
    unknown = [name for name, value in {**kind, _FLAG: flag}.items() if value is UNKNOWN]
    yield from map(Unevaluated, unknown)
    if not unknown:
        got = "nothing, which means false" if flag is None else echo(flag)
        yield Finding(_FLAG, "kms-rotation", "must be true", got, "write true")


def _remedy(key: Resource) -> Mapping[str, object]:
    return {_FLAG: True} if can_rotate(*map(key.props.get, (*_KIND, *_STORE))) else {}


CONTROL = Control(
    name="kms-key-rotation",
    description="A symmetric KMS key must rotate its key material.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Set enableKeyRotation; KMS keeps what it needs to decrypt what older material encrypted.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    also_known_as=(
        "AWS Security Hub KMS.4",
        "checkov CKV_AWS_7",
        "trivy AWS-0065",
        "CIS AWS Foundations Benchmark 3.0.0 3.6",
        "NIST 800-53r5 SC-12",
        "PCI DSS 4.0.1 3.7.4",
        "prowler kms_cmk_rotation_enabled",
    ),
    types=(KEY,),
    judge=_judge,
    remedy=_remedy,
)
