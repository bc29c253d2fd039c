"""Whom roles trust in CI."""

import pytest
from ecr_model.findings import Finding
from ecr_model.policy.document import read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import TRUST_POLICY
from ecr_model.policy.notes import UNKNOWN
from ecr_model.trust_policies import GITHUB, GITLAB, is_ci_trust, judge_ci_trust

PROVIDER = "arn:aws:iam::111122223333:oidc-provider/"
GITHUB_SHAPE = "repo:ORG/REPO:environment:production"
GITLAB_SHAPE = "project_path:GROUP/PROJECT:ref_type:branch:ref:main"


def document(condition, host=GITHUB, **rest):
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"{PROVIDER}{host}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
        **rest,
    }
    found, findings = read_policy({"Version": "2012-10-17", "Statement": [statement]}, TRUST_POLICY)
    assert findings == ()
    return found


def claims(subject, host=GITHUB, operator="StringLike"):
    condition = {"StringEquals": {f"{host}:aud": "sts.amazonaws.com"}}
    condition.setdefault(operator, {})[f"{host}:sub"] = subject
    return condition


@pytest.mark.parametrize(
    "subject",
    [
        "repo:acme/api:environment:production",
        "repo:acme/api:ref:refs/heads/main",
        "repo:acme/api:ref:refs/heads/release/*",
        "repo:acme/api:ref:refs/tags/v*",
        ["repo:acme/api:environment:production", "repo:acme/web:environment:production"],
        "repo:acme@1234/api@5678:environment:production",
        "repository_id:1234:environment:production",
        "repository:acme/api:ref:refs/heads/release/*",
        "repository_owner:acme:job_workflow_ref:acme/ci/.github/workflows/push.yml@refs/heads/main",
    ],
)
def test_passes_subjects_of_github(subject):
    assert judge_ci_trust(document(claims(subject))) == Judgement()


@pytest.mark.parametrize("host", [GITLAB, "gitlab.acme.example"])
def test_passes_subjects_of_gitlab(host):
    subject = "project_path:acme/api:ref_type:branch:ref:main"

    assert judge_ci_trust(document(claims(subject, host), host)) == Judgement()


OTHERS = {
    "buildkite": ("agent.buildkite.com", "organization:acme:pipeline:api:ref:refs/heads/main:*"),
    "circleci": ("oidc.circleci.com/org/0a1b", "org/0a1b/project/2c3d/user/*"),
    "hcp-terraform": ("app.terraform.io", "organization:acme:project:p:workspace:api:run_phase:*"),
    "bitbucket": ("api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", "{0a1b-2c3d}:*"),
    "bitbucket-environment": (
        "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        "{0a1b-2c3d}*:{4e5f}:*",
    ),
    "harness": ("app.harness.io", "account/a1:org/shop:project/api/*"),
    "pulumi": ("api.pulumi.com/oidc", "pulumi:deploy:org:acme:project:api:*"),
    "spacelift": ("acme.app.spacelift.io", "*:stack:api:*"),
    "semaphore": ("acme.semaphoreci.com", "org:acme:project:0a1b:repo:api:ref_type:branch:ref:refs/heads/main"),
    "unheard-of": ("ci.acme.example", "team/api/production"),
}


@pytest.mark.parametrize(("host", "subject"), OTHERS.values(), ids=OTHERS)
def test_passes_subjects_of_other_providers_that_are_of_one_repository(host, subject):
    assert judge_ci_trust(document(claims(subject, host), host)) == Judgement()


