from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.identity_policies import judge_identity_policy
from ecr_model.policy.document import check_policy, parse_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import IDENTITY_POLICY, TRUST_POLICY
from ecr_model.trust_policies import judge_ci_trust
from secure_ecr import DeclarationError, PushRole, SecureRepository

API = "arn:aws:ecr:eu-central-1:123456789012:repository/team/api"
WEB = "arn:aws:ecr:eu-central-1:123456789012:repository/team/web"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
GITHUB = {"repositories": ["shop/api"], "environment": "registry"}
COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:PushRole::ci"


def role(name="ci", **args):
    def program():
        made = PushRole(name, {"repository_arns": [API], "trust": {"github": GITHUB}, **args})
        return [made.role_arn, made.role_name, made.provider_arn, made.instance_profile_name]

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


def permissions(*arns, create=(), sign=()):
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
                    *create,
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                "Resource": list(arns),
            },
            *sign,
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
    assert deployed.outputs == ["arn:aws:iam::123456789012:role/registry-ci", "registry-ci", PROVIDER, ""]


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


GITLAB = {"projects": ["shop/api", "shop/team/web"], "branch": "main"}
GITLAB_SUBJECTS = [
    "project_path:shop/api:ref_type:branch:ref:main",
    "project_path:shop/team/web:ref_type:branch:ref:main",
]
PROJECT = "arn:aws:codebuild:eu-central-1:123456789012:project/api"
CLUSTER = "arn:aws:eks:eu-central-1:123456789012:cluster/ci"
OIDC = "oidc.eks.eu-central-1.amazonaws.com/id/0A1B2C"
PODS = {"namespace": "jenkins", "service_account": "agent"}


def by_token(sid, host, audience, subject):
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{host}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{host}:aud": audience, f"{host}:sub": subject}},
    }


