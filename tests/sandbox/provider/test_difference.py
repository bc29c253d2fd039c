from __future__ import annotations

import pytest

from sandbox.provider.difference import DEFAULTS, Difference, deletes_first, differences
from sandbox.provider.resource import Autoname, Property, ResourceType
from sandbox.provider.wire import UNKNOWN


def entry(autoname=None, *, delete_first=False, **inputs):
    def never(*_):
        raise AssertionError

    return ResourceType(
        type_name="aws:x/y:Y",
        service="x",
        inputs=inputs,
        create=never,
        read=never,
        delete=never,
        import_id="",
        autoname=autoname,
        delete_first=delete_first,
        sources=(),
    )


PAIR = {"filter": Property(), "type": Property(kept=True)}


@pytest.mark.parametrize(
    ("rule", "old", "new", "expected"),
    [
        pytest.param(Property(), "a", "a", [], id="equal"),
        pytest.param(Property(), "a", "b", [("p", "update")], id="changed"),
        pytest.param(Property(), None, "a", [("p", "add")], id="added"),
        pytest.param(Property(), "a", None, [("p", "delete")], id="removed"),
        pytest.param(Property(kept=True), "a", None, [], id="kept-when-not-set"),
        pytest.param(Property(kept=True), "a", "b", [("p", "update")], id="kept-but-set"),
        pytest.param(Property(default="a"), "a", None, [], id="absent-is-the-default"),
        pytest.param(Property(kind="boolean"), None, False, [], id="false-is-not-set"),
        pytest.param(Property(kind="list"), None, [], [], id="empty-is-not-set"),
        pytest.param(Property(kind="map"), {}, None, [], id="empty-is-absent"),
        pytest.param(Property(), "a", UNKNOWN, [("p", "update")], id="unknown"),
        pytest.param(Property(), None, UNKNOWN, [("p", "add")], id="unknown-added"),
        pytest.param(Property(same=lambda one, other: one.lower() == other.lower()), "A", "a", [], id="the-same"),
        pytest.param(
            Property(kind="map"),
            {"a": "1", "b": "2", "d.e": "3"},
            {"a": "1", "b": "3", "c": "4", DEFAULTS: []},
            [("p.b", "update"), ("p.c", "add"), ('p["d.e"]', "delete")],
            id="map",
        ),
        pytest.param(
            Property(kind="list"), ["a", "b"], ["b", "a"], [("p[0]", "update"), ("p[1]", "update")], id="list"
        ),
        pytest.param(Property(kind="list"), ["a", "b"], ["a"], [("p[1]", "delete")], id="shorter-list"),
        pytest.param(Property(kind="set"), ["a", "b"], ["b", "a"], [], id="set"),
        pytest.param(
            Property(kind="set"), ["a", "b"], ["b", "c"], [("p[0]", "delete"), ("p[1]", "add")], id="other-set"
        ),
        pytest.param(Property(kind="set"), ["a"], [UNKNOWN], [("p[0]", "update")], id="set-of-unknown"),
        pytest.param(
            Property(kind="list", fields=PAIR),
            [{"filter": "a", "type": "T"}],
            [{"filter": "b", DEFAULTS: []}],
            [("p[0].filter", "update")],
            id="list-of-objects",
        ),
        pytest.param(
            Property(kind="set", fields={"filter": Property(), "in": Property(kind="set", fields=PAIR)}),
            [{"filter": "a", "in": [{"filter": "x"}, {"filter": "y"}]}],
            [{"filter": "a", "in": [{"filter": "y", DEFAULTS: []}, {"filter": "x"}], DEFAULTS: []}],
            [],
            id="set-of-sets",
        ),
        pytest.param(
            Property(kind="set", fields={"in": Property(kind="object", fields={"map": Property(kind="map")})}),
            [{"in": {"map": {"a": "1"}}}],
            [{"in": {"map": {"a": "1", DEFAULTS: []}, DEFAULTS: []}, DEFAULTS: []}],
            [],
            id="set-of-objects-with-objects",
        ),
        pytest.param(
            Property(kind="object", fields=PAIR),
            {"filter": "a"},
            {"filter": "b"},
            [("p.filter", "update")],
            id="object",
        ),
    ],
)
def test_finds_what_changed(rule, old, new, expected):
    before = {} if old is None else {"p": old}
    after = {} if new is None else {"p": new}

    assert differences(entry(p=rule), before, after) == [Difference(*each) for each in expected]


def test_what_replaces_replaces_from_within():
    rule = Property(kind="list", replaces=True, fields={"key": Property()})

    assert differences(entry(p=rule), {"p": [{"key": "a"}]}, {"p": [{"key": "b"}]}) == [
        Difference("p[0].key", "update", replaces=True)
    ]


@pytest.mark.parametrize(
    ("old", "new", "replaces"),
    [
        pytest.param("a", "b", False, id="another-value"),
        pytest.param(None, "b", True, id="set"),
        pytest.param("a", None, True, id="taken-away"),
        pytest.param(None, UNKNOWN, True, id="set-to-what-is-not-known-yet"),
    ],
)
def test_a_switch_replaces_when_it_is_set_or_taken_away(old, new, replaces):
    before = {} if old is None else {"p": old}
    after = {} if new is None else {"p": new}

    [found] = differences(entry(p=Property(switches=True)), before, after)
    assert found.replaces is replaces


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        pytest.param("tags", ["name"], id="property"),
        pytest.param("tags.a", ['tags["b.c"]', "name"], id="key"),
        pytest.param('tags["b.c"]', ["tags.a", "name"], id="quoted-key"),
        pytest.param("tags.*", ["name"], id="wildcard"),
        pytest.param("tag", ["tags.a", 'tags["b.c"]', "name"], id="another-property"),
    ],
)
def test_leaves_out_what_the_program_ignores(ignored, left):
    type_ = entry(tags=Property(kind="map"), name=Property())
    old = {"tags": {"a": "1", "b.c": "2"}, "name": "old"}
    new = {"tags": {"a": "2", "b.c": "3"}, "name": "new"}

    assert [each.path for each in differences(type_, old, new, [ignored])] == left


def test_ignoring_a_key_does_not_ignore_the_whole():
    assert [each.path for each in differences(entry(p=Property()), {"p": "a"}, {"p": "b"}, ["p.key"])] == ["p"]


@pytest.mark.parametrize(
    ("autoname", "delete_first", "new", "expected"),
    [
        pytest.param(None, False, {}, False, id="nameless"),
        pytest.param(None, True, {}, True, id="always"),
        pytest.param(Autoname(), False, {"name": "mine", DEFAULTS: []}, True, id="named-by-the-program"),
        pytest.param(Autoname(), False, {"name": "mine-1234567", DEFAULTS: ["name"]}, False, id="named-by-the-plugin"),
        pytest.param(Autoname(), False, {"namePrefix": "mine", DEFAULTS: []}, False, id="prefixed"),
        pytest.param(Autoname(), False, {"name": "mine"}, False, id="without-marks"),
        pytest.param(Autoname(guards=False), False, {"name": "mine", DEFAULTS: []}, False, id="name-guards-nothing"),
    ],
)
def test_deletes_before_it_creates_what_cannot_be_there_twice(autoname, delete_first, new, expected):
    assert deletes_first(entry(autoname, delete_first=delete_first), new) is expected
