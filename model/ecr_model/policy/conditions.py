"""
Conditions of policy statements: their operators, keys and values.

The conditions of a statement are joined by AND, the values of one key by OR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from ecr_model.documents import member
from ecr_model.policy.notes import Notes, entries_at
from ecr_model.shapes import is_list

Quantifier = Literal["", "ForAllValues", "ForAnyValue"]

_BASES = {
    base.lower(): base
    for base in (
        *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        *("StringLike", "StringNotLike"),
        *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
        *("NumericGreaterThan", "NumericGreaterThanEquals"),
        *("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals"),
        *("DateGreaterThan", "DateGreaterThanEquals"),
        *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress"),
        *("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null"),
    )
}
"""Source: IAM user guide, "IAM JSON policy elements: Condition operators"."""

_QUANTIFIERS: dict[str, Quantifier] = {
    "": "",
    "forallvalues": "ForAllValues",
    "foranyvalue": "ForAnyValue",
}
"""Source: IAM user guide, "Set operators for multivalued context keys"."""

_IF_EXISTS = "ifexists"
_LARGEST_NUMBER = 10**20  # as in the text of a document; it is no IAM number, nor are infinity and "not a number"
_LONGEST_OPERATOR = 64  # characters: the longest that IAM knows has 50


class Operator(NamedTuple):
    """
    One operator of a condition, e.g. `ForAnyValue:StringLikeIfExists`.

    Attributes:
        base: The comparison, spelt as IAM spells it.
        quantifier: How several values in the request are taken; "" where the request has one.
        if_exists: The condition also holds when the request has no such key.
    """

    base: str
    quantifier: Quantifier = ""
    if_exists: bool = False

    @property
    def is_negated(self) -> bool:
        """Whether it holds for everything that the values do not name, and when the key is absent."""
        return "Not" in self.base

    def __str__(self) -> str:
        quantifier = f"{self.quantifier}:" if self.quantifier else ""
        return f"{quantifier}{self.base}{'IfExists' if self.if_exists else ''}"


OPERATORS = tuple(_BASES.values())
"""The comparisons that IAM knows, without quantifier and `IfExists`."""


@lru_cache(maxsize=256)
def read_operator(text: str) -> Operator | None:
    """
    Return the operator that *text* names in any case, None when IAM knows none of that name.

    Source: IAM user guide, "IAM JSON policy elements: Condition operators".
    """
    if len(text) > _LONGEST_OPERATOR:
        return None
    prefix, _, rest = text.lower().rpartition(":")
    base = _BASES.get(rest)
    if_exists = base is None and rest.endswith(_IF_EXISTS)
    if if_exists:
        base = _BASES.get(rest.removesuffix(_IF_EXISTS))
    quantifier = _QUANTIFIERS.get(prefix)
    if base is None or quantifier is None or (base == "Null" and (if_exists or quantifier)):
        return None
    return Operator(base, quantifier, if_exists)


class Condition(NamedTuple):
    """
    One key of a statement's `Condition` with its operator.

    Attributes:
        operator: How the key is compared.
        key: The key as it was written; its case is of no account.
        values: What it is compared with: one of them must match, or for a negated operator none.
    """

    operator: Operator
    key: str
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """The key in lower case, for comparisons."""
        return self.key.lower()

    def __str__(self) -> str:
        shown = ", ".join(self.values[:_SHOWN])
        more = len(self.values) - _SHOWN
        return f"{self.operator} {self.key} {shown}{f' and {more} more' if more > 0 else ''}"[:_LONGEST_SHOWN]


_SHOWN = 3  # values of a condition that a message repeats
_LONGEST_SHOWN = 160  # characters of a condition that a message repeats


_GLOBAL_KEYS = """
    AssumedRoot CalledVia CalledViaAWSMCP CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime
    Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc EpochTime FederatedProvider IsMcpServiceAction
    MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn PrincipalIsAWSService PrincipalOrgID
    PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalType Referer RequestedRegion
    ResourceAccount ResourceOrgID ResourceOrgPaths SecureTransport SignInSessionArn SourceAccount SourceArn
    SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceOwner SourceVpc SourceVpcArn SourceVpce TagKeys
    TokenIssueTime UserAgent UserId Username ViaAWSMCPService ViaAWSService VpceAccount VpceOrgID VpceOrgPaths
    VpcSourceIp
