"""Keys on their way to Pulumi and back."""

# No postponed annotations: the converter evaluates them in the module of the TypedDict.
from typing import Any, NotRequired, TypedDict

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secure_ecr.wire import camel_case, keys, unwire, wire


class Grant(TypedDict):
    account_id: NotRequired[str]


class Args(TypedDict):
    repository_name: str
    grants: NotRequired[list[Grant]]
    by_name: NotRequired[dict[str, Grant]]
    raw: NotRequired[list[dict[str, Any]]]
    kms_key_arn: NotRequired[pulumi.Input[str]]


PYTHON = {
    "repository_name": "team/api",
    "grants": [{"account_id": "1"}],
    "by_name": {"user_key": {"account_id": "2"}},
    "raw": [{"as_it_is": {"account_id": 3}}],
}
WIRE = {
    "repositoryName": "team/api",
    "grants": [{"accountId": "1"}],
    "byName": {"user_key": {"accountId": "2"}},
    "raw": [{"as_it_is": {"account_id": 3}}],
}


def test_writes_keys_of_typed_dicts_and_no_others_in_camel_case():
    assert wire(Args, PYTHON) == WIRE


def test_reads_them_back():
    assert unwire(Args, WIRE) == PYTHON


@pytest.mark.parametrize(
    "value",
    [None, "text", 7, ["list"], {"grants": "text"}, {"grants": [7]}, {"byName": 3}, {"unknownKey": {"accountId": "1"}}],
    ids=["none", "text", "number", "list", "no-grants", "no-grant", "no-map", "unknown"],
)
def test_leaves_what_it_cannot_read_to_the_reader(value):
    wrong = {"byName": "by_name"}
    expected = {wrong.get(key, key): inner for key, inner in value.items()} if isinstance(value, dict) else value

    assert unwire(Args, value) == expected


def test_leaves_outputs_alone():
    output = pulumi.Output.from_input("arn")

    assert wire(Args, {"kms_key_arn": output}) == {"kmsKeyArn": output}


def test_knows_every_key():
    assert sorted(set(keys(Args))) == ["account_id", "by_name", "grants", "kms_key_arn", "raw", "repository_name"]


names = st.lists(st.text("abcdefghij", min_size=1), min_size=1).map("_".join)


@given(names, names)
def test_gives_two_keys_two_names(one, other):
    assert (camel_case(one) == camel_case(other)) == (one == other)
