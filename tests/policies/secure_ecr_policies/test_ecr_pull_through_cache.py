import pytest
from secure_ecr_policies.pack.registry import CACHE_RULE
from secure_ecr_policies.pack.resource import REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

OURS = "123456789012"
CONFIG = {"account_id": OURS}
SECRET = f"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:ecr-pullthroughcache/docker-AbCdEf"
HUB = {"ecrRepositoryPrefix": "docker", "upstreamRegistryUrl": "registry-1.docker.io", "credentialArn": SECRET}
QUAY = {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io"}
SECRET_NAME = "must be the ARN of a Secrets Manager secret whose name begins with 'ecr-pullthroughcache/'"


def unlisted(url):
    fix = "cache another upstream, or have this one put on the list"
    return f"upstreamRegistryUrl: must be on the list of allowed upstreams, got '{url}'; {fix}"


def later(path):
    return f"not evaluated: {path}: known at the update only"


@pytest.mark.parametrize(
    ("props", "config", "expected"),
    [
        pytest.param(QUAY, {}, [], id="needs-no-credential"),
        pytest.param(HUB, {}, [], id="with-credential"),
        pytest.param(HUB, {"allowed_upstreams": ["docker-hub"]}, [], id="listed-by-name"),
        pytest.param(QUAY, {"allowed_upstreams": ["quay.io"]}, [], id="listed-by-host"),
        pytest.param(QUAY, {"allowed_upstreams": ["docker-hub"]}, [unlisted("quay.io")], id="not-listed"),
        pytest.param(
            HUB | {"credentialArn": None},
            {},
            [
                (
                    "credentialArn: must be given: docker-hub answers nobody without credentials;"
                    " put them into a secret whose name begins with 'ecr-pullthroughcache/'"
                )
            ],
            id="no-credential",
        ),
        pytest.param(
            HUB | {"credentialArn": SECRET.replace("ecr-pullthroughcache/", "")},
            {},
            [f"credentialArn: {SECRET_NAME}, got '{SECRET.replace('ecr-pullthroughcache/', '')}'"],
            id="credential-of-another-name",
        ),
        pytest.param(
            HUB | {"region": "eu-north-1"},
            {},
            [f"credentialArn: must be a secret of account {OURS} in eu-north-1, got {OURS} in eu-west-1"],
            id="credential-of-another-region",
        ),
        pytest.param(
            QUAY | {"ecrRepositoryPrefix": "Quay"},
            {},
            [
                (
                    "ecrRepositoryPrefix: must be the first parts of repository names, as 'team' or 'team/api', or"
                    " 'ROOT', got 'Quay'"
                )
            ],
            id="prefix-of-another-grammar",
        ),
        pytest.param(
            HUB | {"upstreamRegistryUrl": "docker.io"},
            {},
            [
                (
                    "upstreamRegistryUrl: must be the host of an upstream registry: '*.dkr.ecr.*.*', 'public.ecr.aws',"
                    " 'quay.io', 'registry.k8s.io', 'registry-1.docker.io', 'ghcr.io', '*.azurecr.io',"
                    " 'registry.gitlab.com', 'cgr.dev', got 'docker.io'; write 'registry-1.docker.io'"
                )
            ],
            id="no-upstream",
        ),
        pytest.param({}, {}, ["ecrRepositoryPrefix: must be given", "upstreamRegistryUrl: must be given"], id="empty"),
        pytest.param(
            QUAY | {"ecrRepositoryPrefix": [], "credentialArn": 7},
            {},
            [
                "ecrRepositoryPrefix: must be a text, got a list",
                "credentialArn: must be a text, got 7; put it in quotes",
            ],
            id="malformed",
        ),
        pytest.param(HUB | {"credentialArn": UNKNOWN}, {}, [], id="unknown-credential-is-one"),
        pytest.param(
            QUAY | {"upstreamRegistryUrl": UNKNOWN}, {}, [later("upstreamRegistryUrl")], id="unknown-upstream"
        ),
        pytest.param(
            QUAY | {"ecrRepositoryPrefix": UNKNOWN},
            {"allowed_upstreams": ["k8s"]},
            [unlisted("quay.io"), later("ecrRepositoryPrefix")],
            id="unknown-prefix-of-a-known-upstream",
        ),
    ],
)
def test_judges_cache_rules(findings, props, config, expected):
    assert findings(CACHE_RULE, {"region": "eu-west-1"} | props, config=CONFIG | config) == expected


def test_accounts_are_unjudged_where_its_own_is_not_known(findings):
    assert findings(CACHE_RULE, HUB | {"region": "eu-north-1"}) == []


def test_the_list_has_upstreams_that_ecr_caches(findings):
    assert findings(STACK, {}, config={"allowed_upstreams": ["dockerhub"]}) == [
        (
            "configuration.allowed_upstreams[0]: must be 'ecr', 'ecr-public', 'quay', 'k8s', 'docker-hub',"
            " 'github-container-registry', 'azure-container-registry', 'gitlab-container-registry' or 'chainguard',"
            " got 'dockerhub'; write 'docker-hub'"
        )
    ]


def test_looks_at_cache_rules_alone(findings):
    assert findings(REPOSITORY, QUAY) == ["not applicable"]
