"""Without a policy an endpoint lets everybody's credentials through to everybody's registries and buckets."""

from ecr_model.endpoint_policies import is_full_access
from ecr_model.findings import Finding
from ecr_model.policy.document import read_policy
from ecr_model.policy.kinds import ENDPOINT_POLICY

from secure_ecr_policies.pack.attachments import find_bare, is_given
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, StackRemarks, Unevaluated
from secure_ecr_policies.pack.network import VPC_ENDPOINT, VPC_ENDPOINT_POLICY, service_of
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack
from secure_ecr_policies.pack.values import Unknown


def _judge(stack: Stack, _settings: Settings) -> StackRemarks:
    endpoints = [endpoint for endpoint in stack.of(VPC_ENDPOINT) if service_of(endpoint) is not None]
    if not endpoints:
        raise NotApplicableError
    policies = [policy for policy in stack.of(VPC_ENDPOINT_POLICY) if _has_policy(policy)]
    open_ = [endpoint for endpoint in endpoints if not _has_policy(endpoint)]
    for endpoint, adrift in find_bare(open_, policies, "vpcEndpointId"):
        if adrift:
            why = f"the policy {adrift.name} is for an endpoint that is known at the update only"
            yield endpoint, Unevaluated("policy", why)
        elif isinstance(service_of(endpoint), Unknown):
            yield endpoint, Unevaluated("serviceName")
        else:
            requirement = "must say more than AWS's default, by which everybody comes through to everything"
            got = "that default" if is_given(endpoint, "policy") else "nothing"
            fix = "write a policy that names the accounts or the organisation, here or as a VpcEndpointPolicy"
            yield endpoint, Finding("policy", "endpoint-policy-present", requirement, got, fix)


def _has_policy(resource: Resource) -> bool:
    """Tell whether *resource* has a policy other than the one that AWS writes."""
    if not is_given(resource, "policy"):
        return False
    document, _ = read_policy(resource.props["policy"], ENDPOINT_POLICY)
    return document is None or not is_full_access(document)


CONTROL = Control(
    name="vpc-endpoint-policy-present",
    description="An endpoint for ECR or S3 must have a policy of its own.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Give the endpoint a policy, inline or as an aws.ec2.VpcEndpointPolicy.",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    types=(VPC_ENDPOINT, VPC_ENDPOINT_POLICY),
    judge_stack=_judge,
)
