"""`secure-ecr access explain`."""

import json

import pytest
from click.testing import CliRunner
from secure_ecr_ops.cli import main

ACCOUNT, OTHER = "111122223333", "444455556666"
PULL = {"Sid": "Pull", "Effect": "Allow", "Principal": {"AWS": [ACCOUNT, OTHER]}, "Action": "ecr:BatchGetImage"}
OPEN = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "ecr:PutImage",
    "Condition": {"Bool": {"aws:ViaAWSService": True}},
}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def run(document, *options, account=ACCOUNT):
    source = document if isinstance(document, (str, bytes)) else json.dumps(document)
    return CliRunner().invoke(main, ["access", "explain", "-", "--account", account, *options], input=source)


def explained(document, *options):
    result = run(document, "--json", *options)
    return result.exit_code, json.loads(result.stdout)


def party(kind, name, account=None, *, own=False, source=None):
    return {"kind": kind, "name": name, "account": account, "source": source, "own": own}


OUTSIDER = {
    "rule": "access-cross-account",
    "field": "Statement[0]",
    "message": f"statement 'Pull' must not let outsiders pull who are not on the allow-list, got account {OTHER} with "
    "ecr:BatchGetImage and no condition; remove the grant, or name it with --allow",
    "severity": "warning",
}


def test_explains_as_json():
    assert explained(policy(PULL)) == (
        0,
        {
            "statements": [
                {
                    "statement": "Pull",
                    "field": "Statement[0]",
                    "effect": "Allow",
                    "who": [party("account", ACCOUNT, ACCOUNT, own=True), party("account", OTHER, OTHER)],
                    "but": [],
                    "what": ["pull"],
                    "actions": ["ecr:BatchGetImage"],
                    "resources": None,
                    "not_resources": None,
                    "limited_by": [],
                    "not_limited_by": [],
                    "findings": [OUTSIDER],
                }
            ],
            "findings": [OUTSIDER],
        },
    )


def test_explains_conditions():
    _, answer = explained(policy(OPEN))
    (statement,) = answer["statements"]

    assert statement["who"] == [party("public", "*")]
    assert statement["not_limited_by"] == [{"condition": "Bool aws:ViaAWSService true", "reason": "does not say who"}]
    assert [finding["rule"] for finding in statement["findings"]] == ["access-public"]


