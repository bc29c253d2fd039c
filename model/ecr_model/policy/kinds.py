"""The kinds of policy documents around a registry: which elements each takes, and how long it may be."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ecr_model.actions import LOGIN_ACTIONS, REGISTRY_ACTIONS

Presence = Literal["required", "optional", "forbidden"]


class PolicyKind(NamedTuple):
    """
    What a policy of one kind may contain.

    Attributes:
        name: What people call it, for messages.
        longest: Characters that its text may have, white space included.
        principal: Whether its statements say who.
        resource: Whether its statements say on what.
        services: Prefixes of the actions that can have an effect in it; empty where every service's can.
        without_effect: Actions that exist and that this kind of policy nevertheless cannot grant.
        principal_types: The keys of `Principal` that can name anybody who calls.
        changed_by: The action of ECR that writes such a policy anew, which the policy itself can deny; "" for others.
    """

    name: str
    longest: int
    principal: Presence
    resource: Presence
    services: tuple[str, ...] = ()
    without_effect: frozenset[str] = frozenset()
    principal_types: tuple[str, ...] = ("AWS", "Service", "Federated", "CanonicalUser")
    changed_by: str = ""


REPOSITORY_POLICY = PolicyKind(
    "repository policy",
    longest=10_240,
    principal="required",
    resource="forbidden",
    services=("ecr",),
    without_effect=REGISTRY_ACTIONS,
    principal_types=("AWS", "Service"),
    changed_by="ecr:SetRepositoryPolicy",
)
"""Source: API shape `RepositoryPolicyText` of ECR; ECR user guide, "Private repository policies"."""

PUBLIC_REPOSITORY_POLICY = PolicyKind(
    "public repository policy",
    longest=10_240,
    principal="required",
    resource="optional",
    services=("ecr-public",),
    without_effect=frozenset({"ecr-public:GetAuthorizationToken"}),
    principal_types=("AWS", "Service"),
    changed_by="ecr-public:SetRepositoryPolicy",
)
"""Source: API shape `RepositoryPolicyText` of ECR Public; "Public repository policy examples in Amazon ECR Public"."""

REGISTRY_POLICY = PolicyKind(
    "registry policy",
    longest=10_240,
    principal="required",
    resource="required",
    services=("ecr",),
    without_effect=frozenset(LOGIN_ACTIONS),
    principal_types=("AWS", "Service"),
    changed_by="ecr:PutRegistryPolicy",
)
"""Source: API shape `RegistryPolicyText` of ECR; ECR user guide, "Private registry permissions"."""

IDENTITY_POLICY = PolicyKind("identity policy", longest=10_240, principal="forbidden", resource="required")
"""Source: IAM user guide, "IAM and AWS STS quotas": 10,240 characters inline in a role, 6,144 managed."""

TRUST_POLICY = PolicyKind("trust policy", longest=8_192, principal="required", resource="forbidden", services=("sts",))
"""Source: IAM user guide, "IAM and AWS STS quotas": role trust policy length, 2,048 unless raised to 8,192."""

KEY_POLICY = PolicyKind("key policy", longest=32_768, principal="required", resource="required", services=("kms",))
"""Source: KMS developer guide, "Resource quotas": key policy document size 32 KB."""

ENDPOINT_POLICY = PolicyKind("endpoint policy", longest=20_480, principal="required", resource="required")
"""Source: Amazon VPC user guide, "Amazon VPC quotas": VPC endpoint policy size, white space included."""
