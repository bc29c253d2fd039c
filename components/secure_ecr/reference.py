"""
Write the reference of the estate's keys: `python -m secure_ecr.reference > stacks/README.md`.

Everything in it comes from the types: a key's sentence is the text below it in the source.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, get_args, get_origin, is_typeddict

from secure_ecr.arguments import hints, unwrap
from secure_ecr.estate import Estate

_INTRODUCTION = """\
# The stacks

One file for each stack. They differ in nothing but their configuration, which is one structured key:

```yaml
config:
  secure-ecr:estate:
    account_id: "123456789012"
    region: eu-central-1
    repositories:
      payments/api: {}
```

The whole declaration is read before anything is registered. A key that is not in these tables, a value of
another type, an account id without quotes: each is an error with its path, and all of them show at once.

The passphrase of the stack `local` is `secure-ecr-local`. It guards nothing and is published on purpose.

This page is generated: `python -m secure_ecr.reference > stacks/README.md`.
"""

_WORDS = {str: "text", bool: "true or false", int: "whole number"}


def render() -> str:
    """Return the page: one table for each kind of object, from the estate inwards."""
    sections = [_INTRODUCTION]
    for path, schema in _sections("estate", Estate, set()):
        rows = ["| key | value | |", "| --- | --- | --- |", *_rows(schema)]
        sections.append("\n".join([f"## `{path}`", "", str(inspect.getdoc(schema)), "", *rows, ""]))
    return "\n".join(sections)


def _sections(path: str, schema: type, seen: set[type]) -> Iterator[tuple[str, type]]:
    """Yield each `TypedDict` once, at the first place where it occurs."""
    seen.add(schema)
    yield path, schema
    for key, hint in hints(schema).items():
        step, inner = _inside(f"{path}.{key}", hint)
        if is_typeddict(inner) and inner not in seen:
            yield from _sections(step, inner, seen)


def _inside(path: str, hint: Any) -> tuple[str, Any]:
    plain, _ = unwrap(hint)
    if get_origin(plain) is list:
        return _inside(f"{path}[]", get_args(plain)[0])
    if get_origin(plain) is dict:
        return _inside(f"{path}.<name>", get_args(plain)[1])
    return path, plain


def _rows(schema: Any) -> Iterator[str]:
    texts = sentences(schema)
    for key, hint in hints(schema).items():
        needed = ", required" if key in schema.__required_keys__ else ""
        yield f"| `{key}` | {say(hint)}{needed} | {texts[key]} |"


def say(hint: Any, name: Callable[[Any], str] = lambda _: "object") -> str:
    """Return what a value of the type *hint* is, a `TypedDict` by its *name*."""
    plain, _ = unwrap(hint)
    if plain in _WORDS:
        return _WORDS[plain]
    if get_origin(plain) is list:
        return f"list of {say(get_args(plain)[0], name)}"
    if is_typeddict(plain):
        return name(plain)
    return "objects by name" if is_typeddict(_inside("", plain)[1]) else "object"


def sentences(described: type) -> dict[str, str]:
    """Return the text below each key of a `TypedDict`, or each output of a component, in its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(described)))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    return {
        key.target.id: " ".join(text.value.value.split())
        for key, text in pairwise(body)
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


if __name__ == "__main__":
    sys.stdout.write(render())