@pytest.mark.parametrize(
    ("host", "subject"),
    [
        pytest.param("agent.buildkite.com", "organization:acme:*", id="buildkite"),
        pytest.param("agent.buildkite.com", "organization:acme:pipeline:api-*:ref:x", id="some-pipelines"),
        pytest.param("oidc.circleci.com/org/0a1b", "org/0a1b/project/*", id="circleci"),
        pytest.param("app.terraform.io", "organization:acme:project:*:workspace:*", id="hcp-terraform"),
        pytest.param("api.bitbucket.org/2.0", "{*}:*", id="bitbucket"),
        pytest.param("api.bitbucket.org/2.0", "{0a1b*}:*", id="some-of-bitbucket"),
        pytest.param("ci.acme.example", "repository:acme/*", id="all-of-an-owner"),
        pytest.param("api.pulumi.com/oidc", "pulumi:deploy:org:acme:project:*:stack:prod:*", id="pulumi"),
        pytest.param("acme.app.spacelift.io", "space:production:*", id="spacelift"),
        pytest.param("ci.acme.example", "team/*", id="unheard-of"),
    ],
)
def test_finds_loose_subjects_of_other_providers(host, subject):
    judgement = judge_ci_trust(document(claims(subject, host), host))

    assert judgement == loose(REPOSITORY, repr(subject), "write it as the full subject")


REPOSITORY = "one repository"
REF = "a branch, a tag or an environment, not all of a repository"


def loose(what, got, fix=f"write it as {GITHUB_SHAPE}"):
    place = "policy.Statement[0].Condition"
    return Judgement((Finding(place, "trust-subject", f"Statement[0] must trust {what}", got, fix),))


@pytest.mark.parametrize(
    ("subject", "what"),
    [
        ("*", REPOSITORY),
        ("repo:*", REPOSITORY),
        ("repo:acme/*", REPOSITORY),
        ("repo:acme/*:environment:production", REPOSITORY),
        ("repo:acme/api*:environment:production", REPOSITORY),
        ("repo:acme/api*", REPOSITORY),
        ("repo:*/api:environment:production", REPOSITORY),
        ("repo:acme/api", REF),
        ("repo:acme/api:*", REF),
        ("repo:acme/api:pull_request", REF),
        ("repo:acme/api:ref:*", REF),
        ("repo:acme/api:ref:refs/heads/*", REF),
        ("repo:acme/api:environment:*", REF),
        ("repository_owner:acme:repository_visibility:private", REPOSITORY),
        ("environment:production", REPOSITORY),
        ("repository:acme/*:environment:production", REPOSITORY),
        ("repository:acme/api:repository_visibility:private", REF),
        ("repository:acme/api:ref:refs/heads/*", REF),
    ],
)
def test_finds_loose_subjects_of_github(subject, what):
    assert judge_ci_trust(document(claims(subject))) == loose(what, repr(subject))


@pytest.mark.parametrize(
    ("subject", "what"),
    [
        ("project_path:acme/*", REPOSITORY),
        ("project_path:acme/api:*", REF),
        ("project_path:acme/api:ref_type:branch:ref:*", REF),
    ],
)
def test_finds_loose_subjects_of_gitlab(subject, what):
    judgement = judge_ci_trust(document(claims(subject, GITLAB), GITLAB))

    assert judgement == loose(what, repr(subject), f"write it as {GITLAB_SHAPE}")


@pytest.mark.parametrize("subject", ["repo:acme/api:*", "repo:acme/api:pull_request"])
def test_asks_for_no_branch_where_none_is_asked_for(subject):
    assert judge_ci_trust(document(claims(subject)), pinned=False) == Judgement()


def missing_subject(got):
    return Finding(
        "policy.Statement[0].Condition",
        "trust-subject",
        f"Statement[0] must compare {GITHUB}:sub with the repository that it trusts",
        got,
        f'add "StringEquals": {{"{GITHUB}:sub": "{GITHUB_SHAPE}"}}',
    )


def missing_audience(got=None, host=GITHUB):
    return Finding(
        "policy.Statement[0].Condition",
        "trust-audience",
        f"Statement[0] must compare {host}:aud with the audience that its tokens are for",
        got,
        f'add "StringEquals": {{"{host}:aud": "sts.amazonaws.com"}}',
    )