"""
GLOBAL_KEYS = tuple(f"aws:{name}" for name in _GLOBAL_KEYS.split())
"""Source: IAM user guide, "AWS global condition context keys"; those with a tag's name after them apart."""

_LISTS = frozenset(
    f"aws:{name}"
    for name in (
        *("calledvia", "principalorgpaths", "principalservicenameslist", "resourceorgpaths", "sourceorgpaths"),
        *("tagkeys", "vpceorgpaths"),
    )
)
"""
The global keys of which a request has a list; without `ForAnyValue` or `ForAllValues` a comparison does not work.

Source: IAM user guide, "AWS global condition context keys", value type; "IAM Access Analyzer policy check reference",
Error - Missing qualifier.
"""

_TAG_KEYS = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
_GLOBAL_NAMES = frozenset(key.lower() for key in GLOBAL_KEYS)


def is_known_key(key: str) -> bool:
    """Tell whether *key* is one that AWS has, as far as it is global: a service's own are not judged."""
    name = key.lower()
    return not name.startswith("aws:") or name in _GLOBAL_NAMES or name.startswith(_TAG_KEYS)


def read_conditions(value: object, path: str, notes: Notes) -> tuple[Condition, ...]:
    """
    Return the conditions of a `Condition` element; mistakes go to *notes*.

    A condition of which a value is not known yet is left out, and its path kept.

    Source: IAM user guide, "IAM JSON policy elements: Condition".
    """
    if notes.is_unknown(value, path):
        return ()
    if not isinstance(value, Mapping):
        notes.add(path, "policy-condition", "must be an object", value)
        return ()
    conditions = tuple(
        condition for written, keys in value.items() for condition in _read_operator_block(written, keys, path, notes)
    )
    if len(conditions) > 1 and len({(str(condition.operator), condition.name) for condition in conditions}) < len(
        conditions
    ):
        requirement = "must not have a key twice under one operator, in whatever case"
        notes.miss(path, "policy-condition", requirement, "write all values into one list")
    return conditions


def _read_operator_block(written: object, keys: object, parent: str, notes: Notes) -> Iterator[Condition]:
    path = member(parent, written)
    operator = read_operator(written) if isinstance(written, str) else None
    if operator is None:
        near = notes.nearest(written, OPERATORS)
        fix = f"write {near!r}" if near else ""
        notes.add(path, "policy-condition", "must be an operator that IAM knows", written, fix)
        return
    if written != str(operator):
        notes.warn(path, "policy-condition-spelling", f"should be spelt {str(operator)!r}", written)
    if notes.is_unknown(keys, path):
        return
    if not isinstance(keys, Mapping):
        notes.add(path, "policy-condition", "must be an object of keys and values", keys)
        return
    for key, value in keys.items():
        if not isinstance(key, str) or ":" not in key:
            notes.add(path, "policy-condition", "must be a key with its prefix, as aws:PrincipalOrgID", key)
            continue
        if not is_known_key(key):
            requirement = "should be a key that AWS sets: no request has another"
            near = notes.nearest(key, GLOBAL_KEYS)
            notes.warn(path, "policy-condition-key", requirement, key, f"write {near!r}" if near else "")
        if key.lower() in _LISTS and not operator.quantifier and operator.base != "Null":
            requirement = "should be compared by ForAnyValue or ForAllValues: a request has a list of it"
            fix = "" if operator.is_negated else f"write 'ForAnyValue:{operator}'"
            notes.warn(path, "policy-condition-quantifier", requirement, key, fix)
        known_before = len(notes.unknown)
        values = tuple(_read_values(value, path, notes))
        if len(notes.unknown) == known_before:
            yield Condition(operator, key, values)


def _read_values(value: object, path: str, notes: Notes) -> Iterator[str]:
    if is_list(value) and not value:
        notes.miss(path, "policy-condition", "must not compare with an empty list", "name a value")
    for _, entry in entries_at(value, path):
        if notes.is_unknown(entry, path):
            continue
        if isinstance(entry, bool):
            yield str(entry).lower()
        elif isinstance(entry, str):
            yield entry
        elif isinstance(entry, (int, float)) and abs(entry) < _LARGEST_NUMBER:
            yield str(int(entry) if entry == int(entry) else entry)
        else:
            notes.add(path, "policy-condition", "must compare with texts, numbers or booleans", entry)
