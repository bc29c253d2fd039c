"""The reader on shapes of its own; a component's tests show it on real arguments."""

# No postponed annotations: the reader evaluates them in the module of the TypedDict.
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NotRequired, TypedDict

import pulumi
import pytest
from ecr_model.findings import Finding
from hypothesis import given
from hypothesis import strategies as st
from secure_ecr.arguments import at, judged, one_of, read

KNOWN = "must be known at preview"
KNOWN_FIX = "write the value itself, it is judged before anything is registered"


def check_even(value: object, field: str) -> tuple[Finding, ...]:
    if value == 42:
        return (Finding(field, "even", "should not be the answer", severity="warning"),)
    return () if isinstance(value, int) and value % 2 == 0 else (Finding(field, "even", "must be even", str(value)),)


def check_document(value: object, field: str) -> tuple[Finding, ...]:
    return () if value else (Finding(field, "document", "must not be empty"),)


class Leaf(TypedDict):
    size: int
    note: NotRequired[str]


@one_of("left", "right")
class Side(TypedDict):
    left: NotRequired[str]
    right: NotRequired[str]


@judged(even=check_even, document=check_document, even_input=check_even)
class Tree(TypedDict):
    name: str
    flag: NotRequired[bool]
    even: NotRequired[int]
    even_input: NotRequired[pulumi.Input[int]]
    arn: NotRequired[pulumi.Input[str]]
    leaf: NotRequired[Leaf]
    leaves: NotRequired[list[Leaf]]
    words: NotRequired[list[str]]
    arns: NotRequired[list[pulumi.Input[str]]]
    by_name: NotRequired[dict[str, Leaf]]
    document: NotRequired[dict[str, Any]]
    side: NotRequired[Side]


def an_output() -> pulumi.Output[str]:
    return pulumi.Output.from_input("later")


async def a_coroutine() -> str:
    return "later"


def finding(field, requirement, got=None, fix="", rule="arguments"):
    return Finding(field, rule, requirement, got, fix)


def test_returns_what_is_there_in_one_form():
    value = MappingProxyType(
        {
            "name": "oak",
            "flag": None,
            "even": 2.0,
            "leaf": MappingProxyType({"size": 3.0}),
            "leaves": ({"size": 1},),
            "by_name": {"a/b": {"size": 7, "note": None}},
            "document": {"any": (1.0, {"x": None})},
        }
    )

    tree, findings = read(Tree, value)

    assert findings == ()
    assert tree == {
        "name": "oak",
        "even": 2,
        "leaf": {"size": 3},
        "leaves": [{"size": 1}],
        "by_name": {"a/b": {"size": 7}},
        "document": {"any": [1.0, {"x": None}]},
    }
    assert [type(number) for number in (tree["even"], tree["leaf"]["size"])] == [int, int]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({}, (finding("t.name", "must be given"),), id="missing"),
        pytest.param({"name": None}, (finding("t.name", "must be given"),), id="none-is-missing"),
        pytest.param("oak", (finding("t", "must be an object", "'oak'"),), id="no-object"),
        pytest.param(
            {"nam": "oak", "name": "oak"},
            (finding("t.nam", "must be a known key", "'nam'", "write 'name'"),),
            id="unknown",
        ),
        pytest.param(
            {"name": "oak", "leaf": {"size": "3", "colour": 1}},
            (
                finding("t.leaf.colour", "must be a known key", "'colour'", "use 'size' or 'note'"),
                finding("t.leaf.size", "must be a whole number", "'3'", "remove the quotes"),
            ),
            id="inside-an-object",
        ),
        pytest.param(
            {"name": "oak", "leaves": [{"size": 1}, {"size": True}, 7]},
            (
                finding("t.leaves[1].size", "must be a whole number", "true"),
                finding("t.leaves[2]", "must be an object", "7"),
            ),
            id="inside-a-list",
        ),
        pytest.param(
            {"name": "oak", "by_name": {"team/api": {"size": 0.5}, 7: {"size": 1}}},
            (
                finding('t.by_name["team/api"].size', "must be a whole number", "0.5"),
                finding("t.by_name", "must have texts as keys", "7", "put it in quotes"),
            ),
            id="inside-a-map",
        ),
        pytest.param({"name": "oak", "words": "abc"}, (finding("t.words", "must be a list", "'abc'"),), id="no-list"),
        pytest.param(
            {"name": "oak", "words": ["a", 12, None]},
            (
                finding("t.words[1]", "must be a text", "12", "put it in quotes"),
                finding("t.words[2]", "must be a text", "null"),
            ),
            id="words",
        ),
        pytest.param(
            {"name": "\ud800", "words": ["a\udfff"], "document": {"any": ["\ud800"]}},
            (
                finding("t.name", "must be a text of whole characters", r"'\ud800'"),
                finding("t.words[0]", "must be a text of whole characters", r"'a\udfff'"),
                finding("t.document.any[0]", "must be a text of whole characters", r"'\ud800'"),
            ),
            id="halves-of-characters",
        ),
        pytest.param({"name": "oak", "even": 3}, (finding("t.even", "must be even", "3", rule="even"),), id="judged"),
        pytest.param(
            {"name": "oak", "even": "2"},
            (finding("t.even", "must be a whole number", "'2'", "remove the quotes"),),
            id="judged-once-the-type-is-right",
        ),
        pytest.param(
            {"name": "oak", "document": {}},
            (finding("t.document", "must not be empty", rule="document"),),
            id="judged-document",
        ),
        pytest.param(
            {"name": "oak", "side": {}},
            (finding("t.side", "must have one of 'left' or 'right'", "none"),),
            id="no-alternative",
        ),
        pytest.param(
            {"name": "oak", "side": {"left": "a", "right": 3}},
            (
                finding("t.side", "must have one of 'left' or 'right'", "left and right"),
                finding("t.side.right", "must be a text", "3", "put it in quotes"),
            ),
            id="two-alternatives",
        ),
    ],
)
def test_finds_everything_that_is_wrong(value, expected):
    assert read(Tree, value, "t")[1] == expected


