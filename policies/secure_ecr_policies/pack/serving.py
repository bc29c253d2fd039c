"""Choose the analyzer that serves the pack: ours where it is known to fit, the SDK's own elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from pulumi_policy import policy as sdk

TESTED = ("1.21.",)
"""Versions of pulumi-policy whose private names `servicer` rests on, by their beginning."""


@contextmanager
def decoding_once() -> Iterator[None]:
    """
    Let a PolicyPack built inside serve with `DecodeOnceServicer`.

    With an SDK that was not tested the pack is served by the SDK: slower, with the same verdicts.
    """
    if not version("pulumi-policy").startswith(TESTED):
        yield
        return
    from secure_ecr_policies.pack.servicer import (  # noqa: PLC0415 -- it cannot be imported with every SDK
        DecodeOnceServicer,
    )

    names = vars(sdk)  # where PolicyPack looks its servicer up
    plain = names["_PolicyAnalyzerServicer"]
    names["_PolicyAnalyzerServicer"] = DecodeOnceServicer
    try:
        yield
    finally:
        names["_PolicyAnalyzerServicer"] = plain
