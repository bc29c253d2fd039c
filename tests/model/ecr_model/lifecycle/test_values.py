"""Keys, integers and lists of tags, as both ways to write a lifecycle have them."""

import math
import time

import pytest
from ecr_model.findings import Finding
from ecr_model.lifecycle.values import check_known_keys, check_number, check_optional_choice, check_tags, integer


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(3, 3, id="integer"),
        pytest.param(3.0, 3, id="whole-float"),
        pytest.param(3.5, None, id="fraction"),
        pytest.param(True, None, id="boolean"),
        pytest.param("3", None, id="text"),
        pytest.param(math.nan, None, id="nan"),
        pytest.param(math.inf, None, id="infinite"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_reads_integers_as_proxies_of_policies_show_them(value, number):
    assert integer(value) == number


def test_an_absent_number_and_an_absent_choice_are_fine():
    assert list(check_number(None, "a", "r")) == []
    assert list(check_optional_choice(None, ("x",), "a", "r")) == []


@pytest.mark.parametrize(
    ("value", "got", "fix"),
    [
        pytest.param(" 14 ", "' 14 '", "remove the quotes", id="quoted"),
        pytest.param("14 days", "'14 days'", "", id="words"),
        pytest.param([], "a list", "", id="list"),
    ],
)
def test_a_number_must_be_an_integer(value, got, fix):
    assert list(check_number(value, "a", "r")) == [Finding("a", "r", "must be an integer", got, fix)]


def test_an_unknown_key_is_told_the_known_ones():
    assert list(check_known_keys({"kep": 1, 3: 1, "keep": 1}, ("keep", "archive"), "a")) == [
        Finding("a.kep", "lifecycle-key", "must be a known key", "'kep'", "write 'keep'"),
        Finding("a", "lifecycle-key", "must be a known key", "3", "remove it, the keys are keep, archive"),
    ]


def test_thousands_of_unknown_keys_are_all_named_at_once():
    start = time.process_time()
    findings = list(check_known_keys({f"kee{n}": 1 for n in range(40_000)}, ("keep", "archive"), "a"))

    assert len(findings) == 40_000
    assert time.process_time() - start < 5


def test_thousands_of_tags_are_all_judged_at_once():
    start = time.process_time()
    findings = list(check_tags([f"t{n % 10_000}" for n in range(20_000)], "a", wildcards=True))

    assert len(findings) == 10_000
    assert time.process_time() - start < 5


def test_wildcards_count_in_patterns_only():
    assert [finding.rule for finding in check_tags(["*****"], "a", wildcards=True)] == ["lifecycle-tag-pattern"]
    assert list(check_tags(["*****"], "a", wildcards=False)) == []


def test_four_wildcards_are_accepted():
    assert list(check_tags(["a*b*c*d*"], "a", wildcards=True)) == []


def test_the_largest_number_is_one_of_32_bits():
    assert list(check_number(2_147_483_647, "a", "r")) == []
    assert [finding.requirement for finding in check_number(2_147_483_648, "a", "r")] == ["must be 1 to 2,147,483,647"]
