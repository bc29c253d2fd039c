from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.provider.documents import normalize, same_lifecycle, same_policy

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def policy(**members):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **members}]})


def rule(priority, **selection):
    return {"rulePriority": priority, "selection": {"tagStatus": "tagged", **selection}, "action": {"type": "expire"}}


def lifecycle(*rules):
    return json.dumps({"rules": list(rules)})


@given(st.dictionaries(st.text(), documents))
def test_one_document_has_one_spelling(document):
    assert normalize(json.dumps(document, indent=3)) == normalize(document)
    assert json.loads(normalize(document)) == document


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(policy(Action="ecr:*"), policy(Action=["ecr:*"]), id="list-of-one"),
        pytest.param(policy(Action=["a:b", "c:d"]), policy(Action=["c:d", "a:b"]), id="order-of-actions"),
        pytest.param(policy(Effect="Allow"), policy(Effect="allow"), id="case-of-the-effect"),
        pytest.param(
            policy(Principal={"AWS": "123456789012"}),
            policy(Principal={"AWS": ["arn:aws:iam::123456789012:root"]}),
            id="account-and-its-root",
        ),
        pytest.param(
            policy(Condition={"StringLike": {"aws:SourceArn": "x"}}),
            policy(Condition={"StringLike": {"aws:SourceArn": ["x"]}}),
            id="condition-of-one",
        ),
        pytest.param(
            '{"Statement": {"Effect": "Allow"}}', '{"Statement": [{"Effect": "Allow"}]}', id="statement-without-list"
        ),
        pytest.param(
            '{"Statement": [{"Sid": "a"}, {"Sid": "b"}]}',
            '{"Statement": [{"Sid": "b"}, {"Sid": "a"}]}',
            id="order-of-statements",
        ),
        pytest.param("no json", "no json", id="the-same-text"),
    ],
)
def test_policies_that_say_the_same(one, other):
    assert same_policy(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(policy(Action="ecr:*"), policy(Action="ecr:Get*"), id="action"),
        pytest.param(policy(Principal="*"), policy(Principal={"AWS": "*"}), id="everyone-and-every-account"),
        pytest.param(policy(Sid="a"), policy(Sid="b"), id="sid"),
        pytest.param(policy(Effect="Allow"), policy(Effect="Deny"), id="effect"),
        pytest.param(
            policy(Condition={"StringLike": {"k": ["x"]}}),
            policy(Condition={"StringLike": {"k": ["y"]}}),
            id="condition",
        ),
        pytest.param(policy(), "no json", id="no-json"),
        pytest.param(policy(), "[]", id="no-document"),
    ],
)
def test_policies_that_do_not(one, other):
    assert not same_policy(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(lifecycle(rule(1), rule(2)), lifecycle(rule(2), rule(1)), True, id="order-of-rules"),
        pytest.param(
            lifecycle(rule(1, tagPrefixList=["a", "b"])),
            lifecycle(rule(1, tagPrefixList=["b", "a"])),
            True,
            id="order-of-prefixes",
        ),
        pytest.param(lifecycle(rule(1, tagPatternList=[])), lifecycle(rule(1)), True, id="empty-list"),
        pytest.param(lifecycle(rule(1)), lifecycle(rule(2)), False, id="priority"),
        pytest.param(lifecycle(rule(1, storageClass="archive")), lifecycle(rule(1)), False, id="storage-class"),
        pytest.param(lifecycle(rule(1)), '{"rules": [1]}', False, id="no-rules"),
    ],
)
def test_compares_lifecycle_policies(one, other, same):
    assert same_lifecycle(one, other) is same
