from __future__ import annotations

import asyncio

import grpc
import pulumi
import pytest
from secure_ecr.last_deployment import last_outputs, read_outputs

from tests.components.recording import Recorder

URN = "urn:pulumi:test::secure-ecr::aws:ecr/repository:Repository::app"


def at_once():
    return read_outputs()


def on_the_way():
    return pulumi.Output.from_input(last_outputs())


readers = pytest.mark.parametrize("read", [at_once, on_the_way])


@readers
@pytest.mark.parametrize(
    ("answer", "outputs"),
    [
        pytest.param({"outputs": {URN: {"type": "t", "outputs": {"name": "app"}}}}, {URN: {"name": "app"}}, id="one"),
        pytest.param({"outputs": {URN: {"type": "t"}}}, {URN: {}}, id="without-outputs"),
        pytest.param({"outputs": {}}, {}, id="nothing-deployed"),
        pytest.param({}, {}, id="nothing-said"),
    ],
)
def test_reads_what_the_engine_tells_of_this_very_stack(deploy, monkeypatch, read, answer, outputs):
    asked = []
    monkeypatch.setattr(Recorder, "call", lambda _, args: asked.append((args.token, args.args)) or answer)

    assert deploy(read).outputs == outputs
    # mocks are of no organization
    assert asked == [("pulumi:pulumi:readStackResourceOutputs", {"stackName": "None/secure-ecr/test"})]


@readers
def test_knows_nothing_where_the_engine_cannot_tell(deploy, monkeypatch, read):
    class Refused(grpc.RpcError):
        def code(self):
            return grpc.StatusCode.UNKNOWN

        def details(self):
            return "unknown stack"

    def refuse(*_):
        raise Refused

    monkeypatch.setattr(Recorder, "call", refuse)

    assert deploy(read).outputs == {}


def test_asks_once_in_a_deployment(deploy, monkeypatch):
    asked = []
    monkeypatch.setattr(Recorder, "call", lambda _, args: asked.append(args.token) or {"outputs": {}})

    async def read_thrice():
        return await asyncio.gather(last_outputs(), last_outputs(), last_outputs())

    for _ in range(2):
        assert deploy(lambda: pulumi.Output.from_input(read_thrice())).outputs == [{}, {}, {}]
    assert asked == ["pulumi:pulumi:readStackResourceOutputs"] * 2
