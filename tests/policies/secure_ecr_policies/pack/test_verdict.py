from datetime import date

import pytest
from ecr_model.findings import Finding
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Unevaluated
from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.resource import REPOSITORY, STACK, Resource
from secure_ecr_policies.pack.stack import Stack
from secure_ecr_policies.pack.verdict import NOT_APPLICABLE, Examiner, Message, Verdict

FINDING = Finding("name", "rule", "must be right")
EXEMPTION = {
    "control": "a-control",
    "resource": "it",
    "owner": "team",
    "reason": "it is old",
    "ticket": "T-1",
    "expires": "2027-01-31",
}
IT = Resource(REPOSITORY, "urn:it", "it", {})
OTHER = Resource(REPOSITORY, "urn:other", "other", {})
ROOT = Resource(STACK, "urn:root", "root", {})


def examiner(*remarks, error=None, stack=False):
    def judge(_resource, _settings):
        yield from remarks
        if error:
            raise error

    control = Control(
        name="a-control",
        description="A thing must be right.",
        severity="low",
        levels=Levels(dev="advisory", prod="mandatory"),
        reason="It matters.",
        remediation="Mend it.",
        url="https://docs.aws.amazon.com/",
        types=(REPOSITORY,),
        **{"judge_stack" if stack else "judge": judge},
    )
    return Examiner(control, Record(["a-control"], lambda: date(2026, 11, 21)))


@pytest.mark.parametrize(
    ("remarks", "configuration", "expected"),
    [
        pytest.param([], {}, Verdict("pass"), id="pass"),
        pytest.param([FINDING], {}, Verdict("fail", (Message("name: must be right", "urn:it"),)), id="fail"),
        pytest.param([FINDING], {"exemptions": [EXEMPTION]}, Verdict("exempt"), id="exempt"),
        pytest.param(
            [Unevaluated("tags")],
            {},
            Verdict("not evaluated", (Message("not evaluated: tags: known at the update only", "urn:it"),)),
            id="not-evaluated-blocks",
        ),
        pytest.param(
            [Unevaluated("tags")],
            {"unknown": "warn"},
            Verdict("not evaluated", (), (Message("not evaluated: tags: known at the update only", "urn:it"),)),
            id="not-evaluated-warns",
        ),
        pytest.param([Unevaluated("tags")], {"unknown": "allow"}, Verdict("not evaluated"), id="not-evaluated-allowed"),
        pytest.param([Unevaluated("tags")], {"exemptions": [EXEMPTION]}, Verdict("exempt"), id="not-evaluated-exempt"),
        pytest.param(
            [Unevaluated("tags"), FINDING],
            {"unknown": "warn"},
            Verdict(
                "fail",
                (Message("name: must be right", "urn:it"),),
                (Message("not evaluated: tags: known at the update only", "urn:it"),),
            ),
            id="what-is-known-is-judged",
        ),
    ],
)
def test_verdicts(remarks, configuration, expected):
    assert examiner(*remarks).verdict(IT, configuration) == expected


def test_not_applicable_is_said_by_the_type_or_by_the_control():
    assert examiner().verdict(Resource("aws:s3/bucket:Bucket", "urn", "b", {}), {}) == NOT_APPLICABLE
    assert examiner(error=NotApplicableError()).verdict(IT, {}) == NOT_APPLICABLE


def test_a_control_that_fails_hides_nothing_and_passes_nothing():
    """It says where it failed, and repeats nothing of the error: that may hold a secret."""
    verdict = examiner(FINDING, error=ValueError("hunter2")).verdict(IT, {})

    assert verdict.outcome == "fail"
    assert verdict.violations[0] == Message("name: must be right", "urn:it")
    assert "the control itself failed" in verdict.violations[1].text
    assert "ValueError in test_verdict.py line" in verdict.violations[1].text
    assert "hunter2" not in verdict.violations[1].text


def test_a_stack_control_that_fails_keeps_what_it_found_before():
    verdict = examiner((IT, FINDING), error=KeyError("x"), stack=True).verdict(Stack((IT,), examiner().record), {})

    assert [message.urn for message in verdict.violations] == ["urn:it", ""]


def test_an_exemption_covers_its_resource_alone():
    configuration = {"exemptions": [EXEMPTION]}
    verdict = examiner((IT, FINDING), (OTHER, FINDING), (None, FINDING), stack=True).verdict(
        Stack((IT, OTHER), examiner().record), configuration
    )

    assert verdict == Verdict("fail", (Message("name: must be right", "urn:other"), Message("name: must be right", "")))


def test_what_is_wrong_with_the_configuration_is_said_once_on_the_root_of_the_stack():
    judged = examiner()
    configuration = {"unknow": "warn"}
    text = "configuration.unknow: is not a known setting; write 'unknown'"

    assert judged.verdict(IT, configuration) == Verdict("pass")
    assert judged.verdict(ROOT, configuration) == Verdict("fail", (Message(text, "urn:root"),))
    assert judged.verdict(ROOT, {"unknown": "warn"}) == NOT_APPLICABLE


def test_what_is_wrong_with_the_configuration_of_a_stack_control_is_said_with_its_findings():
    judged = examiner((IT, FINDING), stack=True)

    assert judged.verdict(Stack((IT,), judged.record), {"unknown": 1}) == Verdict(
        "fail",
        (
            Message("configuration.unknown: must be a text, got 1; put it in quotes", ""),
            Message("name: must be right", "urn:it"),
        ),
    )
