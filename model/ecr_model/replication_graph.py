"""What a registry copies where, for people: a table and a Mermaid graph of the same copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ecr_model.replication import Destination, ReplicationConfiguration

_EVERY_REPOSITORY = "every repository"
_HEADER = ("repositories beginning with", "from", "to", "deletions")


class _Copy(NamedTuple):
    """What one rule copies to one registry."""

    to: Destination
    prefixes: tuple[str, ...]
    is_deleting: bool


def render_table(configuration: ReplicationConfiguration, source: Destination) -> str:
    """
    Return a Markdown table of what *source* copies where, aligned so that a terminal shows it as one.

    Returns:
        One line for each prefix and destination, sorted by destination; the heading alone without any rule.
    """
    rows = [
        (f"`{prefix}`" if prefix else _EVERY_REPOSITORY, str(source), str(copy.to), _deletions(copy))
        for copy in _copies(configuration)
        for prefix in copy.prefixes or ("",)
    ]
    widths = [max(map(len, column)) for column in zip(_HEADER, *rows, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(row, widths) for row in (_HEADER, rule, *rows))


def render_mermaid(configuration: ReplicationConfiguration, source: Destination) -> str:
    """
    Return a Mermaid flowchart of what *source* copies where.

    Its nodes are registries, one frame for each account; its edges are labelled with the beginnings of the
    names of the repositories that are copied.

    Source: Mermaid, "Flowcharts - Basic Syntax": text in quotes may hold any character, ids are kept to letters,
    digits and `_`.
    """
    copies = list(_copies(configuration))
    registries = sorted({source, *(copy.to for copy in copies)}, key=attrgetter("registry_id", "region"))
    lines = ["flowchart LR"]
    for account_id, members in groupby(registries, key=attrgetter("registry_id")):
        lines.append(f'    subgraph a{account_id}["account {account_id}"]')
        lines += [f'        {_node(registry)}["{registry.region}"]' for registry in members]
        lines.append("    end")
    lines += [f'    {_node(source)} -->|"{_label(copy)}"| {_node(copy.to)}' for copy in copies]
    return "\n".join(lines)


def _copies(configuration: ReplicationConfiguration) -> Iterator[_Copy]:
    yield from sorted(
        _Copy(destination, rule.prefixes, rule.is_deleting)
        for rule in configuration.rules
        for destination in rule.destinations
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"


def _deletions(copy: _Copy) -> str:
    return "follow" if copy.is_deleting else "do not follow"


def _label(copy: _Copy) -> str:
    lines = [*(copy.prefixes or (_EVERY_REPOSITORY,)), *(("and deletions",) if copy.is_deleting else ())]
    return "<br/>".join(lines)


def _node(registry: Destination) -> str:
    return f"r{registry.registry_id}_{registry.region.replace('-', '_')}"
