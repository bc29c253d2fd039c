import json

import pytest
from secure_ecr_policies.pack.other_policies import KEY, ROLE
from secure_ecr_policies.pack.values import UNKNOWN

POLICY = "aws:iam/policy:Policy"
TYPES = [POLICY, "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]
REPOSITORIES = "arn:aws:ecr:eu-west-1:111122223333:repository/"
LOGIN = {"Sid": "Login", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
PUSH = {
    "Sid": "Push",
    "Effect": "Allow",
    "Action": ["ecr:PutImage", "ecr:InitiateLayerUpload"],
    "Resource": f"{REPOSITORIES}shop/*",
}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERY_PUSH = "lets its holder push to every repository"
OWN_STATEMENT = "give it a statement of its own, on the resource '*'"
NAME_THEM = "name the repositories, as arn:aws:ecr:eu-west-1:111122223333:repository/team/*"


def document(*statements):
    return {"Version": "2012-10-17", "Statement": [*statements]}


def everything(got, label="Statement[0]", field="policy"):
    return (
        f"{field}.Statement[0].Action: {label} must not grant every action of ECR, got {got};"
        " name the actions of the task"
    )


def everywhere(resource):
    return (
        "policy.Statement[0].Resource: statement 'Push' must not let its holder write to every repository,"
        f" got ecr:InitiateLayerUpload, ecr:PutImage on {resource}; {NAME_THEM}"
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(document(LOGIN, PUSH), [], id="least-privilege"),
        pytest.param(json.dumps(document(LOGIN, PUSH)), [], id="text"),
        pytest.param({"Statement": PUSH}, [], id="one-statement-without-a-list"),
        pytest.param(document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), [], id="another-service"),
        pytest.param(
            document({"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}), [everything("ecr:*")], id="every-action"
        ),
        pytest.param(
            json.dumps(document({"Effect": "Allow", "Action": "*", "Resource": "*"})),
            [everything("*")],
            id="administrator-in-a-text",
        ),
        pytest.param(document({"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}), [], id="deny"),
        pytest.param(document(PUSH | {"Resource": "*"}), [everywhere("*")], id="every-repository"),
        pytest.param(
            document(PUSH | {"Resource": f"{REPOSITORIES}*"}), [everywhere(f"{REPOSITORIES}*")], id="dressed-as-an-arn"
        ),
        pytest.param(
            document(PUSH | {"Action": ["ecr:PutImage", "ecr:SetRepositoryPolicy"]}),
            [
                (
                    "policy.Statement[0].Action: statement 'Push' must not change the rules in a policy that pushes,"
                    " got ecr:SetRepositoryPolicy; grant it to another role"
                )
            ],
            id="rules-beside-pushes",
        ),
        pytest.param(
            document(LOGIN | {"Resource": f"{REPOSITORIES}shop/api"}),
            [
                (
                    "policy.Statement[0].Resource: statement 'Login' must grant ecr:GetAuthorizationToken on '*':"
                    f" a token is of no repository, got {REPOSITORIES}shop/api; {OWN_STATEMENT}"
                )
            ],
            id="token-of-a-repository",
        ),
        pytest.param(
            document(LOGIN | {"Action": ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"]}),
            [
                (
                    "policy.Statement[0].Action: statement 'Login' must grant ecr:GetAuthorizationToken alone:"
                    f" what is beside it is granted on '*' as well, got ecr:BatchGetImage; {OWN_STATEMENT}"
                )
            ],
            id="token-beside-pulls",
        ),
        pytest.param(UNKNOWN, ["not evaluated: policy: known at the update only"], id="unknown"),
        pytest.param(
            document(PUSH | {"Resource": ["*", UNKNOWN]}),
            [everywhere("*"), "not evaluated: policy.Statement[0].Resource[1]: known at the update only"],
            id="unknown-beside-every-repository",
        ),
        pytest.param(
            "[", ["policy: must be JSON, at line 1 column 2: expecting value, got the end of the line"], id="no-json"
        ),
        pytest.param(None, ["policy: must be a JSON object or its text, got null"], id="null"),
        pytest.param([7], ["policy: must be a JSON object or its text, got a list"], id="malformed"),
        pytest.param({"Statement": {"Action": {"a": 7}}}, [], id="malformed-statement"),
    ],
)
@pytest.mark.parametrize("type_", TYPES, ids=["managed", "role", "user", "group"])
def test_judges_policies(findings, type_, policy, expected):
    assert findings(type_, {"policy": policy}) == expected


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        pytest.param([{"name": "push", "policy": json.dumps(document(LOGIN, PUSH))}], [], id="least-privilege"),
        pytest.param(
            [
                {
                    "name": "all",
                    "policy": json.dumps(document({"Effect": "Allow", "Action": "ecr:*", "Resource": "*"})),
                },
                {"name": "later", "policy": UNKNOWN},
            ],
            [
                everything("ecr:*", field="inlinePolicies[0].policy"),
                "not evaluated: inlinePolicies[1].policy: known at the update only",
            ],
            id="every-action-beside-unknown",
        ),
        pytest.param(UNKNOWN, ["not evaluated: inlinePolicies: known at the update only"], id="unknown"),
        pytest.param([UNKNOWN], ["not evaluated: inlinePolicies[0].policy: known at the update only"], id="entry"),
        pytest.param(
            [{"policy": 0}],
            ["inlinePolicies[0].policy: must be a JSON object or its text, got 0"],
            id="malformed-policy",
        ),
        pytest.param([], ["not applicable"], id="none"),
        pytest.param([{"name": "empty", "policy": ""}], ["not applicable"], id="without-text"),
        pytest.param("push", ["not applicable"], id="malformed"),
        pytest.param([7], ["inlinePolicies[0].policy: must be a JSON object or its text, got 7"], id="malformed-entry"),
    ],
)
def test_judges_inline_policies_of_roles(findings, inline, expected):
    assert findings(ROLE, {"inlinePolicies": inline, "assumeRolePolicy": UNKNOWN}) == expected


def test_one_inline_policy_must_not_change_the_rules_beside_another_that_pushes(findings):
    rules = {"Effect": "Allow", "Action": "ecr:SetRepositoryPolicy", "Resource": f"{REPOSITORIES}shop/*"}
    inline = [{"name": "push", "policy": document(PUSH)}, {"name": "rules", "policy": json.dumps(document(rules))}]

    assert findings(ROLE, {"inlinePolicies": inline}) == [
        (
            "inlinePolicies[1].policy.Statement[0].Action: Statement[0] must not change the rules beside a policy that"
            " pushes, got ecr:SetRepositoryPolicy; grant it to another role"
        )
    ]


def wide(name, deed, field="policyArn", partition="aws"):
    return (
        f"{field}: must not be {name.rpartition('/')[2]}: it {deed}, got 'arn:{partition}:iam::aws:policy/{name}';"
        " attach a policy of your own, which names the actions of the task and its repositories"
    )


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        pytest.param(
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess",
            [wide("AmazonEC2ContainerRegistryFullAccess", "grants every action of ECR")],
            id="every-action",
        ),
        pytest.param(
            "arn:aws-cn:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser",
            [wide("AmazonEC2ContainerRegistryPowerUser", EVERY_PUSH, partition="aws-cn")],
            id="every-push",
        ),
        pytest.param("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", [], id="pulls"),
        pytest.param("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy", [], id="another-path"),
        pytest.param("arn:aws:iam::111122223333:policy/AdministratorAccess", ["not applicable"], id="of-ones-own"),
        pytest.param(UNKNOWN, ["not applicable"], id="of-the-same-stack"),
        pytest.param(None, ["not applicable"], id="absent"),
        pytest.param({"a": 7}, ["not applicable"], id="malformed"),
    ],
)
@pytest.mark.parametrize(
    "type_",
    [
        "aws:iam/policyAttachment:PolicyAttachment",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    ],
    ids=["any", "role", "user", "group"],
)
def test_judges_attachments_of_managed_policies(findings, type_, arn, expected):
    assert findings(type_, {"policyArn": arn, "role": "ci"}) == expected


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        pytest.param(ROLE, "managedPolicyArns", id="inline"),
        pytest.param(
            "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "policyArns", id="exclusive"
        ),
    ],
)
def test_judges_lists_of_managed_policies(findings, type_, name):
    arns = [UNKNOWN, "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", ADMINISTRATOR]

    assert findings(type_, {name: arns}) == [
        wide("AdministratorAccess", "grants every action of ECR", field=f"{name}[2]")
    ]


def test_looks_at_identity_policies_alone(findings):
    assert findings(ROLE, {}) == ["not applicable"]
    assert findings(KEY, {"policy": document(PUSH | {"Resource": "*"})}) == ["not applicable"]
