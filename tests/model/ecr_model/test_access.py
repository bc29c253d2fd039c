"""The declaration `access`, and the policy that grants it."""

import json
from contextlib import suppress

import pytest
from ecr_model.access import Access, check_access, parse_access, render_repository_policy
from ecr_model.actions import ADMINISTRATION_ACTIONS, PULL_ACTIONS, PUSH_ACTIONS
from ecr_model.findings import Finding, ModelError
from ecr_model.grants import Grantee
from ecr_model.policy.document import check_repository_policy, parse_policy, render_policy
from ecr_model.policy.exposure import judge_public_access, judge_service_access
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.notes import UNKNOWN
from ecr_model.policy.statements import Statement
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/ci"
ORGANIZATION = "o-a1b2c3d4e5"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111"
FUNCTIONS = f"arn:aws:lambda:eu-west-1:{OTHER}:function:*"


def rendered(declaration, partition="aws"):
    text = render_repository_policy(parse_access(declaration), partition=partition, account_id=ACCOUNT)
    return None if text is None else json.loads(text)["Statement"]


def allow(sid, principal, actions=PULL_ACTIONS, **condition):
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": list(actions)}
    return {**statement, "Condition": condition} if condition else statement


def roots(*account_ids, partition="aws"):
    return {"AWS": [f"arn:{partition}:iam::{account_id}:root" for account_id in account_ids]}


def lambda_statement(*functions):
    """Return what Lambda writes itself, see issue aws-cloudformation/cloudformation-coverage-roadmap#2493."""
    return allow(
        "LambdaECRImageRetrievalPolicy",
        {"Service": ["lambda.amazonaws.com"]},
        StringLike={"aws:sourceArn": [*functions]},
    )


