import pytest
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.policies import policies

LEVELS = {"mandatory": proto.MANDATORY, "advisory": proto.ADVISORY, "disabled": proto.DISABLED}


@pytest.fixture(scope="module")
def told():
    """What the engine is told of each policy when it loads the pack."""
    servicer = _PolicyAnalyzerServicer("secure-ecr", "0.0.1", policies(), EnforcementLevel.ADVISORY)
    return {info.name: info for info in servicer.GetAnalyzerInfo(None, None).policies}


@pytest.mark.parametrize("control", CONTROLS, ids=NAMES)
def test_the_engine_is_told_everything_of_a_control(told, control):
    info = told[control.name]

    assert info.description == control.description
    assert info.enforcementLevel == LEVELS[control.levels.prod]
    assert info.severity == getattr(proto, f"POLICY_SEVERITY_{control.severity.upper()}")
    assert list(info.tags) == list(control.also_known_as)
    assert (info.remediation_steps, info.url) == (control.remediation, control.url)
    assert set(info.configSchema.properties) == {"unknown", "exemptions", *control.settings}
    assert (info.policy_type == proto.POLICY_TYPE_STACK) is (control.judge_stack is not None)


def test_security_hub_s_id_is_the_framework_s_reference(told):
    framework = told["ecr-repository-tag-immutability"].framework

    assert (framework.name, framework.reference) == ("AWS Security Hub", "ECR.2")
    assert told["ecr-repository-name"].framework.name == ""
