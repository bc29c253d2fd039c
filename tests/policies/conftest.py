"""The pack as the engine talks to it: the SDK's own servicer, and the one of this project, must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer
from secure_ecr_policies.catalogue import NAMES
from secure_ecr_policies.pack.policies import policies
from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.servicer import DecodeOnceServicer
from secure_ecr_policies.pack.values import UNKNOWN

TODAY = date(2026, 11, 21)
SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
LEVELS = {proto.ADVISORY: "advisory", proto.MANDATORY: "mandatory"}
PREFIX = " during preview: "


def wire(value: Any) -> Any:
    """Return *value* as the engine sends it: what is not known yet is a sentinel."""
    if value is UNKNOWN:
        return SENTINEL
    if isinstance(value, Mapping):
        return {key: wire(child) for key, child in value.items()}
    return [wire(child) for child in value] if isinstance(value, (list, tuple)) else value


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(wire(values))
    return message


@dataclass(frozen=True)
class Declared:
    """A resource of a program."""

    type: str
    props: Mapping[str, Any] = field(default_factory=dict)
    name: str = "it"
    protect: bool = True
    ignore_changes: Sequence[str] = ()
    provider: Mapping[str, Any] = field(default_factory=dict)
    depends: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """URNs of the resources that a property was made of: a stack policy alone is told."""

    @property
    def urn(self) -> str:
        return f"urn:pulumi:dev::shop::{self.type}::{self.name}"

    @property
    def message(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "name": self.name,
            "urn": self.urn,
            "properties": struct(self.props),
            "options": proto.AnalyzerResourceOptions(protect=self.protect, ignoreChanges=self.ignore_changes),
            "provider": proto.AnalyzerProviderResource(type="pulumi:providers:aws", properties=struct(self.provider)),
        }


@dataclass(frozen=True)
class Said:
    """One event of the engine."""

    control: str
    level: str
    text: str
    urn: str = ""


class Pack:
    """The whole pack behind one servicer, with a configuration that disables what it does not name."""

    def __init__(self, servicer: type[_PolicyAnalyzerServicer], configuration: Mapping[str, Any]) -> None:
        self.record = Record(NAMES, lambda: TODAY)
        self.servicer = servicer("secure-ecr", "0.0.1", policies(self.record), EnforcementLevel.ADVISORY)
        levels = {"mandatory": proto.MANDATORY, "advisory": proto.ADVISORY, "remediate": proto.REMEDIATE}
        blocks = {
            name: proto.PolicyConfig(
                enforcementLevel=levels[configuration[name].get("enforcementLevel", "mandatory")],
                properties=struct({k: v for k, v in configuration[name].items() if k != "enforcementLevel"}),
            )
            if name in configuration
            else proto.PolicyConfig(enforcementLevel=proto.DISABLED)
            for name in NAMES
        }
        self.servicer.Configure(proto.ConfigureAnalyzerRequest(policyConfig=blocks), None)

    def analyze(self, resource: Declared) -> tuple[list[Said], set[str]]:
        """Return what the pack says of *resource*, and the names of the controls that do not apply to it."""
        response = self.servicer.Analyze(proto.AnalyzeRequest(**resource.message), None)
        # the engine knows which resource it has asked about, and does not read it from the answer
        return [replace(event, urn=resource.urn) for event in self._said(response)], self._not_applicable(response)

    def analyze_stack(self, resources: Sequence[Declared]) -> tuple[list[Said], set[str]]:
        """Return the same of all *resources* together."""
        request = proto.AnalyzeStackRequest(
            resources=[
                proto.AnalyzerResource(
                    **resource.message,
                    propertyDependencies={
                        name: proto.AnalyzerPropertyDependencies(urns=urns) for name, urns in resource.depends.items()
                    },
                )
                for resource in resources
            ]
        )
        response = self.servicer.AnalyzeStack(request, None)
        return list(self._said(response)), self._not_applicable(response)

    @staticmethod
    def _said(response: Any) -> Iterator[Said]:
        for event in response.diagnostics:
            # the SDK puts words of its own, and no description, before all values that were not evaluated
            _, prefixed, values = event.message.partition(PREFIX)
            for text in values.split("\n") if prefixed else [event.message.partition("\n")[2]]:
                yield Said(event.policyName, LEVELS[event.enforcementLevel], text, event.urn)

    @staticmethod
    def _not_applicable(response: Any) -> set[str]:
        return {entry.policy_name for entry in response.not_applicable}


Findings = Callable[..., list[str]]


@pytest.fixture
def findings(request: pytest.FixtureRequest) -> Findings:
    """Return what the control that the test's file is named after says of one resource, by both servicers."""
    control = request.path.stem.removeprefix("test_").replace("_", "-")

    def judge(type_: str, props: Mapping[str, Any], *, config: Mapping[str, Any] | None = None, **kw: Any) -> list[str]:
        heard = []
        for servicer in (_PolicyAnalyzerServicer, DecodeOnceServicer):
            said, not_applicable = Pack(servicer, {control: config or {}}).analyze(Declared(type_, props, **kw))
            assert {event.control for event in said} <= {control}
            texts = [event.text if event.level == "mandatory" else f"advisory: {event.text}" for event in said]
            heard.append(texts + ["not applicable"] * (control in not_applicable))
        assert heard[0] == heard[1]
        return heard[0]

    return judge


@pytest.fixture
def stack_findings(request: pytest.FixtureRequest) -> Findings:
    """Return what the control that the test's file is named after says of a stack, by URN's name and both servicers."""
    control = request.path.stem.removeprefix("test_").replace("_", "-")

    def judge(*resources: Declared, config: Mapping[str, Any] | None = None) -> list[str]:
        heard = []
        for servicer in (_PolicyAnalyzerServicer, DecodeOnceServicer):
            said, not_applicable = Pack(servicer, {control: config or {}}).analyze_stack(resources)
            assert {event.control for event in said} <= {control}
            texts = [
                f"{'' if event.level == 'mandatory' else 'advisory: '}{event.urn.rpartition('::')[2]}: {event.text}"
                for event in said
            ]
            heard.append(texts + ["not applicable"] * (control in not_applicable))
        assert heard[0] == heard[1]
        return heard[0]

    return judge


@pytest.fixture(scope="session")
def pack() -> Callable[..., Pack]:
    """Return what makes a pack with a configuration, behind our servicer unless another is given."""
    return lambda configuration, servicer=DecodeOnceServicer: Pack(servicer, configuration)


@pytest.fixture(scope="session")
def declared() -> type[Declared]:
    """Return the class of resources that a pack is shown."""
    return Declared


@pytest.fixture(scope="session")
def said() -> type[Said]:
    """Return the class of what a pack says."""
    return Said


@pytest.fixture(scope="session")
def unknown() -> object:
    """Return what stands for a value that is known at the update only."""
    return UNKNOWN
