"""Whoever may do everything in ECR, or write everywhere, makes of one stolen credential everybody's incident."""

from collections.abc import Iterator, Mapping

from ecr_model.identity_policies import judge_identity_policy
from ecr_model.policy.kinds import IDENTITY_POLICY
from ecr_model.shapes import entries

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.other_policies import ROLE, judge_policy
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN

_INLINE = "inlinePolicies"


def _judge(resource: Resource, _settings: Settings) -> Remarks:
    if resource.type == ROLE and resource.props.get(_INLINE) is UNKNOWN:
        yield Unevaluated(_INLINE)
        return
    policies = list(_policies(resource))
    if not policies:
        raise NotApplicableError
    for field, source in policies:
        yield from judge_policy(source, IDENTITY_POLICY, field, judge_identity_policy)


def _policies(resource: Resource) -> Iterator[tuple[str, object]]:
    """Yield the policies of *resource*, each with its path; the provider takes an inline one without text for none."""
    if resource.type != ROLE:
        yield "policy", resource.props.get("policy")
        return
    for index, entry in enumerate(entries(resource.props.get(_INLINE))):
        policy = entry.get("policy") if isinstance(entry, Mapping) else entry
        if policy not in (None, ""):
            yield f"{_INLINE}[{index}].policy", policy


CONTROL = Control(
    name="iam-ecr-permissions",
    description="An identity policy must grant of ECR what a task takes, on the repositories that it takes.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Name the actions and the repositories, and give GetAuthorizationToken a statement of its own.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html",
    also_known_as=(
        "AWS Security Hub IAM.21",
        "checkov CKV_AWS_63",
        "checkov CKV_AWS_289",
        "checkov CKV_AWS_290",
        "checkov CKV_AWS_355",
        "cdk-nag AwsSolutions-IAM5",
    ),
    types=(
        "aws:iam/policy:Policy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/userPolicy:UserPolicy",
        "aws:iam/groupPolicy:GroupPolicy",
        ROLE,
    ),
    judge=_judge,
)
