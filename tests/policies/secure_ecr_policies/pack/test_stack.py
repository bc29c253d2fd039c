import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.stack import Reference, group_by_place, refer
from secure_ecr_policies.pack.values import UNKNOWN


def resource(type_, name, props, provider=None, **dependencies):
    urn = f"urn:pulumi:dev::shop::{type_}::{name}"
    return Resource(type_, urn, name, props, provider=provider or {}, dependencies=dependencies)


API = resource(REPOSITORY, "api", {"name": "shop/api", "region": "eu-west-1"})
WEB = resource(REPOSITORY, "web", {"name": "shop/web", "region": "eu-west-1"})
FAR = resource(REPOSITORY, "far", {"name": "shop/api", "region": "us-east-1"})
NAMELESS = resource(REPOSITORY, "nameless", {"name": UNKNOWN, "region": "eu-west-1"})
ALL = (API, WEB, FAR, NAMELESS)


@pytest.mark.parametrize(
    ("value", "depends", "expected"),
    [
        pytest.param("shop/api", (), Reference((API,)), id="a name of the same Region"),
        pytest.param("shop/other", (), Reference(outside=("shop/other",)), id="a name outside the stack"),
        pytest.param(UNKNOWN, (NAMELESS.urn,), Reference((NAMELESS,)), id="unknown, made of a resource"),
        pytest.param(UNKNOWN, (FAR.urn,), Reference(is_unknown=True), id="unknown, made of one in another Region"),
        pytest.param(UNKNOWN, (), Reference(is_unknown=True), id="unknown, and nobody says of what"),
        pytest.param("shop/api", (WEB.urn,), Reference((API,)), id="a known value says more than a dependency"),
        pytest.param(
            ["shop/web", UNKNOWN, "shop/x"],
            (NAMELESS.urn,),
            Reference((WEB, NAMELESS), ("shop/x",)),
            id="a list of all kinds",
        ),
        pytest.param([UNKNOWN, UNKNOWN], (API.urn,), Reference((API,), is_unknown=True), id="one of two explained"),
        pytest.param("shop/new", (NAMELESS.urn,), Reference((NAMELESS,)), id="a value of a resource that has no name"),
        pytest.param(
            ["shop/api", "shop/new", "shop/x"],
            (API.urn, NAMELESS.urn),
            Reference((API, NAMELESS), ("shop/x",)),
            id="a list with one of a resource that has no name",
        ),
        pytest.param(None, (API.urn,), Reference(), id="absent"),
        pytest.param(7, (), Reference(), id="no text"),
    ],
)
def test_refers_by_value_and_by_what_an_unknown_value_is_made_of(value, depends, expected):
    policy = resource(
        LIFECYCLE_POLICY, "policy", {"repository": value, "region": "eu-west-1"}, repository=tuple(depends)
    )
    assert refer(policy, "repository", ALL, ("name",)) == expected


def test_refers_across_regions_where_one_is_not_known():
    policy = resource(LIFECYCLE_POLICY, "policy", {"repository": "shop/api"})
    assert refer(policy, "repository", ALL, ("name",)) == Reference((API, FAR))


def test_groups_what_is_surely_in_one_place():
    one, other = {"region": "eu-west-1"}, {"region": "us-east-1"}
    first, second = resource(REPOSITORY, "a", {}, one), resource(REPOSITORY, "b", {"region": "eu-west-1"}, one)
    third = resource(REPOSITORY, "c", {}, other)
    adrift = [resource(REPOSITORY, name, {"region": region}, one) for name, region in (("d", UNKNOWN), ("e", ["x"]))]
    again = resource(REPOSITORY, "f", {"region": UNKNOWN}, one)
    assert list(group_by_place([first, third, second, *adrift, again])) == [
        (first, second),
        (third,),
        *((each,) for each in adrift),
        (again,),
    ]
