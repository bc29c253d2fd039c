from datetime import date

import pytest
from secure_ecr_policies.pack.exemptions import Exemption, check_exemption, read_exemptions
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.values import UNKNOWN

ENTRY = {
    "control": "ecr-access-public",
    "resource": "legacy",
    "owner": "payments",
    "reason": "a partner pulls",
    "ticket": "PAY-7",
    "expires": "2027-01-31",
}
EXEMPTION = Exemption(**(ENTRY | {"expires": date(2027, 1, 31)}))
URN = "urn:pulumi:prod::shop::aws:ecr/repository:Repository::legacy"


def resource(props=None, name="legacy", type_=REPOSITORY):
    return Resource(type_, f"urn:pulumi:prod::shop::{type_}::{name}", name, props or {})


def test_reads_what_is_well_formed_and_for_this_control():
    entries = [ENTRY, ENTRY | {"control": "ecr-repository-name"}, ENTRY | {"expires": "soon"}]

    assert read_exemptions(entries, "ecr-access-public") == (EXEMPTION,)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, [], id="well-formed"),
        pytest.param({"resource": "*a*b*c*"}, [], id="four-wildcards"),
        pytest.param({"owner": "x" * 1000}, [], id="longest"),
        pytest.param({"owner": None}, ["owner: must be given"], id="null"),
        pytest.param({"owner": 7}, ["owner: must be a text of 1 to 1000 characters, got 7"], id="number"),
        pytest.param({"ticket": ""}, ["ticket: must be a text of 1 to 1000 characters, got ''"], id="empty"),
        pytest.param({"expire": "x"}, ["expire: must be a known key, got 'expire'; write 'expires'"], id="unknown-key"),
        pytest.param(
            {"control": "ecr-acces-public"},
            ["control: must be a control of the pack, got 'ecr-acces-public'; write 'ecr-access-public'"],
            id="misspelt-control",
        ),
        pytest.param(
            {"expires": "2027-02-30"}, ["expires: must be a day, as 2027-01-31, got '2027-02-30'"], id="no-day"
        ),
        pytest.param(
            {"expires": "20270131"}, ["expires: must be a day, as 2027-01-31, got '20270131'"], id="no-hyphens"
        ),
        pytest.param({"expires": "2027-W04"}, ["expires: must be a day, as 2027-01-31, got '2027-W04'"], id="week"),
        pytest.param(
            {"resource": "*"},
            ["resource: must not be everything, got '*'; name the resource, its repository or its URN"],
            id="everything",
        ),
        pytest.param(
            {"resource": "a*b*c*d*e*"}, ["resource: must have at most 4 '*', got 'a*b*c*d*e*'"], id="wildcards"
        ),
    ],
)
def test_names_what_is_wrong(change, expected):
    assert [str(finding) for finding in check_exemption(ENTRY | change, "", ["ecr-access-public"])] == expected


def test_what_is_no_object_is_no_exemption():
    assert [str(finding) for finding in check_exemption("x", "exemptions[0]", [])] == [
        "exemptions[0]: must be an object, got 'x'"
    ]


@pytest.mark.parametrize(
    ("pattern", "resource", "is_covered"),
    [
        pytest.param("legacy", resource(), True, id="logical-name"),
        pytest.param("payments/*", resource({"name": "payments/api"}), True, id="name-of-the-repository"),
        pytest.param(
            "payments/api",
            resource({"repository": "payments/api"}, type_=LIFECYCLE_POLICY),
            True,
            id="repository-of-a-policy",
        ),
        pytest.param(URN, resource(), True, id="urn"),
        pytest.param("urn:pulumi:prod::*::legacy", resource(), True, id="urn-with-a-wildcard"),
        pytest.param("legacy", resource(name="legacy-2"), False, id="longer-name"),
        pytest.param("legacy", resource({"name": UNKNOWN}, name="x"), False, id="unknown-name"),
    ],
)
def test_covers_its_resource(pattern, resource, is_covered):
    exemption = read_exemptions([ENTRY | {"resource": pattern}], "ecr-access-public")[0]

    assert exemption.covers(resource) is is_covered


def test_holds_until_the_end_of_its_last_day():
    assert EXEMPTION.is_over(date(2027, 1, 31)) is False
    assert EXEMPTION.is_over(date(2027, 2, 1)) is True


def test_reads_as_a_sentence():
    assert str(EXEMPTION) == "payments, PAY-7, until 2027-01-31: a partner pulls"
