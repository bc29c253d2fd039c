"""Whole documents: reading, checking, rendering."""

import json
import time
from collections import UserDict, UserList
from contextlib import suppress

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.policy.document import (
    PolicyDocument,
    check_policy,
    check_registry_policy,
    check_repository_policy,
    parse_policy,
    read_policy,
    render_policy,
)
from ecr_model.policy.explanation import explain
from ecr_model.policy.exposure import judge_cross_account, judge_public_access, judge_service_access
from ecr_model.policy.kinds import IDENTITY_POLICY, KEY_POLICY, REGISTRY_POLICY, REPOSITORY_POLICY
from ecr_model.policy.notes import UNKNOWN
from hypothesis import given, settings
from hypothesis import strategies as st

STATEMENT = {
    "Sid": "Pull",
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
CANONICAL = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow",'
    '"Principal":{"AWS":["arn:aws:iam::111122223333:root"]},'
    '"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}'
)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(POLICY, id="object"),
        pytest.param(json.dumps(POLICY), id="text"),
        pytest.param(json.dumps(POLICY, indent=4).encode(), id="bytes"),
        pytest.param({**POLICY, "Statement": STATEMENT}, id="single-statement"),
        pytest.param(UserDict({**POLICY, "Statement": UserList([UserDict(STATEMENT)])}), id="no-dict-and-no-list"),
    ],
)
def test_renders_every_form_as_one(source):
    assert check_repository_policy(source) == ()
    assert render_policy(parse_policy(source, REPOSITORY_POLICY)) == CANONICAL


def test_renders_in_another_partition():
    assert '"arn:aws-cn:iam::111122223333:root"' in render_policy(
        parse_policy(POLICY, REPOSITORY_POLICY), partition="aws-cn"
    )


def test_renders_sorted_and_each_once():
    policy = {
        "Version": "2012-10-17",
        "Id": "x",
        "Statement": {
            "Effect": "Deny",
            "NotPrincipal": {
                "Service": ["b.amazonaws.com", "a.amazonaws.com"],
                "AWS": ["arn:aws:iam::111122223333:root", "111122223333"],
            },
            "NotAction": ["ecr:PutImage", "ecr:BatchGetImage", "ecr:PutImage"],
            "Condition": {
                "StringLike": {"aws:SourceVpc": ["vpc-2", "vpc-1"]},
                "Bool": {"aws:SecureTransport": False},
            },
        },
    }

    assert json.loads(render_policy(parse_policy(policy, REPOSITORY_POLICY))) == {
        "Version": "2012-10-17",
        "Id": "x",
        "Statement": [
            {
                "Effect": "Deny",
                "NotPrincipal": {
                    "AWS": ["arn:aws:iam::111122223333:root"],
                    "Service": ["a.amazonaws.com", "b.amazonaws.com"],
                },
                "NotAction": ["ecr:BatchGetImage", "ecr:PutImage"],
                "Condition": {
                    "Bool": {"aws:SecureTransport": ["false"]},
                    "StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-2"]},
                },
            }
        ],
    }


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}])
def test_renders_everyone_as_a_star(principal):
    policy = {**POLICY, "Statement": {**STATEMENT, "Principal": principal}}

    assert json.loads(render_policy(parse_policy(policy, REPOSITORY_POLICY)))["Statement"][0]["Principal"] == "*"


def test_the_limit_of_length_counts_the_last_character():
    padding = 10_240 - len(render_policy(parse_policy({**POLICY, "Id": "x"}, REPOSITORY_POLICY)))

    assert check_policy({**POLICY, "Id": "x" * (padding + 1)}, REPOSITORY_POLICY) == ()
    assert [f.requirement for f in check_policy({**POLICY, "Id": "x" * (padding + 2)}, REPOSITORY_POLICY)] == [
        "must be at most 10,240 characters"
    ]