@pytest.mark.parametrize("later", [an_output, a_coroutine], ids=["output", "awaitable"])
def test_accepts_a_later_value_where_the_type_does_and_nowhere_else(later):
    values = [later() for _ in range(8)]
    record = {
        "name": values[0],
        "arn": values[1],
        "arns": ["arn:x", values[2]],
        "even": values[3],
        "even_input": values[4],
        "leaf": values[5],
        "words": values[6],
        "document": {"deep": [{"er": values[7]}]},
    }

    tree, findings = read(Tree, record)

    assert findings == tuple(
        finding(field, KNOWN, "an Output", KNOWN_FIX)
        for field in ("name", "even", "leaf", "words", "document.deep[0].er")
    )
    assert tree == {"arn": values[1], "arns": ["arn:x", values[2]], "even_input": values[4], "leaf": {}}
    for value in values:
        if not isinstance(value, pulumi.Output):
            value.close()


def test_leaves_out_what_is_wrong_and_keeps_the_rest():
    value = {"name": 7, "even": 4, "leaf": {"size": "x", "note": "n"}, "words": ["a", 1], "by_name": {"a": 1}}

    assert read(Tree, value)[0] == {"even": 4, "leaf": {"note": "n"}, "by_name": {"a": {}}}


def test_keeps_what_has_only_a_warning():
    tree, findings = read(Tree, {"name": "oak", "even": 42})

    assert tree == {"name": "oak", "even": 42}
    assert findings == (Finding("even", "even", "should not be the answer", severity="warning"),)


def test_finds_the_same_twice():
    """Judgements are remembered; only clean ones may be, or the second mistake would pass."""
    wrong = {"name": "oak", "document": {}}

    assert read(Tree, wrong)[1] == read(Tree, wrong)[1] != ()


def test_ends_with_a_document_that_contains_itself():
    loop: dict[str, Any] = {}
    loop.update({"a": loop, "b": [loop] * 10})

    assert read(Tree, {"name": "oak", "document": loop})[1] == (
        finding("document", "must be nested at most 32 levels deep", "a dict"),
    )


def test_reads_a_document_of_as_many_levels_as_there_may_be():
    document: object = 1
    for _ in range(33):
        document = {"a": document}

    assert read(Tree, {"name": "oak", "document": document})[1] == ()
    assert [found.field for found in read(Tree, {"name": "oak", "document": {"a": document}})[1]] == ["document"]


def test_remembers_so_many_judgements_and_no_more(monkeypatch):
    remembered: set[object] = set()
    monkeypatch.setattr("secure_ecr.arguments._CLEAN", remembered)
    monkeypatch.setattr("secure_ecr.arguments._MOST_REMEMBERED", 2)

    for even in (2, 4, 6, 8):
        assert read(Tree, {"name": "oak", "even": even})[1] == ()

    assert len(remembered) == 2


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("team", "tags.team"),
        ("team-a", "tags.team-a"),
        ("team/api", 'tags["team/api"]'),
        ("", 'tags[""]'),
        (7, 'tags["7"]'),
        ('a"b', 'tags["a\\"b"]'),
        ("x" * 100, f"tags.{'x' * 80}"),
    ],
    ids=["word", "hyphen", "slash", "empty", "number", "quote", "long"],
)
def test_writes_paths_that_a_person_can_follow(key, path):
    assert at("tags", key) == path


def test_refuses_types_that_the_schema_for_other_languages_cannot_have():
    class Strange(TypedDict):
        either: int | str

    with pytest.raises(TypeError, match="has no unions"):
        read(Strange, {"either": 1})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*Tree.__annotations__, *Leaf.__annotations__]) | st.text(max_size=4), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_never_raises_and_returns_a_tree_when_it_finds_nothing(value):
    tree, findings = read(Tree, value, "t")

    assert isinstance(tree, Mapping)
    assert all(found.field == "t" or found.field.startswith(("t.", "t[")) for found in findings)
    if not findings:
        assert isinstance(tree["name"], str)
        assert read(Tree, tree, "t") == (tree, ())
