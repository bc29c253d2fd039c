"""Principals of policy statements: who an element of `Principal` names, and in which account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from ecr_model.documents import member
from ecr_model.findings import echo
from ecr_model.names import REGISTRY_ID
from ecr_model.policy.notes import Notes, entries_at, read_texts
from ecr_model.shapes import Text, alternatives

Kind = Literal[
    "everyone",
    "account",
    "role",
    "user",
    "session",
    "federated-user",
    "service",
    "federated",
    "canonical-user",
    "deleted",
    "unknown",
]
"""
What a principal is. `deleted` is the unique id that AWS leaves where a role or user was; `unknown` is a text
that IAM would not take.
"""

Type = Literal["AWS", "Service", "Federated", "CanonicalUser"]

TYPES: tuple[Type, ...] = ("AWS", "Service", "Federated", "CanonicalUser")
"""Source: IAM user guide, "AWS JSON policy elements: Principal"."""

_LONGEST = 2048  # characters of a principal: the longest ARN of a role has 600
_IAM_KINDS: dict[str, Kind] = {"user": "user", "role": "role"}
_STS_KINDS: dict[str, Kind] = {"assumed-role": "session", "federated-user": "federated-user"}
_UNIQUE_ID = r"A(?:IDA|ROA|GPA|KIA|SIA|NPA|NVA)[A-Z0-9]{12,124}"
_CANONICAL_USER = r"[0-9a-f]{64}"
_PROVIDER = r"[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}"

ROLE_ARN = Text(
    "role-arn",
    "must be the ARN of an IAM role, 'arn:aws:iam::<account>:role/<name>'",
    r"arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:role/(?:[!-#%-)+->@-~]*/)?[A-Za-z0-9_+=,.@-]{1,64}",
    1,
    613,
)
"""
One role. IAM allows any printable character in its path; here `*`, `?` and `$` are none, which a condition would take
for wildcards and variables.

