"""The names of CI systems and workloads."""

import botocore.session
import pytest
from ecr_model import workload_identities as identities
from ecr_model.workload_identities import (
    CLUSTER_ARN,
    CLUSTER_PROVIDER_ARN,
    CODEBUILD_PROJECT_ARN,
    GITHUB_PLACE,
    GITHUB_REPOSITORY,
    GITLAB_BRANCH,
    GITLAB_PROJECT,
    NAMESPACE,
    OIDC_AUDIENCE,
    OIDC_PROVIDER_ARN,
    OIDC_URL,
    SERVICE_ACCOUNT,
    VPC_ENDPOINT_ID,
    check_provider_arn,
    ec2_service,
    ecs_source_arn,
    github_subjects,
    gitlab_subjects,
    provider_host,
    render_provider_arn,
    service_account_subject,
    sts_audience,
)

PROVIDER = "arn:aws:iam::111122223333:oidc-provider/"

GRAMMARS = {
    "github-repository": (GITHUB_REPOSITORY, ["shop/api", "a/b.c_d-E"], ["shop", "shop/*", "-a/b", "a/b/c", "a/"]),
    "github-place": (GITHUB_PLACE, ["main", "release/2026", "é"], ["", "a b", "*", "a:b", "a?", "a\tb"]),
    "gitlab-project": (
        GITLAB_PROJECT,
        ["shop/api", "shop/team/api.v2", "_a/b-c"],
        ["shop", "shop/", "/api", "shop//api", "shop/*", "shop/-api", "shop/a:b"],
    ),
    "gitlab-branch": (GITLAB_BRANCH, ["main", "release/2026"], ["*", "main:x"]),
    "oidc-url": (
        OIDC_URL,
        ["https://gitlab.com", "https://git-lab.shop.example/gitlab"],
        [
            *(
                "http://gitlab.com",
                "gitlab.com",
                "https://gitlab.com/",
                "https://gitlab.com:8443",
                "https://GitLab.com",
            ),
            *("https://gitlab.com?a", "https://gitlab", "https://-a.com"),
        ],
    ),
    "oidc-audience": (OIDC_AUDIENCE, ["https://gitlab.com", "sts.amazonaws.com"], ["", "a b", "${aws:username}", "*"]),
    "oidc-provider": (
        OIDC_PROVIDER_ARN,
        [f"{PROVIDER}gitlab.com", "arn:aws-cn:iam::111122223333:oidc-provider/gitlab.com/a"],
        ["gitlab.com", PROVIDER, f"{PROVIDER}*", "arn:aws:iam::1:oidc-provider/gitlab.com", f"{PROVIDER}a:b"],
    ),
    "cluster-provider": (
        CLUSTER_PROVIDER_ARN,
        [
            f"{PROVIDER}oidc.eks.eu-west-1.amazonaws.com/id/ABC1",
            f"{PROVIDER}oidc.eks.cn-north-1.amazonaws.com.cn/id/A",
            f"{PROVIDER}oidc-eks.eu-west-1.api.aws/id/A",
        ],
        [f"{PROVIDER}gitlab.com", f"{PROVIDER}oidc.eks.eu-west-1.amazonaws.com", f"{PROVIDER}oidc.eks.*.com/id/A"],
    ),
    "kubernetes-namespace": (NAMESPACE, ["ci", "team--a", "1"], ["", "CI", "-a", "a-", "a.b", "*", "a" * 64]),
    "kubernetes-service-account": (SERVICE_ACCOUNT, ["jenkins", "a.b-c"], ["", "A", "a..b", "a/b", "*", "a" * 254]),
    "codebuild-project": (
        CODEBUILD_PROJECT_ARN,
        [
            "arn:aws:codebuild:eu-west-1:111122223333:project/shop-api",
            f"{'arn:aws-us-gov'}:codebuild:a:{'1' * 12}:project/Ab",
        ],
        [
            "arn:aws:codebuild:eu-west-1:111122223333:project/*",
            "arn:aws:codebuild:eu-west-1:111122223333:build/shop-api",
            "arn:aws:codebuild:eu-west-1:111122223333:project/a",
            "shop-api",
        ],
    ),
    "eks-cluster": (
        CLUSTER_ARN,
        ["arn:aws:eks:eu-west-1:111122223333:cluster/shop_1"],
        [
            "arn:aws:eks:eu-west-1:111122223333:cluster/*",
            "arn:aws:eks:eu-west-1:111122223333:nodegroup/shop",
            f"arn:aws:eks:eu-west-1:111122223333:cluster/{'a' * 101}",
        ],
    ),
    "vpc-endpoint": (
        VPC_ENDPOINT_ID,
        ["vpce-0123456789abcdef0", "vpce-01234567"],
        ["vpce-1", "vpc-01234567", "vpce-*"],
    ),
}


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        pytest.param(grammar, text, id=f"{rule}-{text[:40]}")
        for rule, (grammar, right, _) in GRAMMARS.items()
        for text in right
    ],
)
def test_accepts_names(grammar, text):
    assert grammar.check(text, "field") == ()