@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param({}, id="empty"),
        pytest.param({"pull": [], "push": None, "administer": [], "statements": []}, id="empty-lists"),
    ],
)
def test_grants_nothing(declaration):
    assert parse_access(declaration) == Access()
    assert rendered(declaration) is None


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        pytest.param(
            {"pull": [{"account_id": OTHER}, {"account_id": ACCOUNT}, {"account_id": OTHER}]},
            [allow("PullByAccounts", roots(ACCOUNT, OTHER))],
            id="accounts",
        ),
        pytest.param(
            {"push": [{"role_arn": ROLE}]},
            [allow("PushByRoles", roots(ACCOUNT), PUSH_ACTIONS, ArnEquals={"aws:PrincipalArn": [ROLE]})],
            id="role",
        ),
        pytest.param(
            {"administer": [{"organization_id": ORGANIZATION}]},
            [
                allow(
                    "AdministerByOrganizations",
                    "*",
                    ADMINISTRATION_ACTIONS,
                    StringEquals={"aws:PrincipalOrgID": [ORGANIZATION]},
                )
            ],
            id="organization",
        ),
        pytest.param(
            {"pull": [{"organization_path": UNIT}, {"organization_path": f"{UNIT}/"}]},
            [
                allow(
                    "PullByOrganizationPaths",
                    "*",
                    **{
                        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{UNIT}/", f"{UNIT}/*"]},
                        "StringEquals": {"aws:PrincipalOrgID": [ORGANIZATION]},
                    },
                )
            ],
            id="path-and-the-unit-alone",
        ),
        pytest.param(
            {"pull": [{"service": "lambda.amazonaws.com", "source": FUNCTIONS}]},
            [
                allow("PullByAccounts", roots(OTHER)),
                lambda_statement(FUNCTIONS),
            ],
            id="functions-of-another-account",
        ),
        pytest.param(
            {"pull": [{"service": "lambda.amazonaws.com", "source": ACCOUNT}]},
            [lambda_statement(f"arn:aws:lambda:*:{ACCOUNT}:function:*")],
            id="functions-of-the-same-account",
        ),
        pytest.param(
            {
                "pull": [
                    {"service": "codebuild.amazonaws.com", "source": f"arn:aws:codebuild:eu-west-1:{OTHER}:project/x"},
                    {"service": "codebuild.amazonaws.com", "source": ACCOUNT},
                    {"service": "app-runner.build.amazonaws.com", "source": ORGANIZATION},
                ]
            },
            [
                allow(
                    "PullByAppRunnerBuildForOrganizations",
                    {"Service": ["app-runner.build.amazonaws.com"]},
                    StringEquals={"aws:SourceOrgID": [ORGANIZATION]},
                ),
                allow(
                    "PullByCodebuildForSources",
                    {"Service": ["codebuild.amazonaws.com"]},
                    ArnLike={"aws:SourceArn": [f"arn:aws:codebuild:eu-west-1:{OTHER}:project/x"]},
                    StringEquals={"aws:SourceAccount": [OTHER]},
                ),
                allow(
                    "PullByCodebuildForAccounts",
                    {"Service": ["codebuild.amazonaws.com"]},
                    StringEquals={"aws:SourceAccount": [ACCOUNT]},
                ),
            ],
            id="services",
        ),
        pytest.param(
            {
                "pull": [{"account_id": OTHER}],
                "statements": [
                    {"Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository"},
                    {"Sid": "A", "Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": ["ecr:ListImages"]},
                ],
            },
            [
                allow("PullByAccounts", roots(OTHER)),
                {"Effect": "Deny", "Principal": "*", "Action": ["ecr:DeleteRepository"]},
                allow("A", roots(OTHER), ["ecr:ListImages"]),
            ],
            id="statements-as-they-are",
        ),
    ],
)
def test_renders(declaration, expected):
    assert rendered(declaration) == expected


def test_renders_in_the_partition_of_the_repository():
    declaration = {
        "pull": [{"account_id": OTHER}, {"service": "lambda.amazonaws.com", "source": ACCOUNT}],
        "push": [{"role_arn": ROLE.replace("aws", "aws-cn")}],
    }

    assert rendered(declaration, "aws-cn") == [
        allow("PullByAccounts", roots(OTHER, partition="aws-cn")),
        lambda_statement(f"arn:aws-cn:lambda:*:{ACCOUNT}:function:*"),
        allow(
            "PushByRoles",
            roots(ACCOUNT, partition="aws-cn"),
            PUSH_ACTIONS,
            ArnEquals={"aws:PrincipalArn": [ROLE.replace("aws", "aws-cn")]},
        ),
    ]


def test_lets_in_the_functions_of_the_region_of_the_repository():
    declaration = {"pull": [{"service": "lambda.amazonaws.com", "source": ACCOUNT}]}
    access = parse_access(declaration)

    text = render_repository_policy(access, partition="aws", account_id=ACCOUNT, region="eu-west-1")

    assert json.loads(text)["Statement"] == [lambda_statement(f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:*")]


@pytest.mark.parametrize(
    ("place", "refused"),
    [
        pytest.param("us-east-1", True, id="another"),
        pytest.param("eu-west-1", False, id="its-own"),
        pytest.param("*", False, id="any"),
    ],
)
def test_lets_functions_of_its_own_region_pull(place, refused):
    source = f"arn:aws:lambda:{place}:{ACCOUNT}:function:thumbnails"
    access = parse_access({"pull": [{"service": "lambda.amazonaws.com", "source": source}]})

    def render(region):
        return render_repository_policy(access, partition="aws", account_id=ACCOUNT, region=region)

    assert render(None)
    if not refused:
        assert render("eu-west-1")
        return
    with pytest.raises(ModelError) as caught:
        render("eu-west-1")
    requirement = "must be of functions in 'eu-west-1', where the images are"
    assert caught.value.findings == (Finding("access.pull", "access-lambda", requirement, f"'{source}'"),)


def test_refuses_principals_of_another_partition():
    declaration = {
        "push": [{"role_arn": ROLE}],
        "statements": {"Effect": "Deny", "Principal": {"AWS": ROLE}, "Action": "ecr:*"},
    }
    with pytest.raises(ModelError) as caught:
        rendered(declaration, "aws-us-gov")

    assert caught.value.findings == (
        Finding("access.push", "access-partition", "must be of the partition 'aws-us-gov'", f"'{ROLE}'"),
        Finding("access.statements", "access-partition", "must be of the partition 'aws-us-gov'", f"'{ROLE}'"),
    )


def test_parses_each_grantee_once():
    declaration = {"pull": [{"account_id": OTHER}, {"account_id": OTHER}, {"role_arn": ROLE}]}

    assert parse_access(declaration) == Access(pull=(Grantee("account_id", OTHER), Grantee("role_arn", ROLE)))


KINDS = "'account_id', 'role_arn', 'organization_id', 'organization_path' or 'service'"


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        pytest.param(7, [Finding("a", "access-key", "must be an object", "7")], id="number"),
        pytest.param({"pull": "x"}, [Finding("a.pull", "access-grants", "must be a list of grants", "'x'")], id="text"),
        pytest.param(
            {"pull": ["x"]}, [Finding("a.pull[0]", "access-key", "must be an object", "'x'")], id="text-in-a-list"
        ),
        pytest.param({"pull": [{}]}, [Finding("a.pull[0]", "access-grant", f"must have one of {KINDS}")], id="nobody"),
        pytest.param(
            {"push": [{"account_id": OTHER, "role_arn": ROLE}]},
            [
                Finding(
                    "a.push[0]",
                    "access-grant",
                    f"must have one of {KINDS}",
                    "account_id, role_arn",
                    "write one entry for each",
                )
            ],
            id="two-at-once",
        ),
        pytest.param(
            {"pull": [{"account_id": 111122223333}]},
            [
                Finding(
                    "a.pull[0].account_id",
                    "registry-id",
                    "must be an account id of 12 digits",
                    "111122223333",
                    "put it in quotes, with its leading zeros",
                )
            ],
            id="account-as-a-number",
        ),
        pytest.param(
            {"push": [{"role_arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run"}]},
            [
                Finding(
                    "a.push[0].role_arn",
                    "access-role",
                    "must be the ARN of a role, as arn:aws:iam::111122223333:role/ci",
                    f"'arn:aws:sts::{ACCOUNT}:assumed-role/ci/run'",
                    "write the ARN of the role itself, not of one of its sessions",
                )
            ],
            id="session",
        ),
        pytest.param(
            {"push": [{"role_arn": f"arn:aws:iam::{ACCOUNT}:role/*"}]},
            [
                Finding(
                    "a.push[0].role_arn",
                    "access-role",
                    "must be the ARN of a role, as arn:aws:iam::111122223333:role/ci",
                    f"'arn:aws:iam::{ACCOUNT}:role/*'",
                    "name each role",
                )
            ],
            id="wildcard-role",
        ),
        pytest.param(
            {"pull": [{"organization_id": "o-*"}]},
            [Finding("a.pull[0].organization_id", "access-organization", "must be 12 to 34 characters", "3: 'o-*'")],
            id="wildcard-organization",
        ),
        pytest.param(
            {"pull": [{"organization_path": f"{ORGANIZATION}/ou-ab12-11111111"}]},
            [
                Finding(
                    "a.pull[0].organization_path",
                    "access-organization-path",
                    "must be a path in an organisation, as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
                    f"'{ORGANIZATION}/ou-ab12-11111111'",
                    "grant to the whole organisation by organization_id",
                )
            ],
            id="path-without-root",
        ),
        pytest.param(
            {"pull": [{"service": "codebuild.amazonaws.com"}]},
            [
                Finding(
                    "a.pull[0].source",
                    "access-source",
                    "must be given: anybody's codebuild.amazonaws.com could come otherwise",
                    None,
                    "write an account id or an ARN",
                )
            ],
            id="service-without-source",
        ),
        pytest.param(
            {"pull": [{"service": "codebuild.amazonaws.com", "source": "arn:aws:codebuild:eu-west-1:*:project/x"}]},
            [
                Finding(
                    "a.pull[0].source",
                    "access-source",
                    "must be an account id, an organisation's id, or an ARN with an account id in it",
                    "'arn:aws:codebuild:eu-west-1:*:project/x'",
                )
            ],
            id="source-of-anybody",
        ),
        pytest.param(
            {"pull": [{"account_id": OTHER, "source": ACCOUNT}]},
            [Finding("a.pull[0].source", "access-source", "must stand beside 'service'", f"'{ACCOUNT}'")],
            id="source-without-service",
        ),
        pytest.param(
            {"push": [{"service": "lambda.amazonaws.com", "source": ACCOUNT}]},
            [
                Finding(
                    "a.push[0].source", "access-lambda", "must not let Lambda push: it can only pull", f"'{ACCOUNT}'"
                )
            ],
            id="lambda-that-pushes",
        ),
        pytest.param(
            {"pull": [{"service": "lambda.amazonaws.com", "source": f"arn:aws:s3:eu-west-1:{OTHER}:x"}]},
            [
                Finding(
                    "a.pull[0].source",
                    "access-lambda",
                    "must be the ARN of functions, as arn:aws:lambda:eu-west-1:111122223333:function:*",
                    f"'arn:aws:s3:eu-west-1:{OTHER}:x'",
                )
            ],
            id="lambda-from-a-bucket",
        ),
        pytest.param(
            {"pul": []},
            [Finding("a.pul", "access-key", "must be a known key", "'pul'", "write 'pull'")],
            id="misspelt-key",
        ),
        pytest.param(
            {"statements": [{"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "ecr:GetAuthorizationToken"}]},
            [
                Finding(
                    "a.statements[0].Action",
                    "policy-action",
                    "must be an action that a repository policy can grant",
                    "'ecr:GetAuthorizationToken'",
                    "remove it, and grant it by IAM on the resource '*'",
                )
            ],
            id="statement-without-effect",
        ),
        pytest.param(
            {"statements": [{"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "ecr:PutImage"}]},
            [
                Finding(
                    "a.statements[0]",
                    "access-public",
                    "statement 'All' must not let everyone push",
                    "principal * with ecr:PutImage and no condition",
                    'name the accounts in Principal, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."} to '
                    "Condition",
                )
            ],
            id="public-statement",
        ),
        pytest.param(
            {
                "pull": [{"account_id": OTHER}],
                "statements": [
                    {"Sid": "PullByAccounts", "Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository"}
                ],
            },
            [
                Finding(
                    "a.statements[0].Sid",
                    "policy-sid",
                    "must be unique in its policy",
                    "'PullByAccounts'",
                    "rename it: pull has the same",
                )
            ],
            id="sid-of-a-grant",
        ),
    ],
)
def test_finds(declaration, expected):
    assert list(check_access(declaration, "a")) == expected


def test_finds_a_policy_that_would_be_too_long():
    declaration = {"pull": [{"account_id": f"{number:012d}"} for number in range(400)]}
    (finding,) = check_access(declaration)

    assert (finding.field, finding.rule, finding.fix) == (
        "access",
        "access-length",
        "grant to organisations or their paths instead of single accounts",
    )


def test_refuses_with_all_mistakes_at_once():
    with pytest.raises(ModelError) as caught:
        parse_access({"pull": [{"account_id": 1}], "push": 7, "x": 1})

    assert len(caught.value.findings) == 3


ACCOUNTS = st.from_regex(r"[0-9]{12}", fullmatch=True)
GRANTS = st.one_of(
    st.builds(lambda value: {"account_id": value}, ACCOUNTS),
    st.builds(
        lambda account, name: {"role_arn": f"arn:aws:iam::{account}:role/{name}"}, ACCOUNTS, st.sampled_from("ab")
    ),
    st.just({"organization_id": ORGANIZATION}),
    st.just({"organization_path": UNIT}),
    st.builds(
        lambda service, source: {"service": service, "source": source},
        st.sampled_from(["codebuild.amazonaws.com", "ecs-tasks.amazonaws.com"]),
        ACCOUNTS | st.just(ORGANIZATION),
    ),
)
DECLARATIONS = st.fixed_dictionaries(
    {},
    optional={
        "pull": st.lists(GRANTS | st.just({"service": "lambda.amazonaws.com", "source": FUNCTIONS}), max_size=4),
        "push": st.lists(GRANTS, max_size=4),
        "administer": st.lists(GRANTS, max_size=4),
    },
)


@given(DECLARATIONS, st.randoms())
def test_what_it_renders_is_canonical_well_formed_and_closed_to_the_public(declaration, random):
    text = render_repository_policy(parse_access(declaration), partition="aws", account_id=ACCOUNT)
    shuffled = {key: random.sample(grants, len(grants)) for key, grants in declaration.items()}

    assert text == render_repository_policy(parse_access(shuffled), partition="aws", account_id=ACCOUNT)
    if text is not None:
        document = parse_policy(text, REPOSITORY_POLICY)
        assert check_repository_policy(text) == ()
        assert render_policy(document) == text
        assert judge_public_access(document).findings == ()
        assert judge_service_access(document).findings == ()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["pull", "account_id", "service", "source", "statements", "x"]), inner)
    ),
    max_leaves=10,
)


@given(ANYTHING)
def test_refuses_anything_else_with_its_own_error(declaration):
    with suppress(ModelError):
        assert isinstance(parse_access(declaration), Access)


def test_refuses_what_is_not_known_yet():
    declaration = {"statements": {"Effect": "Deny", "Principal": "*", "Action": UNKNOWN}}

    assert check_access(declaration) == (
        Finding("access.statements.Action", "access-unknown", "must be known when the policy is made"),
    )


def test_keeps_typed_statements_as_values():
    denied = {"Effect": "Deny", "Principal": "*", "Action": "ecr:Batch*"}
    (statement,) = parse_access({"statements": denied}).statements

    assert isinstance(statement, Statement)
