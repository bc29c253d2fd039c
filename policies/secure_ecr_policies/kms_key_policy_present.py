"""A key without a policy of its own opens to whoever can write an IAM policy of its account."""

from ecr_model.findings import Finding
from ecr_model.kms import is_default_key_policy
from ecr_model.policy import kinds
from ecr_model.policy.document import read_policy

from secure_ecr_policies.pack.attachments import find_bare, is_given
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, StackRemarks, Unevaluated
from secure_ecr_policies.pack.other_policies import KEY_POLICY, KEYS
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack


def _judge(stack: Stack, _settings: Settings) -> StackRemarks:
    if not stack.of(*KEYS):
        raise NotApplicableError
    keys = [key for key in stack.of(*KEYS) if not _has_policy(key)]
    for key, adrift in find_bare(keys, stack.of(KEY_POLICY), "keyId"):
        if adrift:
            why = f"the key policy {adrift.name} is for a key that is known at the update only"
            yield key, Unevaluated("policy", why)
        else:
            requirement = (
                "must say more than KMS's default, by which whatever IAM of the account says holds for the key"
            )
            got = "that default" if is_given(key, "policy") else "nothing"
            fix = "write a policy that names who administers the key and who uses it, here or as a KeyPolicy"
            yield key, Finding("policy", "kms-policy-present", requirement, got, fix)


def _has_policy(key: Resource) -> bool:
    """Tell whether *key* has a policy that KMS has not written."""
    if not is_given(key, "policy"):
        return False
    document, _ = read_policy(key.props["policy"], kinds.KEY_POLICY)
    return document is None or not is_default_key_policy(document)


CONTROL = Control(
    name="kms-key-policy-present",
    description="A KMS key must have a policy of its own.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Give the key a policy, inline or as an aws.kms.KeyPolicy.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    also_known_as=("checkov CKV2_AWS_64",),
    types=(*KEYS, KEY_POLICY),
    subjects=KEYS,
    judge_stack=_judge,
)
