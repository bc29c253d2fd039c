import pytest
from secure_ecr_policies.pack.other_policies import KEY, KEY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

OFF = "enableKeyRotation: must be true, got false; write true"
ABSENT = "enableKeyRotation: must be true, got nothing, which means false; write true"
NOT_ITS_BUSINESS = ["not applicable"]


def not_evaluated(*names):
    return [f"not evaluated: {name}: known at the update only" for name in names]


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({"enableKeyRotation": True}, [], id="on"),
        pytest.param({"enableKeyRotation": True, "rotationPeriodInDays": 90}, [], id="every-90-days"),
        pytest.param({"enableKeyRotation": False}, [OFF], id="off"),
        pytest.param({}, [ABSENT], id="absent-is-off"),
        pytest.param({"enableKeyRotation": None}, [ABSENT], id="null-is-off"),
        pytest.param(
            {"enableKeyRotation": ["yes"]},
            ["enableKeyRotation: must be true, got a list; write true"],
            id="malformed",
        ),
        pytest.param({"customerMasterKeySpec": "SYMMETRIC_DEFAULT"}, [ABSENT], id="symmetric"),
        pytest.param({"customerMasterKeySpec": "RSA_4096"}, NOT_ITS_BUSINESS, id="asymmetric"),
        pytest.param({"keyUsage": "GENERATE_VERIFY_MAC"}, NOT_ITS_BUSINESS, id="message-authentication"),
        pytest.param({"customKeyStoreId": "cks-1"}, NOT_ITS_BUSINESS, id="custom-key-store"),
        pytest.param({"customKeyStoreId": UNKNOWN}, NOT_ITS_BUSINESS, id="custom-key-store-of-the-stack"),
        pytest.param({"xksKeyId": "key-1"}, NOT_ITS_BUSINESS, id="external-key-store"),
        pytest.param({"enableKeyRotation": UNKNOWN}, not_evaluated("enableKeyRotation"), id="unknown"),
        pytest.param({"keyUsage": UNKNOWN}, not_evaluated("keyUsage"), id="unknown-usage"),
        pytest.param(
            {"customerMasterKeySpec": UNKNOWN, "enableKeyRotation": True}, [], id="on-whatever-the-key-will-be"
        ),
    ],
)
def test_judges_keys(findings, props, expected):
    assert findings(KEY, props) == expected


def test_looks_at_keys_alone(findings):
    assert findings(KEY_POLICY, {}) == ["not applicable"]
