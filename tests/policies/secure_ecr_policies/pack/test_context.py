import pytest
from secure_ecr_policies.pack.context import CONTEXT, check_context, context_at
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings

WHOLE = {
    "registry_scanning": [
        {
            "scan_type": "ENHANCED",
            "rules": [
                {
                    "scan_frequency": "CONTINUOUS_SCAN",
                    "repository_filters": [{"filter": "*", "filter_type": "WILDCARD"}],
                }
            ],
        }
    ],
    "creation_templates": [{"prefix": "ROOT", "applied_for": ["REPLICATION"], "region": "eu-west-1"}],
    "replication_grants": [{"source_account_id": "111122223333", "repository_prefixes": ["payments/"]}],
    "vpc_endpoints": [{"vpc_id": "vpc-0a1b2c3d", "services": ["ecr.api", "ecr.dkr", "s3"]}],
}


def test_accepts_everything_that_a_context_can_say():
    assert list(check_context(WHOLE)) == []


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        pytest.param([], ["context: must be an object, got a list"], id="a list"),
        pytest.param(
            {"vpc_endpoint": []},
            ["context.vpc_endpoint: must be a known key, got 'vpc_endpoint'; write 'vpc_endpoints'"],
            id="a misspelt list",
        ),
        pytest.param(
            {"vpc_endpoints": [{"vpc_id": "vpc-1", "services": []}]},
            [
                "context.vpc_endpoints[0].vpc_id: must be 12 to 21 characters, got 5: 'vpc-1'",
                "context.vpc_endpoints[0].services: must have 1 to 1000 entries, got 0",
            ],
            id="no id and no service",
        ),
        pytest.param(
            {"replication_grants": [{"source_account_id": 111122223333, "repository_prefixes": ["a*"]}]},
            [
                (
                    "context.replication_grants[0].source_account_id: must be an account id of 12 digits, "
                    "got 111122223333; put it in quotes, with its leading zeros"
                ),
                (
                    "context.replication_grants[0].repository_prefixes[0]: must be the beginning of repository names, "
                    "without wildcards, got 'a*'"
                ),
            ],
            id="a number and a wildcard",
        ),
        pytest.param(
            {"creation_templates": [{"prefix": "a", "applied_for": ["REPLICATE"], "region": "Mars"}]},
            [
                (
                    "context.creation_templates[0].applied_for[0]: must be 'REPLICATION', 'PULL_THROUGH_CACHE' or "
                    "'CREATE_ON_PUSH', got 'REPLICATE'; write 'REPLICATION'"
                ),
                "context.creation_templates[0].region: must be a Region's name, as eu-west-1, got 'Mars'",
            ],
            id="an unknown use in no Region",
        ),
        pytest.param(
            {"registry_scanning": [{"scan_type": "DEEP", "account_id": "1"}, "BASIC"]},
            [
                "context.registry_scanning[0].account_id: must be an account id of 12 digits, got 1 characters: '1'",
                "context.registry_scanning[0].scan_type: must be 'BASIC' or 'ENHANCED', got 'DEEP'",
                "context.registry_scanning[1]: must be an object, got 'BASIC'",
            ],
            id="no scan type and no object",
        ),
    ],
)
def test_says_everything_that_is_wrong(context, expected):
    assert [str(finding) for finding in check_context(context)] == expected


def test_takes_a_region_that_is_newer_than_the_model():
    assert list(check_context({"vpc_endpoints": [{**WHOLE["vpc_endpoints"][0], "region": "eu-west-99"}]})) == []


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        pytest.param("eu-west-1", ({"prefix": "ROOT", "applied_for": ["REPLICATION"]},), id="its own Region"),
        pytest.param("eu-central-1", (), id="another Region"),
        pytest.param(None, ({"prefix": "ROOT", "applied_for": ["REPLICATION"]},), id="no Region that is known"),
    ],
)
def test_holds_where_its_entry_says(region, expected):
    settings = Settings({"context": CONTEXT}, {"context": WHOLE})
    repository = Resource(REPOSITORY, "urn", "api", {"region": region})
    assert context_at(settings, "creation_templates", repository) == expected


def test_is_empty_without_a_context():
    assert context_at(Settings({"context": CONTEXT}, {}), "vpc_endpoints", Resource(REPOSITORY, "urn", "a", {})) == ()
