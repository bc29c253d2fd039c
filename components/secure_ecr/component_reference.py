"""
Write the reference of the components: `python -m secure_ecr.component_reference > docs/reference/components.md`.

Everything in it comes from the components and their types: a sentence is the text below its key in the source, and
what a value must be is what the reader says of a wrong one.
"""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, get_args, is_typeddict

from secure_ecr.arguments import hints, read, unwrap
from secure_ecr.plugin import COMPONENTS, NAME, args_type
from secure_ecr.reference import say, sentences

_INTRODUCTION = """\
# The components

<!-- Generated from the docstrings of the components and of their arguments; `make docs` writes it anew. -->

Each is a class of `secure_ecr` that takes a name and a dict, and a type of the plugin for other languages, which spells
every key in camelCase: `repository_name` is `repositoryName` in YAML and TypeScript.

An argument that is not *required* may be absent or null, which is the same. Everything that is wrong with a declaration
is refused before anything is registered, in one error with a line for each mistake; *must* says what the line asks
for, where one rule judges the value. A value that may be *an output* can come from another resource; every other
one is judged at preview, so it has to be known there. `object` without a link is a dict whose keys are your own.
"""

_WRONG = {str: "?!", int: -1}
"""Of each type a value that no rule of ours accepts."""


def render() -> str:
    """Return the page: each component with its arguments and outputs, then the objects in the arguments."""
    parts = [_INTRODUCTION]
    for component in COMPONENTS:
        schema = args_type(component)
        rows = [f"| `{output}` | {text} |" for output, text in sentences(component).items()]
        parts += [
            f"## {component.__name__}\n",
            f"`{NAME}:index:{component.__name__}`\n",
            f"{inspect.getdoc(component)}\n",
            f"{inspect.getdoc(schema)}\n",
            _table("argument", schema),
            "\n".join(["| output | meaning |", "| --- | --- |", *rows, ""]),
        ]
    parts.append("## Objects in the arguments\n")
    for schema in _objects():
        parts += [f"### {schema.__name__}\n", f"{inspect.getdoc(schema)}\n", _table("key", schema)]
    return "\n".join(parts)


def _objects() -> Sequence[type]:
    """Return each `TypedDict` in the arguments of a component once, by name."""
    found: set[type] = set()
    for component in COMPONENTS:
        found.update(_inside(args_type(component)))
    return sorted(found, key=lambda schema: schema.__name__)


def _inside(schema: type) -> Iterator[type]:
    for hint in hints(schema).values():
        for inner in _records(hint):
            yield inner
            yield from _inside(inner)


def _records(hint: Any) -> Iterator[type]:
    plain, _ = unwrap(hint)
    if is_typeddict(plain):
        yield plain
    for argument in get_args(plain):
        yield from _records(argument)


def _table(title: str, schema: Any) -> str:
    texts = sentences(schema)
    rows = [
        f"| `{key}` | {_value(hint)}{', required' if key in schema.__required_keys__ else ''} "
        f"| {texts[key]}{_requirement(schema, key)} |"
        for key, hint in hints(schema).items()
    ]
    return "\n".join([f"| {title} | value | meaning |", "| --- | --- | --- |", *rows, ""])


def _value(hint: Any) -> str:
    plain, accepts_outputs = unwrap(hint)
    inner = get_args(plain)[-1:]
    is_late = accepts_outputs or any(unwrap(each)[1] for each in inner)
    return say(hint, lambda schema: f"[{schema.__name__}](#{schema.__name__.lower()})") + (
        ", or an output" if is_late else ""
    )


def _requirement(schema: Any, key: str) -> str:
    """Return what the reader asks of a text or a number as one more sentence, nothing where any will do."""
    plain, _ = unwrap(hints(schema)[key])
    if plain not in _WRONG:
        return ""
    _, findings = read(schema, {key: _WRONG[plain]})
    asked = [finding.requirement.removeprefix("must ") for finding in findings if finding.field == key]
    return re.sub(r"[<*_|]", r"\\\g<0>", " Must " + "; ".join(asked) + ".") if asked else ""


if __name__ == "__main__":
    sys.stdout.write(render())