Source: IAM user guide, "IAM and AWS STS quotas", Names: paths of at most 512 characters, names of at most 64; API
shape `CustomRoleArn` of ECR, which has no pattern.
"""

SERVICE_NAME = Text(
    "policy-principal",
    "must be the name of a service, as lambda.amazonaws.com",
    r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+",
    3,
    256,
)
"""Source: IAM user guide, "AWS JSON policy elements: Principal", AWS service principals."""


class Principal(NamedTuple):
    """
    One principal of a statement.

    Attributes:
        type: The key of the `Principal` element that it stood under.
        value: What was written.
        kind: What it names.
        account: The account it lives in, None when it has none or that is unknown.
        partition: The partition of its ARN, None when it was not written as one.
    """

    type: Type
    value: str
    kind: Kind
    account: str | None = None
    partition: str | None = None


@lru_cache(maxsize=1024)
def read_principal(type_: Type, value: str) -> Principal:
    """
    Return the principal that *value* names under the key *type_*.

    A wildcard in place of the account stands for everyone; IAM refuses it, and so do the checks of a document,
    but until then it is judged as what it means.

    Source: IAM user guide, "AWS JSON policy elements: Principal".
    """
    if value == "*":
        return Principal(type_, value, "everyone")
    if len(value) > _LONGEST:
        return Principal(type_, value, "unknown")
    if type_ == "AWS":
        return _read_aws(value)
    if type_ == "Service":
        return Principal(type_, value, "service" if SERVICE_NAME.is_match(value) else "unknown")
    if type_ == "CanonicalUser":
        return Principal(type_, value, "canonical-user" if re.fullmatch(_CANONICAL_USER, value) else "unknown")
    return _read_federated(value)


def _read_aws(value: str) -> Principal:
    if REGISTRY_ID.is_match(value):
        return Principal("AWS", value, "account", value)
    if not value.startswith("arn:"):
        return Principal("AWS", value, "deleted" if re.fullmatch(_UNIQUE_ID, value) else "unknown")
    elements = value.split(":", 5)
    if len(elements) < 6:  # noqa: PLR2004 - the elements of an ARN
        return Principal("AWS", value, "unknown")
    _, partition, service, region, account, resource = elements
    if "*" in account or "?" in account:
        return Principal("AWS", value, "everyone", None, partition)
    kinds = {"iam": _IAM_KINDS, "sts": _STS_KINDS}.get(service, {})
    kind, slash, name = resource.partition("/")
    known = not region and REGISTRY_ID.is_match(account)
    if known and service == "iam" and resource == "root":
        return Principal("AWS", value, "account", account, partition)
    found: Kind = kinds.get(kind, "unknown") if known and slash and name else "unknown"
    if found == "session" and not _has_session_name(name):
        found = "unknown"
    return Principal("AWS", value, found, account if REGISTRY_ID.is_match(account) else None, partition)


def _has_session_name(name: str) -> bool:
    role, slash, session = name.partition("/")
    return bool(role and slash and session)


def _read_federated(value: str) -> Principal:
    elements = value.split(":", 5)
    if value.startswith("arn:") and len(elements) == 6:  # noqa: PLR2004 - the elements of an ARN
        _, partition, service, _, account, resource = elements
        known = service == "iam" and REGISTRY_ID.is_match(account)
        known = known and resource.startswith(("oidc-provider/", "saml-provider/"))
        return Principal("Federated", value, "federated" if known else "unknown", account or None, partition)
    return Principal("Federated", value, "federated" if re.fullmatch(_PROVIDER, value) else "unknown")


def root_arn(account_id: str, partition: str) -> str:
    """
    Return the principal that stands for all of an account, as AWS stores it.

    Source: IAM user guide, "AWS JSON policy elements: Principal", AWS account principals.
    """
    return f"arn:{partition}:iam::{account_id}:root"


def read_principals(value: object, path: str, notes: Notes) -> tuple[Principal, ...]:
    """
    Return whom a `Principal` or `NotPrincipal` element names; mistakes go to *notes*.

    Source: IAM user guide, "AWS JSON policy elements: Principal".
    """
    if notes.is_unknown(value, path):
        return ()
    if isinstance(value, str):
        if value != "*":
            fix = f'write {{"AWS": {echo(value)}}}'
            notes.add(path, "policy-principal", "must be '*' or an object", value, fix)
        return (read_principal("AWS", value),)
    if not isinstance(value, Mapping):
        notes.add(path, "policy-principal", "must be '*' or an object", value)
        return ()
    if not value:
        notes.miss(path, "policy-principal", "must not be an empty object", "name somebody")
    return tuple(principal for key, names in value.items() for principal in _read_type(key, names, path, notes))


def _read_type(key: object, value: object, parent: str, notes: Notes) -> Iterator[Principal]:
    path = member(parent, key)
    type_ = next((known for known in TYPES if isinstance(key, str) and known.lower() == key.lower()), None)
    if key != type_:
        near = type_ or notes.nearest(key, TYPES)
        fix = f"write {near!r}" if near else ""
        notes.add(path, "policy-principal", f"must be {alternatives(TYPES)}", key, fix)
    elif key not in notes.kind.principal_types:
        requirement = f"should be {alternatives(notes.kind.principal_types)}: nobody else calls ECR"
        notes.warn(path, "policy-principal-type", requirement, key)
    if type_ is None:
        # The type is refused already; what stands under it is still judged as the widest thing it could mean.
        names = (entry for _, entry in entries_at(value, path) if not notes.is_unknown(entry, path))
        yield from (read_principal("AWS", name) for name in names if isinstance(name, str))
        return
    for place, text in read_texts(value, path, notes, "policy-principal"):
        principal = read_principal(type_, text)
        _check_principal(principal, place, notes)
        yield principal


def _check_principal(principal: Principal, path: str, notes: Notes) -> None:
    value = principal.value
    if principal.type == "AWS" and value == "*":
        return
    if "*" in value or "?" in value:
        fix = "name it"
        if principal.type == "AWS":
            fix = "name the account, and add the condition ArnLike aws:PrincipalArn"
        notes.add(path, "policy-principal", "must not have a wildcard in it", value, fix)
    elif principal.kind == "deleted":
        requirement = "should be an ARN: AWS leaves this id where a deleted role or user was"
        fix = "remove it, or name the role or user that took its place"
        notes.warn(path, "policy-principal-deleted", requirement, value, fix)
    elif principal.kind == "unknown":
        requirement, fix = _REQUIREMENTS[principal.type], _principal_fix(principal)
        notes.add(path, "policy-principal", requirement, value, fix)


_REQUIREMENTS: dict[Type, str] = {
    "AWS": "must be '*', an account id, or the ARN of an account's root, a role, a user or a session",
    "Service": SERVICE_NAME.requirement,
    "Federated": "must be the ARN of an identity provider, or its host name",
    "CanonicalUser": "must be 64 hexadecimal digits",
}


def _principal_fix(principal: Principal) -> str:
    """Return what to write in place of a *principal* that IAM would not take."""
    value = principal.value
    if principal.type != "AWS":
        return ""
    if value.isdigit():
        return "write all twelve digits, with the leading zeros"
    if ":group/" in value:
        return "name the account or its roles: a group is no principal"
    if SERVICE_NAME.is_match(value) and ".amazonaws." in value:
        return "write it under the key 'Service'"
    return ""
