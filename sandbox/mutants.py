"""
Mutants: resources as programs have them, changed at random into what no program should have written.

The controls must judge whatever the engine sends, without an exception and without a delay. Tests and benchmarks both
draw their strange resources from here, and nothing of it is shipped. What they begin with are the resources that the
acceptance tests show to the engine: some pass every control, and some fail it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from secure_ecr_policies.pack.configuration import build_configurations, read_file
from secure_ecr_policies.pack.control import Control
from secure_ecr_policies.pack.decoding import DEFAULTS, decode
from secure_ecr_policies.pack.resource import STACK, Resource

from sandbox import layout

FOLDER = layout.ROOT / "tests" / "acceptance" / "controls"
"""Where those resources are, and a configuration with every kind of setting."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""How an unknown value and a secret are written on the wire."""

DEEPEST = 50
"""Levels of lists and objects on the wire: each takes two messages or three, and no more than a hundred are read."""

LONGEST = 20_000
"""Characters of a text that nobody should have written: about as many as the longest documents of AWS have."""

MANY = 30
"""Entries of a list, more than ECR takes of most things."""

LARGEST = 30_000
"""Characters of a whole tree, as JSON, as many as the longest document of AWS has: none grows further."""

WORDS = (
    *(
        "",
        " ",
        "*",
        "**",
        "?",
        "x",
        "0",
        "443",
        "true",
        "null",
        "{}",
        "[]",
        "{",
        '{"a":',
        '"\\ud800"',
        "\x00",
        "é",
        "🐳",
    ),
    *(
        "ROOT",
        "Allow",
        "Deny",
        "ecr:*",
        "kms:*",
        "s3:*",
        "IMMUTABLE",
        "KMS",
        "AES256",
        "ENHANCED",
        "MANUAL",
        "Interface",
    ),
    *(
        "123456789012",
        "210987654321",
        "o-a1b2c3d4e5",
        "eu-central-1",
        "cn-north-1",
        "xx-nowhere-9",
        "lambda.amazonaws.com",
    ),
    *(
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::*:root",
        "arn:aws:::::::",
        "arn:",
        "urn:pulumi:::",
        "0.0.0.0/0",
        "::/0",
    ),
    *("999.0.0.0/33", "2001:db8::/129", "payments/api", "v*", "*" * 60, "a?" * 60, "-1", "1e999", "9" * 400, UNKNOWN),
)
KEYS = (
    *("", " ", "a.b", "a[0]", "é", "x" * 300, "Statement", "Principal", "AWS", "Condition", "StringEquals", "rules"),
    *("NotPrincipal", "NotAction", "Resource", "ForAllValues:StringLike", "StringEqualsIfExists", "policy", "region"),
    *("repositoryFilters", "filter_type", "spec", "containers", "image", "ingress", "__defaults", "__proto__", "tags"),
)
NUMBERS = (0, -1, 1, 443, 65536, 2**53, -(2**63), 0.5, 1e300)

_LIKE_A_DEPLOYMENT = ("DaemonSet", "Job", "ReplicaSet", "ReplicationController", "StatefulSet")
"""Kinds of Kubernetes that have their containers where a Deployment has them."""

Tree = Any
"""Anything that JSON can say."""

Change = Callable[[Random, Tree], Tree]


@cache
def seeds() -> dict[str, list[dict[str, Tree]]]:
    """Return properties to begin with, by type: documents as objects below `$json`, unknown what they refer to."""
    found: dict[str, list[dict[str, Tree]]] = {STACK: [{}]}
    for name in ("passing_program", "passing_state", "failing_program", "failing_state"):
        for each in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"), object_hook=_unreferred):
            found.setdefault(each["type"], []).append(each["inputs"])
    return found


@cache
def seeds_of(type_: str) -> list[dict[str, Tree]]:
    """
    Return properties to begin a resource of *type_* with.

    Kubernetes has one kind under several versions, and as a patch.

    Raises:
        KeyError: No file has one like it.
    """
    if type_ in seeds():
        return seeds()[type_]
    kind = type_.rpartition(":")[2].removesuffix("Patch")
    same = "Deployment" if kind in _LIKE_A_DEPLOYMENT else kind
    by_kind = {each.rpartition(":")[2]: each for each in seeds() if each.startswith("kubernetes:")}
    return seeds()[by_kind[same]]


@cache
def configuration() -> dict[str, Mapping[str, object]]:
    """Return what some of them pass under, by control."""
    built = build_configurations(read_file(FOLDER / "source.json"), {})["passing"]
    return {name: block for name, block in built.items() if isinstance(block, Mapping)}


