"""Replication into another account fails, image after image, until its registry policy lets the source in."""

from collections.abc import Sequence

from ecr_model.findings import Finding, join
from ecr_model.policy.document import PolicyDocument
from ecr_model.registry_policies import ReplicationSource, find_missing_grants
from ecr_model.replication import Destination, ReplicationRule
from ecr_model.shapes import entries

from secure_ecr_policies.pack.context import ADVICE, CONTEXT, context_at
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, StackRemarks, Unevaluated
from secure_ecr_policies.pack.documents import read_access
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import (
    REPLICATION,
    REPLICATION_CONFIGURATION,
    at_home,
    exist_already,
    read_copies,
    registry_of,
)
from secure_ecr_policies.pack.resource import REGISTRY_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, is_same_place
from secure_ecr_policies.pack.values import unknown_paths


def _judge(stack: Stack, settings: Settings) -> StackRemarks:
    if not stack.of(REPLICATION_CONFIGURATION):
        raise NotApplicableError
    policies = [at_home(each, settings) for each in stack.of(REGISTRY_POLICY)]
    repositories = [at_home(each, settings) for each in stack.of(REPOSITORY)]
    for configuration in (at_home(each, settings) for each in stack.of(REPLICATION_CONFIGURATION)):
        for path in unknown_paths(configuration.props.get(REPLICATION), REPLICATION):
            yield configuration, Unevaluated(path)
        for here, rule, destination in read_copies(configuration):
            if configuration.account_id is None:
                why = f"whether {destination} is of another account depends on the registry's own"
                yield configuration, Unevaluated(here, f"{why}; set account_id in the configuration")
            elif configuration.account_id != destination.registry_id:
                source = _ungranted(configuration.account_id, rule, destination, settings)
                prefixes = source.repository_prefixes
                made = [each for each in prefixes if exist_already(each, configuration, destination, repositories)]
                mine = [policy for policy in policies if is_same_place(policy, registry_of(destination))]
                if prefixes:
                    for remark in _judge_copy(source, destination, mine, made, here):
                        yield configuration, remark


def _ungranted(
    account_id: str, rule: ReplicationRule, destination: Destination, settings: Settings
) -> ReplicationSource:
    """Return what is replicated and not granted by another stack."""
    granted = [
        tuple(str(each) for each in entries(entry.get("repository_prefixes", [""])))
        for entry in context_at(settings, "replication_grants", registry_of(destination))
        if entry.get("source_account_id") == account_id
    ]
    prefixes = rule.prefixes or ("",)
    return ReplicationSource(
        account_id,
        tuple(prefix for prefix in prefixes if not any(prefix.startswith(beginnings) for beginnings in granted)),
    )


def _judge_copy(
    source: ReplicationSource, destination: Destination, policies: Sequence[Resource], made: Sequence[str], here: str
) -> Remarks:
    documents = [(policy.name, read_access(policy)[1] or PolicyDocument(())) for policy in policies]
    name, document = min(
        documents,
        key=lambda found: len(find_missing_grants(found[1], source, destination)),
        default=("", PolicyDocument(())),
    )
    missing = [
        (action, prefix)
        for action, prefix in find_missing_grants(document, source, destination)
        if action != "ecr:CreateRepository" or prefix not in made
    ]
    unknown = [f"{join('policy', path)} of {name}" for name, document in documents for path in document.unknown]
    if missing and unknown:
        yield Unevaluated(here, f"depends on {unknown[0]}, known at the update only")
    elif missing:
        yield _closed(here, source, destination, missing, name)


def _closed(
    here: str,
    source: ReplicationSource,
    destination: Destination,
    missing: Sequence[tuple[str, str]],
    policy: str,
) -> Finding:
    actions = " and ".join(sorted({action for action, _ in missing}))
    prefixes = sorted({prefix for _, prefix in missing})
    what = ", ".join(repr(prefix) for prefix in prefixes) if prefixes != [""] else "every repository"
    got = f"{policy} without {actions} for {what}" if policy else "none"
    where = ", ".join(f"repository/{prefix}*" for prefix in prefixes)
    fix = f"allow {actions} to account {source.account_id} on {where}"
    requirement = f"needs a registry policy of {destination} that lets account {source.account_id} replicate"
    return Finding(here, "replication-grant", requirement, got, fix if policy else f"{fix}; {ADVICE}")


CONTROL = Control(
    name="ecr-replication-grant",
    description="A registry that is replicated to must let the source in, for all that is replicated.",
    severity="medium",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Add the statement to the registry policy of the destination, in each of its Regions.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create-replication.html",
    settings={"context": CONTEXT, "account_id": ACCOUNT_ID},
    types=(REPLICATION_CONFIGURATION, REGISTRY_POLICY, REPOSITORY),
    subjects=(REPLICATION_CONFIGURATION,),
    judge_stack=_judge,
)
