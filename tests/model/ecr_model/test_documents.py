"""The JSON text of AWS documents, read strictly."""

import json
import math
import time

import pytest
from ecr_model.documents import DEEPEST, compact, member, read_document
from ecr_model.findings import Finding
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def read(source, longest=1000, shortest=0):
    return read_document(source, field="policy", longest=longest, shortest=shortest)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('{"a": [1, 2.5, null, true, "é"]}', id="text"),
        pytest.param('{"a": [1, 2.5, null, true, "é"]}'.encode(), id="bytes"),
        pytest.param({"a": [1, 2.5, None, True, "é"]}, id="object"),
    ],
)
def test_reads_text_bytes_and_objects(source):
    assert read(source) == ({"a": [1, 2.5, None, True, "é"]}, ())


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        pytest.param(
            '{"a": 1,\n "b": }',
            Finding("policy", "document-json", "must be JSON, at line 2 column 7: expecting value", "'}'"),
            id="syntax",
        ),
        pytest.param(
            '{"a": 1,}',
            Finding(
                "policy",
                "document-json",
                "must be JSON, at line 1 column 9: expecting property name enclosed in double quotes",
                "'}'",
                "remove the comma before it",
            ),
            id="trailing-comma-in-object",
        ),
        pytest.param(
            '{"a": [1,]}',
            Finding(
                "policy",
                "document-json",
                "must be JSON, at line 1 column 10: expecting value",
                "']}'",
                "remove the comma before it",
            ),
            id="trailing-comma-in-list",
        ),
        pytest.param(
            "{'a': 1}",
            Finding(
                "policy",
                "document-json",
                "must be JSON, at line 1 column 2: expecting property name enclosed in double quotes",
                "\"'a': 1}\"",
                "write strings in double quotes",
            ),
            id="single-quotes",
        ),
        pytest.param(
            "{} // all of it",
            Finding(
                "policy",
                "document-json",
                "must be JSON, at line 1 column 4: extra data",
                "'// all of it'",
                "remove the comment",
            ),
            id="comment",
        ),
        pytest.param(
            "",
            Finding(
                "policy",
                "document-json",
                "must be JSON, at line 1 column 1: expecting value",
                "the end of the line",
            ),
            id="empty",
        ),
        pytest.param(
            b'{"a":\n "\xff"}',
            Finding(
                "policy",
                "document-encoding",
                "must be UTF-8 text at line 2 column 3",
                "byte 0xff",
                "save the file as UTF-8",
            ),
            id="not-utf-8",
        ),
        pytest.param(
            "\ufeff{}",
            Finding(
                "policy",
                "document-encoding",
                "must not begin with a byte order mark",
                None,
                "save the file as UTF-8 without it",
            ),
            id="byte-order-mark",
        ),
        pytest.param(
            '"{}"',
            Finding(
                "policy",
                "document-object",
                "must be a JSON object",
                "'{}'",
                "pass the text itself, not a quoted copy of it",
            ),
            id="quoted-twice",
        ),
        pytest.param("[{}]", Finding("policy", "document-object", "must be a JSON object", "a list"), id="list"),
        pytest.param(
            None,
            Finding("policy", "document-object", "must be a JSON object or its text", "null"),
            id="nothing",
        ),
        pytest.param(3, Finding("policy", "document-object", "must be a JSON object or its text", "3"), id="number"),
        pytest.param(
            '{"a":' * 40 + "1" + "}" * 40,
            Finding(
                "policy",
                "document-depth",
                "must be nested at most 32 levels deep",
                "more at line 1 column 161",
            ),
            id="too-deep",
        ),
        pytest.param(
            "x" * 10_001,
            Finding("policy", "document-length", "must be at most 1,000 characters", "10,001 characters"),
            id="far-too-long",
        ),
        pytest.param(
            b"x" * 10_001,
            Finding("policy", "document-length", "must be at most 1,000 characters", "10,001 bytes"),
            id="far-too-many-bytes",
        ),
    ],
)
def test_refuses_what_is_no_document(source, finding):
    assert read(source) == (None, (finding,))