GOOD = "repo:acme/api:environment:production"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, missing_subject(None), id="no-subject"),
        pytest.param(
            claims(GOOD, operator="StringNotLike"),
            missing_subject(f"StringNotLike {GITHUB}:sub {GOOD}"),
            id="negated",
        ),
        pytest.param(
            claims(GOOD, operator="StringLikeIfExists"),
            missing_subject(f"StringLikeIfExists {GITHUB}:sub {GOOD}"),
            id="if-exists",
        ),
        pytest.param(
            claims(GOOD, operator="ForAllValues:StringLike"),
            missing_subject(f"ForAllValues:StringLike {GITHUB}:sub {GOOD}"),
            id="all-values",
        ),
        pytest.param({"StringEquals": {f"{GITHUB}:sub": GOOD}}, missing_audience(), id="no-audience"),
        pytest.param(
            {"StringEquals": {f"{GITHUB}:sub": GOOD}, "StringLike": {f"{GITHUB}:aud": "*"}},
            missing_audience(f"StringLike {GITHUB}:aud *"),
            id="any-audience",
        ),
    ],
)
def test_finds_missing_claims(condition, expected):
    assert judge_ci_trust(document(condition)) == Judgement((expected,))


def test_finds_claims_of_another_provider():
    judgement = judge_ci_trust(document(claims(GOOD, GITLAB)))

    assert judgement == Judgement((missing_audience(), missing_subject(None)))


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        pytest.param({"repository": "acme/api", "ref": "refs/heads/main"}, Judgement(), id="repository-and-ref"),
        pytest.param({"job_workflow_ref": "acme/api/.github/workflows/x.yml@v1"}, Judgement(), id="workflow"),
        pytest.param(
            {"repository_id": "1234"},
            loose(REF, None, f'add "StringEquals": {{"{GITHUB}:sub": "{GITHUB_SHAPE}"}}'),
            id="repository-alone",
        ),
    ],
)
def test_takes_other_claims_in_place_of_the_subject(extra, expected):
    condition = {
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"} | {f"{GITHUB}:{k}": v for k, v in extra.items()}
    }

    assert judge_ci_trust(document(condition)) == expected


def test_finds_trust_in_everybody_s_tokens():
    assert judge_ci_trust(document(claims(GOOD), Principal="*")) == Judgement(
        (
            Finding(
                "policy.Statement[0].Principal",
                "trust-provider",
                "Statement[0] must name the identity provider whose tokens it takes",
                "'*'",
                f"name arn:aws:iam::<account id>:oidc-provider/{GITHUB} under Federated",
            ),
        )
    )


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param({"Principal": {"Service": "ecs-tasks.amazonaws.com"}}, id="service"),
        pytest.param({"Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}}, id="saml"),
        pytest.param({"Principal": {"Federated": f"{PROVIDER}oidc.eks.eu-west-1.amazonaws.com/id/ABC"}}, id="cluster"),
        pytest.param(
            {"Principal": {"Federated": f"{PROVIDER}oidc-eks.eu-west-1.api.aws/id/ABC"}}, id="cluster-with-ipv6"
        ),
        pytest.param(
            {
                "Principal": {"Federated": f"{PROVIDER}clusters.s3.eu-west-1.amazonaws.com"},
                "Condition": {
                    "StringLike": {"clusters.s3.eu-west-1.amazonaws.com:sub": "system:serviceaccount:shop:*"}
                },
            },
            id="cluster-of-one-s-own",
        ),
        pytest.param({"Effect": "Deny"}, id="deny"),
    ],
)
def test_judges_ci_alone(rest):
    trust = document({"Bool": {"aws:SecureTransport": "true"}}, **rest)

    assert judge_ci_trust(trust) == Judgement()
    assert is_ci_trust(trust) is False


def test_knows_a_trust_in_ci():
    assert is_ci_trust(document(claims(GOOD))) is True


def test_does_not_evaluate_an_unknown_subject():
    condition = claims(UNKNOWN)

    assert judge_ci_trust(document(condition)) == Judgement((), ("policy.Statement[0].Condition.StringLike",))
