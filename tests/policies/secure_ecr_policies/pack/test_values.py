import pytest
from ecr_model.findings import Finding
from secure_ecr_policies.pack.values import UNKNOWN, camel_case, spare_unknown, top_level, unknown_paths


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("known", [], id="known"),
        pytest.param(UNKNOWN, ["policy"], id="all-of-it"),
        pytest.param({"a": {"b": [1, UNKNOWN]}, "c": UNKNOWN}, ["policy.a.b[1]", "policy.c"], id="below"),
    ],
)
def test_finds_the_paths_of_unknown_values(value, expected):
    assert list(unknown_paths(value, "policy")) == expected


@pytest.mark.parametrize(
    ("field", "is_spared"),
    [
        pytest.param("rules[1]", True, id="the-value"),
        pytest.param("rules[1].selection", True, id="below-it"),
        pytest.param("rules", True, id="the-list-it-is-in"),
        pytest.param("rules[10]", False, id="another-entry"),
        pytest.param("rulesets", False, id="another-name"),
        pytest.param("", False, id="the-whole"),
    ],
)
def test_a_grammar_cannot_judge_what_is_unknown(field, is_spared):
    finding = Finding(field, "rule", "must be right")

    assert spare_unknown([finding], ["rules[1]"]) == (() if is_spared else (finding,))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"scan_on_push": True}, {"scanOnPush": True}, id="snake-case"),
        pytest.param({"scanOnPush": True}, {"scanOnPush": True}, id="camel-case"),
        pytest.param([{"tag_pattern_list": ["a_b"]}], [{"tagPatternList": ["a_b"]}], id="keys-alone"),
        pytest.param(UNKNOWN, UNKNOWN, id="unknown"),
    ],
)
def test_typed_objects_are_read_in_both_spellings(value, expected):
    assert camel_case(value) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("tags.team", "tags", id="key"),
        pytest.param("rules[0].action", "rules", id="entry"),
        pytest.param("name", "name", id="property"),
        pytest.param("", "", id="whole"),
    ],
)
def test_the_property_of_a_path(path, expected):
    assert top_level(path) == expected


def test_a_longer_name_is_not_below_a_shorter_one():
    finding = Finding("ruleset", "rule", "must be right")

    assert spare_unknown([finding], ["rule"]) == (finding,)
