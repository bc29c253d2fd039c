"""
Compare the JSON documents that properties hold: the same meaning in another spelling is no difference.

Source: Terraform AWS provider, `structure.NormalizeJsonString` (state), `verify.SuppressEquivalentPolicyDiffs` with
hashicorp/awspolicyequivalence (IAM-like policies) and `equivalentLifecyclePolicyJSON` (ECR lifecycle policies).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_ACCOUNT_ROOT: Final = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root")
_SETS: Final = frozenset({"Action", "NotAction", "Resource", "NotResource"})


def normalize(document: Any) -> str:
    """
    Return *document*, an object or JSON text, as text with sorted keys and no spaces.

    Raises:
        ValueError: The text is no JSON.
    """
    value = json.loads(document) if isinstance(document, str) else document
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def same_json(one: str, other: str) -> bool:
    """Return whether two documents say the same: the order of keys and the space between them do not count."""
    return _same(one, other, lambda document: document)


def same_policy(one: str, other: str) -> bool:
    """Return whether two policies say the same: order, a list of one, and an account's short form do not count."""
    return _same(one, other, _policy)


def same_lifecycle(one: str, other: str) -> bool:
    """Return whether two lifecycle policies say the same: the order of rules and of their lists does not count."""
    return _same(one, other, _lifecycle)


def _same(one: str, other: str, canonical: Callable[[Any], Any]) -> bool:
    if one == other:
        return True
    try:
        return normalize(canonical(json.loads(one))) == normalize(canonical(json.loads(other)))
    except (ValueError, TypeError, AttributeError):  # not the document it should be: equal only letter by letter
        return False


def _policy(document: Mapping[str, Any]) -> dict[str, Any]:
    statements = document.get("Statement", [])
    if isinstance(statements, Mapping):
        statements = [statements]
    return dict(document) | {"Statement": sorted((_statement(each) for each in statements), key=normalize)}


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(statement)
    for name, value in statement.items():
        if name == "Effect":
            result[name] = value.lower()
        elif name in _SETS:
            result[name] = _set(value)
        elif name in {"Principal", "NotPrincipal"}:
            result[name] = _principal(value)
        elif name == "Condition":
            result[name] = {
                operator: {key: _set(operand) for key, operand in operands.items()}
                for operator, operands in value.items()
            }
    return result


def _principal(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {kind: sorted({_account(each) for each in _set(names)}) for kind, names in value.items() if names}
    return value


def _account(name: str) -> str:
    root = _ACCOUNT_ROOT.fullmatch(name)
    return root[1] if root else name


def _set(value: Any) -> list[Any]:
    return sorted(set(value)) if isinstance(value, list) else [value]


def _lifecycle(document: Mapping[str, Any]) -> dict[str, Any]:
    rules = [dict(rule) | {"selection": _selection(rule["selection"])} for rule in document["rules"]]
    return dict(document) | {"rules": sorted(rules, key=lambda rule: rule["rulePriority"])}


def _selection(selection: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in selection.items() if value != []}
    return {name: sorted(value) if isinstance(value, list) else value for name, value in given.items()}
