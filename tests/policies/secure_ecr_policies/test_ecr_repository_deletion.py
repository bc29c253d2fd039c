import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, REPOSITORY_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

UNPROTECTED = "options.protect: must be true, got false; set the resource option protect"
KEEPS_IMAGES = "remove it: ECR then refuses to delete a repository that holds images"


def ignored(path):
    return (
        f"options.ignoreChanges: must not name a property that security depends on, got '{path}';"
        " remove it, so that a preview shows what has changed"
    )


@pytest.mark.parametrize(
    ("props", "options", "expected"),
    [
        pytest.param({}, {}, [], id="protected"),
        pytest.param({"forceDelete": False}, {}, [], id="no-force-written-out"),
        pytest.param({}, {"protect": False}, [UNPROTECTED], id="unprotected"),
        pytest.param({}, {"protect": False, "config": {"protect": False}}, [], id="unprotected-where-allowed"),
        pytest.param(
            {"forceDelete": True}, {}, [f"forceDelete: must not be true, got true; {KEEPS_IMAGES}"], id="force"
        ),
        pytest.param(
            {"forceDelete": "yes"}, {}, [f"forceDelete: must not be true, got 'yes'; {KEEPS_IMAGES}"], id="malformed"
        ),
        pytest.param(
            {"forceDelete": UNKNOWN},
            {"protect": False},
            [UNPROTECTED, "not evaluated: forceDelete: known at the update only"],
            id="unknown-force-the-rest-judged",
        ),
        pytest.param({}, {"ignore_changes": ["tags.team", "forceDeleted"]}, [], id="harmless-ignored"),
        pytest.param(
            {},
            {"ignore_changes": ["imageTagMutability", "encryptionConfigurations[0].kmsKey", "*"]},
            [ignored("imageTagMutability"), ignored("encryptionConfigurations[0].kmsKey"), ignored("*")],
            id="security-ignored",
        ),
        pytest.param(
            {},
            {"ignore_changes": ['["forceDelete"]', '["imageScanningConfiguration"].scanOnPush', '["tags"]']},
            [ignored('["forceDelete"]'), ignored('["imageScanningConfiguration"].scanOnPush')],
            id="security-ignored-in-brackets",
        ),
    ],
)
def test_judges_repositories(findings, props, options, expected):
    assert findings(REPOSITORY, props, **options) == expected


def test_a_repository_policy_needs_no_protection_but_must_not_drift(findings):
    assert findings(REPOSITORY_POLICY, {}, protect=False) == []
    assert findings(REPOSITORY_POLICY, {}, ignore_changes=["policy"]) == [ignored("policy")]


def test_looks_at_repositories_and_their_policies_alone(findings):
    assert findings(LIFECYCLE_POLICY, {}, ignore_changes=["policy"]) == ["not applicable"]
