import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy
from secure_ecr_policies.pack.decoding import _SENTINELS, decode, secret_properties
from secure_ecr_policies.pack.values import UNKNOWN

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": ["b", 1.5, True, None]}, {"a": ["b", 1.5, True, None]}, id="plain"),
        pytest.param({"countNumber": 3.0}, {"countNumber": 3}, id="the-wire-has-no-integers"),
        pytest.param(["a", SENTINEL], ["a", UNKNOWN], id="unknown-entry"),
        pytest.param({"a": {SIGNATURE: SECRET, "value": "s"}}, {"a": "s"}, id="secret"),
        pytest.param({"a": {SIGNATURE: SECRET, "value": SENTINEL}}, {"a": UNKNOWN}, id="unknown-secret"),
        pytest.param({"a": {SIGNATURE: OUTPUT, "value": [1.0]}}, {"a": [1]}, id="output"),
        pytest.param({"a": {SIGNATURE: OUTPUT}}, {"a": UNKNOWN}, id="output-without-a-value"),
        pytest.param({"a": {SIGNATURE: SECRET}}, {"a": UNKNOWN}, id="secret-without-a-value"),
        pytest.param({"a": {"__defaults": ["b"], "b": "c"}}, {"a": {"b": "c"}}, id="notes-of-the-bridge"),
    ],
)
def test_reads_the_wire(value, expected):
    assert decode(value) == expected


@pytest.mark.parametrize("sentinel", sorted(_SENTINELS))
def test_every_kind_of_unknown_value_is_unknown(sentinel):
    assert decode({"a": sentinel}) == {"a": UNKNOWN}


TEXTS = st.text(max_size=5)
SCALARS = st.none() | st.booleans() | TEXTS | st.floats(allow_nan=False, allow_infinity=False) | st.just(SENTINEL)
TREES = st.recursive(SCALARS, lambda child: st.lists(child) | st.dictionaries(TEXTS, child), max_leaves=8)


@settings(deadline=None)
@given(st.dictionaries(TEXTS, TREES, max_size=3))
def test_the_sdk_proxies_say_the_same_as_the_wire(tree):
    message = struct_pb2.Struct()
    message.update(tree)
    wire = json_format.MessageToDict(message)

    assert decode(unknown_checking_proxy(deserialize_properties(wire))) == decode(wire)


def test_finds_the_properties_that_hold_a_secret():
    secret = {SIGNATURE: SECRET, "value": "s"}
    wire = {"name": "x", "policy": secret, "tags": {"team": ["x", secret]}, "filters": [{"filter": "x"}]}

    assert secret_properties(wire) == {"policy", "tags"}
