"""Both servicers remediate in the SDK's way; what comes back is compared as the wire has it."""

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer
from secure_ecr_policies.catalogue import NAMES
from secure_ecr_policies.pack.other_policies import KEY
from secure_ecr_policies.pack.policies import policies
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.servicer import DecodeOnceServicer

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "swordfish"}
EXEMPTION = {
    "control": "ecr-repository-tag-immutability",
    "resource": "it",
    "owner": "payments",
    "reason": "the old pipeline moves tags",
    "ticket": "PAY-7",
    "expires": "2999-01-31",
}


def struct(values):
    message = struct_pb2.Struct()
    message.update(values)
    return message


def remediate(servicer, props, configuration, type_=REPOSITORY):
    """Return the properties after each remediation, by control."""
    analyzer = servicer("secure-ecr", "0.0.1", policies(), EnforcementLevel.ADVISORY)
    blocks = {
        name: proto.PolicyConfig(
            enforcementLevel=proto.REMEDIATE if name in configuration else proto.DISABLED,
            properties=struct(configuration.get(name, {})),
        )
        for name in NAMES
    }
    analyzer.Configure(proto.ConfigureAnalyzerRequest(policyConfig=blocks), None)
    urn = f"urn:pulumi:dev::shop::{type_}::it"
    request = proto.AnalyzeRequest(type=type_, urn=urn, name="it", properties=struct(props))
    response = analyzer.Remediate(request, None)
    return {each.policyName: json_format.MessageToDict(each.properties) for each in response.remediations}


IMMUTABILITY = "ecr-repository-tag-immutability"
SCANNING = "ecr-repository-scan-on-push"
ROTATION = "kms-key-rotation"


@pytest.mark.parametrize("servicer", [_PolicyAnalyzerServicer, DecodeOnceServicer])
@pytest.mark.parametrize(
    ("control", "props", "expected"),
    [
        pytest.param(
            IMMUTABILITY,
            {"name": UNKNOWN, "tags": SECRET, "imageTagMutability": "MUTABLE", "__defaults": ["imageTagMutability"]},
            {"name": UNKNOWN, "tags": SECRET, "imageTagMutability": "IMMUTABLE", "__defaults": []},
            id="secrets and unknown values stay what they are, and the mode is no default",
        ),
        pytest.param(IMMUTABILITY, {"name": "a"}, {"name": "a", "imageTagMutability": "IMMUTABLE"}, id="absent"),
        pytest.param(
            IMMUTABILITY,
            {
                "imageTagMutability": "MUTABLE_WITH_EXCLUSION",
                "imageTagMutabilityExclusionFilters": [{"filter": "v*", "filterType": "WILDCARD"}],
            },
            None,
            id="filters are somebody's decision",
        ),
        pytest.param(IMMUTABILITY, {"imageTagMutability": "IMMUTABLE"}, None, id="nothing to mend"),
        pytest.param(IMMUTABILITY, {"imageTagMutability": UNKNOWN}, None, id="unknown"),
        pytest.param(
            SCANNING,
            {"imageScanningConfiguration": {"scanOnPush": False, "__defaults": ["scanOnPush"]}},
            {"imageScanningConfiguration": {"scanOnPush": True, "__defaults": []}},
            id="inside an object",
        ),
        pytest.param(SCANNING, {}, {"imageScanningConfiguration": {"scanOnPush": True}}, id="without an object"),
        pytest.param(ROTATION, {}, {"enableKeyRotation": True}, id="a key that KMS can rotate"),
        pytest.param(ROTATION, {"customerMasterKeySpec": "RSA_4096"}, None, id="a key that KMS cannot rotate"),
        pytest.param(ROTATION, {"customerMasterKeySpec": UNKNOWN}, None, id="a key of an unknown kind"),
        pytest.param(ROTATION, {"customKeyStoreId": UNKNOWN}, None, id="a key of a key store"),
    ],
)
def test_mends_what_is_certain_and_nothing_else(servicer, control, props, expected):
    mended = remediate(servicer, props, {control: {}}, KEY if control == ROTATION else REPOSITORY)
    assert mended == ({} if expected is None else {control: expected})


@pytest.mark.parametrize("servicer", [_PolicyAnalyzerServicer, DecodeOnceServicer])
def test_mends_one_after_the_other(servicer):
    assert remediate(servicer, {}, {IMMUTABILITY: {}, SCANNING: {}}) == {
        IMMUTABILITY: {"imageTagMutability": "IMMUTABLE"},
        SCANNING: {"imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": {"scanOnPush": True}},
    }


@pytest.mark.parametrize("servicer", [_PolicyAnalyzerServicer, DecodeOnceServicer])
def test_leaves_alone_what_is_exempt_or_not_its_business(servicer):
    assert remediate(servicer, {}, {IMMUTABILITY: {"exemptions": [EXEMPTION]}}) == {}
    assert remediate(servicer, {}, {IMMUTABILITY: {}}, LIFECYCLE_POLICY) == {}


def test_a_pack_that_mends_nothing_reads_nothing():
    assert remediate(DecodeOnceServicer, {"imageTagMutability": "MUTABLE"}, {}) == {}
