import pytest
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.values import UNKNOWN

ARN = "arn:aws-cn:ecr:cn-north-1:111122223333:repository/api"
ROLE = "arn:aws:iam::444455556666:role/deploy"


def resource(props=None, provider=None):
    return Resource(REPOSITORY, "urn", "it", props or {}, provider=provider or {})


@pytest.mark.parametrize(
    ("props", "provider", "expected"),
    [
        pytest.param({"region": "eu-west-1", "arn": ARN}, {"region": "x"}, "eu-west-1", id="its-own"),
        pytest.param({"arn": ARN}, {"region": "x"}, "cn-north-1", id="its-arn"),
        pytest.param({}, {"region": "eu-west-1"}, "eu-west-1", id="its-provider"),
        pytest.param({"region": ""}, {}, None, id="nothing-says"),
        pytest.param({"region": UNKNOWN}, {"region": "eu-west-1"}, UNKNOWN, id="unknown"),
        pytest.param({"arn": UNKNOWN}, {"region": UNKNOWN}, UNKNOWN, id="unknown-provider"),
        pytest.param({"arn": "arn:aws:x"}, {}, None, id="no-arn"),
    ],
)
def test_region(props, provider, expected):
    assert resource(props, provider).region == expected


@pytest.mark.parametrize(
    ("props", "provider", "expected"),
    [
        pytest.param({"arn": ARN}, {"allowedAccountIds": '["999988887777"]'}, "111122223333", id="its-arn"),
        pytest.param({"registryId": "111122223333"}, {}, "111122223333", id="its-registry"),
        pytest.param(
            {}, {"assumeRoles": f'[{{"roleArn":"x"}},{{"roleArn":"{ROLE}"}}]'}, "444455556666", id="last-role"
        ),
        pytest.param({}, {"assumeRole": {"roleArn": ROLE}}, "444455556666", id="one-role"),
        pytest.param({}, {"allowedAccountIds": ["111122223333"]}, "111122223333", id="the-allowed-account"),
        pytest.param({}, {"allowedAccountIds": '["111122223333","444455556666"]'}, None, id="one-of-two"),
        pytest.param({"arn": UNKNOWN}, {"assumeRoles": UNKNOWN, "allowedAccountIds": "[1"}, None, id="nothing-says"),
    ],
)
def test_account(props, provider, expected):
    assert resource(props, provider).account_id == expected


@pytest.mark.parametrize(
    ("props", "path", "expected"),
    [
        pytest.param({"a": [{"b_c": 1}]}, "a[0]", {"bC": 1}, id="entry"),
        pytest.param({"a": {"b_c": 1}}, "a", {"bC": 1}, id="object"),
        pytest.param({"a": []}, "a[0]", {}, id="empty-list"),
        pytest.param({}, "a[0]", {}, id="absent"),
        pytest.param({"a": "text"}, "a", {}, id="malformed"),
        pytest.param({"a": UNKNOWN}, "a[0]", UNKNOWN, id="unknown-list"),
        pytest.param({"a": [UNKNOWN]}, "a[0]", UNKNOWN, id="unknown-entry"),
    ],
)
def test_object_at(props, path, expected):
    assert resource(props).object_at(path) == expected
