import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

PATH = "imageScanningConfiguration.scanOnPush"
ABSENT = f"{PATH}: must be true, got nothing, which means false; write true"
NOT_EVALUATED = f"not evaluated: {PATH}: known at the update only"


@pytest.mark.parametrize(
    ("scanning", "expected"),
    [
        pytest.param({"scanOnPush": True}, [], id="on"),
        pytest.param({"scan_on_push": True, "__defaults": []}, [], id="snake-case"),
        pytest.param({"scanOnPush": False}, [f"{PATH}: must be true, got false; write true"], id="off"),
        pytest.param({"scanOnPush": "true"}, [f"{PATH}: must be true, got 'true'; write true"], id="text"),
        pytest.param({}, [ABSENT], id="empty"),
        pytest.param(None, [ABSENT], id="null"),
        pytest.param(3, [ABSENT], id="malformed"),
        pytest.param({"scanOnPush": UNKNOWN}, [NOT_EVALUATED], id="unknown-flag"),
        pytest.param(UNKNOWN, [NOT_EVALUATED], id="unknown"),
    ],
)
def test_judges_repositories(findings, scanning, expected):
    assert findings(REPOSITORY, {"imageScanningConfiguration": scanning}) == expected


def test_absent_means_not_scanned(findings):
    assert findings(REPOSITORY, {}) == [ABSENT]


def test_looks_at_repositories_alone(findings):
    assert findings(LIFECYCLE_POLICY, {}) == ["not applicable"]
