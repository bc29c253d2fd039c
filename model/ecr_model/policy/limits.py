"""
Whether a condition limits who may come.

`StringEquals aws:PrincipalOrgID o-…` does; the same with a negated operator, with `IfExists`, with
`ForAllValues:` or with a wildcard for its value does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from ecr_model.names import REGISTRY_ID
from ecr_model.policy.conditions import Condition

_LONGEST_SHOWN = 80  # characters of a value that a reason repeats

Limit = Literal[
    "principal",
    "account",
    "organization-path",
    "organization",
    "service",
    "any-service",
    "source",
    "endpoint",
    "vpc",
    "address",
]
"""What a condition can hold a caller to."""

LIMITING_KEYS: dict[str, Limit] = {
    "aws:principalarn": "principal",
    "aws:userid": "principal",
    "aws:principalaccount": "account",
    "kms:calleraccount": "account",
    "aws:principalorgpaths": "organization-path",
    "aws:principalorgid": "organization",
    "aws:principalservicename": "service",
    "aws:principalservicenameslist": "service",
    "aws:principalisawsservice": "any-service",
    "aws:sourcearn": "source",
    "aws:sourceaccount": "source",
    "aws:sourceorgpaths": "source",
    "aws:sourceorgid": "source",
    "aws:sourcevpce": "endpoint",
    "aws:vpceaccount": "endpoint",
    "aws:vpceorgpaths": "endpoint",
    "aws:vpceorgid": "endpoint",
    "aws:sourcevpc": "vpc",
    "aws:sourcevpcarn": "vpc",
    "aws:sourceip": "address",
}
"""
The keys whose values only some callers have, of those with one limit the narrower first. Tags, user names and
private addresses are not among them: everybody may choose those in an account of his own. Whose an endpoint is says
nothing of the account of a caller who comes through it.

Source: IAM user guide, "AWS global condition context keys"; S3 user guide, 'The meaning of "public"'.
"""

RESOURCE_ACCOUNT = "${aws:ResourceAccount}"
RESOURCE_ORGANIZATION = "${aws:ResourceOrgID}"
_OWN = frozenset({RESOURCE_ACCOUNT.lower(), RESOURCE_ORGANIZATION.lower()})

_IDENTITY_OPERATORS = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})

_LITERAL = frozenset({"StringEquals", "StringEqualsIgnoreCase"})
"""Where a `*` in a value stands for itself, which no id and no ARN has in it."""

_OTHER_OPERATORS: dict[Limit, frozenset[str]] = {
    "address": frozenset({"IpAddress"}),
    "any-service": frozenset({"Bool"}),
}

_SHORTEST_PREFIX = {4: 8, 6: 32}
"""
Bits that an address range needs to count as one by IP version: wider ones hold a good part of everybody.

