"""Whoever may do everything in ECR, or write everywhere, makes of one stolen credential everybody's incident."""

from collections.abc import Iterator, Mapping
from functools import partial

from ecr_model.identity_policies import check_managed_policy, is_managed_policy, judge_identity_policy
from ecr_model.policy.document import read_policy
from ecr_model.policy.kinds import IDENTITY_POLICY
from ecr_model.shapes import entries, is_list

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.other_policies import ROLE, judge_policy
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN

_INLINE = "inlinePolicies"
_DOCUMENTS = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
_ATTACHED = {
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    ROLE: "managedPolicyArns",
}
"""The property that names policies by their ARN."""


def _judge(resource: Resource, _settings: Settings) -> Remarks:
    attached = [*_attached(resource)]
    if resource.type == ROLE and resource.props.get(_INLINE) is UNKNOWN:
        policies, unknown = [], [_INLINE]
    else:
        policies, unknown = [*_policies(resource)], []
    if not (policies or unknown or attached):
        raise NotApplicableError
    for field, arn in attached:
        yield from check_managed_policy(arn, field)
    documents = {field: read_policy(source, IDENTITY_POLICY)[0] for field, source in policies}
    for field, source in policies:
        beside = [document for other, document in documents.items() if other != field and document is not None]
        yield from judge_policy(source, IDENTITY_POLICY, field, partial(judge_identity_policy, beside=beside))
    yield from map(Unevaluated, unknown)


def _policies(resource: Resource) -> Iterator[tuple[str, object]]:
    """Yield the policies of *resource*, each with its path; the provider takes an inline one without text for none."""
    if resource.type in _DOCUMENTS:
        yield "policy", resource.props.get("policy")
    for index, entry in enumerate(entries(resource.props.get(_INLINE)) if resource.type == ROLE else ()):
        policy = entry.get("policy") if isinstance(entry, Mapping) else entry
        if policy not in (None, ""):
            yield f"{_INLINE}[{index}].policy", policy


def _attached(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the ARNs of AWS's own policies that *resource* attaches; another is judged where it is declared."""
    name = _ATTACHED.get(resource.type, "")
    value = resource.props.get(name)
    arns = [(f"{name}[{index}]", arn) for index, arn in enumerate(value)] if is_list(value) else [(name, value)]
    yield from ((field, arn) for field, arn in arns if isinstance(arn, str) and is_managed_policy(arn))


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
    types=(*_DOCUMENTS, *_ATTACHED),
    judge=_judge,
)