VERSION_FIX = "write '2012-10-17'; it is the version of the policy language, not a date of yours"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(7, [Finding("p", "document-object", "must be a JSON object or its text", "7")], id="number"),
        pytest.param(
            {"Version": "2012-10-17"},
            [Finding("p", "policy-statement", "must have Statement", None, "add at least one statement")],
            id="no-statement",
        ),
        pytest.param(
            {**POLICY, "Statement": []},
            [Finding("p.Statement", "policy-statement", "must not be an empty list", None, "add a statement")],
            id="empty-list",
        ),
        pytest.param(
            {**POLICY, "Statement": None},
            [Finding("p.Statement", "policy-element", "must not be null", "null", "leave it out")],
            id="null",
        ),
        pytest.param(
            {**POLICY, "Statement": "x"},
            [Finding("p.Statement", "policy-statement", "must be an object", "'x'")],
            id="statement-text",
        ),
        pytest.param(
            {**POLICY, "Version": "2012-10-18"},
            [
                Finding(
                    "p.Version",
                    "policy-version",
                    "must be '2012-10-17' or '2008-10-17'",
                    "'2012-10-18'",
                    VERSION_FIX,
                )
            ],
            id="version",
        ),
        pytest.param(
            {**POLICY, "Statements": []},
            [
                Finding(
                    "p.Statements",
                    "policy-element",
                    "is no element of a policy",
                    "'Statements'",
                    "use 'Version', 'Id' or 'Statement'",
                )
            ],
            id="unknown-element",
        ),
        pytest.param(
            {**POLICY, "Statement": [STATEMENT, STATEMENT]},
            [
                Finding(
                    "p.Statement[1].Sid",
                    "policy-sid",
                    "must be unique in its policy",
                    "'Pull'",
                    "rename it: Statement[0] has the same",
                )
            ],
            id="sid-twice",
        ),
        pytest.param(
            {
                "Statement": {
                    **STATEMENT,
                    "Condition": {"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}},
                }
            },
            [
                Finding(
                    "p",
                    "policy-version",
                    "should be '2012-10-17' where a statement has a ${variable}: the older one takes it literally",
                    "'2008-10-17'",
                    severity="warning",
                )
            ],
            id="variable-in-the-older-version",
        ),
    ],
)
def test_finds(source, expected):
    assert list(check_policy(source, REPOSITORY_POLICY, "p")) == expected


def many(count: int) -> dict:
    return {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Sid": f"Pull{n}"} for n in range(count)]}


def test_finds_that_an_object_is_too_long_as_text():
    head, _, statement = CANONICAL.removesuffix("]}").partition('{"Sid":"Pull"')
    statements = [f'{{"Sid":"Pull{number}"{statement}' for number in range(100)]
    length = len(head + ",".join(statements) + "]}")

    assert check_repository_policy(many(100)) == (
        Finding("policy", "document-length", "must be at most 10,240 characters", f"{length:,} characters"),
    )


def test_a_longer_policy_is_a_key_policy():
    source = json.dumps({**POLICY, "Id": "x" * 20_000})

    assert [finding.rule for finding in check_repository_policy(source)] == ["document-length"]
    assert "document-length" not in [finding.rule for finding in check_policy(source, KEY_POLICY)]


def test_the_kinds_differ():
    assert check_registry_policy(POLICY) == (
        Finding("policy.Statement[0]", "policy-resource", "must have Resource or NotResource", None, "add Resource"),
    )


def test_refuses_with_all_errors():
    with pytest.raises(ModelError) as caught:
        parse_policy({"Version": "1", "Statement": {}}, REPOSITORY_POLICY)

    assert [finding.rule for finding in caught.value.findings] == [
        "policy-principal",
        "policy-action",
        "policy-effect",
        "policy-version",
    ]


def test_an_unknown_document_is_known_to_be_unknown():
    assert read_policy(UNKNOWN, REPOSITORY_POLICY) == (PolicyDocument((), unknown=("",)), ())


def test_keeps_the_paths_of_unknown_values():
    source = {"Version": UNKNOWN, "Statement": [UNKNOWN, {**STATEMENT, "Action": UNKNOWN}]}
    document, findings = read_policy(source, REPOSITORY_POLICY)

    assert findings == ()
    assert document.unknown == ("Statement[0]", "Statement[1].Action", "Version")


def test_renders_nothing_of_which_something_is_unknown():
    document, _ = read_policy({"Statement": {**STATEMENT, "Action": UNKNOWN}}, REPOSITORY_POLICY)
    with pytest.raises(ModelError) as caught:
        render_policy(document)

    assert caught.value.findings == (Finding("Statement.Action", "policy-unknown", "must be known to be written down"),)


def test_reads_five_thousand_wrong_statements_without_hanging():
    statements = [{"Effekt": "x", "Principal": {"AVS": n}, "Action": f"ecr:Putt{n}"} for n in range(5000)]
    started = time.monotonic()
    findings = check_repository_policy({"Statement": statements})

    assert len(findings) > 5000
    assert time.monotonic() - started < 10


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["*", "Allow", "ecr:*", "111122223333", "aws:PrincipalOrgID", "arn:aws:iam::1:root"])
    | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["AWS", "Service", "StringEquals", "StringLike", "aws:SourceIp", "aws:PrincipalArn", "x"])
            | st.text(max_size=8),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)
