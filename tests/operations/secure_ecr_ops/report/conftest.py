"""What the engine said: real runs, and runs made up of single events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from secure_ecr_ops.report.contents import build_report
from secure_ecr_ops.report.events import read_events

EVENTS = Path(__file__).parent / "events"
SUMMARY = {"summaryEvent": {"PolicyPacks": {"secure-ecr|local|policies": "0.1.0"}, "result": "succeeded"}}


class Run:
    """A run of the engine, made up event by event."""

    def __init__(self) -> None:
        self.events = [{"preludeEvent": {"config": {"aws:region": "eu-central-1"}}}]
        self.summary = SUMMARY

    def urn(self, name, kind="Repository", stack="prod"):
        token = f"{kind[0].lower()}{kind[1:]}"
        return f"urn:pulumi:{stack}::shop::aws:ecr/{token}:{kind}::{name}"

    def finds(self, message, control="ecr-repository-name", urn=None, level="mandatory", **rest):
        body = {"policyName": control, "policyPackName": "secure-ecr", "enforcementLevel": level, "message": message}
        self.events.append({"policyEvent": {**body, "resourceUrn": self.urn("api") if urn is None else urn, **rest}})
        return self

    def passes(self, *controls, urn=None, pack="secure-ecr"):
        body = {
            "resourceUrn": self.urn("api") if urn is None else urn,
            "policyPackName": pack,
            "passed": list(controls),
        }
        self.events.append({"policyAnalyzeSummaryEvent": body})
        return self

    def does(self, op, urn=None, *, old=None, new=None, keys=(), **state):
        states = {"old": old and {"inputs": old, **state}, "new": new and {"inputs": new, **state}}
        metadata = {"op": op, "urn": urn or self.urn("api"), "keys": list(keys), **states}
        self.events.append({"resourcePreEvent": {"metadata": metadata}})
        return self

    def fails(self, message):
        self.events.append({"diagnosticEvent": {"severity": "error", "message": message}})
        self.summary = {"summaryEvent": {**SUMMARY["summaryEvent"], "result": "failed"}}
        return self

    @property
    def text(self):
        numbered = enumerate([*self.events, self.summary])
        return "".join(
            json.dumps({"sequence": number, "timestamp": 60 + number, **event}) + "\n" for number, event in numbered
        )

    @property
    def report(self):
        return build_report(read_events([("events", self.text.encode())]))


@pytest.fixture
def run():
    """Return a run in which nothing has happened yet."""
    return Run()


@pytest.fixture
def report_of():
    """Return what reads the report of real runs by the names of their files."""

    def read(*names):
        return build_report(read_events([(name, (EVENTS / name).read_bytes()) for name in names]))

    return read
