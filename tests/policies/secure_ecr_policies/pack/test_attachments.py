import pytest
from secure_ecr_policies.pack.attachments import find_bare, is_given
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.values import UNKNOWN

ROLE = ("urn:role",)


def resource(name, dependencies=None, **props):
    return Resource("t", f"urn:{name}", name, props, dependencies=dependencies or {})


@pytest.mark.parametrize(
    ("value", "dependencies", "expected"),
    [
        pytest.param("text", {}, True, id="text"),
        pytest.param(False, {}, True, id="false"),
        pytest.param(None, {}, False, id="absent"),
        pytest.param("", {}, False, id="empty"),
        pytest.param([], {}, False, id="nothing-in-it"),
        pytest.param(UNKNOWN, {"policy": ROLE}, True, id="made-of-a-resource"),
        pytest.param(UNKNOWN, {}, False, id="made-by-aws"),
        pytest.param(UNKNOWN, {"tags": ROLE}, False, id="beside-another-that-is-made-of-one"),
        pytest.param([UNKNOWN], {}, True, id="known-to-have-one"),
    ],
)
def test_tells_what_a_program_gives_from_what_aws_adds(value, dependencies, expected):
    assert is_given(resource("key", dependencies, policy=value), "policy") is expected


def test_finds_what_has_no_attachment():
    one, other = resource("one", id="1", region="eu-west-1"), resource("other", id="2", region="eu-west-1")
    of_one, adrift = resource("of-one", keyId="1"), resource("adrift", keyId=UNKNOWN)
    elsewhere = resource("elsewhere", keyId=UNKNOWN, region="us-east-1")

    def bare(*attachments):
        return [*find_bare([one, other], attachments, "keyId")]

    assert bare() == [(one, None), (other, None)]
    assert bare(of_one) == [(other, None)]
    assert bare(of_one, adrift) == [(other, adrift)]
    assert bare(adrift) == [(one, None), (other, None)]
    assert bare(of_one, elsewhere) == [(other, None)]
    assert bare(of_one, resource("of-other", {"keyId": (other.urn,)}, keyId=UNKNOWN)) == []
