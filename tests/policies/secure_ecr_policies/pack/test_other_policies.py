from ecr_model.findings import Finding
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import KEY_POLICY
from secure_ecr_policies.pack.control import Unevaluated
from secure_ecr_policies.pack.other_policies import judge_policy
from secure_ecr_policies.pack.values import UNKNOWN

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": UNKNOWN, "Resource": "*"}


def say_everything(document, *, field):
    return Judgement((Finding(field, "rule", "is wrong"),), (*(f"{field}.{path}" for path in document.unknown), field))


def remarks(source):
    return [*judge_policy(source, KEY_POLICY, "policy", say_everything, "depends on the account")]


def test_says_what_the_judgement_says_and_why_something_is_left_open():
    assert remarks({"Statement": [STATEMENT]}) == [
        Finding("policy", "rule", "is wrong"),
        Unevaluated("policy.Statement[0].Action"),
        Unevaluated("policy", "depends on the account"),
    ]


def test_says_why_there_is_no_policy():
    assert remarks(7) == [Finding("policy", "document-object", "must be a JSON object or its text", "7")]
