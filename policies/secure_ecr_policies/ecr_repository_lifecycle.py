"""A repository without a lifecycle policy keeps every image for ever, also those with known vulnerabilities."""

from ecr_model.findings import Finding

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, StackRemarks, Unevaluated
from secure_ecr_policies.pack.registry import refer_to_repositories
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, is_same_place


def _judge(stack: Stack, _settings: Settings) -> StackRemarks:
    repositories = stack.of(REPOSITORY)
    if not repositories:
        raise NotApplicableError
    references = list(refer_to_repositories(stack))
    covered = {target.urn for _, reference in references for target in reference.targets}
    bare = [repository for repository in repositories if repository.urn not in covered]
    adrift = [policy for policy, reference in references if reference.is_unknown]
    for repository in bare:
        mine = [policy.name for policy in adrift if is_same_place(policy, repository)]
        # each of these policies can be that of one repository, so fewer of them leave some without any
        if len(mine) >= len(bare):
            why = f"the lifecycle policy {mine[0]} is for a repository that is known at the update only"
            yield repository, Unevaluated("name", why)
        else:
            requirement = "must have a lifecycle policy: without one every image stays for ever"
            yield repository, Finding("", "repository-lifecycle", requirement, fix="declare one for it in this stack")


CONTROL = Control(
    name="ecr-repository-lifecycle",
    description="A repository must have a lifecycle policy.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Declare an aws.ecr.LifecyclePolicy that names the repository.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
    also_known_as=("AWS Security Hub ECR.3", "prowler ecr_repositories_lifecycle_policy_enabled"),
    types=(REPOSITORY, LIFECYCLE_POLICY),
    subjects=(REPOSITORY,),
    judge_stack=_judge,
)
