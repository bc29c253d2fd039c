import pytest
from ecr_model.findings import Finding
from ecr_model.policy.judgement import Judgement
from secure_ecr_policies.pack.control import Control, Levels, Unevaluated, remarks

METADATA = {
    "name": "a-control",
    "description": "A thing must be right.",
    "severity": "low",
    "levels": Levels(dev="advisory", prod="mandatory"),
    "reason": "It matters.",
    "remediation": "Mend it.",
    "url": "https://docs.aws.amazon.com/",
}


@pytest.mark.parametrize(
    "judges",
    [
        pytest.param({}, id="none"),
        pytest.param({"judge": iter, "judge_stack": iter}, id="both"),
    ],
)
def test_a_control_judges_in_one_way(judges):
    with pytest.raises(TypeError, match=r"^a-control: give judge or judge_stack$"):
        Control(**METADATA, **judges)


def test_a_judgement_is_told_findings_first():
    finding = Finding("policy.Statement[1]", "rule", "must be narrow")

    assert list(remarks(Judgement((finding,), ("policy.Statement[0]",)))) == [
        finding,
        Unevaluated("policy.Statement[0]"),
    ]


def test_what_was_not_evaluated_is_named_with_its_path_and_its_reason():
    assert str(Unevaluated("name")) == "not evaluated: name: known at the update only"
    assert str(Unevaluated("region", "nothing says it")) == "not evaluated: region: nothing says it"
