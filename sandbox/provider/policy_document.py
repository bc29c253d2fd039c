"""
Write an IAM policy document from typed statements, letter by letter as the official plugin writes it.

Source: Terraform AWS provider, `internal/service/iam/policy_document_data_source.go` and `policy_model.go`: lists are
sorted backwards, a list of one is its element, members come in the order below.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.provider.errors import ProviderError
from sandbox.provider.resource import State

_LATEST: Final = "2012-10-17"
_MEMBERS: Final = (
    ("sid", "Sid"),
    ("effect", "Effect"),
    ("actions", "Action"),
    ("notActions", "NotAction"),
    ("resources", "Resource"),
    ("notResources", "NotResource"),
    ("principals", "Principal"),
    ("notPrincipals", "NotPrincipal"),
    ("conditions", "Condition"),
)


def policy_document(arguments: Mapping[str, Any]) -> tuple[str, str]:
    """
    Return the document that *arguments* of getPolicyDocument describe, indented and minified.

    Raises:
        ProviderError: Two statements of the sources, or of the arguments, have one Sid.
    """
    sources = [json.loads(text) for text in arguments.get("sourcePolicyDocuments", [])]
    own = [_statement(given) for given in arguments.get("statements", [])]
    _require_unique("sourcePolicyDocuments", [each for source in sources for each in _statements(source)])
    _require_unique("statements", own)
    document: State = {}
    _merge_all(document, sources)
    header = {"Version": arguments.get("version", _LATEST), "Id": arguments.get("policyId")}
    _merge_all(document, [header | {"Statement": own}])
    _merge_all(document, [json.loads(text) for text in arguments.get("overridePolicyDocuments", [])])
    ordered = {name: document[name] for name in ("Version", "Id", "Statement") if document.get(name)}
    return json.dumps(ordered, indent=2), json.dumps(ordered, separators=(",", ":"))


def _merge_all(document: State, others: Iterable[Mapping[str, Any]]) -> None:
    """Add each of *others* to *document*: its Id, its version when newer, its statements; a Sid replaces its equal."""
    for other in others:
        document["Id"] = other.get("Id") or document.get("Id")
        document["Version"] = max(other.get("Version") or "", document.get("Version") or "")
        merged = document.setdefault("Statement", [])
        for statement in _statements(other):
            sids = [each.get("Sid") for each in merged]
            if statement.get("Sid") and statement["Sid"] in sids:
                merged[sids.index(statement["Sid"])] = statement
            else:
                merged.append(statement)


def _statements(document: Mapping[str, Any]) -> list[State]:
    found = document.get("Statement", [])
    return list(found) if isinstance(found, list) else [found]


def _require_unique(field: str, statements: Iterable[Mapping[str, Any]]) -> None:
    seen = set()
    for statement in statements:
        sid = statement.get("Sid")
        if sid in seen:
            raise ProviderError(f"{field}: must have each Sid once, got {sid!r} twice; rename one of them")
        if sid:
            seen.add(sid)


def _statement(given: Mapping[str, Any]) -> State:
    values = {"effect": "Allow", **given}
    statement: State = {}
    for name, member in _MEMBERS:
        value = values.get(name)
        if not value:
            continue
        if name in {"sid", "effect"}:
            statement[member] = value
        elif name.endswith("rincipals"):
            statement[member] = _principals(value)
        elif name == "conditions":
            statement[member] = _conditions(value)
        else:
            variables = name.endswith("esources")
            statement[member] = _one_or_backwards([_variables(each) if variables else each for each in value])
    return statement


def _principals(given: Iterable[Mapping[str, Any]]) -> Any:
    principals: dict[str, list[str]] = {}
    for each in given:
        principals.setdefault(each["type"], []).extend(sorted(map(_variables, each["identifiers"]), reverse=True))
    if principals == {"*": ["*"]}:
        return "*"
    return {kind: _one(names) for kind, names in sorted(principals.items())}


def _conditions(given: Iterable[Mapping[str, Any]]) -> State:
    conditions: dict[str, dict[str, list[str]]] = {}
    for each in given:
        values = conditions.setdefault(each["test"], {}).setdefault(each["variable"], [])
        values.extend(map(_variables, each["values"]))
    return {
        test: {variable: _one(values) for variable, values in sorted(variables.items())}
        for test, variables in sorted(conditions.items())
    }


def _one_or_backwards(values: list[str]) -> Any:
    return _one(sorted(set(values), reverse=True))


def _one(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values


def _variables(text: str) -> str:
    """Return *text* with IAM's variables, which a program writes `&{…}` to keep them from its own language."""
    return text.replace("&{", "${")