ELEMENTS = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "Condition", "effect"]
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "Version": VALUES,
        "Id": VALUES,
        "Statement": VALUES | st.lists(st.dictionaries(st.sampled_from(ELEMENTS), VALUES), max_size=3),
    },
)


def at(document, path: str):
    """Follow *path* into *document*; raises when it leads nowhere."""
    value = document
    for step in path.replace("]", "").replace("[", ".").split(".") if path else ():
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


@settings(max_examples=300)
@given(DOCUMENTS)
def test_says_of_anything_what_is_wrong_at_a_place_that_exists(source):
    document, findings = read_policy(source, REPOSITORY_POLICY, field="")
    for finding in findings:
        at(source, finding.field)
    assert document is not None
    explain(document)
    for judge in (
        judge_public_access(document, field=""),
        judge_service_access(document, field=""),
        judge_cross_account(document, account_id=None, field=""),
        judge_cross_account(document, account_id="111122223333", writes=True, field=""),
    ):
        for path in (*judge.not_evaluated, *(finding.field for finding in judge.findings)):
            at(source, path)


@settings(max_examples=200)
@given(VALUES | st.text() | st.binary())
def test_refuses_anything_else_with_its_own_error(source):
    with suppress(ModelError):
        assert isinstance(parse_policy(source, REPOSITORY_POLICY), PolicyDocument)


NAMES = st.sampled_from(["111122223333", "444455556666", "arn:aws:iam::111122223333:role/ci"])
SERVICES = st.sampled_from(["lambda.amazonaws.com", "codebuild.amazonaws.com"])
PRINCIPALS = st.just("*") | st.fixed_dictionaries(
    {"AWS": st.lists(NAMES, min_size=1)}, optional={"Service": st.lists(SERVICES, min_size=1)}
)
CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "ForAnyValue:StringLike", "ArnLikeIfExists"]),
    st.dictionaries(
        st.sampled_from(["aws:PrincipalOrgID", "aws:SourceVpc"]), st.lists(st.text(), min_size=1), min_size=1
    ),
    min_size=1,
)
ACTIONS = st.lists(st.sampled_from(["ecr:PutImage", "ecr:Batch*", "ecr:*"]), min_size=1)
RESOURCES = st.lists(st.sampled_from(["*", "arn:aws:ecr:*:111122223333:repository/a*"]), min_size=1)


def either(name, values):
    """Draw an element, or its opposite."""
    return st.sampled_from([name, f"Not{name}"]).flatmap(lambda key: st.fixed_dictionaries({key: values}))


@st.composite
def policies(draw, kind):
    """Draw policies of the whole grammar of their kind."""
    statements = []
    for number in range(draw(st.integers(1, 4))):
        statement = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
        statement |= draw(st.sampled_from([{}, {"Sid": f"Statement{number}"}]))
        if kind.principal == "required":
            statement |= draw(either("Principal", PRINCIPALS))
        statement |= draw(either("Action", ACTIONS))
        if kind.resource == "required":
            statement |= draw(either("Resource", RESOURCES))
        statements.append(statement | draw(st.just({}) | st.fixed_dictionaries({"Condition": CONDITIONS})))
    version = draw(st.sampled_from([{}, {"Version": "2012-10-17"}, {"Version": "2008-10-17", "Id": "id"}]))
    return {**version, "Statement": statements}


def meaning(document):
    """Return who may do what on what by each statement, and what limits that, in no order."""
    return [
        (
            *(e.effect, set(e.who), set(e.but), e.actions),
            *map(set, (e.statement.resources or (), e.statement.not_resources or ())),
            {(str(c.operator), c.name, frozenset(c.values)) for c in e.statement.conditions},
        )
        for e in explain(document)
    ]


@pytest.mark.parametrize("kind", [REPOSITORY_POLICY, REGISTRY_POLICY, IDENTITY_POLICY], ids=lambda kind: kind.name)
@given(data=st.data())
def test_a_canonical_document_renders_as_itself_and_means_the_same(kind, data):
    document = parse_policy(data.draw(policies(kind)), kind)
    text = render_policy(document)
    again = parse_policy(text, kind)

    assert render_policy(again) == text
    assert parse_policy(render_policy(again), kind) == again
    assert meaning(again) == meaning(document)
