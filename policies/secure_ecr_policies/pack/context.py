"""
What exists outside the stack that is judged, as a configuration says it once: the setting `context`.

    {"registry_scanning": [{"scan_type": "ENHANCED", "rules": [{"scan_frequency": "CONTINUOUS_SCAN",
                            "repository_filters": [{"filter": "*", "filter_type": "WILDCARD"}]}]}],
     "creation_templates": [{"prefix": "ROOT", "applied_for": ["REPLICATION"]}],
     "replication_grants": [{"source_account_id": "111122223333", "repository_prefixes": ["payments/"]}],
     "vpc_endpoints": [{"vpc_id": "vpc-0a1b2c3d", "services": ["ecr.api", "ecr.dkr", "s3"]}]}

Every entry may have `account_id` and `region`; without them it holds for all of them. What a template or an endpoint
of another stack is made of is judged there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ecr_model.filters import REPLICATION_FILTER, TEMPLATE_PREFIX
from ecr_model.findings import Finding, errors, join
from ecr_model.names import check_registry_id
from ecr_model.partitions import check_region
from ecr_model.scanning import check_scanning
from ecr_model.shapes import Text, check_choice, check_keys, check_list, entries
from ecr_model.templates import APPLIED_FOR

from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings

_RULE = "context"
_MOST = 1000  # entries of a list: more than a registry has of anything that is listed here
_VPC = Text(_RULE, "must be the id of a VPC, as vpc-0a1b2c3d", r"vpc-[0-9a-f]{8,17}", 12, 21)
_SERVICE = Text(_RULE, "must be a service, as ecr.api", r"[a-z0-9.-]+", 1, 64)

_Check = Callable[[object, str], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class _Section:
    """One list of the context: the keys of its entries, besides where they hold."""

    required: Mapping[str, _Check]
    optional: Mapping[str, _Check]


def _is_judged_whole(_value: object, _field: str) -> tuple[Finding, ...]:
    return ()


def _list_of(check: _Check) -> _Check:
    def check_entries(value: object, field: str) -> Iterator[Finding]:
        yield from check_list(value, field, _RULE, shortest=1, longest=_MOST)
        for index, entry in enumerate(entries(value)):
            yield from check(entry, join(field, f"[{index}]"))

    return check_entries


_PLACE: Mapping[str, _Check] = {"account_id": check_registry_id, "region": check_region}
_SCANNING = "registry_scanning"
_SECTIONS: Mapping[str, _Section] = {
    _SCANNING: _Section({"scan_type": _is_judged_whole}, {"rules": _is_judged_whole}),
    "creation_templates": _Section(
        {
            "prefix": TEMPLATE_PREFIX.check,
            "applied_for": _list_of(lambda value, field: check_choice(value, APPLIED_FOR, field, _RULE)),
        },
        {},
    ),
    "replication_grants": _Section(
        {"source_account_id": check_registry_id},
        {"repository_prefixes": _list_of(REPLICATION_FILTER.check)},
    ),
    "vpc_endpoints": _Section({"vpc_id": _VPC.check, "services": _list_of(_SERVICE.check)}, {}),
}


def check_context(value: object, field: str = "context") -> Iterator[Finding]:
    """Yield why *value* does not say what exists outside a stack."""
    yield from check_keys(value, field, _RULE, optional=tuple(_SECTIONS))
    if not isinstance(value, Mapping):
        return
    for name, section in _SECTIONS.items():
        if value.get(name) is not None:
            path = join(field, name)
            yield from check_list(value[name], path, _RULE, longest=_MOST)
            for index, entry in enumerate(entries(value[name])):
                yield from _check_entry(entry, section, join(path, f"[{index}]"))
                if name == _SCANNING and isinstance(entry, Mapping):
                    yield from check_scanning(_without(entry, _PLACE), join(path, f"[{index}]"))


def _check_entry(entry: object, section: _Section, field: str) -> Iterator[Finding]:
    optional = {**section.optional, **_PLACE}
    yield from check_keys(entry, field, _RULE, required=tuple(section.required), optional=tuple(optional))
    if isinstance(entry, Mapping):
        for name, check in {**section.required, **optional}.items():
            if entry.get(name) is not None:
                # a Region that is newer than the model is a warning, and no reason to ignore the context
                yield from errors(check(entry[name], join(field, name)))


CONTEXT = Setting(
    "object",
    "What other stacks have: registry_scanning, creation_templates, replication_grants and vpc_endpoints, each a "
    "list; what neither the stack nor the context has is judged as not existing.",
    grammar=check_context,
)
"""The setting of every control that joins resources with what may be in another stack."""

ADVICE = "if another stack has it, say so in `context`"
"""What a finding adds when something is missing in the stack and in the context."""


def context_at(settings: Settings, section: str, resource: Resource) -> tuple[Mapping[str, object], ...]:
    """
    Return the entries of a *section* of the context that hold where *resource* is, without their place.

    Where the account or the Region of the resource is not known, an entry that names one holds.
    """
    listed = (settings.mapping("context") or {}).get(section)
    mine = {"account_id": resource.account_id, "region": resource.region}
    return tuple(
        _without(entry, _PLACE)
        for entry in entries(listed)
        if isinstance(entry, Mapping)
        and all(not isinstance(mine[key], str) or entry.get(key) in (None, mine[key]) for key in _PLACE)
    )


def _without(entry: Mapping[str, object], keys: Collection[str]) -> dict[str, object]:
    return {key: value for key, value in entry.items() if key not in keys}
