import pytest
from pulumi_policy import policy as sdk
from secure_ecr_policies.pack import serving
from secure_ecr_policies.pack.servicer import DecodeOnceServicer


def test_a_pack_is_served_by_ours_and_afterwards_everything_is_as_before():
    plain = sdk._PolicyAnalyzerServicer

    with serving.decoding_once():
        assert sdk._PolicyAnalyzerServicer is DecodeOnceServicer
    assert sdk._PolicyAnalyzerServicer is plain


def test_an_sdk_that_was_not_tested_serves_the_pack_itself(monkeypatch):
    plain = sdk._PolicyAnalyzerServicer
    monkeypatch.setattr(serving, "version", lambda _: "1.22.0")

    with serving.decoding_once():
        assert sdk._PolicyAnalyzerServicer is plain


def test_an_error_leaves_nothing_behind():
    plain = sdk._PolicyAnalyzerServicer

    with pytest.raises(KeyError), serving.decoding_once():
        raise KeyError
    assert sdk._PolicyAnalyzerServicer is plain
