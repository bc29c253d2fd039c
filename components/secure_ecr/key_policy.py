"""The policy of a KMS key that encrypts repositories: ECR works with it, administrators look after it."""

from collections.abc import Mapping, Sequence

from ecr_model.documents import compact
from ecr_model.partitions import PARTITIONS

ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
)
"""
What it takes to look after a key, without the means to read or write with it.

The page's own list says `kms:Create*`, which has CreateGrant in it and with that everything else.

Source: KMS developer guide, "Default key policy: Allows key administrators to administer the KMS key".
"""


def render_key_policy(
    account_id: str, *, partition: str, region: str | None, administrator_arns: Sequence[str] = ()
) -> str:
    """
    Return the key policy as compact JSON.

    Nobody may encrypt or decrypt: ECR does that with the two grants that it makes for each repository. Whoever
    creates repositories may have ECR make those, and only ECR, if IAM lets him.

    Args:
        account_id: Account of the key. It may always administer, or a deleted role could leave a key behind
            that only AWS support can reach.
        partition: Partition of the account.
        region: Region of the key; None accepts ECR of every Region.
        administrator_arns: Principals that may administer the key without a policy of their own in IAM.

    Source: ECR user guide, "Encryption at rest: Required IAM permissions"; KMS developer guide, "kms:ViaService"
    and "kms:GrantIsForAWSResource".
    """
    root = f"arn:{partition}:iam::{account_id}:root"
    suffix = next(known.dns_suffix for known in PARTITIONS if known.name == partition)
    through_ecr = {
        "StringLike" if region is None else "StringEquals": {"kms:ViaService": f"ecr.{region or '*'}.{suffix}"}
    }
    for_service = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    statements = [_allow("AdministerThroughIam", root, ADMINISTRATION)]
    if administrator_arns:
        statements.append(_allow("Administer", sorted(set(administrator_arns)), ADMINISTRATION))
    statements += [
        _allow("CreateGrantsThroughEcr", root, ["kms:CreateGrant"], {**for_service, **through_ecr}),
        _allow("UseGrantsThroughEcr", root, ["kms:DescribeKey", "kms:RetireGrant"], through_ecr),
    ]
    return compact({"Version": "2012-10-17", "Statement": statements})


def _allow(
    sid: str, principals: str | Sequence[str], actions: Sequence[str], condition: Mapping[str, object] | None = None
) -> dict[str, object]:
    statement: dict[str, object] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": actions,
        "Resource": "*",
    }
    return {**statement, "Condition": condition} if condition else statement
