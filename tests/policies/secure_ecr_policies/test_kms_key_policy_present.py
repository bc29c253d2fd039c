import json

import pytest
from secure_ecr_policies.pack.other_policies import KEY, KEY_POLICY, KEYS, ROLE
from secure_ecr_policies.pack.resource import STACK
from secure_ecr_policies.pack.values import UNKNOWN

ACCOUNT = "111122223333"
ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0d1e2f"
ABSENT = (
    "policy: must say more than KMS's default, by which whatever IAM of the account says holds for the key,"
    " got nothing; write a policy that names who administers the key and who uses it, here or as a KeyPolicy"
)
WRITTEN = ABSENT.replace("got nothing", "got that default")
ADRIFT = "not evaluated: policy: the key policy policy is for a key that is known at the update only"
DEFAULT = {
    "Id": "key-default-1",
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    ],
}
OWN = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:Put*", "Resource": "*"}]}


@pytest.fixture
def key(declared):
    return lambda name="key", depends=None, **props: declared(KEY, props, name, depends=depends or {})


@pytest.fixture
def policy(declared):
    def build(key_id, depends=(), name="policy"):
        return declared(KEY_POLICY, {"keyId": key_id, "policy": OWN}, name, depends={"keyId": depends})

    return build


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        pytest.param({"policy": OWN}, [], id="object"),
        pytest.param({"policy": json.dumps(OWN)}, [], id="text"),
        pytest.param({}, [ABSENT], id="absent"),
        pytest.param({"policy": json.dumps(DEFAULT)}, [WRITTEN], id="what-kms-writes"),
        pytest.param({"policy": UNKNOWN}, [ABSENT], id="what-kms-will-write"),
        pytest.param({"policy": "{"}, [], id="malformed-is-kms-key-policy's"),
    ],
)
def test_judges_inline_policies(stack_findings, key, props, expected):
    assert stack_findings(key(**props)) == [f"key: {text}" for text in expected]


@pytest.mark.parametrize("type_", KEYS)
def test_looks_at_keys_of_every_kind(stack_findings, declared, type_):
    assert stack_findings(declared(type_, {}, "key")) == [f"key: {ABSENT}"]


def test_a_policy_that_the_stack_makes_counts_as_given(stack_findings, declared, key):
    role = declared(ROLE, {}, "role")

    assert stack_findings(role, key(policy=UNKNOWN, depends={"policy": [role.urn]})) == []


def test_a_policy_by_id_by_arn_and_by_what_an_unknown_id_is_made_of(stack_findings, key, policy):
    made, new = key(keyId="0d1e2f", id="0d1e2f", arn=ARN), key("new", keyId=UNKNOWN)

    assert stack_findings(made, policy("0d1e2f")) == []
    assert stack_findings(made, policy(ARN)) == []
    assert stack_findings(new, policy(UNKNOWN, [new.urn])) == []
    assert stack_findings(made, new, policy(UNKNOWN, [new.urn])) == [f"key: {ABSENT}"]


def test_a_policy_of_an_unknown_key_may_be_that_of_one(stack_findings, key, policy):
    assert stack_findings(key(), policy(UNKNOWN)) == [f"key: {ADRIFT}"]
    assert stack_findings(key(), key("other"), policy(UNKNOWN)) == [f"key: {ABSENT}", f"other: {ABSENT}"]
    assert stack_findings(key(), policy("1234")) == [f"key: {ABSENT}"]


def test_one_odd_resource_does_not_hide_another(stack_findings, declared, key):
    odd = declared(KEY_POLICY, {"keyId": {"id": 7}, "policy": None}, "odd")

    assert stack_findings(odd, key(policy=[7]), key("bare")) == [f"bare: {ABSENT}"]


def test_a_stack_without_keys_is_not_its_business(stack_findings, declared, policy):
    assert stack_findings(declared(STACK), policy("0d1e2f")) == ["not applicable"]