class Mutants:
    """
    Strange resources, stacks and configurations.

    Args:
        number: What they are drawn by: the same number draws the same.
    """

    def __init__(self, number: int) -> None:
        self.random = Random(number)  # noqa: S311 -- it must be foreseeable

    def resource(self, types: tuple[str, ...], index: int = 0) -> Resource:
        """Return a resource of one of *types*."""
        random = self.random
        type_ = random.choice(types)
        name = random.choice((f"r{index}", "legacy", random.choice(WORDS)))
        urn = f"urn:pulumi:dev::shop::{type_}::r{index}"
        strange = self.tree({**random.choice(seeds_of(type_)), "id": f"id-{index}"})
        properties = strange if isinstance(strange, dict) else {"policy": strange}
        others = [f"urn:pulumi:dev::shop::{each}::r{other}" for each in types for other in range(index)]
        return Resource(
            type_,
            urn,
            name,
            {key: decode(value) for key, value in properties.items()},
            protect=_one_in(2, random),
            ignore_changes=tuple(random.sample(("*", "policy", "forceDelete", "", "tags[0].x"), random.randrange(3))),
            provider={key: decode(value) for key, value in self._provider().items()},
            dependencies={key: (random.choice(others),) for key in properties if others and _one_in(3, random)},
        )

    def resources(self, types: tuple[str, ...]) -> tuple[Resource, ...]:
        """Return the resources of a stack, up to eight."""
        return tuple(self.resource(types, index) for index in range(self.random.randrange(9)))

    def settings(self, control: Control) -> Mapping[str, object]:
        """Return a configuration of *control*: none, a valid one, or a strange one."""
        valid = {key: value for key, value in configuration()[control.name].items() if key != "enforcementLevel"}
        strange = self.tree(valid) if _one_in(3, self.random) else valid
        return self.random.choice(({}, strange)) if isinstance(strange, dict) else {}

    def tree(self, valid: Tree) -> Tree:
        """Return a strange tree that begins as *valid*."""
        tree = _written(self.random, deepcopy(valid))
        for _ in range(self.random.randrange(6)):
            changed = _cut(_changed(self.random, tree), DEEPEST)
            tree = changed if len(json.dumps(changed)) <= LARGEST else tree
        return tree

    def _provider(self) -> dict[str, Tree]:
        role = json.dumps([{"roleArn": "arn:aws:iam::210987654321:role/deploy"}])
        valid = {"region": "eu-central-1", "allowedAccountIds": '["123456789012"]', "assumeRoles": role}
        provider = self.tree(valid | {"defaultTags": '{"tags": {"team": "payments"}}'})
        return provider if isinstance(provider, dict) and _one_in(2, self.random) else {}


def _one_in(number: int, random: Random) -> bool:
    return random.randrange(number) == 0


def _unreferred(value: dict[str, Tree]) -> Tree:
    return UNKNOWN if "$ref" in value else value


def _cut(tree: Tree, levels: int) -> Tree:
    if isinstance(tree, dict):
        return {key: _cut(child, levels - 1) for key, child in tree.items()} if levels else {}
    if isinstance(tree, list):
        return [_cut(child, levels - 1) for child in tree] if levels else []
    return tree


def _written(random: Random, tree: Tree) -> Tree:
    """Write each document as a text or as an object."""
    if isinstance(tree, dict):
        if "$json" in tree:
            return random.choice((json.dumps, deepcopy))(tree["$json"])
        return {key: _written(random, child) for key, child in tree.items()}
    return [_written(random, child) for child in tree] if isinstance(tree, list) else tree


def _changed(random: Random, tree: Tree) -> Tree:
    """Change one place in *tree*, at its top or anywhere below."""
    if isinstance(tree, dict) and tree and not _one_in(5, random):
        key = random.choice([*tree])
        if _one_in(3, random):
            return _rekeyed(random, tree, key)
        return tree | {key: _changed(random, tree[key])}
    if isinstance(tree, list) and tree and not _one_in(5, random):
        index = random.randrange(len(tree))
        return [*tree[:index], *_entries(random, tree[index]), *tree[index + 1 :]]
    document = _parsed(tree)
    if document is not None and not _one_in(3, random):
        return json.dumps(_changed(random, document))
    return random.choice(_CHANGES)(random, tree)


def _rekeyed(random: Random, tree: dict[str, Tree], key: str) -> dict[str, Tree]:
    """Drop the key, call it something else, or put one beside it."""
    others = {each: child for each, child in tree.items() if each != key}
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
    named = random.choice((snake, key.upper(), key.lower(), f"{key} ", random.choice(KEYS)))
    return random.choice(
        (
            others,
            others | {named: tree[key]},
            tree | {named: tree[key]},
            tree | {random.choice(KEYS): _anything(random, tree)},
            tree | {DEFAULTS: random.choice(([], [key], "x"))},
        )
    )


def _entries(random: Random, entry: Tree) -> list[Tree]:
    """Return what stands in place of an entry of a list."""
    return random.choice(
        ([], [entry, entry], [entry] * MANY, [_changed(random, entry)], [entry, _anything(random, entry)])
    )


def _anything(random: Random, _tree: Tree) -> Tree:
    return random.choice(
        (None, True, False, UNKNOWN, [], {}, random.choice(NUMBERS), random.choice(WORDS), [None], [[]])
    )


def _wrapped(random: Random, tree: Tree) -> Tree:
    return random.choice(([tree], {random.choice(KEYS): tree}, [tree, tree], SECRET | {"value": tree}))


def _nested(random: Random, tree: Tree) -> Tree:
    """Put *tree* far below the place where it stands."""
    key = random.choice((None, *KEYS))
    for _ in range(random.choice((5, DEEPEST))):
        tree = [tree] if key is None else {key: tree}
    return tree


def _texted(random: Random, tree: Tree) -> Tree:
    """Write what is an object as a text, or a text as another."""
    if not isinstance(tree, str):
        return json.dumps(tree)
    cut = random.randrange(len(tree) + 1)
    word = random.choice(WORDS)
    return random.choice((tree[:cut], tree[:cut] + word + tree[cut:], tree.upper(), tree * 30, word.join(tree[:200])))


def _long(random: Random, _tree: Tree) -> Tree:
    """Return a long text, some of them documents so deep that no parser gets to their end."""
    part = random.choice(("x", "*", "a*", "[", '{"a":', "/", ":", "é", "[],", "0.0.0.0/0,"))
    return part * (random.choice((100, 1000, LONGEST)) // len(part))


_CHANGES: tuple[Change, ...] = (_anything, _anything, _anything, _wrapped, _nested, _texted, _texted, _long)


def _parsed(tree: Tree) -> Tree:
    if not isinstance(tree, str):
        return None
    try:
        return json.loads(tree)
    except (ValueError, RecursionError):
        return None
