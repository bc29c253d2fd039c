"""Whom the policy of a key lets in decrypts the layers that it protects; whom it locks out loses them."""

from functools import partial

from ecr_model.findings import Finding
from ecr_model.kms import judge_key_policy
from ecr_model.policy import kinds

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.other_policies import KEY_POLICY, KEYS, judge_policy
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN

_BYPASS = "bypassPolicyLockoutSafetyCheck"
_OWNER_UNKNOWN = "whether this is an outsider depends on the key's account; set account_id in the configuration"


def _judge(resource: Resource, settings: Settings) -> Remarks:
    bypass, policy = resource.props.get(_BYPASS), resource.props.get("policy")
    if policy in (None, "") and not bypass:
        raise NotApplicableError  # kms-key-policy-present says so
    if bypass is UNKNOWN:
        yield Unevaluated(_BYPASS)
    elif bypass not in (None, False):
        requirement = "must not be true: a policy that locks out everybody would be accepted"
        yield Finding(_BYPASS, "kms-lockout", requirement, "true", "leave it out")
    if policy not in (None, ""):
        account_id = resource.account_id or settings.text("account_id")
        judge = partial(judge_key_policy, account_id=account_id)
        yield from judge_policy(policy, kinds.KEY_POLICY, "policy", judge, _OWNER_UNKNOWN)


CONTROL = Control(
    name="kms-key-policy",
    description="A key policy must let in nobody else's principals, lock out nobody, and let ECR make its grants.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Name the account in Principal, and change what the finding names.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    also_known_as=("AWS Security Hub KMS.5", "checkov CKV_AWS_33", "prowler kms_key_not_publicly_accessible"),
    settings={"account_id": ACCOUNT_ID},
    types=(*KEYS, KEY_POLICY),
    judge=_judge,
)
