"""Repositories of ECR Public."""

import base64

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.public import (
    MAX_LOGO_BYTES,
    Catalog,
    check_catalog,
    check_public_repository_name,
    parse_catalog,
    public_image_uri,
    render_catalog,
)

DOCUMENT = {
    "description": "A tool",
    "architectures": ["ARM 64", "x86-64"],
    "operatingSystems": ["Linux"],
    "logoImageBlob": base64.b64encode(b"image").decode(),
    "aboutText": "# About",
    "usageText": "# Usage",
}
PARSED = Catalog("A tool", "# About", "# Usage", "aW1hZ2U=", ("ARM 64", "x86-64"), ("Linux",))


@pytest.mark.parametrize("name", ["ab", "team/tool", "a.b_c-d/e", "x" * 205])
def test_accepts_names(name):
    assert check_public_repository_name(name) == ()


@pytest.mark.parametrize("name", ["a", "a--b", "a__b", "Team/tool", "a/", "x" * 206])
def test_refuses_names_that_a_private_registry_may_accept(name):
    assert [finding.rule for finding in check_public_repository_name(name)] == ["public-repository-name"]


def test_parses_the_document_of_the_api_and_renders_it_again():
    assert parse_catalog(DOCUMENT) == PARSED
    assert render_catalog(PARSED) == DOCUMENT


def test_an_empty_catalog_renders_nothing():
    assert render_catalog(parse_catalog({})) == {}


def test_accepts_the_largest_logo_and_no_larger():
    largest = base64.b64encode(bytes(MAX_LOGO_BYTES)).decode()

    assert check_catalog({"logo_image_blob": largest}) == ()
    larger = base64.b64encode(bytes(MAX_LOGO_BYTES + 2)).decode()
    assert [finding.requirement for finding in check_catalog({"logo_image_blob": larger})] == [
        "must be 1 to 682668 characters"
    ]


def test_finds_everything_that_is_wrong():
    value = {
        "description": "d" * 1025,
        "about_text": 7,
        "logo_image_blob": "<svg>",
        "architectures": ["arm", ""],
        "operating_systems": [f"s{number}" for number in range(51)],
    }

    with pytest.raises(ModelError) as caught:
        parse_catalog(value, "c")

    assert caught.value.findings == (
        Finding("c.description", "public-description", "must be at most 1024 characters", f"1025: '{'d' * 78}…"),
        Finding("c.about_text", "public-about-text", "must be a text", "7", "put it in quotes"),
        Finding(
            "c.logo_image_blob",
            "public-logo",
            "must be an image of at most 512,000 bytes in base64",
            "'<svg>'",
        ),
        Finding("c.architectures[1]", "public-architecture", "must be 1 to 50 characters", "0: ''"),
        Finding("c.operating_systems", "public-operating-system", "must have at most 50 entries", "51"),
    )


def test_labels_that_the_gallery_does_not_show_are_doubtful():
    assert check_catalog({"architectures": ["arm64"]}, "c") == (
        Finding(
            "c.architectures[0]",
            "public-architecture",
            "should be 'ARM', 'ARM 64', 'x86' or 'x86-64': the gallery shows no other",
            "'arm64'",
            severity="warning",
        ),
    )


def test_makes_the_uri():
    assert public_image_uri("acme", "team/tool") == "public.ecr.aws/acme/team/tool"


def test_makes_no_uri_of_what_is_no_name():
    with pytest.raises(ModelError) as caught:
        public_image_uri("1acme", "Tool")

    assert [finding.field for finding in caught.value.findings] == ["alias", "repository_name"]
