import pytest
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.templates import SECURITY, judge_security, template_document, template_path
from secure_ecr_policies.pack.values import UNKNOWN

ABSENT = dict.fromkeys(
    (
        "prefix",
        "description",
        "imageTagMutability",
        "imageTagMutabilityExclusionFilters",
        "repositoryPolicy",
        "lifecyclePolicy",
        "customRoleArn",
        "appliedFor",
        "encryptionConfiguration",
        "resourceTags",
    )
)


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({}, {}, id="empty"),
        pytest.param(
            {
                "prefix": "shop",
                "appliedFors": ["REPLICATION"],
                "encryptionConfigurations": [{"encryption_type": "KMS"}],
                "resourceTags": {"cost_center": "7"},
                "registryId": "123456789012",
            },
            {
                "prefix": "shop",
                "appliedFor": ["REPLICATION"],
                "encryptionConfiguration": {"encryptionType": "KMS"},
                "resourceTags": {"cost_center": "7"},
            },
            id="names-of-the-api",
        ),
        pytest.param({"encryptionConfigurations": []}, {}, id="no-encryption"),
        pytest.param(
            {"encryptionConfigurations": UNKNOWN}, {"encryptionConfiguration": UNKNOWN}, id="unknown-encryption"
        ),
    ],
)
def test_a_template_is_as_the_api_has_it(props, expected):
    assert template_document(Resource(CREATION_TEMPLATE, "urn", "it", props)) == ABSENT | expected


@pytest.mark.parametrize(
    ("path", "written"),
    [
        pytest.param("appliedFor", "appliedFors", id="use"),
        pytest.param("appliedFor[1]", "appliedFors[1]", id="one-use"),
        pytest.param("encryptionConfiguration.kmsKey", "encryptionConfigurations[0].kmsKey", id="key"),
        pytest.param("prefix", "prefix", id="prefix"),
    ],
)
def test_findings_are_where_the_program_writes(path, written):
    assert template_path(path) == written


def test_what_is_unknown_spares_what_depends_on_it_alone():
    document = ABSENT | {
        "appliedFor": [UNKNOWN],
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": UNKNOWN},
        "resourceTags": {"team": UNKNOWN},
    }
    findings, unknown = judge_security(document, Settings(SECURITY, {}))

    assert [finding.rule for finding in findings] == ["template-lifecycle"]
    assert unknown == ("appliedFor[0]",)