def test_explains_for_people():
    limited = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "ecr:Batch*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": True}},
    }
    spared = {"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "ecr:DeleteRepository"}
    result = run(policy(PULL, limited, spared))

    assert result.stdout.splitlines()[:8] == [
        f"statement 'Pull' allows account {ACCOUNT} (its own), account {OTHER} (another account) to pull",
        "  by ecr:BatchGetImage",
        "Statement[1] allows organization o-1 to pull, read and administer",
        "  by ecr:Batch*",
        "  limited by StringEquals aws:PrincipalOrgID o-1",
        "  not limited by Bool aws:SecureTransport true, which does not say who",
        f"Statement[2] denies everyone but account {ACCOUNT} (its own) to administer",
        "  by ecr:DeleteRepository",
    ]
    assert "warning: statement 'Pull' must not let outsiders pull" in result.stdout


def test_explains_whom_a_deny_leaves_alone():
    perimeter = {
        "Effect": "Deny",
        "Principal": "*",
        "NotAction": "ecr:Batch*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
    }
    _, answer = explained(policy(perimeter))
    (statement,) = answer["statements"]

    assert (statement["who"], statement["but"]) == ([party("public", "*")], [party("organization", "o-1")])
    assert statement["limited_by"] == ["StringNotEquals aws:PrincipalOrgID o-1"]
    assert {action.partition(":")[0] for action in statement["actions"]} == {"ecr"}
    assert run(policy(perimeter)).stdout.splitlines() == [
        "Statement[0] denies everyone but organization o-1 to pull, read, push and administer",
        "  by everything but ecr:Batch*",
        "  limited by StringNotEquals aws:PrincipalOrgID o-1",
    ]


@pytest.mark.parametrize(
    ("document", "options", "code"),
    [
        pytest.param(policy({**PULL, "Principal": {"AWS": ACCOUNT}}), [], 0, id="fine"),
        pytest.param(policy(PULL), [], 0, id="warning"),
        pytest.param(policy(PULL), ["--strict"], 1, id="warning-counts"),
        pytest.param(policy(PULL), ["--strict", "--allow", OTHER], 0, id="allowed"),
        pytest.param(policy(OPEN), [], 1, id="error"),
        pytest.param(policy({**PULL, "Resource": "*"}), [], 1, id="resource-in-a-repository-policy"),
        pytest.param(
            policy({**PULL, "Resource": "*", "Principal": {"AWS": ACCOUNT}}), ["--registry"], 0, id="registry-policy"
        ),
        pytest.param("{", [], 2, id="no-json"),
        pytest.param("[]", [], 2, id="no-object"),
        pytest.param(b"\xff", [], 2, id="no-text"),
    ],
)
def test_exits(document, options, code):
    assert run(document, *options).exit_code == code
    assert run(document, "--json", *options).exit_code == code


WIDE = {"Sid": "All", "Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "ecr:*"}


@pytest.mark.parametrize(
    ("statement", "code", "found"),
    [
        pytest.param(
            WIDE | {"Resource": "*"},
            0,
            [("registry-wildcard", "Statement[0].Action", "warning")],
            id="every-action-for-an-outsider",
        ),
        pytest.param(
            WIDE | {"Resource": "arn:aws:s3:::images"},
            1,
            [
                ("registry-wildcard", "Statement[0].Action", "warning"),
                ("registry-resource", "Statement[0].Resource", "error"),
            ],
            id="a-resource-of-another-service",
        ),
        pytest.param(WIDE | {"Principal": {"AWS": ACCOUNT}, "Resource": "*"}, 0, [], id="its-own-account"),
        pytest.param(
            WIDE | {"Action": "ecr:ReplicateImage", "Resource": f"arn:aws:ecr:eu-west-1:{OTHER}:repository/*"},
            1,
            [("registry-resource", "Statement[0].Resource", "error")],
            id="a-repository-of-another-account",
        ),
    ],
)
def test_judges_a_policy_of_a_registry(statement, code, found):
    exit_code, answer = explained(policy(statement), "--registry", "--allow", OTHER)

    assert exit_code == code
    assert [(f["rule"], f["field"], f["severity"]) for f in answer["findings"]] == found


@pytest.mark.parametrize(
    ("options", "statement", "action"),
    [
        pytest.param([], {}, "ecr:SetRepositoryPolicy", id="repository"),
        pytest.param(["--registry"], {"Resource": "*"}, "ecr:PutRegistryPolicy", id="registry"),
    ],
)
def test_finds_a_policy_that_nobody_could_change(options, statement, action):
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*"} | statement
    code, answer = explained(policy(deny), *options)

    assert code == 1
    assert answer["findings"] == [
        {
            "rule": "policy-lockout",
            "field": "Statement[0].Action",
            "message": f"Statement[0] must not deny everyone {action}: nobody could change the policy again, got ecr:*;"
            " name the actions to deny, or spare whoever deploys by a Condition",
            "severity": "error",
        }
    ]


def test_says_where_the_text_is_no_json():
    _, answer = explained('{"Version": }')

    assert answer == {
        "statements": [],
        "findings": [
            {
                "rule": "document-json",
                "field": "",
                "message": "must be JSON, at line 1 column 13: expecting value, got '}'",
                "severity": "error",
            }
        ],
    }


def test_takes_the_answer_of_ecr():
    answer = {"registryId": ACCOUNT, "repositoryName": "team/api", "policyText": json.dumps(policy(OPEN))}
    code, explanation = explained(answer)

    assert code == 1
    assert [finding["field"] for finding in explanation["findings"]] == ["Statement[0]"]


@pytest.mark.parametrize("account", ["11112222333", "x"])
def test_refuses_what_is_no_account(account):
    result = run(policy(PULL), account=account)

    assert result.exit_code == 2
    assert "--account" in result.stderr


def test_refuses_a_file_that_is_not_there(tmp_path):
    result = CliRunner().invoke(main, ["access", "explain", str(tmp_path / "x.json"), "--account", ACCOUNT])

    assert result.exit_code == 2
    assert "must be readable" in result.stderr


def test_prints_nothing_that_a_terminal_would_obey():
    result = run(policy({**PULL, "Sid": "\x1b[2J", "Action": "ecr:\x1b[2J*"}))

    assert "\x1b" not in result.stdout
