"""Verdicts on policies that are not known in full."""

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.document import read_policy
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.notes import UNKNOWN


def judge(*statements, broken=True):
    document, _ = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, REPOSITORY_POLICY)
    return judge_statements(
        document, "p", ("Principal",), lambda _, path: [Finding(path, "rule", "must not be")] if broken else []
    )


ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "ecr:PutImage"}
BROKEN = Judgement((Finding("p.Statement[0]", "rule", "must not be"),))


def test_judges_what_is_allowed():
    assert judge(ALLOW) == BROKEN
    assert judge({**ALLOW, "Effect": "Deny"}) == Judgement()


@pytest.mark.parametrize(
    ("rest", "broken", "expected"),
    [
        pytest.param({"Condition": UNKNOWN}, True, Judgement((), ("p.Statement[0].Condition",)), id="may-be-narrower"),
        pytest.param({"Effect": UNKNOWN}, True, Judgement((), ("p.Statement[0].Effect",)), id="may-be-deny"),
        pytest.param({"Condition": UNKNOWN}, False, Judgement(), id="is-fine-without"),
        pytest.param({"Principal": UNKNOWN}, False, Judgement((), ("p.Statement[0].Principal",)), id="may-be-wider"),
        pytest.param({"Action": UNKNOWN}, True, BROKEN, id="decides-nothing"),
    ],
)
def test_judges_what_is_known(rest, broken, expected):
    assert judge({**ALLOW, **rest}, broken=broken) == expected


def test_a_statement_of_which_nothing_is_known_is_not_evaluated():
    assert judge(UNKNOWN, ALLOW, broken=False) == Judgement((), ("p.Statement[0]",))
