"""Pull-through cache rules."""

import pytest
from ecr_model.cache import (
    CacheRule,
    check_cache_prefixes,
    check_cache_rule,
    find_upstream,
    parse_cache_rule,
    render_cache_rule,
    upstream_name,
)
from ecr_model.findings import Finding, ModelError
from ecr_model.references import Registry

ACCOUNT, OTHER = "123456789012", "210987654321"
HERE = Registry(ACCOUNT, "eu-west-1")
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:ecr-pullthroughcache/docker-hub-AbCdEf"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/cache"
DOCUMENT = {
    "ecrRepositoryPrefix": "docker-hub",
    "upstreamRegistryUrl": "registry-1.docker.io",
    "upstreamRegistry": "docker-hub",
    "credentialArn": SECRET,
    "upstreamRepositoryPrefix": "ROOT",
}


def test_parses_the_document_of_the_api_and_renders_it_again():
    parsed = CacheRule("docker-hub", "registry-1.docker.io", "ROOT", SECRET)

    assert parse_cache_rule(DOCUMENT, registry=HERE) == parsed
    assert render_cache_rule(parsed) == DOCUMENT


def test_the_rule_for_all_repositories_has_no_upstream_prefix():
    rule = parse_cache_rule({"ecr_repository_prefix": "ROOT", "upstream_registry_url": "quay.io"})

    assert rule == CacheRule("ROOT", "quay.io")
    assert render_cache_rule(rule) == {
        "ecrRepositoryPrefix": "ROOT",
        "upstreamRegistryUrl": "quay.io",
        "upstreamRegistry": "quay",
    }


def declared(**changes):
    return {key: value for key, value in {**DOCUMENT, **changes}.items() if value is not None}


UPSTREAM = f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            declared(upstreamRegistryUrl="docker.io", ecrRepositoryPrefix="Docker"),
            (
                Finding(
                    "c.ecrRepositoryPrefix",
                    "cache-prefix",
                    "must be the first parts of repository names, as 'team' or 'team/api', or 'ROOT'",
                    "'Docker'",
                ),
                Finding(
                    "c.upstreamRegistryUrl",
                    "cache-upstream",
                    "must be the host of an upstream registry: '*.dkr.ecr.*.*', 'public.ecr.aws', 'quay.io', "
                    "'registry.k8s.io', 'registry-1.docker.io', 'ghcr.io', '*.azurecr.io', 'registry.gitlab.com', "
                    "'cgr.dev'",
                    "'docker.io'",
                    "write 'registry-1.docker.io'",
                ),
            ),
            id="prefix-and-host",
        ),
        pytest.param(
            declared(credentialArn=None),
            (
                Finding(
                    "c.credentialArn",
                    "cache-credential",
                    "must be given: docker-hub answers nobody without credentials",
                    fix="put them into a secret whose name begins with 'ecr-pullthroughcache/'",
                ),
            ),
            id="credential-missing",
        ),
        pytest.param(
            declared(credentialArn=SECRET.replace("ecr-pullthroughcache/", "")),
            (
                Finding(
                    "c.credentialArn",
                    "cache-credential",
                    "must be the ARN of a Secrets Manager secret whose name begins with 'ecr-pullthroughcache/'",
                    f"'{SECRET.replace('ecr-pullthroughcache/', '')}'",
                ),
            ),
            id="name-of-the-secret",
        ),
        pytest.param(
            declared(credentialArn=SECRET.replace("eu-west-1", "eu-west-2")),
            (
                Finding(
                    "c.credentialArn",
                    "cache-credential",
                    f"must be a secret of account {ACCOUNT} in eu-west-1",
                    f"{ACCOUNT} in eu-west-2",
                ),
            ),
            id="secret-elsewhere",
        ),
        pytest.param(
            declared(upstreamRegistry="quay"),
            (
                Finding(
                    "c.upstreamRegistry", "cache-upstream", "must be 'docker-hub' for registry-1.docker.io", "'quay'"
                ),
            ),
            id="kind-does-not-fit-host",
        ),
        pytest.param(
            declared(ecrRepositoryPrefix="ROOT", upstreamRepositoryPrefix="library"),
            (
                Finding(
                    "c.upstreamRepositoryPrefix",
                    "cache-prefix",
                    "must be absent when the prefix is 'ROOT'",
                    "'library'",
                ),
            ),
            id="upstream-prefix-of-root",
        ),
        pytest.param(
            {"ecr_repository_prefix": "up", "upstream_registry_url": UPSTREAM},
            (
                Finding(
                    "c.custom_role_arn",
                    "cache-role",
                    "must be given when the upstream registry is another account's",
                    fix="name a role that pullthroughcache.ecr.amazonaws.com may assume",
                ),
            ),
            id="role-missing",
        ),
        pytest.param(
            {
                "ecr_repository_prefix": "up",
                "upstream_registry_url": UPSTREAM,
                "custom_role_arn": ROLE.replace(ACCOUNT, OTHER),
            },
            (
                Finding(
                    "c.custom_role_arn",
                    "cache-role",
                    f"must be a role of account {ACCOUNT}, the registry's own",
                    f"'{ROLE.replace(ACCOUNT, OTHER)}'",
                ),
            ),
            id="role-of-another-account",
        ),
        pytest.param(
            {"ecr_repository_prefix": "up", "upstream_registry_url": UPSTREAM.replace(OTHER, ACCOUNT)},
            (
                Finding(
                    "c.upstream_registry_url",
                    "cache-upstream",
                    "must not be the registry that caches",
                    f"'{UPSTREAM.replace(OTHER, ACCOUNT)}'",
                ),
            ),
            id="itself",
        ),
        pytest.param(
            {
                "ecr_repository_prefix": "up",
                "upstream_registry_url": f"{OTHER}.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "custom_role_arn": ROLE,
            },
            (
                Finding(
                    "c.upstream_registry_url",
                    "cache-upstream",
                    "must be in partition 'aws', as the registry is",
                    f"'{OTHER}.dkr.ecr.cn-north-1.amazonaws.com.cn', of 'aws-cn'",
                ),
            ),
            id="upstream-in-another-partition",
        ),
        pytest.param(
            {"ecr_repository_prefix": "up", "upstream_registry_url": "123.dkr.ecr.eu-west-1.amazonaws.com"},
            (
                Finding(
                    "c.upstream_registry_url",
                    "registry-id",
                    "must be an account id of 12 digits",
                    "3 characters: '123'",
                ),
            ),
            id="upstream-account",
        ),
    ],
)
def test_refuses(value, expected):
    assert check_cache_rule(value, "c", registry=HERE) == expected
    with pytest.raises(ModelError) as caught:
        parse_cache_rule(value, "c", registry=HERE)
    assert caught.value.findings == expected


