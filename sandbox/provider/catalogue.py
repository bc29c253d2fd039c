"""Write TYPES.md, the table for people: `python -m sandbox.provider.catalogue`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sandbox.provider.functions import FUNCTIONS
from sandbox.provider.resource import Property, ResourceType
from sandbox.provider.table import TABLE

FILE: Final = Path(__file__).with_name("TYPES.md")
_HEAD: Final = """\
# What the stand-in knows

Written by `python -m sandbox.provider.catalogue` from `table/` and `functions.py`; do not edit it. The tests in
`tests/sandbox/provider` hold the stand-in to these facts through the engine.

How to read the tables: *kept* means that what AWS has stays when the program does not set it, *not set* that it is then
taken away in AWS too; a change that **replaces** needs another resource. What is *lacking* here, only the official
plugin can do: a value other than the default is refused with an error that says so.
A type with `region` is made in the provider's Region when the program does not say, another Region replaces it, and an
import id may end with `@region`. A type with `tags` has `tagsAll` too: the provider's default tags and its own.
"""


def catalogue() -> str:
    """Return the text of TYPES.md."""
    functions = [f"- `{token}`" for token in FUNCTIONS]
    sections = ["\n".join(_section(entry)) for _, entry in sorted(TABLE.items())]
    return "\n".join([_HEAD, *sections, "## Functions\n", *functions, ""])


def _section(entry: ResourceType) -> Iterator[str]:
    yield f"## {entry.type_name}\n"
    yield f"- id: {_identifier(entry)}; `pulumi import` takes {entry.import_id}"
    if name := entry.autoname:
        prefix = f", begins with `{name.prefix}`" if name.prefix else ""
        yield f"- `{name.property}` is made up when absent: at most {name.longest} characters{prefix}"
    yield f"- a replacement {_order(entry)}"
    if entry.lasts:
        yield "- always there: it is reset, never gone"
    if entry.outputs:
        yield f"- outputs that AWS decides: {', '.join(f'`{name}`' for name in entry.outputs)}"
    yield f"- sources: {'; '.join(entry.sources)}\n"
    yield "| input | kind | when absent | a change |"
    yield "| --- | --- | --- | --- |"
    yield from _rows(entry, entry.properties, "", replaces=False)
    yield ""


def _identifier(entry: ResourceType) -> str:
    names = (f"`{name}`" for name in entry.identifier)
    return entry.separator.join(names) if entry.identifier else "decided by AWS"


def _order(entry: ResourceType) -> str:
    if entry.delete_first:
        return "deletes first"
    if entry.autoname and entry.autoname.guards:
        return f"creates first, unless the program sets `{entry.autoname.property}`"
    return "creates first"


def _rows(entry: ResourceType, rules: Mapping[str, Property], path: str, *, replaces: bool) -> Iterator[str]:
    for name, rule in rules.items():
        each = replaces or rule.replaces
        change = _change(entry, rule, replaces=each)
        yield f"| `{path}{name}` | {_kind(rule)} | {_absent(entry, path + name, rule)} | {change} |"
        members = "" if rule.kind == "object" else "[]"
        yield from _rows(entry, rule.fields or {}, f"{path}{name}{members}.", replaces=each)


def _change(entry: ResourceType, rule: Property, *, replaces: bool) -> str:
    if rule.lacking:
        return "*lacking*"
    if replaces or entry.update is None:
        return "**replaces**"
    return "in place; to set it or to take it away **replaces**" if rule.switches else "in place"


def _kind(rule: Property) -> str:
    limits = f", {rule.between[0]} to {rule.between[1]}" if rule.between else ""
    values = f": {', '.join(f'`{value}`' for value in rule.values)}" if rule.values else ""
    return f"{rule.kind}{limits}{values}"


def _absent(entry: ResourceType, path: str, rule: Property) -> str:
    if path == "region":
        return "the provider's"
    if path == "tagsAll":
        return "computed"
    if entry.autoname and path == entry.autoname.property:
        return "made up"
    if rule.required:
        return "refused"
    if rule.default is not None:
        return f"`{str(rule.default).lower() if isinstance(rule.default, bool) else rule.default}`"
    return "*kept*" if rule.kept else "not set"


if __name__ == "__main__":
    FILE.write_text(catalogue(), encoding="utf-8")
