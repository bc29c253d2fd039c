import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

OURS = "123456789012"
CONFIG = {"account_id": OURS}
KEY = f"arn:aws:kms:eu-west-1:{OURS}:key/1234abcd"
ROLE = f"arn:aws:iam::{OURS}:role/ecr-template"
SECURE = {
    "prefix": "shop",
    "appliedFors": ["REPLICATION"],
    "imageTagMutability": "IMMUTABLE",
    "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
    "lifecyclePolicy": "{}",
    "customRoleArn": ROLE,
    "region": "eu-west-1",
}
ENCRYPTION = "encryptionConfigurations[0]"
AES256 = f"{ENCRYPTION}.encryptionType: must be 'KMS', got 'AES256'; write 'KMS', with the ARN of the key"
UNENCRYPTED = f"{ENCRYPTION}: must be 'KMS', got nothing, which means 'AES256'; write 'KMS', with the ARN of the key"
KEYLESS = f"{ENCRYPTION}.kmsKey: must name a key of your own, got nothing, so AWS holds the key; write its full ARN"
KEPT = "lifecyclePolicy: must be given: without it the repositories keep every image for ever"
MUTABLE = "imageTagMutability: must be 'IMMUTABLE', got nothing, which means 'MUTABLE'"
ROLELESS = (
    "customRoleArn: must be given when repositories get resource tags or a KMS key;"
    " name a role that ECR may assume: its service-linked role can do neither"
)
EXCLUDING = {
    "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
    "imageTagMutabilityExclusionFilters": [{"filter": "branch-*", "filter_type": "WILDCARD", "__defaults": []}],
}


def later(path):
    return f"not evaluated: {path}: known at the update only"


@pytest.mark.parametrize(
    ("changes", "config", "expected"),
    [
        pytest.param({}, {}, [], id="secure"),
        pytest.param({"imageTagMutability": None}, {}, [MUTABLE], id="mutable"),
        pytest.param(
            {"imageTagMutability": "MUTABLE", "appliedFors": ["PULL_THROUGH_CACHE"]}, {}, [], id="cache-may-be-mutable"
        ),
        pytest.param(
            {"imageTagMutability": None, "appliedFors": ["PULL_THROUGH_CACHE", "CREATE_ON_PUSH"]},
            {},
            [MUTABLE],
            id="pushes-beside-the-cache-may-not",
        ),
        pytest.param(EXCLUDING, {"mutable_tags": ["branch-*"]}, [], id="allowed-exclusion"),
        pytest.param(
            EXCLUDING,
            {},
            [
                (
                    "imageTagMutabilityExclusionFilters[0].filter: must be on the list of allowed exclusion filters,"
                    " got 'branch-*'; remove it, or have it put on the list"
                )
            ],
            id="exclusion",
        ),
        pytest.param({"encryptionConfigurations": [{"encryptionType": "AES256"}]}, {}, [AES256], id="aes"),
        pytest.param({"encryptionConfigurations": None}, {}, [UNENCRYPTED], id="encryption-absent"),
        pytest.param({"encryptionConfigurations": []}, {}, [UNENCRYPTED], id="encryption-empty"),
        pytest.param({"encryptionConfigurations": [{"encryptionType": "KMS"}]}, {}, [KEYLESS], id="key-of-aws"),
        pytest.param(
            {"encryptionConfigurations": [{"encryptionType": "KMS"}]},
            {"customer_key": False},
            [],
            id="key-of-aws-allowed",
        ),
        pytest.param(
            {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "alias/shop"}]},
            {},
            [
                (
                    f"{ENCRYPTION}.kmsKey: must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>'"
                    ", got 'alias/shop';"
                    " write the key's ARN: ECR stores that, and anything else is a difference at every preview"
                )
            ],
            id="alias",
        ),
        pytest.param(
            {"region": "eu-north-1"},
            {},
            [f"{ENCRYPTION}.kmsKey: must be a key in 'eu-north-1', where the repository is, got 'eu-west-1'"],
            id="key-of-another-region",
        ),
        pytest.param({"lifecyclePolicy": None}, {}, [KEPT], id="no-lifecycle"),
        pytest.param({"lifecyclePolicy": "", "repositoryPolicy": "{"}, {}, [KEPT], id="grammar-is-for-other-controls"),
        pytest.param({"customRoleArn": None}, {}, [ROLELESS], id="role-for-a-key"),
        pytest.param(
            {"customRoleArn": None, "encryptionConfigurations": None, "resourceTags": {"team": "shop"}},
            {},
            [ROLELESS, UNENCRYPTED],
            id="role-for-tags",
        ),
        pytest.param(
            {"customRoleArn": ROLE.replace(OURS, "111122223333")},
            {},
            [
                (
                    f"customRoleArn: must be a role of account {OURS}, the registry's own,"
                    " got 'arn:aws:iam::111122223333:role/ecr-template'"
                )
            ],
            id="role-of-another-account",
        ),
        pytest.param(
            {"prefix": None, "appliedFors": ["PUSH"]},
            {},
            [
                "prefix: must be given",
                "appliedFors[0]: must be 'REPLICATION', 'PULL_THROUGH_CACHE' or 'CREATE_ON_PUSH', got 'PUSH'",
            ],
            id="what-ecr-refuses",
        ),
        pytest.param(
            {"encryptionConfigurations": "KMS", "appliedFors": {}, "resourceTags": 7, "region": []},
            {},
            [
                "appliedFors: must be a list, got a dict",
                "resourceTags: must be an object, got 7",
                f"{ENCRYPTION}: must be an object, got 'KMS'",
                UNENCRYPTED,
            ],
            id="malformed",
        ),
        pytest.param(
            {
                "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": UNKNOWN}],
                "customRoleArn": UNKNOWN,
                "lifecyclePolicy": UNKNOWN,
                "resourceTags": {"team": UNKNOWN},
            },
            {},
            [],
            id="unknown-key-role-and-policy-are-some",
        ),
        pytest.param({"imageTagMutability": UNKNOWN}, {}, [later("imageTagMutability")], id="unknown-mutability"),
        pytest.param(
            {"appliedFors": UNKNOWN, "imageTagMutability": "MUTABLE", "lifecyclePolicy": None},
            {},
            [KEPT, later("appliedFors")],
            id="unknown-use",
        ),
        pytest.param({"encryptionConfigurations": [UNKNOWN]}, {}, [later(ENCRYPTION)], id="unknown-encryption"),
        pytest.param(
            {"encryptionConfigurations": [{"encryptionType": UNKNOWN, "kmsKey": KEY}]},
            {},
            [later(f"{ENCRYPTION}.encryptionType")],
            id="unknown-encryption-type",
        ),
    ],
)
def test_judges_templates(findings, changes, config, expected):
    assert findings(CREATION_TEMPLATE, SECURE | changes, config=CONFIG | config) == expected


def test_looks_at_templates_alone(findings):
    assert findings(REPOSITORY, {}) == ["not applicable"]
