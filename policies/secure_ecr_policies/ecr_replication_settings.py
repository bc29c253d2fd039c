"""Replication copies images and no settings: what it creates is mutable, without a key, and kept for ever."""

from collections.abc import Iterator, Mapping, Sequence

from ecr_model.filters import ROOT
from ecr_model.findings import Finding
from ecr_model.replication import Destination
from ecr_model.shapes import entries
from ecr_model.templates import APPLIED_FOR, CreationTemplate, find_replica_templates, find_uncovered_name

from secure_ecr_policies.pack.context import ADVICE, CONTEXT, context_at
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, StackRemarks, Unevaluated
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import (
    REPLICATION,
    REPLICATION_CONFIGURATION,
    at_home,
    exist_already,
    read_copies,
    registry_of,
)
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, is_same_place
from secure_ecr_policies.pack.templates import SECURITY, judge_security, template_document, template_path
from secure_ecr_policies.pack.values import unknown_paths

_SHOWN = 5  # prefixes that a message repeats


def _judge(stack: Stack, settings: Settings) -> StackRemarks:
    if not stack.of(REPLICATION_CONFIGURATION):
        raise NotApplicableError
    templates = [at_home(each, settings) for each in stack.of(CREATION_TEMPLATE)]
    repositories = [at_home(each, settings) for each in stack.of(REPOSITORY)]
    for configuration in (at_home(each, settings) for each in stack.of(REPLICATION_CONFIGURATION)):
        for path in unknown_paths(configuration.props.get(REPLICATION), REPLICATION):
            yield configuration, Unevaluated(path)
        for here, rule, destination in read_copies(configuration):
            new = [
                prefix
                for prefix in rule.prefixes or ("",)
                if not exist_already(prefix, configuration, destination, repositories)
            ]
            mine = [each for each in templates if is_same_place(each, registry_of(destination))]
            for remark in _judge_replicas(new, destination, mine, settings, here):
                yield configuration, remark


def _judge_replicas(
    prefixes: Sequence[str], destination: Destination, declared: Sequence[Resource], settings: Settings, here: str
) -> Remarks:
    listed = context_at(settings, "creation_templates", registry_of(destination))
    templates = [_template(each.props.get("prefix"), each.props.get("appliedFors")) for each in declared]
    templates += [_template(entry.get("prefix"), entry.get("applied_for")) for entry in listed]
    doubts = [doubt for each in declared for doubt in _doubts(each, here, ("prefix", "appliedFor"))]
    used = {template.prefix for prefix in prefixes for template in find_replica_templates(prefix, templates)}
    names = {prefix: find_uncovered_name(prefix, templates) for prefix in prefixes}
    if uncovered := {prefix: name for prefix, name in names.items() if name is not None}:
        yield from doubts or (_uncovered(uncovered, destination, here),)
    for resource in declared:
        if str(resource.props.get("prefix")) in used:
            yield from _judge_template(resource, settings, here)


def _template(prefix: object, applied_for: object) -> CreationTemplate:
    return CreationTemplate(str(prefix), tuple(known for known in APPLIED_FOR if known in entries(applied_for)))


def _doubts(template: Resource, here: str, keys: tuple[str, ...]) -> Iterator[Unevaluated]:
    document = template_document(template)
    for path in unknown_paths(document, ""):
        if path.startswith(keys):
            yield Unevaluated(here, f"depends on {template_path(path)} of {template.name}, known at the update only")


def _uncovered(names: Mapping[str, str], destination: Destination, here: str) -> Finding:
    """Return the finding about prefixes, each with a name that it replicates and no template covers."""
    example, more = min(names.values()), f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    requirement = f"must create at {destination} no repository that a creation template does not cover, as {example!r}"
    got = (
        f"the prefixes {', '.join(map(repr, sorted(names)[:_SHOWN]))}{more}" if "" not in names else "all repositories"
    )
    fix = (
        f"add a template for REPLICATION with the prefix {ROOT} there, or create the repositories beforehand; {ADVICE}"
    )
    return Finding(here, "replication-template", requirement, got, fix)


def _judge_template(template: Resource, settings: Settings, here: str) -> Remarks:
    findings, unknown = judge_security(template_document(template), settings)
    if findings:
        requirement = "must create repositories with immutable tags, a KMS key and a lifecycle policy"
        got = f"{template.name}, which lacks {', '.join(template_path(finding.field) for finding in findings)}"
        yield Finding(here, "replication-settings", requirement, got, "change the template")
    keys = ("imageTagMutability", "encryptionConfiguration")
    yield from _doubts(template, here, tuple(path for path in unknown if path.startswith(keys)))


CONTROL = Control(
    name="ecr-replication-settings",
    description="What replication creates must get immutable tags, a KMS key and a lifecycle policy from a template.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Give the destination a creation template for REPLICATION that covers what is replicated.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
    settings={"context": CONTEXT, "account_id": ACCOUNT_ID, **SECURITY},
    types=(REPLICATION_CONFIGURATION, CREATION_TEMPLATE, REPOSITORY),
    subjects=(REPLICATION_CONFIGURATION,),
    judge_stack=_judge,
)
