"""AWS keeps whichever of two settings comes last, so that the next update may undo what this one did."""

from collections.abc import Iterable, Sequence

from ecr_model.findings import Finding

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, StackRemarks, Unevaluated
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import (
    REPLICATION_CONFIGURATION,
    SCANNING_CONFIGURATION,
    at_home,
    refer_to_repositories,
)
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REGISTRY_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, group_by_place, is_same_place

_OF_A_REGISTRY = {
    REPLICATION_CONFIGURATION: "replication configuration",
    REGISTRY_POLICY: "registry policy",
    SCANNING_CONFIGURATION: "scanning configuration",
}


def _judge(stack: Stack, settings: Settings) -> StackRemarks:
    if not stack.of(*_OF_A_REGISTRY, LIFECYCLE_POLICY):
        raise NotApplicableError
    for type_, what in _OF_A_REGISTRY.items():
        yield from _judge_places([at_home(each, settings) for each in stack.of(type_)], f"{what} of its registry")
    yield from _judge_lifecycles(stack, settings)


def _judge_places(resources: Sequence[Resource], what: str) -> StackRemarks:
    firsts: list[Resource] = []
    for first, *others in group_by_place(resources):
        yield from _others(first, others, what)
        for earlier in firsts:
            if is_same_place(earlier, first):
                is_one_region = isinstance(first.region, str) and first.region == earlier.region
                place = "registryId" if is_one_region else "region"
                yield first, Unevaluated(place, f"{earlier.name} may be of the same registry; say where both are")
                break
        firsts.append(first)


def _judge_lifecycles(stack: Stack, settings: Settings) -> StackRemarks:
    what = "lifecycle policy of its repository"
    here: dict[str, list[Resource]] = {}
    elsewhere: dict[str, list[Resource]] = {}
    for policy, reference in refer_to_repositories(stack):
        for target in reference.targets:
            here.setdefault(target.urn, []).append(policy)
        for name in reference.outside:
            elsewhere.setdefault(name, []).append(at_home(policy, settings))
        if reference.is_unknown and len(stack.of(LIFECYCLE_POLICY)) > 1:
            yield policy, Unevaluated("repository")
    for first, *others in here.values():
        yield from _others(first, others, what)
    for policies in elsewhere.values():
        yield from _judge_places(policies, what)


def _others(first: Resource, others: Iterable[Resource], what: str) -> StackRemarks:
    for other in others:
        fix = "keep one of the two: AWS keeps whichever comes last"
        yield other, Finding("", "registry-singleton", f"must be the only {what}", f"{first.name} as well", fix)


CONTROL = Control(
    name="ecr-registry-singleton",
    description="A registry has one policy and one configuration of each kind, a repository one lifecycle policy.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Put everything into one resource, and remove the other.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-settings.html",
    settings={"account_id": ACCOUNT_ID},
    types=(*_OF_A_REGISTRY, LIFECYCLE_POLICY, REPOSITORY),
    subjects=(*_OF_A_REGISTRY, LIFECYCLE_POLICY),
    judge_stack=_judge,
)
