from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.provider.wire import UNKNOWN, decode, encode, has_unknown

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWNS = {
    "string": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "boolean": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "array": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}

texts = st.text().filter(lambda text: text not in UNKNOWNS.values())
plain = st.one_of(texts, st.booleans(), st.integers(-(2**53), 2**53), st.just(UNKNOWN))
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=12)
properties = st.dictionaries(texts, values)


@given(properties)
def test_what_is_encoded_decodes_to_itself(given_properties):
    assert decode(encode(given_properties)).values == given_properties


@given(properties)
def test_secrets_decode_to_their_values_and_their_names(given_properties):
    decoded = decode(encode(given_properties, secrets=given_properties))

    assert decoded.values == given_properties
    assert decoded.secrets == set(given_properties)


def test_a_secret_deep_inside_makes_its_property_secret():
    wrapped = {SIGNATURE: SECRET, "value": "hidden"}
    decoded = decode(encode({"tags": {"team": [wrapped]}, "name": "plain"}))

    assert decoded.values == {"tags": {"team": ["hidden"]}, "name": "plain"}
    assert decoded.secrets == {"tags"}


@pytest.mark.parametrize("text", UNKNOWNS.values(), ids=UNKNOWNS)
def test_every_sentinel_is_the_unknown(text):
    assert decode(encode({"value": text, "list": [text]})).values == {"value": UNKNOWN, "list": [UNKNOWN]}


def test_the_unknown_travels_as_a_string_sentinel():
    assert encode({"value": UNKNOWN}).fields["value"].string_value == UNKNOWNS["string"]


def test_nothing_is_left_out_and_integral_numbers_are_integers():
    struct = encode({"none": None, "days": 7.0, "half": 0.5, "object": {"none": None}})

    assert decode(struct).values == {"days": 7, "half": 0.5, "object": {}}
    assert isinstance(decode(struct).values["days"], int)


def test_empty_collections_stay_collections():
    assert decode(encode({"list": [], "map": {}})).values == {"list": [], "map": {}}


def test_refuses_what_no_property_can_be():
    with pytest.raises(TypeError, match="a property value must be JSON-like, got object"):
        encode({"value": object()})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(UNKNOWN, True, id="itself"),
        pytest.param({"a": [{"b": UNKNOWN}]}, True, id="deep"),
        pytest.param({"a": ["b", None, 1]}, False, id="nowhere"),
    ],
)
def test_finds_an_unknown_at_any_depth(value, expected):
    assert has_unknown(value) is expected
