import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

PATH = "encryptionConfigurations[0].kmsKey"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/0d1e2f"
ABSENT = (
    f"{PATH}: must name a key of your own, got nothing, so AWS holds the key;"
    " write its ARN before there are images: the change replaces the repository"
)
ALIAS = (
    f"{PATH}: must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>', got 'alias/images';"
    " write the key's ARN: ECR stores that, and anything else is a difference at every preview"
)
NOT_ALLOWED = (
    f"{PATH}: must be on the list of allowed keys, got '{KEY}9'; use a key of the list, or have this one put on it"
)
NOT_EVALUATED = f"not evaluated: {PATH}: known at the update only"
NO_REGION = "not evaluated: region: the key must be in the Region of the repository; set region"


def encrypted(**configuration):
    return {"encryptionConfigurations": [configuration], "region": "eu-central-1"}


@pytest.mark.parametrize(
    ("props", "config", "expected"),
    [
        pytest.param(encrypted(encryptionType="KMS", kmsKey=KEY), {}, [], id="key"),
        pytest.param(encrypted(encryption_type="KMS", kms_key=KEY), {}, [], id="snake-case"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey=UNKNOWN), {}, [], id="unknown-key-counts-as-set"),
        pytest.param(
            {"encryptionConfigurations": UNKNOWN},
            {},
            [NOT_EVALUATED],
            id="unknown",
        ),
        pytest.param({}, {}, [ABSENT], id="absent"),
        pytest.param({"encryptionConfigurations": "KMS"}, {}, [ABSENT], id="malformed"),
        pytest.param(encrypted(encryptionType="KMS"), {}, [ABSENT], id="aws-key"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey=""), {}, [ABSENT], id="empty"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey="alias/images"), {}, [ALIAS], id="alias"),
        pytest.param(
            encrypted(encryptionType="KMS", kmsKey=KEY) | {"region": "eu-west-1"},
            {},
            [f"{PATH}: must be a key in 'eu-west-1', where the repository is, got 'eu-central-1'"],
            id="other-region",
        ),
        pytest.param({"encryptionConfigurations": [{"kmsKey": KEY}]}, {}, [NO_REGION], id="region-that-nothing-says"),
        pytest.param(encrypted(kmsKey=KEY) | {"region": UNKNOWN}, {}, [NO_REGION], id="unknown-region"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey=KEY), {"keys": [KEY]}, [], id="allowed-key"),
        pytest.param(
            encrypted(encryptionType="KMS", kmsKey=f"{KEY}9"),
            {"keys": [KEY]},
            [NOT_ALLOWED],
            id="key-not-allowed",
        ),
    ],
)
def test_judges_repositories(findings, props, config, expected):
    assert findings(REPOSITORY, props, config=config) == expected


def test_looks_at_repositories_alone(findings):
    assert findings(LIFECYCLE_POLICY, {}) == ["not applicable"]
