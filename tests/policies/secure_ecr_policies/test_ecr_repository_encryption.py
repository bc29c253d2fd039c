import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

TYPE = "encryptionConfigurations[0].encryptionType"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/0d1e2f"
FIX = "write 'KMS' before there are images: the change replaces the repository"
ABSENT = f"{TYPE}: must be 'KMS', got nothing, which means 'AES256'; {FIX}"
NOT_EVALUATED = f"not evaluated: {TYPE}: known at the update only"
WITH_KEY = (
    f"encryptionConfigurations[0].kmsKey: must be absent when the encryption type is 'AES256', got '{KEY}';"
    f" set {TYPE} to 'KMS', or remove the key"
)


def encrypted(**configuration):
    return {"encryptionConfigurations": [configuration], "region": "eu-central-1"}


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param(encrypted(encryptionType="KMS"), [], id="aws-key"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey=KEY), [], id="own-key"),
        pytest.param(encrypted(encryption_type="KMS", kms_key=KEY, __defaults=[]), [], id="snake-case"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey=UNKNOWN), [], id="unknown-key-is-not-this-control's"),
        pytest.param(encrypted(encryptionType="KMS", kmsKey="alias/x"), [], id="alias-is-not-this-control's"),
        pytest.param({}, [ABSENT], id="absent-is-aes"),
        pytest.param({"encryptionConfigurations": []}, [ABSENT], id="empty-is-aes"),
        pytest.param({"encryptionConfigurations": "KMS"}, [ABSENT], id="malformed"),
        pytest.param(
            encrypted(encryptionType="AES256"), [f"{TYPE}: must be 'KMS', got 'AES256'; {FIX}"], id="aes-written-out"
        ),
        pytest.param(
            encrypted(encryptionType="kms"),
            [f"{TYPE}: must be 'AES256', 'KMS' or 'KMS_DSSE', got 'kms'; write 'KMS'"],
            id="lower-case",
        ),
        pytest.param(encrypted(encryptionType="AES256", kmsKey=KEY), [WITH_KEY], id="key-with-aes"),
        pytest.param(encrypted(kmsKey=KEY), [WITH_KEY], id="key-without-type"),
        pytest.param({"encryptionConfigurations": UNKNOWN}, [NOT_EVALUATED], id="unknown"),
        pytest.param({"encryptionConfigurations": [UNKNOWN]}, [NOT_EVALUATED], id="unknown-object"),
        pytest.param(encrypted(encryptionType=UNKNOWN, kmsKey=KEY), [NOT_EVALUATED], id="unknown-type"),
        pytest.param(
            encrypted(encryptionType="KMS_DSSE"),
            [f"{TYPE}: must not be 'KMS_DSSE' outside the AWS GovCloud (US) Regions, got 'eu-central-1'; write 'KMS'"],
            id="dual-layer-where-there-is-none",
        ),
        pytest.param(
            encrypted(encryptionType="KMS_DSSE") | {"region": "us-gov-west-1"}, [], id="dual-layer-in-govcloud"
        ),
        pytest.param(
            encrypted(encryptionType="KMS_DSSE") | {"region": UNKNOWN},
            ["not evaluated: region: 'KMS_DSSE' exists in some Regions only; set region"],
            id="dual-layer-somewhere",
        ),
    ],
)
def test_judges_repositories(findings, props, expected):
    assert findings(REPOSITORY, props) == expected


def test_the_provider_says_the_region_that_the_resource_does_not(findings):
    props = {"encryptionConfigurations": [{"encryptionType": "KMS_DSSE"}]}

    assert findings(REPOSITORY, props, provider={"region": "us-gov-west-1"}) == []
    assert findings(REPOSITORY, props, provider={"region": "eu-west-1"}) == [
        f"{TYPE}: must not be 'KMS_DSSE' outside the AWS GovCloud (US) Regions, got 'eu-west-1'; write 'KMS'"
    ]


def test_looks_at_repositories_alone(findings):
    assert findings(LIFECYCLE_POLICY, {}) == ["not applicable"]
