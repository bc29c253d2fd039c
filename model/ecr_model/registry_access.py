"""
Who may write into a registry: other registries that replicate, importers of upstream images, further statements.

    {"replication_sources": [{"account_id": "111122223333", "repository_prefixes": ["team/"]}],
     "importers": [{"organization_id": "o-a1b2c3d4e5"}],
     "registry_statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository", "Resource": "*"}]}

The importers belong to one pull-through cache rule; the rest belongs to the registry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ecr_model.access import check_access, parse_access
from ecr_model.actions import CACHE_FILL_ACTIONS
from ecr_model.filters import REPLICATION_FILTER, ROOT, namespace, read_filters
from ecr_model.findings import Finding, echo, errors, join
from ecr_model.grants import grant_statements
from ecr_model.names import REGISTRY_ID, check_registry_id
from ecr_model.policy.document import PolicyDocument, check_policy, parse_policy
from ecr_model.policy.exposure import judge_public_access, judge_service_access
from ecr_model.policy.kinds import REGISTRY_POLICY
from ecr_model.policy.lockout import check_lockout
from ecr_model.policy.notes import Notes, entries_at
from ecr_model.policy.statements import Statement, read_statement
from ecr_model.registry_policies import ReplicationSource, judge_registry_policy
from ecr_model.replication import MAX_REPLICATION_FILTERS, REPLICATION_FILTER_TYPE
from ecr_model.shapes import entries, is_list, read_section

_SOURCE_RULE = "replication-source"


def check_replication_sources(
    value: object, field: str = "replication_sources", *, account_id: str | None = None
) -> tuple[Finding, ...]:
    """
    Return why *value* is no list of accounts that may replicate into a registry.

    Args:
        value: Objects with `account_id` and perhaps `repository_prefixes`, as in the source's replication rules.
        field: Path of *value*.
        account_id: Account of the registry; None leaves it unjudged whether it is among the sources.

    Source: ECR user guide, "Private registry policy examples", statement ReplicationAccessCrossAccount.
    """
    if not is_list(value):
        return (Finding(field, _SOURCE_RULE, "must be a list", echo(value)),)
    findings: list[Finding] = []
    seen: dict[object, int] = {}
    for index, entry in enumerate(value):
        here = join(field, f"[{index}]")
        section, wrong = read_section(
            entry, here, _SOURCE_RULE, required=("accountId",), optional=("repositoryPrefixes",)
        )
        findings += wrong
        given, paths = section.values, section.paths
        if "repositoryPrefixes" in given:
            findings += _read_prefixes(given["repositoryPrefixes"], paths["repositoryPrefixes"])[1]
        if "accountId" not in given:
            continue
        source, path = given["accountId"], paths["accountId"]
        if wrong := check_registry_id(source, path):
            findings += wrong
        elif source == account_id:
            requirement = "must be another account than the registry's own, which needs no policy to replicate"
            findings.append(Finding(path, _SOURCE_RULE, requirement, echo(source), "remove it"))
        elif seen.setdefault(source, index) != index:
            fix = f"add its prefixes to [{seen[source]}]"
            findings.append(Finding(path, _SOURCE_RULE, "must be named once", echo(source), fix))
    return tuple(findings)


def parse_replication_sources(value: object) -> tuple[ReplicationSource, ...]:
    """Return the sources that *value* declares, which `check_replication_sources` has passed."""
    sections = (
        read_section(entry, "", _SOURCE_RULE, optional=("accountId", "repositoryPrefixes"))[0].values
        for entry in entries(value)
    )
    return tuple(
        ReplicationSource(
            str(given["accountId"]), tuple(sorted(_read_prefixes(given.get("repositoryPrefixes", ()), "")[0]))
        )
        for given in sections
    )


def check_importers(value: object, field: str = "importers") -> tuple[Finding, ...]:
    """
    Return why *value* is no list of those who may import images from an upstream registry.

    Each entry is one of an access declaration: an account, a role, an organisation or a path in one.
    """
    findings = [
        replace(finding, field=f"{field}{finding.field.removeprefix('pull')}")
        for finding in check_access({"pull": value}, "")
    ]
    for index, entry in enumerate(entries(value)):
        if isinstance(entry, Mapping) and entry.get("service") is not None:
            requirement = "must be absent: a service pulls with the rights of a role, which is what to name"
            here = join(field, f"[{index}].service")
            findings.append(Finding(here, "importer-service", requirement, echo(entry["service"])))
    return tuple(findings)


def import_statements(
    importers: object, prefix: str, *, partition: str, region: str, account_id: str
) -> Iterator[Statement]:
    """
    Yield the statements that let *importers*, which `check_importers` has passed, fill the cache below *prefix*.

    Args:
        importers: The declaration.
        prefix: First parts of the names of the repositories, or ROOT for all of them.
        partition: Partition of the registry.
        region: Region of the registry.
        account_id: Account of the registry.

    Source: ECR user guide, "Private registry permissions".
    """
    whole = prefix == ROOT
    names = "*" if whole else f"{namespace(prefix)}*"
    into = ROOT if whole else "".join(word.title() for word in re.split(r"[^a-z0-9]+", prefix))
    grantees = parse_access({"pull": importers}).pull
    for statement in grant_statements(grantees, "pull", partition=partition, account_id=account_id):
        yield statement._replace(
            sid=f"ImportInto{into}{str(statement.sid).removeprefix('Pull')}",
            actions=CACHE_FILL_ACTIONS,
            resources=(f"arn:{partition}:ecr:{region}:{account_id}:repository/{names}",),
        )


def check_registry_statements(
    value: object, field: str = "registry_statements", *, account_id: str | None = None
) -> tuple[Finding, ...]:
    """
    Return why *value* are no statements of a registry policy, or let in whom nobody knows.

    Deny is never a finding of the second kind; one that nobody could take back is a finding of its own.

    Args:
        value: A list of statements, or one.
        field: Path of *value*.
        account_id: Account of the registry; None leaves unjudged what depends on who is an outsider.

    Source: API shape `RegistryPolicyText` of ECR; ECR user guide, "Private registry permissions".
    """
    statements, notes = _read_statements(value)
    document = PolicyDocument(statements)
    findings = (
        *notes.findings,
        *(Finding(path, "registry-unknown", "must be known when the policy is made") for path in notes.unknown),
        *judge_public_access(document, field="").findings,
        *judge_service_access(document, field="").findings,
        *judge_registry_policy(document, account_id=account_id, field="").findings,
        *check_lockout(document, REGISTRY_POLICY, ""),
        *check_registry_resources(document, "", account_id=account_id),
    )
    return tuple(replace(finding, field=f"{field}{finding.field.removeprefix(_LIST)}") for finding in findings)


def check_registry_resources(
    document: PolicyDocument, field: str = "policy", *, account_id: str | None = None
) -> Iterator[Finding]:
    """
    Yield the resources that are none of the registry's: a registry policy would mean nothing by them.

    Args:
        document: A registry policy.
        field: Path of the policy.
        account_id: Account of the registry; None lets repositories of every account pass.

    Sources: issue aws/containers-roadmap#2675, a replication that failed for want of `ecr:` in an ARN; ECR user guide,
    "Private registry policy examples", whose resources are all of the registry's own account.
    """
    for statement in document.statements:
        for element, patterns in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
            for pattern in patterns or ():
                if requirement := _foreign_resource(pattern, account_id):
                    path = join(field, join(statement.path, element))
                    yield Finding(path, "registry-resource", requirement, echo(pattern))


def _foreign_resource(pattern: str, account_id: str | None) -> str:
    """Return what *pattern*, a resource of a registry policy, must be and is not, "" when it is."""
    if pattern == "*":
        return ""
    if not re.fullmatch(r"arn:[^:]+:ecr:.+", pattern):
        return "must be '*' or an ARN of ECR, 'arn:<partition>:ecr:<region>:<account>:repository/<name>'"
    owner = pattern.split(":")[4:5]  # a wildcard may stand for the rest of the ARN
    if account_id and owner != [account_id] and any(map(REGISTRY_ID.is_match, owner)):
        return f"must be of account {account_id}, which owns the registry"
    return ""


def parse_registry_statements(value: object) -> tuple[Statement, ...]:
    """Return the statements that *value* declares, which `check_registry_statements` has passed."""
    return _read_statements(value)[0]


def check_registry_document(text: str, field: str = "policy", *, partition: str) -> tuple[Finding, ...]:
    """
    Return what is wrong with a registry policy as a whole: its length, its Sids, ARNs of another partition.

    Source: API shape `RegistryPolicyText` of ECR; IAM user guide, "IAM JSON policy elements: Sid".
    """
    findings = list(check_policy(text, REGISTRY_POLICY, field))
    if errors(findings):
        return tuple(findings)
    for statement in parse_policy(text, REGISTRY_POLICY).statements:
        for element, arns in _arns(statement):
            findings += [
                Finding(
                    join(field, f"{statement.path}.{element}"),
                    "registry-partition",
                    f"must be of the partition {partition!r}, as the registry is",
                    echo(arn),
                )
                for arn in arns
                if arn.startswith("arn:") and not _is_of(arn, partition)
            ]
    return tuple(findings)


_LIST = "statements"


def _read_statements(value: object) -> tuple[tuple[Statement, ...], Notes]:
    notes = Notes(REGISTRY_POLICY)
    read = (read_statement(entry, path, notes) for path, entry in entries_at(value, _LIST))
    return tuple(statement for statement in read if statement is not None), notes


def _read_prefixes(value: object, field: str) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    return read_filters(value, field, REPLICATION_FILTER, REPLICATION_FILTER_TYPE, longest=MAX_REPLICATION_FILTERS)


def _arns(statement: Statement) -> Iterator[tuple[str, list[str]]]:
    """Yield what may have ARNs in it, by the name of the element."""
    principals = (*(statement.principals or ()), *(statement.not_principals or ()))
    yield "Principal", [principal.value for principal in principals]
    yield "Resource", [*(statement.resources or ()), *(statement.not_resources or ())]
    compared = [condition for condition in statement.conditions if condition.name == "aws:principalarn"]
    yield "Condition", [value for condition in compared for value in condition.values]


def _is_of(arn: str, partition: str) -> bool:
    """Tell whether *arn* is of *partition*; a pattern such as `arn:*:…` may be."""
    written = arn.split(":")[1]
    return written == partition or "*" in written
