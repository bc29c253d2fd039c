"""Who may push to a public repository."""

import json

import pytest
from ecr_model.findings import ModelError
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import PUBLIC_REPOSITORY_POLICY
from ecr_model.public_access import check_public_access, render_public_repository_policy

ACTIONS = [
    "ecr-public:BatchCheckLayerAvailability",
    "ecr-public:CompleteLayerUpload",
    "ecr-public:InitiateLayerUpload",
    "ecr-public:PutImage",
    "ecr-public:UploadLayerPart",
]
ROLE = "arn:aws:iam::111122223333:role/ci"


def test_grants_pushing_and_nothing_else():
    declaration = {"push": [{"role_arn": ROLE}, {"account_id": "444455556666"}, {"account_id": "111122223333"}]}

    policy = render_public_repository_policy(declaration)

    assert json.loads(policy) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PushByAccounts",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"]},
                "Action": ACTIONS,
            },
            {
                "Sid": "PushByRoles",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]},
                "Action": ACTIONS,
                "Condition": {"ArnEquals": {"aws:PrincipalArn": [ROLE]}},
            },
        ],
    }
    assert check_public_access(declaration) == ()
    assert check_policy(policy, PUBLIC_REPOSITORY_POLICY) == ()


@pytest.mark.parametrize("declaration", [{}, {"push": []}, {"push": None}], ids=["empty", "nobody", "null"])
def test_writes_no_policy_when_nobody_is_granted_anything(declaration):
    assert check_public_access(declaration) == ()
    assert render_public_repository_policy(declaration) is None


WRONG = {
    "text": ("push", ["access: must be an object, got 'push'"]),
    "pull": ({"pull": []}, ["access.pull: must be absent: everybody pulls from a public repository"]),
    "administer": (
        {"administer": [{"account_id": "111122223333"}]},
        ["access.administer: must be absent: a public repository grants pushing alone"],
    ),
    "statements": (
        {"statements": []},
        ["access.statements: must be absent: a public repository grants pushing alone"],
    ),
    "stranger": ({"pusch": []}, ["access.pusch: must be a known key, got 'pusch'; write 'push'"]),
    "no-list": ({"push": ROLE}, [f"access.push: must be a list of grants, got {ROLE!r}"]),
    "number": (
        {"push": [{"account_id": 111122223333}]},
        [
            (
                "access.push[0].account_id: must be an account id of 12 digits, got 111122223333; put it in quotes,"
                " with its leading zeros"
            )
        ],
    ),
    "another-partition": (
        {"push": [{"role_arn": "arn:aws-cn:iam::111122223333:role/ci"}]},
        ["access.push: must be of the partition 'aws', got 'arn:aws-cn:iam::111122223333:role/ci'"],
    ),
    "several": (
        {"pull": [], "push": [{}]},
        [
            "access.pull: must be absent: everybody pulls from a public repository",
            (
                "access.push[0]: must have one of 'account_id', 'role_arn', 'organization_id', 'organization_path' or"
                " 'service'"
            ),
        ],
    ),
}


@pytest.mark.parametrize(("declaration", "lines"), WRONG.values(), ids=WRONG)
def test_says_what_cannot_be_granted(declaration, lines):
    assert [str(finding) for finding in check_public_access(declaration)] == lines


def test_finds_a_policy_that_is_too_long():
    roles = [f"arn:aws:iam::111122223333:role/{'team-' * 10}/{number}" for number in range(109)]
    whole = len(render_public_repository_policy({"push": [{"role_arn": role} for role in roles]}))
    longest = [*roles[1:], roles[0].replace("/", f"/{'x' * (PUBLIC_REPOSITORY_POLICY.longest - whole)}", 1)]
    longer = [*longest[:-1], longest[-1].replace("/", "/x", 1)]

    assert check_public_access({"push": [{"role_arn": role} for role in longest]}) == ()
    assert list(map(str, check_public_access({"push": [{"role_arn": role} for role in longer]}))) == [
        "access: must be at most 10,240 characters, got 10,241 characters"
    ]


def test_renders_nothing_that_cannot_be_granted():
    with pytest.raises(ModelError, match="must be of the partition 'aws'"):
        render_public_repository_policy({"push": [{"role_arn": "arn:aws-cn:iam::111122223333:role/ci"}]})