@pytest.mark.parametrize(
    ("rule", "text"),
    [pytest.param(rule, text, id=f"{rule}-{text[:40]}") for rule, (_, _, wrong) in GRAMMARS.items() for text in wrong],
)
def test_refuses_what_is_no_name_or_could_match_others(rule, text):
    grammar = GRAMMARS[rule][0]

    assert [(finding.field, finding.rule) for finding in grammar.check(text, "field")] == [("field", rule)]


def test_has_examples_of_every_grammar():
    assert {id(grammar) for grammar, _, _ in GRAMMARS.values()} == {
        id(value) for name, value in vars(identities).items() if name.isupper() and hasattr(value, "is_match")
    }


@pytest.mark.parametrize(
    ("service", "shape", "grammar"),
    [
        ("iam", "OpenIDConnectProviderUrlType", OIDC_URL),
        ("iam", "clientIDType", OIDC_AUDIENCE),
    ],
)
def test_limits_are_those_of_the_api(service, shape, grammar):
    metadata = botocore.session.get_session().get_service_model(service).shape_for(shape).metadata

    assert (metadata["min"], metadata["max"]) == (grammar.shortest, grammar.longest)


@pytest.mark.parametrize(
    ("service", "shape", "grammar"),
    [
        ("codebuild", "ProjectName", CODEBUILD_PROJECT_ARN),
        ("eks", "ClusterName", CLUSTER_ARN),
    ],
)
def test_names_in_arns_are_as_long_as_the_api_takes(service, shape, grammar):
    longest = botocore.session.get_session().get_service_model(service).shape_for(shape).metadata["max"]
    head = f"arn:aws:{service}:eu-west-1:111122223333:{'project' if service == 'codebuild' else 'cluster'}/"

    assert grammar.check(head + "a" * longest, "field") == ()
    assert grammar.check(head + "a" * (longest + 1), "field") != ()


def test_writes_the_subjects_of_github():
    assert github_subjects(["shop/web", "shop/api", "shop/web"], environment="prod", branch=None) == [
        "repo:shop/api:environment:prod",
        "repo:shop/web:environment:prod",
    ]
    assert github_subjects(["shop/api"], environment=None, branch="main") == ["repo:shop/api:ref:refs/heads/main"]


def test_writes_the_subjects_of_gitlab():
    assert gitlab_subjects(["shop/web", "shop/team/api", "shop/web"], branch="main") == [
        "project_path:shop/team/api:ref_type:branch:ref:main",
        "project_path:shop/web:ref_type:branch:ref:main",
    ]


def test_writes_the_subject_of_a_service_account():
    assert service_account_subject("ci", "jenkins") == "system:serviceaccount:ci:jenkins"


def test_knows_what_is_called_otherwise_in_china():
    assert (sts_audience("aws"), sts_audience("aws-cn")) == ("sts.amazonaws.com", "sts.amazonaws.com.cn")
    assert (ec2_service("aws"), ec2_service("aws-cn")) == ("ec2.amazonaws.com", "ec2.amazonaws.com.cn")
    assert ec2_service("aws-us-gov") == "ec2.amazonaws.com"


def test_writes_the_arn_of_a_provider_and_reads_its_host():
    arn = render_provider_arn("https://gitlab.shop.example/git", partition="aws-cn", account_id="111122223333")

    assert arn == "arn:aws-cn:iam::111122223333:oidc-provider/gitlab.shop.example/git"
    assert provider_host(arn) == "gitlab.shop.example/git"


@pytest.mark.parametrize(
    ("host", "lines"),
    [
        pytest.param("gitlab.com", [], id="itself"),
        pytest.param("gitlab.com/shop", [], id="path-of-an-enterprise"),
        pytest.param(
            "gitlab.com.evil.example",
            ["arn: must be the OIDC provider for 'gitlab.com', got 'gitlab.com.evil.example'"],
            id="longer-host",
        ),
        pytest.param(
            "github.com", ["arn: must be the OIDC provider for 'gitlab.com', got 'github.com'"], id="another-host"
        ),
        pytest.param(
            "",
            [
                (
                    "arn: must be 'arn:<partition>:iam::<account>:oidc-provider/<host>',"
                    " got 'arn:aws:iam::111122223333:oidc-provider/'"
                )
            ],
            id="no-host",
        ),
    ],
)
def test_judges_whose_provider_an_arn_is(host, lines):
    assert [str(finding) for finding in check_provider_arn(f"{PROVIDER}{host}", "gitlab.com", "arn")] == lines


def test_writes_on_whose_behalf_ecs_asks():
    assert ecs_source_arn("111122223333", partition="aws") == "arn:aws:ecs:*:111122223333:*"
    assert (
        ecs_source_arn("111122223333", partition="aws-cn", region="cn-north-1")
        == "arn:aws-cn:ecs:cn-north-1:111122223333:*"
    )
