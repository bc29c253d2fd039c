"""All resources of a stack, and which of them a property refers to, for the controls that join them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecr_model.shapes import is_list

from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.values import UNKNOWN


@dataclass(frozen=True, slots=True)
class Reference:
    """
    What a property of a resource refers to.

    Attributes:
        targets: The resources of the stack among those asked about.
        outside: The values that name none of them: they are in another stack, or nowhere.
        is_unknown: Whether there is a value that nothing is known of, so that `targets` may not be all.
    """

    targets: tuple[Resource, ...] = ()
    outside: tuple[str, ...] = ()
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """
    What a stack control judges.

    Attributes:
        resources: Those of the types that the control names, with their outputs.
        record: What this run of the pack has seen so far.
    """

    resources: tuple[Resource, ...]
    record: Record

    def of(self, *types: str) -> tuple[Resource, ...]:
        """Return the resources of these types, in the stack's order."""
        return tuple(resource for resource in self.resources if resource.type in types)


def in_order(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """
    Return *resources* by URN, so that of several at fault every run names the same.

    The engine sends them in no order, not even that of their dependencies.

    Source: Pulumi, `pkg/resource/deploy/step_generator.go`, `AnalyzeResources`, which ranges over a map.
    """
    return tuple(sorted(resources, key=lambda resource: resource.urn))


def refer(resource: Resource, name: str, among: Iterable[Resource], keys: tuple[str, ...]) -> Reference:
    """
    Return what the property *name* of *resource* refers to.

    A value that is known says it: it equals one of the *keys* of a resource in the same account and Region,
    as far as both are known. For a value that is not known, and for a resource of which no key is, the engine says
    of which resources the value was made.

    Args:
        resource: The resource that refers.
        name: Its property, a text or a list of texts; an absent one refers to nothing.
        among: The resources that it may refer to.
        keys: Their properties that such a value may be, as `name` or `id`, `arn`.
    """
    value = resource.props.get(name)
    values = list(value) if is_list(value) else [] if value is None else [value]
    candidates = [candidate for candidate in among if is_same_place(resource, candidate)]
    known = {each for each in values if isinstance(each, str)}
    named = [each for each in candidates if any(each.props.get(key) in known for key in keys if _is_text(each, key))]
    found = {target.props[key] for target in named for key in keys if _is_text(target, key)}
    unmatched = [each for each in values if isinstance(each, str) and each not in found]
    unknown = sum(each is UNKNOWN for each in values)
    depended = [each for each in candidates if each.urn in resource.dependencies.get(name, ()) and each not in named]
    # a provider may leave the id out of the outputs, and then a dependency says whose it is
    nameless = [each for each in depended if not any(_is_text(each, key) for key in keys)]
    made_of = depended if unknown else nameless[: len(unmatched)]
    return Reference(
        targets=(*named, *made_of),
        outside=tuple(unmatched[max(0, len(nameless) - unknown) :]),
        is_unknown=unknown > len(made_of),
    )


def is_same_place(one: Resource, other: Resource) -> bool:
    """Tell whether two resources may be in one account and one Region: where either is unknown, they may."""
    return _agree(one.region, other.region) and _agree(one.account_id, other.account_id)


def group_by_place(resources: Iterable[Resource]) -> Iterator[tuple[Resource, ...]]:
    """Yield the resources that are surely in one account and Region together, in their order."""
    groups: dict[tuple[object, ...], list[Resource]] = {}
    for resource in resources:
        # without an account or a Region of its own, a resource is where its provider is
        home = tuple(sorted((key, repr(value)) for key, value in resource.provider.items()))
        region = resource.region or home
        # two Regions that nobody knows need not be one, nor need two that are none
        place = (resource.account_id or home, region if isinstance(region, (str, tuple)) else resource.urn)
        groups.setdefault(place, []).append(resource)
    yield from (tuple(group) for group in groups.values())


def _is_text(resource: Resource, key: str) -> bool:
    return isinstance(resource.props.get(key), str)  # two values that nobody knows are not the same


def _agree(one: object, other: object) -> bool:
    return not (isinstance(one, str) and isinstance(other, str)) or one == other
