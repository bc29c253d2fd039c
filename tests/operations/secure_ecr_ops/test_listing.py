"""Listings of images, read as a stream."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secure_ecr_ops.listing import read_image_details
from secure_ecr_ops.output import Failure


def read(text):
    return list(read_image_details(io.BytesIO(text), "f"))


READ = {
    "two": (b'{"imageDetails": [{"imageDigest": "a", "n": 1.5}, {}]}', [{"imageDigest": "a", "n": 1.5}, {}]),
    "none": (b'{"imageDetails": []}', []),
    "other-keys": (
        b'{"a": {"imageDetails": [7]}, "imageDetails": [1], "b": [{"NextToken": "x"}], "NextToken": null}',
        [1],
    ),
    "utf-8": ('{"imageDetails": ["é"]}'.encode(), ["é"]),
}


@pytest.mark.parametrize(("text", "details"), READ.values(), ids=READ)
def test_reads_the_images_and_nothing_else(text, details):
    assert read(text) == details


NO_LIST = "must have a list imageDetails, as aws ecr describe-images prints it"
REFUSED = {
    "empty": (b"", "must be JSON, at line 1 column 1: expecting value"),
    "syntax": (b'{"imageDetails":[{}\n,tru]}', "must be JSON, at line 2 column 2: expecting value"),
    "cut": (b'{"imageDetails":[{}', "must be JSON, at line 1 column 20: expecting ',' delimiter"),
    "more": (b'{"imageDetails":[]} {}', "must be JSON, at line 1 column 21: extra data"),
    "not-utf-8": (b'{"imageDetails":["\xff"]}', "must be JSON in UTF-8, got byte 0xff at byte 19"),
    "byte-order-mark": (
        b'\xef\xbb\xbf{"imageDetails":[]}',
        "must be JSON, at line 1 column 1: unexpected UTF-8 BOM (decode using utf-8-sig)",
    ),
    "utf-16": ('{"imageDetails":[]}'.encode("utf-16"), "must be JSON in UTF-8, got byte 0xff at byte 1"),
    "infinite": (
        b'{"imageDetails":\n ["1e999", 2, 1e999]}',
        "must be JSON, at line 2 column 15: no finite number of 64 bits: 1e999",
    ),
    "not-a-number": (
        b'{"imageDetails":["NaN\\"", NaN]}',
        "must be JSON, at line 1 column 27: no finite number of 64 bits: NaN",
    ),
    "endless-number": (
        b'{"imageDetails":[9223372036854775807, -' + b"9" * 300 + b"]}",
        "must be JSON, at line 1 column 39: no finite number of 64 bits: -9999999999999999999",
    ),
    "key-twice": (
        b'{"imageDetails":[{"imageDigest":"a", "imageTags":[{"a":1},{"a":1}]},{"imageDigest":"b","imageDigest":"c"}]}',
        "must have each key once in its object, got 'imageDigest' again",
    ),
    "listing-twice": (
        b'{"imageDetails":[], "imageDetails":[]}',
        "must have each key once in its object, got 'imageDetails' again",
    ),
    "list": (b"[]", NO_LIST),
    "object": (b'{"imageDetails":{}}', NO_LIST),
    "part": (
        b'{"imageDetails":[],"NextToken":"x"}',
        "must be a complete listing, got a NextToken; list without --max-items",
    ),
    "nested": (b'{"a":' * 50_000, "must be nested at most 32 levels deep"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses_in_one_line(text, message):
    with pytest.raises(Failure) as refusal:
        read(text)
    assert refusal.value.message == f"f: {message}"


def test_an_image_may_be_nested_as_deep_as_a_document():
    deepest = b'{"a":' * 30 + b"1" + b"}" * 30
    text = b'{"imageDetails":[' + deepest + b"]}"

    assert len(list(read_image_details(io.BytesIO(text), "f"))) == 1
    with pytest.raises(Failure, match="must be nested at most 32 levels deep"):
        list(read_image_details(io.BytesIO(text.replace(b"1", b'{"a":1}')), "f"))


@given(st.binary() | st.text().map(str.encode))
def test_raises_nothing_but_a_failure(text):
    with pytest.raises(Failure):
        read(text)


def test_does_not_read_on_what_never_ends():
    class Zeros:
        def read(self, size=-1):
            assert size >= 0, "the whole of it would take for ever"
            return bytes(size)

        def seek(self, offset, whence=0):
            assert (offset, whence) == (0, 0), "it has no end"

    with pytest.raises(Failure, match="must be JSON"):
        next(read_image_details(Zeros(), "f"))


def test_holds_one_image_at_a_time():
    entry = b'{"imageDigest": "sha256:' + b"0" * 64 + b'", "imageTags": ["' + b"v" * 100 + b'"]}'
    stream = io.BytesIO(b'{"imageDetails": [' + b",".join([entry] * 20_000) + b"]}")
    tracemalloc.start()
    images = sum(1 for _ in read_image_details(stream, "f"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert images == 20_000
    assert peak < 1_000_000
