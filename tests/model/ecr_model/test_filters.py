"""The six grammars of filters and prefixes, and their meanings."""

import pytest
from ecr_model.filters import (
    CACHE_PREFIX,
    REPLICATION_FILTER,
    SCANNING_FILTER,
    SIGNING_FILTER,
    TAG_EXCLUSION_FILTER,
    TEMPLATE_PREFIX,
    check_unique_prefixes,
    is_prefix_match,
    is_replication_match,
    is_scanning_match,
    is_signing_match,
    read_filters,
)
from ecr_model.findings import Finding

ALL = (REPLICATION_FILTER, SCANNING_FILTER, SIGNING_FILTER, TAG_EXCLUSION_FILTER, TEMPLATE_PREFIX, CACHE_PREFIX)


@pytest.mark.parametrize(
    ("text", "accepting"),
    [
        pytest.param("prod", ALL, id="word"),
        pytest.param("prod/", (REPLICATION_FILTER, TEMPLATE_PREFIX, CACHE_PREFIX), id="slash-at-the-end"),
        pytest.param("prod-", (REPLICATION_FILTER, TAG_EXCLUSION_FILTER), id="separator-at-the-end"),
        pytest.param("prod/*", (SCANNING_FILTER, SIGNING_FILTER), id="slash-and-wildcard"),
        pytest.param("prod*", (SCANNING_FILTER, SIGNING_FILTER, TAG_EXCLUSION_FILTER), id="wildcard"),
        pytest.param("*", (SCANNING_FILTER, SIGNING_FILTER, TAG_EXCLUSION_FILTER), id="wildcard-alone"),
        pytest.param(
            "a--b",
            (REPLICATION_FILTER, TAG_EXCLUSION_FILTER, TEMPLATE_PREFIX, CACHE_PREFIX),
            id="two-hyphens",
        ),
        pytest.param("ROOT", (TAG_EXCLUSION_FILTER, TEMPLATE_PREFIX, CACHE_PREFIX), id="root"),
        pytest.param(
            "a",
            (SCANNING_FILTER, SIGNING_FILTER, TAG_EXCLUSION_FILTER, TEMPLATE_PREFIX),
            id="one-character",
        ),
        pytest.param("V1", (TAG_EXCLUSION_FILTER,), id="capital"),
        pytest.param("-a", (REPLICATION_FILTER, TAG_EXCLUSION_FILTER), id="separator-at-the-beginning"),
        pytest.param("/a", (), id="slash-at-the-beginning"),
        pytest.param("a//b", (), id="empty-part"),
        pytest.param("", (), id="empty"),
        pytest.param("prod\n", (), id="newline"),
    ],
)
def test_each_grammar_accepts_its_own(text, accepting):
    assert [grammar.rule for grammar in ALL if grammar.is_match(text)] == [grammar.rule for grammar in accepting]


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        pytest.param("prod", "repo-prod-repo", True, id="substring"),
        pytest.param("prod", "rep", False, id="no-substring"),
        pytest.param("*prod", "prod", True, id="end"),
        pytest.param("*prod", "repo-prod", True, id="end-after-something"),
        pytest.param("*prod", "prod-repo", False, id="not-the-end"),
        pytest.param("prod*", "prodrepo", True, id="beginning"),
        pytest.param("prod*", "repo-prod", False, id="not-the-beginning"),
        pytest.param("prod*repo", "prod-repo", True, id="between"),
        pytest.param("prod*repo", "prodrepo", True, id="nothing-between"),
    ],
)
def test_scanning_filters_match_as_the_user_guide_says(pattern, name, expected):
    assert is_scanning_match(pattern, name) is expected


def test_replication_filters_are_plain_prefixes():
    assert [is_replication_match("prod", name) for name in ("prod", "production", "a/prod")] == [
        True,
        True,
        False,
    ]


def test_signing_filters_match_whole_names():
    assert [is_signing_match(pattern, "myapp/api") for pattern in ("myapp", "myapp/*", "*api", "*p*")] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("prefix", "name", "expected"),
    [
        pytest.param("prod", "prod/api", True, id="below"),
        pytest.param("prod/", "prod/api", True, id="slash-written"),
        pytest.param("prod", "prod", False, id="itself"),
        pytest.param("prod", "production/api", False, id="longer-word"),
        pytest.param("ROOT", "anything", True, id="root"),
    ],
)
def test_prefixes_end_with_a_slash(prefix, name, expected):
    assert is_prefix_match(prefix, name) is expected


def test_prefixes_that_ecr_takes_for_one_are_found():
    assert check_unique_prefixes(["prod", "dev", "prod/"], "t", "unique") == (
        Finding("t[2]", "unique", "must differ from prefix [0]; ECR reads a '/' at the end of each", "'prod/'"),
    )


class TestLists:
    @staticmethod
    def read(value):
        return read_filters(value, "f", REPLICATION_FILTER, "PREFIX_MATCH", shortest=1, longest=3)

    def test_reads_texts_and_objects(self):
        assert self.read(["prod", {"filter": "dev", "filterType": "PREFIX_MATCH"}, {"filter": "qa"}]) == (
            {"prod": "f[0]", "dev": "f[1].filter", "qa": "f[2].filter"},
            (),
        )

    def test_finds_everything_that_is_wrong(self):
        filters, findings = self.read(
            ["prod/*", {"filter": "ok", "filter_type": "WILDCARD"}, {"filterType": "PREFIX_MATCH"}, 7]
        )
        rule = "replication-filter"

        assert filters == {"ok": "f[1].filter"}
        assert findings == (
            Finding("f", rule, "must have 1 to 3 entries", "4"),
            Finding(
                "f[0]",
                rule,
                "must be the beginning of repository names, without wildcards",
                "'prod/*'",
                "write 'prod/': a replication filter is a prefix already",
            ),
            Finding("f[1].filter_type", rule, "must be 'PREFIX_MATCH'", "'WILDCARD'"),
            Finding("f[2].filter", rule, "must be given"),
            Finding("f[3]", rule, "must be a text", "7", "put it in quotes"),
        )

    def test_a_single_text_is_no_list(self):
        assert self.read("prod") == ({}, (Finding("f", "replication-filter", "must be a list", "'prod'"),))
