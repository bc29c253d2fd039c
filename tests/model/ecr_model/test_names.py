"""Names of repositories, tags, digests and registries."""

import re

import pytest
from ecr_model.conventions import NamingConvention
from ecr_model.findings import Finding, ModelError
from ecr_model.names import (
    TAG,
    check_digest,
    check_registry_id,
    check_repository_name,
    check_tag,
    logical_name,
    parse_digest,
    parse_registry_id,
    parse_repository_name,
    parse_tag,
)
from hypothesis import given
from hypothesis import strategies as st

GRAMMAR = "must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/'"
WORDS = st.text("ab1", min_size=1, max_size=3)
SEPARATORS = st.sampled_from([".", "_", "__", "-", "--", "---", "/"])
NAMES = st.builds(
    lambda first, rest: first + "".join(separator + word for separator, word in rest),
    WORDS,
    st.lists(st.tuples(SEPARATORS, WORDS), min_size=1, max_size=6),
)


@pytest.mark.parametrize(
    "name", ["ab", "team/api", "a--b", "a__b", "a.b_c-d", "a/b/c/d", "x" * 256, "team/base-images"]
)
def test_accepts_names_of_repositories(name):
    assert check_repository_name(name) == ()
    assert parse_repository_name(name) == name


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("Team/API", "write 'team/api'", id="capitals"),
        pytest.param("Team_A/API.v2--x", "write 'team_a/api.v2--x'", id="capitals-and-separators"),
        pytest.param("a___b", "write 'a-b'", id="three-underscores"),
        pytest.param("a..b", "write 'a-b'", id="two-dots"),
        pytest.param("a-_b", "write 'a-b'", id="mixed-separators"),
        pytest.param("a//b", "write 'a/b'", id="empty-part"),
        pytest.param("ab-", "write 'ab'", id="ends-with-separator"),
        pytest.param("-ab", "write 'ab'", id="begins-with-separator"),
        pytest.param("team api", "write 'team-api'", id="blank"),
        pytest.param("ab\n", "write 'ab'", id="newline"),
        pytest.param("ärger", "write 'rger'", id="umlaut"),
        pytest.param("!!", "", id="nothing-left-to-offer"),
    ],
)
def test_refuses_names_outside_the_grammar_and_offers_the_nearest(name, fix):
    assert check_repository_name(name, "n") == (Finding("n", "repository-name", GRAMMAR, repr(name), fix),)


def test_offers_the_nearest_of_the_longest_name():
    assert check_repository_name("A" + "b" * 255, "n")[0].fix == f"write '{'a' + 'b' * 255}'"


@pytest.mark.parametrize("name", ["a", "x" * 257, "x" * 1_000_000])
def test_refuses_lengths(name):
    shown = repr(name) if len(name) < 80 else repr(name[:81])[:79] + "…"

    assert check_repository_name(name, "n") == (
        Finding("n", "repository-name", "must be 2 to 256 characters", f"{len(name)}: {shown}"),
    )


def test_warns_of_a_name_that_begins_with_a_digit_and_parses_it():
    assert check_repository_name("1abc", "n") == (
        Finding(
            "n",
            "repository-name-start",
            "should begin with a letter, which ECR's documentation asks for",
            "'1abc'",
            severity="warning",
        ),
    )
    assert parse_repository_name("1abc") == "1abc"


def test_judges_a_legal_name_by_the_convention():
    assert check_repository_name("api", "n", convention=NamingConvention("{team}/{service}")) == (
        Finding("n", "repository-name-convention", "must have the form '{team}/{service}'", "'api'"),
    )


@pytest.mark.parametrize("tag", ["latest", "v1.2.3", "_x", "A" * 128, "1.0.0-rc.1"])
def test_accepts_tags(tag):
    assert parse_tag(tag) == tag


@pytest.mark.parametrize("tag", [".x", "-x", "a:b", "a/b", "a b", "v1\n"])
def test_refuses_tags(tag):
    requirement = "must be letters, digits, '_', '.' and '-', and not begin with '.' or '-'"

    assert check_tag(tag, "t") == (Finding("t", "image-tag", requirement, repr(tag)),)


def test_refuses_tags_that_no_client_can_push():
    assert check_tag("A" * 129, "t")[0].requirement == "must be 1 to 128 characters"


def test_accepts_digests():
    digest = "sha256:" + "0123456789abcdef" * 4

    assert parse_digest(digest) == digest


@pytest.mark.parametrize(
    "digest",
    ["sha256:" + "A" * 64, "sha512:" + "a" * 64, "sha256:" + "a" * 63, "a" * 71, "sha256:" + "g" * 64],
)
def test_refuses_digests(digest):
    assert [finding.rule for finding in check_digest(digest)] == ["image-digest"]


@pytest.mark.parametrize(
    ("value", "got", "fix"),
    [
        pytest.param(12345678901, "12345678901", "put it in quotes, with its leading zeros", id="number"),
        pytest.param(123456789012, "123456789012", "put it in quotes, with its leading zeros", id="number-that-fits"),
        pytest.param(1.0, "1.0", "put it in quotes, with its leading zeros", id="float"),
        pytest.param("12345678901", "11 characters: '12345678901'", "", id="zero-lost"),
        pytest.param("12345678901x", "'12345678901x'", "", id="letter"),
        pytest.param("\u0661" * 12, repr("\u0661" * 12), "", id="digits-of-another-script"),
    ],
)
def test_refuses_account_ids(value, got, fix):
    assert check_registry_id(value, "r") == (
        Finding("r", "registry-id", "must be an account id of 12 digits", got, fix),
    )


def test_accepts_account_ids_with_leading_zeros():
    assert parse_registry_id("012345678901") == "012345678901"


def test_a_boolean_is_no_account_id():
    assert check_registry_id(True, "r") == (  # the value under test
        Finding("r", "registry-id", "must be a text", "true", "put it in quotes"),
    )


def test_parse_raises_what_check_finds():
    with pytest.raises(ModelError) as caught:
        parse_repository_name("A", "n")

    assert caught.value.findings == check_repository_name("A", "n")


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("team/api", "team--api"),
        ("team-api", "team-api"),
        ("team--api", "team---api"),
        ("a/b--c/d", "a--b---c--d"),
        ("a.b_c__d", "a.b_c__d"),
    ],
)
def test_logical_names_are_readable(repository, expected):
    assert logical_name(repository) == expected


@given(NAMES)
def test_logical_names_can_be_read_back(name):
    back = re.sub(r"--+", lambda run: "/" if len(run[0]) == 2 else run[0][1:], logical_name(name))

    assert back == name


@given(NAMES)
def test_whatever_the_grammar_makes_is_a_name(name):
    assert parse_repository_name(name) == name


@given(st.text(max_size=20))
def test_tags_are_what_the_pattern_says(text):
    assert (check_tag(text) == ()) is TAG.is_match(text)