@pytest.mark.parametrize(
    ("source", "value", "finding"),
    [
        pytest.param(
            '{"a": {"b": 1, "b": 2}}',
            {"a": {"b": 2}},
            Finding("policy.a.b", "document-key", "must stand once in its object", "'b'", "keep one of them"),
            id="repeated-key",
        ),
        pytest.param(
            '{"a": [{"odd key": 1, "odd key": 2}]}',
            {"a": [{"odd key": 2}]},
            Finding("policy.a[0]", "document-key", "must stand once in its object", "'odd key'", "keep one of them"),
            id="repeated-key-that-is-no-word",
        ),
        pytest.param(
            '{"a": 1e999}',
            {"a": math.inf},
            Finding("policy.a", "document-number", "must be a finite number of at most 20 digits", "inf"),
            id="infinite",
        ),
        pytest.param(
            '{"a": -' + "1" * 5000 + "}",
            {"a": -math.inf},
            Finding("policy.a", "document-number", "must be a finite number of at most 20 digits", "-inf"),
            id="too-many-digits",
        ),
        pytest.param(
            r'{"a": "\ud800"}',
            {"a": "\ud800"},
            Finding("policy.a", "document-encoding", "must be whole Unicode characters", r"'\ud800'"),
            id="half-a-character-escaped",
        ),
        pytest.param(
            '{"a": "\ud800"}',
            {"a": "\ud800"},
            Finding("policy.a", "document-encoding", "must be whole Unicode characters", r"'\ud800'"),
            id="half-a-character",
        ),
        pytest.param(
            r'{"\ud800": 1}',
            {"\ud800": 1},
            Finding("policy", "document-encoding", "must be whole Unicode characters", r"'\ud800'"),
            id="half-a-character-in-a-key",
        ),
    ],
)
def test_returns_a_doubtful_document_with_its_findings(source, value, finding):
    assert read(source, longest=10_000) == (value, (finding,))


def test_finds_nan():
    value, findings = read('{"a": NaN}')

    assert value is not None
    assert math.isnan(value["a"])
    assert findings == (Finding("policy.a", "document-number", "must be a finite number of at most 20 digits", "nan"),)


def test_a_repeated_key_of_an_object_that_was_itself_overwritten_is_not_blamed_on_another():
    assert read('{"a": {"x": 1, "x": 2}, "a": {"y": 3}}')[1] == (
        Finding("policy.a", "document-key", "must stand once in its object", "'a'", "keep one of them"),
    )


def test_a_text_somewhat_too_long_is_read_and_told_how_to_shrink():
    assert read('{"a": 1' + " " * 1000 + "}") == (
        {"a": 1},
        (
            Finding(
                "policy",
                "document-length",
                "must be at most 1,000 characters",
                "1,008 characters",
                "write it without white space, which takes 7",
            ),
        ),
    )


def test_reads_ten_times_as_much_as_is_allowed_and_no_more():
    assert read('{"a": 1' + " " * (10_000 - 8) + "}")[0] == {"a": 1}
    assert read('{"a": 1' + " " * (10_001 - 8) + "}")[0] is None


def test_white_space_is_not_blamed_when_it_does_not_help():
    source = compact({"a": "x" * 1000})

    assert read(source)[1] == (
        Finding("policy", "document-length", "must be at most 1,000 characters", "1,008 characters"),
    )


def test_a_text_may_be_too_short():
    assert read("{}", shortest=100)[1] == (
        Finding("policy", "document-length", "must be at least 100 characters", "2 characters"),
    )
    assert read("{" + " " * 98 + "}", shortest=100)[1] == ()


def test_numbers_have_at_most_twenty_digits():
    assert read(f'{{"a": {"9" * 20}}}') == ({"a": 10**20 - 1}, ())
    assert [finding.rule for finding in read(f'{{"a": {"9" * 21}}}')[1]] == ["document-number"]


def test_the_deepest_document_is_read():
    source = '{"a":' * DEEPEST + "1" + "}" * DEEPEST

    assert read(source)[1] == ()


def test_brackets_in_strings_are_no_depth():
    assert read(compact({"a": "[" * 100 + '"{'})) == ({"a": "[" * 100 + '"{'}, ())


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param('"' + '\\"' * 150_000, id="unterminated-string-of-quotes"),
        pytest.param('"\\' * 150_000, id="alternating-escapes"),
        pytest.param("[" * 300_000, id="brackets"),
        pytest.param('{"a":"' + '"' * 299_000, id="quotes"),
        pytest.param("9" * 300_000, id="digits"),
        pytest.param('{"a":[' + '{"b":1,"b":2},' * 20_000 + "1]}", id="repeated-keys"),
    ],
)
def test_answers_a_bomb_at_once(bomb):
    start = time.process_time()

    findings = read(bomb, longest=30_720)[1]

    assert findings
    assert time.process_time() - start < 5


@given(value=st.dictionaries(st.text(), JSON, max_size=5))
def test_reads_what_json_writes(value):
    text = json.dumps(value)

    read_value, findings = read_document(text, field="", longest=100_000)

    if not findings:
        assert read_value == json.loads(text)


@given(source=st.text() | st.binary() | JSON)
def test_never_raises(source):
    read_document(source, field="", longest=50)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        pytest.param("countNumber", "a.countNumber", id="word"),
        pytest.param("tag-list", "a.tag-list", id="hyphen"),
        pytest.param("", "a", id="empty"),
        pytest.param("b.c", "a", id="dot"),
        pytest.param("b" * 80, f"a.{'b' * 80}", id="longest"),
        pytest.param("b" * 81, "a", id="too-long"),
        pytest.param(3, "a", id="number"),
    ],
)
def test_names_plain_keys_in_paths(key, path):
    assert member("a", key) == path
