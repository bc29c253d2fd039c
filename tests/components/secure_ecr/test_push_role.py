from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import IDENTITY_POLICY, TRUST_POLICY
from secure_ecr import PushRole, SecureRepository

API = "arn:aws:ecr:eu-central-1:123456789012:repository/team/api"
WEB = "arn:aws:ecr:eu-central-1:123456789012:repository/team/web"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
GITHUB = {"repositories": ["shop/api"], "environment": "registry"}
COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:PushRole::ci"


def role(**args):
    def program():
        made = PushRole("ci", {"repository_arns": [API], "trust": {"github": GITHUB}, **args})
        return [made.role_arn, made.role_name, made.provider_arn]

    return program


def trust(*subjects, provider=PROVIDER, audience="sts.amazonaws.com"):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AssumeFromGitHub",
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        "token.actions.githubusercontent.com:aud": audience,
                        "token.actions.githubusercontent.com:sub": list(subjects),
                    }
                },
            }
        ],
    }


def permissions(*arns):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Authenticate", "Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"},
            {
                "Sid": "Push",
                "Effect": "Allow",
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                "Resource": list(arns),
            },
        ],
    }


def test_trusts_one_environment_of_github_and_pushes_to_its_repositories(deploy):
    deployed = deploy(role(repository_arns=[WEB, API], role_name="registry-ci"))

    documents = {
        "trust": deployed.resources["ci"].pop("assumeRolePolicy"),
        "permissions": deployed.resources["ci-policy"].pop("policy"),
    }
    assert deployed.resources == {
        "ci": {
            "name": "registry-ci",
            "description": "Pushes images to Amazon ECR from GitHub Actions",
            "maxSessionDuration": 3600,
        },
        "ci-policy": {"role": "registry-ci"},
        "ci-provider": {
            "url": "https://token.actions.githubusercontent.com",
            "clientIdLists": ["sts.amazonaws.com"],
        },
    }
    assert json.loads(documents["trust"]) == trust("repo:shop/api:environment:registry")
    assert json.loads(documents["permissions"]) == permissions(API, WEB)
    assert check_policy(documents["trust"], TRUST_POLICY) == ()
    assert check_policy(documents["permissions"], IDENTITY_POLICY) == ()
    assert deployed.outputs == ["arn:aws:iam::123456789012:role/registry-ci", "registry-ci", PROVIDER]


def test_knows_both_policies_at_preview_and_creates_the_provider_first(deploy):
    deployed = deploy(role(), preview=True)

    assert json.loads(deployed.resources["ci"]["assumeRolePolicy"]) == trust("repo:shop/api:environment:registry")
    assert json.loads(deployed.resources["ci-policy"]["policy"]) == permissions(API)
    assert deployed.options["aws:iam/role:Role", "ci"] == {
        "parent": COMPONENT,
        "dependencies": [
            (
                "urn:pulumi:test::secure-ecr::secure-ecr:index:PushRole"
                "$aws:iam/openIdConnectProvider:OpenIdConnectProvider::ci-provider"
            )
        ],
    }


def test_puts_every_child_below_the_component(deploy):
    options = deploy(role()).options

    assert {option["parent"] for (kind, _), option in options.items() if kind.startswith("aws:")} == {COMPONENT}


@pytest.mark.parametrize(
    ("github", "subjects"),
    [
        pytest.param(
            {"repositories": ["shop/web", "shop/api"], "branch": "main"},
            ["repo:shop/api:ref:refs/heads/main", "repo:shop/web:ref:refs/heads/main"],
            id="branch-of-two-repositories",
        ),
        pytest.param(
            {"repositories": ["shop/api"], "branch": "release/2026"},
            ["repo:shop/api:ref:refs/heads/release/2026"],
            id="branch-with-a-slash",
        ),
    ],
)
def test_trusts_a_branch(deploy, github, subjects):
    deployed = deploy(role(trust={"github": github}))

    assert json.loads(deployed.resources["ci"]["assumeRolePolicy"]) == trust(*subjects)