Source: S3 user guide, 'The meaning of "public"': ranges broader than /8 for IPv4 and /32 for IPv6 are public.
"""

_ARN_ELEMENTS = 6


def present_keys(conditions: Collection[Condition]) -> frozenset[str]:
    """
    Return the keys, in lower case, without which no request passes, by `Null` conditions that say so.

    Source: IAM user guide, "Condition operator to check existence of condition keys".
    """
    return frozenset(
        condition.name
        for condition in conditions
        if condition.operator.base == "Null" and {value.lower() for value in condition.values} == {"false"}
    )


def weakness(condition: Condition, present: Collection[str] = ()) -> str:
    """
    Return why *condition* leaves open who may come, "" when it limits that.

    Args:
        condition: One condition of an Allow statement.
        present: Keys, in lower case, that the request must have by another condition of the statement.

    Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys";
    "AWS global condition context keys", which calls wildcards in these keys a risk without a use.
    """
    limit = LIMITING_KEYS.get(condition.name)
    operator = condition.operator
    if limit is None:
        return "does not say who"
    if operator.is_negated:
        return "is negated: it holds for everyone else"
    if operator.base not in operators_of(limit):
        return "compares no identities"
    if operator.if_exists and condition.name not in present:
        return "holds also for a request without the key (IfExists)"
    if operator.quantifier == "ForAllValues" and condition.name not in present:
        return "holds also for a request without the key (ForAllValues)"
    if not condition.values:
        return "has no value"
    loose = next((value for value in condition.values if not _is_fixed(limit, condition.name, value)), None)
    return "" if loose is None else f"has the value {loose[:_LONGEST_SHOWN]!r}, which names no one"


def selected(condition: Condition) -> tuple[str, ...] | None:
    """
    Return the values that name all whom a Deny with *condition* is about, None when it is about others too.

    Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
    """
    operator = condition.operator
    holds_without_key = operator.if_exists or operator.quantifier == "ForAllValues"
    return None if operator.is_negated or holds_without_key else _names_of(condition, operator.base)


def spared(condition: Condition) -> tuple[str, ...]:
    """
    Return the values that name those whom a Deny with *condition* leaves alone, none when it leaves nobody.

    Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
    """
    operator = condition.operator
    if LIMITING_KEYS.get(condition.name) == "any-service" and operator.base == "Bool":
        return ("true",) if _is_flag(condition, "false") else ()
    if not operator.is_negated or operator.quantifier == "ForAnyValue":
        return ()
    return _names_of(condition, operator.base.replace("Not", "")) or ()


def _names_of(condition: Condition, comparison: str) -> tuple[str, ...] | None:
    """Return the values that somebody can have, None when they name nobody who comes."""
    limit = LIMITING_KEYS.get(condition.name)
    if limit is None or comparison not in operators_of(limit):
        return None
    if limit == "any-service":
        return condition.values if _is_flag(condition, "true") else None
    if comparison in _LITERAL:
        return tuple(value for value in condition.values if "*" not in value and "?" not in value)
    return condition.values


def _is_flag(condition: Condition, value: str) -> bool:
    return {written.lower() for written in condition.values} == {value}


def operators_of(limit: Limit) -> frozenset[str]:
    """Return the comparisons by which a condition can hold a caller to a *limit*."""
    return _OTHER_OPERATORS.get(limit, _IDENTITY_OPERATORS)


_OWNERS = ("aws:sourceaccount", "aws:sourceorgid", "aws:vpceaccount", "aws:vpceorgid")


def _is_fixed(limit: Limit, key: str, value: str) -> bool:
    """Tell whether only some callers can have *value* for the key; a wildcard may stand where it does no harm."""
    if value.lower() in _OWN:
        return limit in ("account", "organization") or key in _OWNERS
    if limit == "address":
        return _is_narrow(value)
    if limit == "any-service":
        return value.lower() == "true"
    if value.startswith("arn:"):
        return _is_fixed_arn(value, may_span_regions=limit == "source")
    if key in ("aws:principalarn", "aws:sourcearn", "aws:sourcevpcarn"):
        return False
    if key.endswith("orgpaths"):
        return is_literal(value.partition("/")[0])
    if key == "aws:userid":
        # The id before the colon is given by AWS once; the name of the session after it is the caller's choice.
        return is_literal(value.partition(":")[0])
    return is_literal(value)


def is_literal(value: str) -> bool:
    """Tell whether *value* stands for itself alone: no wildcard, no policy variable, not nothing."""
    return bool(value) and not any(sign in value for sign in ("*", "?", "${"))


def _is_fixed_arn(arn: str, *, may_span_regions: bool) -> bool:
    """Tell whether *arn* pins the account; a wildcard before it could swallow it, save in place of the Region."""
    elements = arn.split(":", _ARN_ELEMENTS - 1)
    if len(elements) < _ARN_ELEMENTS:
        return False
    _, partition, service, region, account, resource = elements
    if not account:
        return is_literal(arn)  # an S3 bucket's: the name is the owner's alone
    return (
        REGISTRY_ID.is_match(account)
        and is_literal(partition)
        and is_literal(service)
        and "${" not in resource
        and (may_span_regions or ("*" not in region and "?" not in region))
    )


def _is_narrow(value: str) -> bool:
    """Tell whether *value* is one address, or a range narrow enough to mean somebody."""
    address, slash, bits = value.partition("/")
    if not is_literal(address):
        return False
    shortest = _SHORTEST_PREFIX[6 if ":" in address else 4]
    return not slash or (re.fullmatch(r"[0-9]{1,3}", bits) is not None and int(bits) >= shortest)