def test_the_feature_is_not_everywhere():
    findings = check_cache_rule(
        {"ecr_repository_prefix": "quay", "upstream_registry_url": "quay.io"},
        "c",
        registry=Registry(ACCOUNT, "cn-north-1"),
    )

    assert findings == (
        Finding(
            "c",
            "cache-region",
            "must not be declared in 'cn-north-1', 'cn-northwest-1', 'us-gov-east-1' or 'us-gov-west-1'",
            "'cn-north-1'",
        ),
    )


def test_without_a_registry_places_are_unjudged():
    assert check_cache_rule({"ecr_repository_prefix": "up", "upstream_registry_url": UPSTREAM}) == ()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mine.azurecr.io", "azure-container-registry"),
        (UPSTREAM, "ecr"),
        ("public.ecr.aws", "ecr-public"),
        ("cgr.dev", "chainguard"),
        ("azurecr.io", None),
        ("gcr.io", None),
    ],
)
def test_recognises_upstreams(url, expected):
    upstream = find_upstream(url)

    assert (upstream and upstream.name) == expected


def test_the_rules_of_a_registry_have_different_prefixes_and_a_limit():
    prefixes = [f"p{number}" for number in range(50)]

    assert check_cache_prefixes(prefixes, "c") == ()
    assert check_cache_prefixes([*prefixes, "p0/"], "c") == (
        Finding("c", "cache-rules", "must have at most 50 entries", "51"),
        Finding(
            "c[50]", "cache-prefix-unique", "must differ from prefix [0]; ECR reads a '/' at the end of each", "'p0/'"
        ),
    )


@pytest.mark.parametrize(
    ("prefix", "upstream_prefix", "name", "expected"),
    [
        ("ecr-public", "ROOT", "ecr-public/my-app/image1", "my-app/image1"),
        ("ecr-public", "my-app", "ecr-public/image1", "my-app/image1"),
        ("my-app", "my-app", "my-app/image1", "my-app/image1"),
        ("ROOT", "ROOT", "my-app/image1", "my-app/image1"),
        ("ecr-public", "ROOT", "other/image1", None),
    ],
)
def test_maps_names_as_the_user_guide_does(prefix, upstream_prefix, name, expected):
    assert upstream_name(name, CacheRule(prefix, "public.ecr.aws", upstream_prefix)) == expected