def test_takes_the_provider_that_the_account_has(deploy):
    deployed = deploy(role(trust={"github": {**GITHUB, "provider_arn": pulumi.Output.from_input(PROVIDER)}}))

    assert set(deployed.resources) == {"ci", "ci-policy"}
    assert json.loads(deployed.resources["ci"]["assumeRolePolicy"]) == trust("repo:shop/api:environment:registry")


def test_speaks_to_the_audience_of_its_partition(deploy):
    arn = "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api"
    deployed = deploy(role(repository_arns=[arn]))

    provider = PROVIDER.replace("aws:", "aws-cn:", 1)
    assert json.loads(deployed.resources["ci"]["assumeRolePolicy"]) == trust(
        "repo:shop/api:environment:registry", provider=provider, audience="sts.amazonaws.com.cn"
    )
    assert deployed.resources["ci-provider"]["clientIdLists"] == ["sts.amazonaws.com.cn"]


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_takes_repositories_of_the_same_program(deploy, preview):
    def program():
        repository = SecureRepository("api", {"repository_name": "team/api"})
        PushRole("ci", {"repository_arns": [repository.repository_arn], "trust": {"github": GITHUB}})

    resources = deploy(program, preview=preview).resources

    if preview:
        assert resources["ci-policy"]["policy"] == "unknown"
        assert resources["ci"]["assumeRolePolicy"] == "unknown"
    else:
        assert json.loads(resources["ci-policy"]["policy"]) == permissions(API)
        assert json.loads(resources["ci"]["assumeRolePolicy"]) == trust("repo:shop/api:environment:registry")


def github(**changes):
    return {"trust": {"github": {key: value for key, value in {**GITHUB, **changes}.items() if value is not None}}}


WRONG = {
    "no-repository": ({"repository_arns": []}, "ci.repository_arns: must have 1 to 100 entries, got 0"),
    "every-repository": (
        {"repository_arns": ["*"]},
        "ci.repository_arns[0]: must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>', got '*'",
    ),
    "repositories-by-wildcard": (
        {"repository_arns": [f"{API}*"]},
        (
            "ci.repository_arns[0]: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
            " got 'team/api*'; write 'team/api'"
        ),
    ),
    "url-for-an-arn": (
        {"repository_arns": ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/api"]},
        (
            "ci.repository_arns[0]: must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>',"
            " got '123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/api'"
        ),
    ),
    "text-for-a-list": ({"repository_arns": API}, f"ci.repository_arns: must be a list, got {API!r}"),
    "no-trust": ({"trust": {}}, "ci.trust.github: must be given"),
    "another-system": (
        {"trust": {"github": GITHUB, "gitlab": {}}},
        "ci.trust.gitlab: must be a known key, got 'gitlab'; write 'github'",
    ),
    "no-place": (github(environment=None), "ci.trust.github: must have one of 'environment' or 'branch', got none"),
    "two-places": (
        github(branch="main"),
        "ci.trust.github: must have one of 'environment' or 'branch', got environment and branch",
    ),
    "any-branch": (
        github(environment=None, branch="*"),
        "ci.trust.github.branch: must be a name without blanks, ':', '*' and '?', got '*'",
    ),
    "any-repository": (
        github(repositories=["shop/*"]),
        "ci.trust.github.repositories[0]: must be 'owner/name', without wildcards, got 'shop/*'",
    ),
    "no-github-repository": (
        github(repositories=[]),
        "ci.trust.github.repositories: must have 1 to 20 entries, got 0",
    ),
    "url-for-a-repository": (
        github(repositories=["https://github.com/shop/api"]),
        "ci.trust.github.repositories[0]: must be 'owner/name', without wildcards, got 'https://github.com/shop/api'",
    ),
    "role-name-with-a-path": (
        {"role_name": "ci/push"},
        "ci.role_name: must be letters, digits and '+=,.@_-', got 'ci/push'",
    ),
}


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(role(**wrong)) == [line]
