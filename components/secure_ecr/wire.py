"""Keys of arguments as Pulumi writes them: `repository_name` of a `TypedDict` is `repositoryName` on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin, is_typeddict

from secure_ecr.arguments import hints, unwrap


def wire(schema: type, value: object) -> Any:
    """
    Return *value*, which has been read as *schema*, with the keys of every `TypedDict` in camelCase.

    The keys of other dicts are the user's own and stay as they are.
    """
    return _converter(schema, outward=True)(value)


def unwire(schema: type, value: object) -> Any:
    """Return *value*, which another language has passed as *schema*, with keys in snake_case; unknown ones stay."""
    return _converter(schema, outward=False)(value)


def keys(schema: Any) -> Iterator[str]:
    """Yield every key of a `TypedDict` and of those in it, as Python writes them."""
    plain, _ = unwrap(schema)
    if is_typeddict(plain):
        yield from hints(plain)
        for hint in hints(plain).values():
            yield from keys(hint)
    for argument in get_args(plain):
        yield from keys(argument)


@cache
def camel_case(name: str) -> str:
    """Return *name* in camelCase."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@cache
def _converter(hint: Any, *, outward: bool) -> Callable[[Any], Any]:
    """Return what rewrites the keys below *hint*: to camelCase, or back when it is not *outward*."""
    plain, _ = unwrap(hint)
    if is_typeddict(plain):
        pairs = [(key, camel_case(key)) for key in hints(plain)]
        spelt = dict(pairs if outward else [(camel, key) for key, camel in pairs])
        convert = {
            written: _converter(hints(plain)[key], outward=outward)
            for key, written in zip(hints(plain), spelt, strict=True)
        }
        return lambda record: _rewrite(record, spelt, convert)
    if get_origin(plain) in {list, dict}:
        entry = _converter(get_args(plain)[-1], outward=outward)
        return lambda entries: _rewrite_each(entries, entry)
    return lambda value: value


def _rewrite(record: Any, spelt: Mapping[str, str], convert: Mapping[str, Callable[[Any], Any]]) -> Any:
    if not isinstance(record, Mapping):
        return record
    return {spelt.get(key, key): convert[key](value) if key in convert else value for key, value in record.items()}


def _rewrite_each(entries: Any, convert: Callable[[Any], Any]) -> Any:
    if isinstance(entries, Mapping):
        return {key: convert(value) for key, value in entries.items()}
    return [convert(value) for value in entries] if isinstance(entries, list) else entries
