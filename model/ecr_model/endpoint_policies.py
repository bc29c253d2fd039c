"""What the policies of the endpoints let through: known principals, and all that a pull takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ecr_model.actions import LOGIN_ACTIONS, PULL_ACTIONS
from ecr_model.endpoints import layer_bucket_arn
from ecr_model.findings import Finding, join
from ecr_model.names import REGISTRY_ID
from ecr_model.policy.conditions import Condition
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.explanation import PUBLIC, Party, explain_statement, say_grant, say_list
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.limits import LIMITING_KEYS, is_literal
from ecr_model.policy.resources import can_be_of_ecr, covers, is_every_repository
from ecr_model.policy.statements import Statement


def judge_registry_endpoint_policy(
    document: PolicyDocument, *, trusted: Collection[str] = (), field: str = "policy"
) -> Judgement:
    """
    Judge the policy of an endpoint for `ecr.api` or `ecr.dkr`: who may come through, and whether anybody can.

    Args:
        document: The endpoint's policy.
        trusted: The accounts and organisations that may come through; empty when any that the policy names may.
        field: Path of the policy.

    Source: ECR user guide, "Create an endpoint policy for your Amazon ECR VPC endpoints"; IAM user guide, "Data
    perimeters".
    """
    principals = judge_endpoint_principals(document, trusted=trusted, field=field)
    return _together(principals, *(_way(document, field, need) for need in _PULL))


def judge_endpoint_principals(
    document: PolicyDocument, *, trusted: Collection[str] = (), field: str = "policy"
) -> Judgement:
    """
    Judge who may come through an endpoint of whatever service whose requests are all signed.

    Args:
        document: The endpoint's policy.
        trusted: The accounts and organisations that may come through; empty when any that the policy names may.
        field: Path of the policy.

    Source: IAM user guide, "Data perimeters".
    """

    def find(statement: Statement, path: str) -> Iterator[Finding]:
        explanation = explain_statement(statement)
        parties = () if _is_for_services(statement) else explanation.who
        who = say_list([str(party) for party in parties if not _is_trusted(party, trusted)])
        if statement.not_principals is not None:
            who = f"everyone but {say_list([principal.value for principal in statement.not_principals])}"
        if who:
            yield Finding(
                path,
                "endpoint-principals",
                f"{statement.label} must let through trusted accounts or organisations only",
                say_grant(explanation, who),
                'add "StringEquals": {"aws:PrincipalAccount": ["<account id>"]} to Condition',
            )

    return judge_statements(document, field, ("Principal",), find)


def services_of(document: PolicyDocument) -> frozenset[str]:
    """Return the services that *document* lets through, by the prefix of their actions; `*` is any."""
    return frozenset(
        action.partition(":")[0].lower()
        for statement in document.statements
        if statement.effect == "Allow"
        for action in (statement.actions if statement.not_actions is None else None) or ("*",)
    )


def is_full_access(document: PolicyDocument) -> bool:
    """
    Tell whether *document* is what AWS gives an endpoint that comes without a policy.

    Source: PrivateLink guide, "Control access to VPC endpoints using endpoint policies", Default endpoint policy.
    """
    if document.unknown or len(document.statements) != 1:
        return False
    (statement,) = document.statements
    return (
        statement.effect == "Allow"
        and statement.principals is not None
        and _is_for_everyone(statement)
        and (statement.actions, statement.resources) == (("*",), ("*",))
        and not statement.conditions
    )


def judge_layer_endpoint_policy(
    document: PolicyDocument, *, region: str, partition: str, field: str = "policy"
) -> Judgement:
    """
    Judge the policy of an endpoint for S3: no bucket of anybody's, and the layers of ECR reachable.

    Args:
        document: The endpoint's policy.
        region: The Region of the endpoint.
        partition: The partition.
        field: Path of the policy.

    Source: ECR user guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR"; IAM user guide, "Data
    perimeters".
    """

    def find(statement: Statement, path: str) -> Iterator[Finding]:
        explanation = explain_statement(statement)
        wide = next((resource for resource in statement.resources or () if not _names_bucket(resource)), None)
        if statement.not_resources is not None:
            wide = "NotResource"
        if _is_for_services(statement) or any(map(_names_owner, statement.conditions)):
            return
        if wide is not None and PUBLIC in explanation.who:
            yield Finding(
                path,
                "endpoint-principals",
                f"{statement.label} must not let everyone through to every bucket",
                f"{wide} for {say_grant(explanation, 'everyone')}",
                "name the buckets, or hold them or the principals to trusted accounts or organisations",
            )

    buckets = judge_statements(document, field, ("Principal", "Resource"), find)
    layers = _Need(
        "s3:GetObject",
        layer_bucket_arn(region, partition),
        "read the layers of images",
        "everyone: ECR signs the address of a layer, not the caller",
        is_signed_by_ecr=True,
    )
    return _together(buckets, _way(document, field, layers))


class _Need(NamedTuple):
    """
    Something that clients must be able to do through an endpoint.

    Attributes:
        action: The action.
        resource: On what, None when any resource will do.
        purpose: What clients do by it, as the rest of a sentence: `must let clients ...`.
        fix: For whom to allow it.
        is_signed_by_ecr: The request carries ECR's signature and is for a bucket of ECR's, so that no condition that
            names a caller or an owner holds for it.
    """

    action: str
    resource: str | None
    purpose: str
    fix: str
    is_signed_by_ecr: bool = False


_PULL = (
    *(_Need(action, "*", "log in", "the trusted accounts") for action in LOGIN_ACTIONS),
    *(_Need(action, None, "pull", "the trusted accounts") for action in PULL_ACTIONS),
)


def _way(document: PolicyDocument, field: str, need: _Need) -> Judgement:
    """Judge that *document* lets through what clients *need*."""
    kept_out = tuple(
        Finding(
            join(field, statement.path),
            "endpoint-way",
            f"{statement.label} must not keep out {need.action}: clients could not {need.purpose}",
            "Deny",
            "leave it out of the Deny",
        )
        for statement in document.statements
        if statement.effect == "Deny" and _keeps_out(statement, need)
    )
    if any(s.effect == "Allow" and _lets_through(s, need) for s in document.statements):
        return Judgement(kept_out)
    if document.unknown:
        return Judgement(kept_out, tuple(join(field, path) for path in document.unknown))
    missing = Finding(
        join(field, "Statement"),
        "endpoint-way",
        f"must let clients {need.purpose}: no statement lets {need.action} through",
        "only Deny" if all(s.effect == "Deny" for s in document.statements) else None,
        f"add an Allow of {need.action} on {need.resource or 'the repositories'} for {need.fix}",
    )
    return Judgement((missing, *kept_out))


def _together(*judgements: Judgement) -> Judgement:
    findings = tuple(finding for judgement in judgements for finding in judgement.findings)
    return Judgement(findings, tuple(dict.fromkeys(path for j in judgements for path in j.not_evaluated)))


def _concerns(statement: Statement, need: _Need) -> bool:
    return statement.concerns(need.action) and (need.resource is None or covers(statement, need.resource))


def _is_for_everyone(statement: Statement) -> bool:
    return statement.principals is None or any(p.kind == "everyone" for p in statement.principals)


def _lets_through(statement: Statement, need: _Need) -> bool:
    if not _concerns(statement, need) or _is_for_services(statement):
        return False
    if not need.is_signed_by_ecr:
        return True
    held = any(_identifies(condition) and not condition.operator.is_negated for condition in statement.conditions)
    return _is_for_everyone(statement) and not held


def _keeps_out(statement: Statement, need: _Need) -> bool:
    """Tell whether the Deny *statement* stops the need for everyone, or stops ECR for being none of us."""
    if not _concerns(statement, need) or statement.unknown or not _is_for_everyone(statement):
        return False
    if need.resource is None and not _is_every_registry(statement):
        return False
    if not statement.conditions:
        return True
    return need.is_signed_by_ecr and all(
        _identifies(condition) and condition.operator.is_negated for condition in statement.conditions
    )


def _is_every_registry(statement: Statement) -> bool:
    """Tell whether *statement* leaves no repository alone, of whatever account."""
    if statement.not_resources is not None:
        return not any(map(can_be_of_ecr, statement.not_resources))
    return any(
        is_every_repository(pattern) and not any(map(REGISTRY_ID.is_match, pattern.split(":")))
        for pattern in statement.resources or ()
    )


_OWNER_KEYS = frozenset({"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount"})
"""
What says whose a bucket is.

