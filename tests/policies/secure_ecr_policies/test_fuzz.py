"""Every control judges whatever a program may have written; `make fuzz` asks for many more verdicts, and times them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.stack import Stack
from secure_ecr_policies.pack.verdict import Examiner

from sandbox.mutants import Mutants

MENDING = [control for control in CONTROLS if control.remedy]
NUMBERS = st.integers(0, 2**32)
NEVER = "the control itself failed"


def name_of(control):
    return control.name


@pytest.fixture(scope="module")
def verdict():
    """Return what asks a control, in one run of the pack."""
    record = Record(NAMES, lambda: date(2026, 11, 21))
    examiners = {control.name: Examiner(control, record) for control in CONTROLS}

    def ask(control, number):
        mutants = Mutants(number)
        resources = mutants.resources(control.types) if control.judge_stack else None
        subject = mutants.resource(control.types) if resources is None else Stack(resources, record)
        return examiners[control.name].verdict(subject, mutants.settings(control))

    return ask


@pytest.mark.parametrize("control", CONTROLS, ids=name_of)
@settings(max_examples=40)
@given(number=NUMBERS)
def test_judges_strange_resources(verdict, control, number):
    assert [each.text for each in verdict(control, number).violations if NEVER in each.text] == []


@pytest.mark.parametrize("control", MENDING, ids=name_of)
@settings(max_examples=40)
@given(number=NUMBERS)
def test_mends_strange_resources(control, number):
    """An exception that leaves a remediation ends the whole preview."""
    remedy = control.remedy(Mutants(number).resource(control.types))

    assert set(remedy) <= {"enableKeyRotation", "imageScanningConfiguration", "imageTagMutability"}
