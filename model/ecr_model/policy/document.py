"""Policy documents: read from text or object, check against their kind, render canonically."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, cast

from ecr_model.documents import compact, member, read_document
from ecr_model.findings import Finding, errors, join, refuse
from ecr_model.policy.kinds import REGISTRY_POLICY, REPOSITORY_POLICY, PolicyKind
from ecr_model.policy.notes import Notes, entries_at
from ecr_model.policy.principals import Principal, root_arn
from ecr_model.policy.statements import Statement, read_statement
from ecr_model.shapes import alternatives, is_list

Version = Literal["2012-10-17", "2008-10-17"]

VERSIONS: tuple[Version, ...] = ("2012-10-17", "2008-10-17")
"""
The versions of the policy language. Without `Version` a document is of the older one, which takes
`${aws:ResourceAccount}` and the like literally.

Source: IAM user guide, "IAM JSON policy elements: Version".
"""

_ELEMENTS = ("Version", "Id", "Statement")


class PolicyDocument(NamedTuple):
    """
    What a policy says.

    Attributes:
        statements: In the order of the document.
        version: Of the policy language.
        id: The document's own name, None when it has none.
        unknown: Paths of everything in it that is not known yet, "" when nothing is known.
    """

    statements: tuple[Statement, ...]
    version: Version = "2012-10-17"
    id: str | None = None
    unknown: tuple[str, ...] = ()


def read_policy(
    source: object, kind: PolicyKind, *, field: str = "policy"
) -> tuple[PolicyDocument | None, tuple[Finding, ...]]:
    """
    Read the policy that *source* is, or is the text of, as far as it can be read.

    Args:
        source: JSON text, its bytes, an object, or UNKNOWN; UNKNOWN may also stand anywhere in an object.
        kind: What the policy is attached to.
        field: Path of the policy, for the findings.

    Returns:
        The document, None when there is nothing to judge, and all that is wrong with it. Judge a document that
        has errors too: what AWS would refuse is read as the widest thing that it could have meant.

    Source: IAM user guide, "Grammar of the IAM JSON policy language".
    """
    notes = Notes(kind)
    if notes.is_unknown(source, ""):
        return PolicyDocument((), unknown=("",)), ()
    value, findings = read_document(source, field=field, longest=kind.longest)
    if value is None:
        return None, findings
    document = _read_object(value, notes)
    if isinstance(source, Mapping) and not errors(notes.findings) and not document.unknown:
        _check_length(document, notes)
    return document, (*findings, *(finding.at(field) for finding in notes.findings))


def _read_object(value: Mapping[str, object], notes: Notes) -> PolicyDocument:
    for key, element in value.items():
        if key not in _ELEMENTS:
            requirement = "is no element of a policy"
            notes.add(member("", key), "policy-element", requirement, key, f"use {alternatives(_ELEMENTS)}")
        elif element is None:
            notes.add(key, "policy-element", "must not be null", element, "leave it out")
    statements = _read_statements(value, notes)
    version = _read_version(value, notes)
    if version == "2008-10-17" and any("${" in text for text in _texts(statements)):
        requirement = "should be '2012-10-17' where a statement has a ${variable}: the older one takes it literally"
        notes.warn("", "policy-version", requirement, version)
    check_sids(statements, notes)
    id_ = value.get("Id")
    return PolicyDocument(statements, version, id_ if isinstance(id_, str) else None, tuple(notes.unknown))


def _read_version(value: Mapping[str, object], notes: Notes) -> Version:
    version = value.get("Version")
    if version is None:
        return "2008-10-17"
    if notes.is_unknown(version, "Version"):
        return "2012-10-17"
    if version not in VERSIONS:
        fix = "write '2012-10-17'; it is the version of the policy language, not a date of yours"
        notes.add("Version", "policy-version", f"must be {alternatives(VERSIONS)}", version, fix)
        return "2012-10-17"
    return version


def _read_statements(value: Mapping[str, object], notes: Notes) -> tuple[Statement, ...]:
    found = value.get("Statement")
    if "Statement" not in value:
        notes.miss("", "policy-statement", "must have Statement", "add at least one statement")
    elif is_list(found) and not found:
        notes.miss("Statement", "policy-statement", "must not be an empty list", "add a statement")
    if found is None:
        return ()
    statements = (read_statement(entry, path, notes) for path, entry in entries_at(found, "Statement"))
    return tuple(statement for statement in statements if statement is not None)


def check_sids(statements: tuple[Statement, ...], notes: Notes) -> None:
    """
    Keep in *notes* the Sids that stand twice.

    Source: IAM user guide, "IAM JSON policy elements: Sid": unique within a document.
    """
    first: dict[str, str] = {}
    for statement in statements:
        if statement.sid and first.setdefault(statement.sid, statement.path) != statement.path:
            fix = f"rename it: {first[statement.sid]} has the same"
            notes.add(join(statement.path, "Sid"), "policy-sid", "must be unique in its policy", statement.sid, fix)


def _texts(statements: tuple[Statement, ...]) -> list[str]:
    conditions = [value for statement in statements for c in statement.conditions for value in c.values]
    return conditions + [text for statement in statements for text in statement.resources or ()]


def _check_length(document: PolicyDocument, notes: Notes) -> None:
    length = len(render_policy(document))
    if length > notes.kind.longest:
        requirement = f"must be at most {notes.kind.longest:,} characters"
        finding = Finding("", "document-length", requirement, f"{length:,} characters")
        notes.findings.append(finding)


def check_policy(source: object, kind: PolicyKind, field: str = "policy") -> tuple[Finding, ...]:
    """Return why *source* is no policy of that *kind*."""
    return read_policy(source, kind, field=field)[1]


def parse_policy(source: object, kind: PolicyKind, field: str = "policy") -> PolicyDocument:
    """Return the policy that *source* is, or is the text of, or raise ModelError."""
    document, findings = read_policy(source, kind, field=field)
    refuse(findings)
    # read_policy has said why there is no document, so that refuse has raised
    return cast("PolicyDocument", document)


def check_repository_policy(source: object, field: str = "policy") -> tuple[Finding, ...]:
    """Return why *source*, text or object, is no policy of a private repository."""
    return check_policy(source, REPOSITORY_POLICY, field)


def check_registry_policy(source: object, field: str = "policy") -> tuple[Finding, ...]:
    """Return why *source*, text or object, is no policy of a private registry."""
    return check_policy(source, REGISTRY_POLICY, field)


def render_policy(document: PolicyDocument, *, partition: str = "aws") -> str:
    """
    Return the canonical text of *document*.

    Principals, actions, resources and values are sorted and stand once; account ids are written as the ARN of
    the account's root in *partition*; nothing is null. The order of statements is kept, as their Sids are.

    Raises:
        ModelError: Something in it is not known yet: without it the text would say something else.
    """
    refuse(Finding(path, "policy-unknown", "must be known to be written down") for path in document.unknown)
    head: dict[str, object] = {"Version": document.version}
    if document.id is not None:
        head["Id"] = document.id
    statements = [_statement_object(statement, partition) for statement in document.statements]
    return compact({**head, "Statement": statements})


def _statement_object(statement: Statement, partition: str) -> dict[str, object]:
    elements: dict[str, object] = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Principal": _principal_object(statement.principals, partition),
        "NotPrincipal": _principal_object(statement.not_principals, partition),
        "Action": _sorted(statement.actions),
        "NotAction": _sorted(statement.not_actions),
        "Resource": _sorted(statement.resources),
        "NotResource": _sorted(statement.not_resources),
        "Condition": _condition_object(statement),
    }
    return {name: element for name, element in elements.items() if element is not None}


def _sorted(texts: tuple[str, ...] | None) -> list[str] | None:
    return None if texts is None else sorted(set(texts))


def _principal_object(principals: tuple[Principal, ...] | None, partition: str) -> object:
    if principals is None:
        return None
    if any(principal.type == "AWS" and principal.value == "*" for principal in principals):
        # `*` beside other principals adds them to everyone
        return "*"
    named: dict[str, list[str]] = {}
    for type_, value in sorted({(p.type, _canonical(p, partition)) for p in principals}):
        named.setdefault(type_, []).append(value)
    return named


def _canonical(principal: Principal, partition: str) -> str:
    """Source: IAM user guide, "AWS JSON policy elements: Principal": AWS stores an account id as its root's ARN."""
    if principal.kind == "account" and principal.account is not None and principal.partition is None:
        return root_arn(principal.account, partition)
    return principal.value


def _condition_object(statement: Statement) -> dict[str, dict[str, list[str]]] | None:
    operators: dict[str, dict[str, list[str]]] = {}
    for condition in sorted(statement.conditions, key=lambda condition: (str(condition.operator), condition.name)):
        keys = operators.setdefault(str(condition.operator), {})
        keys[condition.key] = sorted(set(condition.values))
    return operators or None