Source: IAM user guide, "AWS global condition context keys"; Service Authorization Reference, "Amazon S3".
"""


def _identifies(condition: Condition) -> bool:
    """Tell whether *condition* is about who signed the request or whose the bucket is: ECR, when it is for a layer."""
    is_of_caller = LIMITING_KEYS.get(condition.name) in ("principal", "account", "organization", "organization-path")
    return is_of_caller or condition.name in _OWNER_KEYS


def _names_owner(condition: Condition) -> bool:
    """Tell whether *condition* holds for the buckets of certain owners alone."""
    operator = condition.operator
    return (
        condition.name in _OWNER_KEYS
        and operator.base in ("StringEquals", "StringEqualsIgnoreCase", "StringLike")
        and not operator.if_exists
        and operator.quantifier != "ForAllValues"
        and bool(condition.values)
        and all(is_literal(value.partition("/")[0]) for value in condition.values)
    )


def _is_for_services(statement: Statement) -> bool:
    """
    Tell whether *statement* lets through the services of AWS alone, as they call for their own account.

    Source: IAM user guide, "Establish permissions guardrails using data perimeters", which counts AWS's services among
    the trusted identities.
    """
    return explain_statement(statement).who == (Party("service", "*"),)


def _is_trusted(party: Party, trusted: Collection[str]) -> bool:
    if party.kind not in ("account", "principal", "organization", "organization-path") or "${" in party.name:
        return False  # the owner of the resource is anybody: `${aws:ResourceAccount}` holds for everyone's own
    organization = party.name.partition("/")[0]
    return not trusted or party.account in trusted or party.name in trusted or organization in trusted


def _names_bucket(resource: str) -> bool:
    """Tell whether the ARN pattern *resource* is of one bucket and what is in it."""
    bucket = resource.partition(":s3:::")[2].partition("/")[0]
    return bool(bucket.strip("*?")) and not bucket.startswith(("*", "?"))