def by_service(sid, service, action="sts:AssumeRole", **condition):
    statement = {"Sid": sid, "Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    return {**statement, "Condition": condition} if condition else statement


CALLERS = {
    "gitlab": (
        {"gitlab": GITLAB},
        "GitLab CI/CD",
        {"ci-provider": {"url": "https://gitlab.com", "clientIdLists": ["https://gitlab.com"]}},
        by_token("AssumeFromGitLab", "gitlab.com", "https://gitlab.com", GITLAB_SUBJECTS),
    ),
    "gitlab-of-ones-own": (
        {"gitlab": {**GITLAB, "url": "https://git.shop.example/gitlab", "audience": "ecr"}},
        "GitLab CI/CD",
        {"ci-provider": {"url": "https://git.shop.example/gitlab", "clientIdLists": ["ecr"]}},
        by_token("AssumeFromGitLab", "git.shop.example/gitlab", "ecr", GITLAB_SUBJECTS),
    ),
    "gitlab-with-the-provider-of-the-account": (
        {"gitlab": {**GITLAB, "provider_arn": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"}},
        "GitLab CI/CD",
        {},
        by_token("AssumeFromGitLab", "gitlab.com", "https://gitlab.com", GITLAB_SUBJECTS),
    ),
    "codebuild": (
        {
            "codebuild": {
                "project_arns": [PROJECT, PROJECT, "arn:aws:codebuild:us-east-1:210987654321:project/web"],
            }
        },
        "AWS CodeBuild",
        {},
        by_service(
            "AssumeFromCodeBuild",
            "codebuild.amazonaws.com",
            ArnEquals={"aws:SourceArn": [PROJECT, "arn:aws:codebuild:us-east-1:210987654321:project/web"]},
            StringEquals={"aws:SourceAccount": ["123456789012", "210987654321"]},
        ),
    ),
    "jenkins-on-instances": (
        {"instance_profile": {}},
        "Amazon EC2 instances",
        {"ci-profile": {"name": "registry-ci", "role": "registry-ci"}},
        by_service("AssumeFromEc2", "ec2.amazonaws.com"),
    ),
    "jenkins-on-instances-with-a-profile-of-that-name": (
        {"instance_profile": {"name": "jenkins"}},
        "Amazon EC2 instances",
        {"ci-profile": {"name": "jenkins", "role": "registry-ci"}},
        by_service("AssumeFromEc2", "ec2.amazonaws.com"),
    ),
    "jenkins-in-pods-by-the-tokens-of-their-cluster": (
        {"service_account": {"provider_arn": f"arn:aws:iam::123456789012:oidc-provider/{OIDC}", **PODS}},
        "pods of Amazon EKS",
        {},
        by_token("AssumeFromServiceAccount", OIDC, "sts.amazonaws.com", "system:serviceaccount:jenkins:agent"),
    ),
    "jenkins-in-pods-by-pod-identity": (
        {"pod_identity": {"cluster_arn": CLUSTER, **PODS}},
        "pods of Amazon EKS",
        {},
        by_service(
            "AssumeFromPodIdentity",
            "pods.eks.amazonaws.com",
            ["sts:AssumeRole", "sts:TagSession"],
            StringEquals={
                "aws:RequestTag/eks-cluster-arn": CLUSTER,
                "aws:RequestTag/kubernetes-namespace": "jenkins",
                "aws:RequestTag/kubernetes-service-account": "agent",
            },
        ),
    ),
}


@pytest.mark.parametrize(("declared", "callers", "others", "statement"), CALLERS.values(), ids=CALLERS)
def test_trusts_exactly_the_ci_system_that_is_declared(deploy, declared, callers, others, statement):
    resources = deploy(role(trust=declared, role_name="registry-ci")).resources

    policies = resources["ci"].pop("assumeRolePolicy"), resources["ci-policy"].pop("policy")
    assert resources == {
        "ci": {
            "name": "registry-ci",
            "description": f"Pushes images to Amazon ECR from {callers}",
            "maxSessionDuration": 3600,
        },
        "ci-policy": {"role": "registry-ci"},
        **others,
    }
    assert list(map(json.loads, policies)) == [
        {"Version": "2012-10-17", "Statement": [statement]},
        permissions(API),
    ]


@pytest.mark.parametrize("callers", ["github", *CALLERS])
def test_passes_the_controls_of_the_pack(deploy, callers):
    declared = CALLERS[callers][0] if callers in CALLERS else {"github": GITHUB}
    resources = deploy(role(trust=declared)).resources

    trusted = parse_policy(resources["ci"]["assumeRolePolicy"], TRUST_POLICY)
    granted = parse_policy(resources["ci-policy"]["policy"], IDENTITY_POLICY)
    assert (judge_ci_trust(trusted), judge_identity_policy(granted)) == (Judgement(), Judgement())


def test_gives_what_the_next_component_asks_for(deploy):
    instances = deploy(role(trust={"instance_profile": {}}, role_name="registry-ci"))
    jobs = deploy(role(trust={"gitlab": GITLAB}))

    arn = "arn:aws:iam::123456789012:role/"
    assert instances.outputs == [f"{arn}registry-ci", "registry-ci", "", "registry-ci"]
    assert jobs.outputs == [f"{arn}ci", "ci", "arn:aws:iam::123456789012:oidc-provider/gitlab.com", ""]


def test_takes_the_identities_of_the_same_program(deploy):
    output = pulumi.Output.from_input
    provider = f"arn:aws:iam::123456789012:oidc-provider/{OIDC}"

    def program():
        args = {"repository_arns": [output(API)]}
        PushRole("build", {**args, "trust": {"codebuild": {"project_arns": [output(PROJECT)]}}})
        PushRole("token", {**args, "trust": {"service_account": {"provider_arn": output(provider), **PODS}}})
        PushRole("pod", {**args, "trust": {"pod_identity": {"cluster_arn": output(CLUSTER), **PODS}}})
        PushRole("sign", {**args, "trust": {"instance_profile": {}}, "signing_profile_arns": [output(PROFILE)]})

    resources = deploy(program).resources

    trusts = {
        name: json.loads(resources[name]["assumeRolePolicy"])["Statement"][0] for name in ("build", "token", "pod")
    }
    assert trusts["build"]["Condition"] == {
        "ArnEquals": {"aws:SourceArn": [PROJECT]},
        "StringEquals": {"aws:SourceAccount": ["123456789012"]},
    }
    assert trusts["token"] == by_token(
        "AssumeFromServiceAccount", OIDC, "sts.amazonaws.com", "system:serviceaccount:jenkins:agent"
    )
    assert trusts["pod"]["Condition"]["StringEquals"]["aws:RequestTag/eks-cluster-arn"] == CLUSTER
    assert json.loads(resources["sign-policy"]["policy"]) == permissions(API, sign=[signing(PROFILE)])


PROFILE = "arn:aws:signer:eu-central-1:123456789012:/signing-profiles/release"


def signing(*profiles):
    return {"Sid": "Sign", "Effect": "Allow", "Action": "signer:SignPayload", "Resource": list(profiles)}


def test_signs_and_creates_what_it_pushes_only_when_it_is_told(deploy):
    other = PROFILE.replace("release", "audit")
    deployed = deploy(role(signing_profile_arns=[PROFILE, other, PROFILE], create_on_push=True))

    policy = deployed.resources["ci-policy"]["policy"]
    assert json.loads(policy) == permissions(API, create=["ecr:CreateRepository"], sign=[signing(other, PROFILE)])
    assert check_policy(policy, IDENTITY_POLICY) == ()
    assert judge_identity_policy(parse_policy(policy, IDENTITY_POLICY)) == Judgement()


def test_knows_how_services_are_called_in_china(deploy):
    arn = "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api"
    deployed = deploy(role(repository_arns=[arn], trust={"instance_profile": {}}))

    assert json.loads(deployed.resources["ci"]["assumeRolePolicy"]) == {
        "Version": "2012-10-17",
        "Statement": [by_service("AssumeFromEc2", "ec2.amazonaws.com.cn")],
    }


def github(**changes):
    return {"trust": {"github": {key: value for key, value in {**GITHUB, **changes}.items() if value is not None}}}


LONG_NAMES = [f"{'o' * 39}/{'r' * 98}{number:02}" for number in range(20)]
LONG_PROJECTS = [f"{PROJECT}{'p' * 60}{number:02}" for number in range(19)]

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
    "no-trust": (
        {"trust": {}},
        (
            "ci.trust: must have one of 'github', 'gitlab', 'codebuild', 'instance_profile',"
            " 'service_account' or 'pod_identity',"
            " got none"
        ),
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
    "two-systems": (
        {"trust": {"github": GITHUB, "instance_profile": {}}},
        (
            "ci.trust: must have one of 'github', 'gitlab', 'codebuild', 'instance_profile',"
            " 'service_account' or 'pod_identity',"
            " got github and instance_profile"
        ),
    ),
    "unknown-system": (
        {"trust": {"github": GITHUB, "jenkins": {}}},
        (
            "ci.trust.jenkins: must be a known key,"
            " got 'jenkins'; use 'github', 'gitlab', 'codebuild', 'instance_profile',"
            " 'service_account' or 'pod_identity'"
        ),
    ),
    "provider-of-another-system": (
        github(provider_arn="arn:aws:iam::123456789012:oidc-provider/gitlab.com"),
        (
            "ci.trust.github.provider_arn: must be the OIDC provider for 'token.actions.githubusercontent.com',"
            " got 'gitlab.com'"
        ),
    ),
    "provider-by-its-host": (
        github(provider_arn="token.actions.githubusercontent.com"),
        (
            "ci.trust.github.provider_arn: must be 'arn:<partition>:iam::<account>:oidc-provider/<host>',"
            " got 'token.actions.githubusercontent.com'"
        ),
    ),
    "provider-of-another-partition": (
        github(provider_arn=PROVIDER.replace("aws:", "aws-cn:", 1)),
        (
            "ci.trust.github.provider_arn: must be in partition 'aws', where the repositories are, got"
            " 'arn:aws-cn:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'"
        ),
    ),
    "repositories-of-two-partitions": (
        {"repository_arns": [API, "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api"]},
        (
            "ci.repository_arns[1]: must be in partition 'aws', where the repositories are, got"
            " 'arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/api'"
        ),
    ),
    "no-project-of-gitlab": (
        {"trust": {"gitlab": {**GITLAB, "projects": []}}},
        "ci.trust.gitlab.projects: must have 1 to 20 entries, got 0",
    ),
    "group-of-gitlab": (
        {"trust": {"gitlab": {**GITLAB, "projects": ["shop"]}}},
        (
            "ci.trust.gitlab.projects[0]: must be the full path of a project, 'group/project', without wildcards,"
            " got 'shop'"
        ),
    ),
    "every-project-of-gitlab": (
        {"trust": {"gitlab": {**GITLAB, "projects": ["shop/*"]}}},
        (
            "ci.trust.gitlab.projects[0]: must be the full path of a project, 'group/project', without wildcards,"
            " got 'shop/*'"
        ),
    ),
    "no-branch-of-gitlab": (
        {"trust": {"gitlab": {"projects": ["shop/api"]}}},
        "ci.trust.gitlab.branch: must be given",
    ),
    "any-branch-of-gitlab": (
        {"trust": {"gitlab": {**GITLAB, "branch": "*"}}},
        "ci.trust.gitlab.branch: must be a name without blanks, ':', '*' and '?', got '*'",
    ),
    "gitlab-by-its-host": (
        {"trust": {"gitlab": {**GITLAB, "url": "git.shop.example"}}},
        (
            "ci.trust.gitlab.url: must be 'https://' and a host, without a port and without '/' at the end,"
            " got 'git.shop.example'"
        ),
    ),
    "gitlab-at-a-port": (
        {"trust": {"gitlab": {**GITLAB, "url": "https://git.shop.example:8443"}}},
        (
            "ci.trust.gitlab.url: must be 'https://' and a host, without a port and without '/' at the end,"
            " got 'https://git.shop.example:8443'"
        ),
    ),
    "gitlab-without-an-audience": (
        {"trust": {"gitlab": {**GITLAB, "audience": ""}}},
        "ci.trust.gitlab.audience: must be 1 to 255 characters, got 0: ''",
    ),
    "audience-with-a-variable": (
        {"trust": {"gitlab": {**GITLAB, "audience": "${aws:username}"}}},
        ("ci.trust.gitlab.audience: must be letters, digits, ':', '/', '.', '_' and '-', got '${aws:username}'"),
    ),
    "provider-of-another-gitlab": (
        {"trust": {"gitlab": {**GITLAB, "provider_arn": "arn:aws:iam::123456789012:oidc-provider/git.shop.example"}}},
        "ci.trust.gitlab.provider_arn: must be the OIDC provider for 'gitlab.com', got 'git.shop.example'",
    ),
    "no-project-of-codebuild": (
        {"trust": {"codebuild": {"project_arns": []}}},
        "ci.trust.codebuild.project_arns: must have 1 to 20 entries, got 0",
    ),
    "codebuild-without-projects": (
        {"trust": {"codebuild": {}}},
        "ci.trust.codebuild.project_arns: must be given",
    ),
    "every-project-of-codebuild": (
        {"trust": {"codebuild": {"project_arns": [PROJECT, "arn:aws:codebuild:eu-central-1:123456789012:project/*"]}}},
        (
            "ci.trust.codebuild.project_arns[1]: must be"
            " 'arn:<partition>:codebuild:<region>:<account>:project/<name>', without wildcards,"
            " got 'arn:aws:codebuild:eu-central-1:123456789012:project/*'"
        ),
    ),
    "project-of-codebuild-by-its-name": (
        {"trust": {"codebuild": {"project_arns": ["api"]}}},
        (
            "ci.trust.codebuild.project_arns[0]: must be"
            " 'arn:<partition>:codebuild:<region>:<account>:project/<name>', without wildcards, got 'api'"
        ),
    ),
    "profile-name-with-a-path": (
        {"trust": {"instance_profile": {"name": "ci/jenkins"}}},
        "ci.trust.instance_profile.name: must be letters, digits and '+=,.@_-', got 'ci/jenkins'",
    ),
    "instances-by-a-list": (
        {"trust": {"instance_profile": []}},
        "ci.trust.instance_profile: must be an object, got a list",
    ),
    "cluster-of-another-kind": (
        {"trust": {"service_account": {"provider_arn": PROVIDER, **PODS}}},
        (
            "ci.trust.service_account.provider_arn: must be the ARN of an EKS cluster's OIDC provider,"
            " 'arn:<partition>:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/<id>',"
            " got 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'"
        ),
    ),
    "every-namespace": (
        {"trust": {"pod_identity": {"cluster_arn": CLUSTER, **PODS, "namespace": "*"}}},
        ("ci.trust.pod_identity.namespace: must be lower-case letters and digits, with hyphens between them, got '*'"),
    ),
    "every-service-account": (
        {"trust": {"pod_identity": {"cluster_arn": CLUSTER, **PODS, "service_account": "*"}}},
        (
            "ci.trust.pod_identity.service_account: must be lower-case letters and digits, with hyphens and dots"
            " between them, got '*'"
        ),
    ),
    "cluster-by-its-name": (
        {"trust": {"pod_identity": {"cluster_arn": "ci", **PODS}}},
        (
            "ci.trust.pod_identity.cluster_arn: must be 'arn:<partition>:eks:<region>:<account>:cluster/<name>',"
            " without wildcards, got 'ci'"
        ),
    ),
    "namespace-of-a-resource": (
        {"trust": {"pod_identity": {"cluster_arn": CLUSTER, **PODS, "namespace": pulumi.Output.from_input("ci")}}},
        (
            "ci.trust.pod_identity.namespace: must be known at preview, got an Output; write the value itself, it is"
            " judged before anything is registered"
        ),
    ),
    "version-of-a-signing-profile": (
        {"signing_profile_arns": [f"{PROFILE}/a1B2c3D4e5"]},
        (
            "ci.signing_profile_arns[0]: must be the ARN of a signing profile without a version,"
            " 'arn:aws:signer:<region>:<account>:/signing-profiles/<name>', got"
            " 'arn:aws:signer:eu-central-1:123456789012:/signing-profiles/release/a1B2c3D4e5'"
        ),
    ),
    "no-signing-profile": (
        {"signing_profile_arns": []},
        "ci.signing_profile_arns: must have 1 to 10 entries, got 0",
    ),
    "text-for-a-flag": ({"create_on_push": "yes"}, "ci.create_on_push: must be true or false, got 'yes'"),
    "too-much-to-push-to": (
        {"repository_arns": [f"{API}/{'a' * 60}{number}" for number in range(90)]},
        "ci: must make a policy of at most 10,240 characters, got 11,391 characters; split it into several roles",
    ),
    "more-trust-than-iam-takes": (
        {"trust": {"github": {"repositories": LONG_NAMES, "environment": "e" * 255}}},
        (
            "ci.trust: must make a trust policy of at most 8,192 characters, got 8,684 characters;"
            " split it into several roles"
        ),
    ),
    "role-name-with-a-path": (
        {"role_name": "ci/push"},
        "ci.role_name: must be letters, digits and '+=,.@_-', got 'ci/push'",
    ),
}


@pytest.mark.parametrize(
    ("trust", "got"),
    [
        pytest.param({"github": {"repositories": LONG_NAMES[:10], "environment": "registry"}}, "2,054", id="github"),
        pytest.param({"gitlab": {"projects": LONG_NAMES[:10], "branch": "main"}}, "2,100", id="gitlab"),
        pytest.param(
            {"codebuild": {"project_arns": [*LONG_PROJECTS, pulumi.Output.from_input(f"{PROJECT}app")]}},
            "2,541",
            id="codebuild-as-far-as-it-is-known",
        ),
    ],
)
def test_warns_of_a_trust_that_takes_a_higher_quota(deploy, trust, got):
    assert deploy(role(trust=trust)).log == [
        (
            f"warning: ci.trust: should make a trust policy of at most 2,048 characters, got {got} characters;"
            " split it into several roles, or have the quota 'Role trust policy length' raised"
        )
    ]


def test_refuses_a_second_role_that_would_make_the_same_oidc_provider(deploy):
    def program():
        role()()
        PushRole("nightly", {"repository_arns": [WEB], "trust": {"github": GITHUB}})

    with pytest.raises(DeclarationError) as refused:
        deploy(program)

    assert str(refused.value) == (
        "nightly.trust: must be the only OIDC provider for 'https://token.actions.githubusercontent.com' of account"
        " 123456789012 in every Region, got PushRole 'ci' and PushRole 'nightly';"
        " give the second the provider_arn of the first: an account can have one"
    )


def test_lets_roles_of_two_issuers_and_of_two_accounts_make_an_oidc_provider_each(deploy):
    elsewhere = WEB.replace("123456789012", "210987654321")

    def program():
        role()()
        role(trust={"gitlab": {"projects": ["shop/api"], "branch": "main"}}, name="gitlab")()
        role(repository_arns=[elsewhere], name="elsewhere")()

    resources = deploy(program).resources

    assert {name for name in resources if name.endswith("-provider")} == {
        "ci-provider",
        "gitlab-provider",
        "elsewhere-provider",
    }


def test_does_not_measure_a_trust_that_is_wrong(refusal):
    trust = {"github": {"repositories": LONG_NAMES, "environment": 7}}

    assert refusal(role(trust=trust, repository_arns=["api"])) == [
        "ci.trust.github.environment: must be a text, got 7; put it in quotes",
        "ci.repository_arns[0]: must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>', got 'api'",
    ]


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(role(**wrong)) == [line]


def test_finds_the_mistakes_of_every_argument_at_once(refusal):
    wrong = {
        "repository_arns": ["*"],
        "trust": {"gitlab": {"projects": ["shop"], "url": "http://git.shop.example"}},
        "signing_profile_arns": ["release"],
        "role_name": "",
        "session": 1,
    }

    assert [line.split(":")[0] for line in refusal(role(**wrong))] == [
        "ci.session",
        "ci.trust.gitlab.branch",
        "ci.trust.gitlab.projects[0]",
        "ci.trust.gitlab.url",
        "ci.role_name",
        "ci.repository_arns[0]",
        "ci.signing_profile_arns[0]",
    ]


def test_finds_what_is_in_another_partition_beside_the_other_mistakes(refusal):
    elsewhere = "arn:aws-cn:codebuild:cn-north-1:111122223333:project/shop"
    wrong = {
        "repository_arns": [API, "shop"],
        "trust": {"codebuild": {"project_arns": [elsewhere, "arn:x"]}},
        "role_name": "",
    }

    assert refusal(role(**wrong)) == [
        "ci.role_name: must be 1 to 64 characters, got 0: ''",
        (
            "ci.trust.codebuild.project_arns[1]: must be 'arn:<partition>:codebuild:<region>:<account>:project/<name>',"
            " without wildcards, got 'arn:x'"
        ),
        "ci.repository_arns[1]: must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>', got 'shop'",
        (
            "ci.trust.codebuild.project_arns[0]: must be in partition 'aws', where the repositories are, got"
            f" {elsewhere!r}"
        ),
    ]


@pytest.mark.parametrize(
    ("url", "lines"),
    [
        pytest.param(None, ["ci.role_name", "ci.trust.gitlab.provider_arn"], id="of-another-instance"),
        pytest.param("http://git.shop.example", ["ci.trust.gitlab.url", "ci.role_name"], id="of-a-wrong-one"),
    ],
)
def test_judges_the_provider_of_gitlab_by_an_instance_that_is_right(refusal, url, lines):
    arn = "arn:aws:iam::111122223333:oidc-provider/git.shop.example"
    trust = {"gitlab": {"projects": ["shop/app"], "branch": "main", "url": url, "provider_arn": arn}}

    found = refusal(role(trust=trust, role_name=""))

    assert [line.split(":")[0] for line in found] == lines
