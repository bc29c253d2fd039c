"""The map of what the registries of a run copy where: its nodes, its edges, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ecr_model.findings import ModelError
from ecr_model.names import REGISTRY_ID
from ecr_model.replication import Destination, parse_replication
from secure_ecr_policies.pack.resource import Resource

from secure_ecr_ops.report.events import Events, Urn, plain

REPLICATION_CONFIGURATION = "aws:ecr/replicationConfiguration:ReplicationConfiguration"

_BOX = (216, 52)  # pixels of a node
_COLUMNS = (0, 576)  # where sources and where mere destinations begin; the labels of the edges are in between
_GAP = 28
_SHOWN = 2  # prefixes on an edge; the table has them all


class Node(NamedTuple):
    """A registry, and where its box is."""

    registry: Destination
    x: int
    y: int


class Edge(NamedTuple):
    """
    What one registry copies to another.

    Attributes:
        source: The registry that is pushed to.
        to: Where the copies are.
        prefixes: Beginnings of the names of what is copied; none is every repository.
        path: The curve, as SVG's `d`.
        label: The prefixes, shortened.
        x: Where the label ends.
        y: The label's line.
    """

    source: Destination
    to: Destination
    prefixes: tuple[str, ...]
    path: str
    label: str
    x: int
    y: int


class Map(NamedTuple):
    """Nodes and edges, and the size of the drawing; `unknown` names configurations that nobody can read yet."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    unknown: tuple[str, ...]


def draw_map(events: Events) -> Map:
    """Return the map of all replication configurations that remain after the run."""
    copies: dict[tuple[Destination, Destination], tuple[str, ...]] = {}
    unknown = []
    for urn, steps in events.steps.items():
        if Urn.parse(urn).type != REPLICATION_CONFIGURATION or not any(step.new for step in steps):
            continue
        state = events.latest(urn)
        try:
            configuration = parse_replication(_without_marks(state.inputs.get("replicationConfiguration")))
        except ModelError:
            unknown.append(Urn.parse(urn).name)
            continue
        source = _source(urn, events)
        for rule in configuration.rules:
            for to in rule.destinations:
                before = copies.get((source, to), rule.prefixes)
                copies[source, to] = tuple(sorted({*before, *rule.prefixes})) if before and rule.prefixes else ()
    return _laid_out(copies, tuple(unknown))


def _laid_out(copies: Mapping[tuple[Destination, Destination], tuple[str, ...]], unknown: tuple[str, ...]) -> Map:
    sources = sorted({source for source, _ in copies})
    others = sorted({to for _, to in copies} - set(sources))
    nodes = {node.registry: node for node in (*_column(sources, 0, others), *_column(others, 1, sources))}
    edges = []
    incoming: dict[Destination, int] = {}
    for (source, to), prefixes in sorted(copies.items()):
        nth = incoming[to] = incoming.get(to, -1) + 1
        edges.append(_edge(nodes[source], nodes[to], prefixes, nth))
    height = max((node.y for node in nodes.values()), default=0) + _BOX[1]
    return Map(tuple(nodes.values()), tuple(edges), _COLUMNS[1] + _BOX[0], height, unknown)


def _column(registries: Sequence[Destination], column: int, beside: Sequence[Destination]) -> Iterator[Node]:
    pitch = _BOX[1] + _GAP
    top = max(0, len(beside) - len(registries)) * pitch // 2  # the shorter column stands in the middle of the other
    for index, registry in enumerate(registries):
        yield Node(registry, _COLUMNS[column], top + index * pitch)


def _edge(source: Node, to: Node, prefixes: tuple[str, ...], nth: int) -> Edge:
    x1, y1 = source.x + _BOX[0], source.y + _BOX[1] // 2
    is_right = to.x > source.x
    x2, y2 = (to.x if is_right else to.x + _BOX[0]), to.y + _BOX[1] // 2
    bend = 140
    path = f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend if is_right else x2 + bend} {y2} {x2} {y2}"
    more = f" and {len(prefixes) - _SHOWN} more" if len(prefixes) > _SHOWN else ""
    label = ", ".join(prefixes[:_SHOWN]) + more if prefixes else "every repository"
    x = x2 - 14 if is_right else x2 + 2 * bend
    y = y2 + 18 + 16 * nth if y2 > y1 else y2 - 8 - 16 * nth  # on the side that the curve does not come from
    return Edge(source.registry, to.registry, prefixes, path, label, x, y)


def _source(urn: str, events: Events) -> Destination:
    """Return the registry that a configuration belongs to, with words for what the run does not say."""
    state = events.latest(urn)
    provider = events.latest(state.provider.rsplit("::", 1)[0]).inputs if state.provider else {}
    resource = Resource(REPLICATION_CONFIGURATION, urn, "", state.inputs, provider=provider)
    ids = (known.id for step in events.steps[urn] for known in (step.old, step.new) if known)
    account = next(filter(REGISTRY_ID.is_match, ids), resource.account_id)  # its id is the registry's
    region = next((each for each in (resource.region, events.configuration.get("aws:region")) if each), "its Region")
    return Destination(plain(str(region)), account or "this account")


def _without_marks(value: object) -> object:
    """Return *value* without the `__defaults` that providers put into every object."""
    if isinstance(value, dict):
        return {key: _without_marks(each) for key, each in value.items() if not key.startswith("__")}
    return [_without_marks(each) for each in value] if isinstance(value, list) else value
